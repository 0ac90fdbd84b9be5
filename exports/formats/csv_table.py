"""Lists as CSV (RFC 4180), one row for each thing.

UTF-8 with a byte order mark: without one Excel reads UTF-8 as the code page of the machine, and our quotation marks
come out as rubbish; Python's 'utf-8-sig', R, pandas, LibreOffice and Numbers drop it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from exports.fields import Field, header, rows_of
from exports.formats import Format
from exports.records import SOURCES, records
from search.listings import ListingPage

#: A cell that begins so is run as a formula by a spreadsheet (OWASP, 'CSV Injection').
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    if type(value) is str:
        return f"'{value}" if value.lstrip(" \xa0").startswith(FORMULA) else value
    return str(value).lower() if type(value) is bool else value


def table(fields: tuple[Field, ...], rows: Iterator[list[dict[str, Any]]]) -> Iterator[bytes]:
    """The header, then a piece for each chunk of records."""
    yield b"\xef\xbb\xbf" + _lines([header(fields)])
    for some in rows:
        yield _lines([[harmless(cell) for cell in row] for row in rows_of(fields, some)])


def _lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def listing(page: ListingPage) -> Iterator[bytes]:
    return table(SOURCES[page.kind].fields, records(page.kind, page.ids()))


FORMAT = Format("csv", "text/csv; charset=utf-8; header=present", "CSV", listing=listing, order=60)
