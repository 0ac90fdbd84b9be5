"""Tables in XLSX workbooks: a zip of XML, read only after a look at what it would unpack to."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from intake.files.bad import BadFileError

MAX_UNPACKED, MAX_SHARED, MAX_PARTS, MAX_RATIO = 600 << 20, 150 << 20, 2000, 250
ERRORS = frozenset(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])
DAMAGED = "The workbook is cut off or damaged. Open it in a spreadsheet and save it again as XLSX or CSV."


def look_inside(path: Path) -> None:
    """Raise BadFileError for a zip that is no workbook, unpacks to too much, or brings definitions of its own."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise BadFileError("The file is a zip, but no XLSX workbook. Save the table as XLSX or CSV.")
            _weigh(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _look_at_beginning(archive, part)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise BadFileError(DAMAGED) from error


def _weigh(parts: list[zipfile.ZipInfo]) -> None:
    # zipfile unpacks no more of a part than the size that is stated here.
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    bomb = unpacked > 10 << 20 and unpacked > MAX_RATIO * max(1, packed)
    if bomb or unpacked > MAX_UNPACKED or shared > MAX_SHARED or len(parts) > MAX_PARTS:
        raise BadFileError(
            f"The workbook unpacks to {unpacked >> 20} MB in {len(parts)} parts: more than a table needs. "
            "Save the sheet as CSV, or split it."
        )


def _look_at_beginning(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Definitions (of entities, external ones among them) stand before the first element and nowhere else."""
    try:
        with archive.open(part) as file:
            next(iter(iterparse(file, events=("start",), forbid_dtd=True)), None)
    except DefusedXmlException as error:
        raise BadFileError(
            f"The workbook’s part {part.filename} defines entities of its own, which no spreadsheet program does. "
            "It is not opened. Copy the table into a new workbook."
        ) from error
    except ParseError as error:
        raise BadFileError(DAMAGED) from error


def cell_text(value: Any) -> str:
    """What a cell holds, as text: dates as 2020-06-03, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return (value.date() if value.time() == datetime.time() else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class WorkbookTable:
    """Rows of a sheet: the one with that name, or else the first that is shown."""

    even = False

    def __init__(self, path: Path, sheet: str = "") -> None:
        look_inside(path)
        # Opened here: of a path openpyxl believes the name, and what was uploaded has another one.
        self._file = path.open("rb")
        try:
            with warnings.catch_warnings():  # of features that a table does not need
                warnings.simplefilter("ignore")
                self._book = load_workbook(self._file, read_only=True, data_only=True)
        except (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
            self._file.close()
            raise BadFileError(DAMAGED) from error
        shown = [one for one in self._book.worksheets if one.sheet_state == "visible"]
        named = [one for one in shown if one.title == sheet]
        if not shown or (sheet and not named):
            names = ", ".join(one.title for one in shown) or "none"
            self.close()
            raise BadFileError(f"There is no sheet called ‘{sheet}’. Shown sheets: {names}.")
        self._sheet = (named or shown)[0]
        self._total = self._sheet.max_row or 0
        self._done = 0
        self._sheet.reset_dimensions()  # what a file says of its own size is not always true
        self.how = f"XLSX, sheet ‘{self._sheet.title}’"

    def share(self) -> float:
        return min(1.0, self._done / self._total) if self._total else 0.0

    def close(self) -> None:
        self._book.close()
        self._file.close()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        rows = self._sheet.iter_rows(values_only=True)
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    row = next(rows)
            except StopIteration:
                return
            except (ParseError, DefusedXmlException, zipfile.BadZipFile, ValueError, EOFError, KeyError) as error:
                raise BadFileError(f"Below row {self._done}: {DAMAGED[0].lower()}{DAMAGED[1:]}") from error
            self._done += 1
            yield self._done, [cell_text(value) for value in row]
