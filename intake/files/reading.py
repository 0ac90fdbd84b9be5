"""One way to open a table, whatever file it is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.formats.csv_table import FORMULA
from intake.files.bad import BadFileError, refuse_strangers
from intake.files.ris import BEGINNING, RisTable
from intake.files.text import TextTable
from intake.files.workbook import ERRORS, WorkbookTable

MAX_COLUMNS, MAX_CELL = 200, 100_000


@dataclass
class Row:
    """A row of the file: `faults` say by column what is wrong with a cell, before anybody asks what it means."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str]


@dataclass
class Table:
    """`how`: how the file was read, for whoever sent it; `heading`: the names of its columns; `share`: how much of the
    file has been read, from 0 to 1; `even`: whether every row should have as many cells as the heading.
    """

    how: str
    heading: list[str]
    raw: Iterator[tuple[int, list[str]]]
    share: Callable[[], float]
    even: bool

    def rows(self) -> Iterator[Row]:
        """The rows below the heading that are not blank."""
        for number, cells in self.raw:
            if any(cell.strip() for cell in cells):
                yield _row(number, self.heading, cells, self.even)


def _row(number: int, heading: list[str], cells: list[str], even: bool) -> Row:
    while len(cells) > len(heading) and not cells[-1].strip():
        cells.pop()
    cells = cells if even else [*cells, *[""] * (len(heading) - len(cells))]
    faults = {name: fault for name, cell in zip(heading, cells, strict=False) if (fault := _fault(cell))}
    if even and len(cells) < len(heading):
        faults[heading[len(cells)]] = (
            f"the row ends after {len(cells)} of {len(heading)} cells: the file may have been cut off here"
        )
    if len(cells) > len(heading):
        faults[heading[-1]] = (
            f"the row has {len(cells)} cells, the heading {len(heading)}: put a text that holds the delimiter in "
            "quotation marks"
        )
    return Row(number, {name: _clean(cell) for name, cell in zip(heading, cells, strict=False)}, faults)


def _fault(cell: str) -> str:
    if len(cell) > MAX_CELL:
        return f"{len(cell):,} characters in one cell, at most {MAX_CELL:,}: shorten it, or link the document instead"
    if "\0" in cell:
        return "holds a NUL character, which no text has: save the file again as ‘CSV UTF-8’"
    if any(char < " " and char not in "\t\r\n" for char in cell):
        return "holds a control character: type the text anew"
    if cell.strip() in ERRORS:
        return f"holds {cell.strip()}, an error of the spreadsheet: mend the formula, or type the value"
    return ""


def _clean(cell: str) -> str:
    """Without the apostrophe that keeps a text from being taken for a formula (`harmless` of exports)."""
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" \xa0").startswith(FORMULA) else cell


def _heading(cells: list[str]) -> list[str]:
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    twice = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1 and name]
    if len(names) > MAX_COLUMNS:
        raise BadFileError(f"Row 1: {len(names)} columns, at most {MAX_COLUMNS}. Send the columns that are wanted.")
    if any(len(name) > 200 for name in names):
        raise BadFileError("Row 1: a heading longer than 200 characters. The first row must hold the column names.")
    if twice:
        raise BadFileError(f"Row 1: the column ‘{twice[0]}’ stands there twice. Rename or remove one of them.")
    if not any(names):
        raise BadFileError("The file has no heading. The first row must hold the column names.")
    return [name or f"column {place}" for place, name in enumerate(names, 1)]


def _source(path: Path, encoding: str, sheet: str) -> Any:
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.startswith(b"PK"):
        return WorkbookTable(path, sheet)
    refuse_strangers(beginning)
    return RisTable(path, encoding) if BEGINNING.match(beginning) else TextTable(path, encoding)


@contextmanager
def open_table(path: Path, *, encoding: str = "", sheet: str = "") -> Iterator[Table]:
    """The table in a CSV, XLSX or RIS file; told apart by what is inside, not by the name.

    Raises BadFileError, also while rows are read.
    """
    source = _source(path, encoding, sheet)
    try:
        rows = source.rows()
        first = next(((number, cells) for number, cells in rows if any(cell.strip() for cell in cells)), None)
        if first is None:
            raise BadFileError("The file is empty. Save it again with a heading row and at least one row below it.")
        yield Table(source.how, _heading(first[1]), rows, source.share, source.even)
    finally:
        source.close()
