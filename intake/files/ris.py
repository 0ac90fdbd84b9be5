"""References in RIS, the format of reference managers: each is a row, each tag a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from intake.files.bad import BadFileError
from intake.files.text import encoding_of

_TAG = re.compile(r"^([A-Z][A-Z0-9])  ?- ?(.*)$")
BEGINNING = re.compile(rb"^(\xef\xbb\xbf)?\s*TY  ?- ")


class RisTable:
    """Rows of a RIS file; the number of a row is the line of the file on which its reference begins."""

    even = False

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.encoding, self.size = encoding or encoding_of(path), max(1, path.stat().st_size)
        self._file = path.open("r", encoding=self.encoding, errors="strict")
        self._read = 0
        self.how = f"RIS, {self.encoding}"
        self.heading = self._tags()

    def _tags(self) -> list[str]:
        """All tags of the file, in their order: the heading has to be known before the first row."""
        found: dict[str, None] = {}
        try:
            for line in self._file:
                if match := _TAG.match(line.rstrip("\r\n")):
                    found[match[1]] = None
        except UnicodeError as error:
            self.close()
            raise BadFileError(f"A character that is not {self.encoding}: save the file again as UTF-8.") from error
        self._file.seek(0)
        return [tag for tag in found if tag != "ER"]

    def share(self) -> float:
        return min(1.0, self._read / self.size)

    def close(self) -> None:
        self._file.close()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        yield 0, self.heading
        began, cells, last = 0, {}, ""
        for number, line in enumerate(self._file, 1):
            self._read += len(line)
            match = _TAG.match(line.rstrip("\r\n"))
            if match and match[1] == "TY" and cells:
                raise BadFileError(f"Line {number}: a reference begins before that of line {began} has its ‘ER  - ’.")
            if match and match[1] == "ER":
                yield began, ["; ".join(cells.get(tag, [])) for tag in self.heading]
                cells, last = {}, ""
            elif match:
                began = began if cells else number
                last = match[1]
                cells.setdefault(last, []).append(match[2].strip())
            elif line.strip() and not last:
                raise BadFileError(f"Line {number}: no tag such as ‘TI  - ’. Save the references as RIS again.")
            elif line.strip():
                cells[last][-1] = f"{cells[last][-1]} {line.strip()}".strip()
        if cells:
            raise BadFileError(f"Line {began}: the reference has no ‘ER  - ’ at its end. The file was cut off.")
