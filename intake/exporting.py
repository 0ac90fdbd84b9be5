"""Rows taken out as a file: what readers may see and what they may not, in the columns that an import reads back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import models

from exports.archives import zipped
from exports.formats.csv_table import harmless
from exports.formats.ris import write as ris_of
from exports.formats.xlsx import HEAD, PARTS, rows_xml, sheet
from intake.kinds import KINDS, Kind
from publishing.models import Publishable
from publishing.snapshots import key_field, snapshot_many
from reviews.citations import of_review
from reviews.models import CaseReview

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
_BATCH = 500


def columns_of(kind: Kind) -> list[str]:
    """The heading: the columns of the row, then those of its evidence, then where it stands, which no import changes."""
    beside = [column.name for column in kind.beside] if kind.is_statement else []
    stands = ["status"] if issubclass(kind.model, Publishable) else []
    return [*(column.name for column in kind.columns), *beside, *stands]


def formats_of(kind: Kind) -> list[str]:
    return [name for name in FORMATS if name != "ris" or kind.model is CaseReview]


def rows_of(kind: Kind, rows: models.QuerySet[Any]) -> Iterator[list[list[str]]]:
    """The cells of these rows, a batch at a time: one row for each piece of evidence, at least one for each statement."""
    waiting = rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)
    while some := list(islice(waiting, _BATCH)):
        yield [cells for row, state in snapshot_many(kind.model, some) for cells in _cells(kind, row, state)]


def _cells(kind: Kind, row: Any, state: dict[str, Any]) -> Iterator[list[str]]:
    fields = {key_field(kind.model): state["key"], **state["fields"]}
    own = [column.show(fields) for column in kind.columns]
    stands = [row.status] if isinstance(row, Publishable) else []
    if not kind.is_statement:
        yield [*own, *stands]
        return
    pieces = state["parts"]["evidence"] or [None]
    for n, piece in enumerate(pieces):
        # The code stands in each row, and says that they belong together; the rest is said once.
        first = own if n == 0 else [state["key"], *[""] * (len(own) - 1)]
        yield [*first, *(column.show(piece) if piece else "" for column in kind.beside), *stands]


def csv_pieces(kind: Kind, rows: models.QuerySet[Any]) -> Iterator[bytes]:
    """With a byte order mark, so that Excel reads it as it is; no cell is taken for a formula."""
    yield b"\xef\xbb\xbf" + _lines([columns_of(kind)])
    for some in rows_of(kind, rows):
        yield _lines([[harmless(cell) for cell in cells] for cells in some])


def _lines(rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def xlsx_pieces(kind: Kind, rows: models.QuerySet[Any]) -> Iterator[bytes]:
    """A workbook whose second sheet says what the columns mean. Every cell is text, so none is a formula."""
    heading = columns_of(kind)
    about = [[column.name, column.help] for column in [*kind.columns, *kind.beside]]
    parts: list[tuple[str, Iterable[bytes]]] = [(name, [(HEAD + text).encode()]) for name, text in PARTS.items()]
    parts.append(("xl/worksheets/sheet2.xml", sheet(["Column", "What it means"], [24, 110], [rows_xml(about)])))
    found = (rows_xml(some) for some in rows_of(kind, rows))
    parts.append(("xl/worksheets/sheet1.xml", sheet(heading, [24] * len(heading), found)))
    return zipped(parts, level=1)


def ris_pieces(kind: Kind, rows: models.QuerySet[Any]) -> Iterator[bytes]:
    """References to reviews, drafts among them."""
    found = rows.order_by("pk").select_related("review_type").prefetch_related("publishers", "documents", "themes")
    for row in found.iterator(chunk_size=_BATCH):
        yield ris_of([of_review(row)])


def pieces(kind: str, extension: str, rows: models.QuerySet[Any]) -> Iterator[bytes]:
    """The file, piece by piece."""
    writers = {"csv": csv_pieces, "xlsx": xlsx_pieces, "ris": ris_pieces}
    return writers[extension](KINDS[kind], rows)
