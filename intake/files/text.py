"""Tables as text: any encoding that a spreadsheet writes, any delimiter."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from intake.files.bad import BadFileError

#: The longest BOM first: that of UTF-32 begins as that of UTF-16 does.
BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
#: What spreadsheets write where they do not write Unicode: Windows (west, centre), the old Macintosh, DOS.
CODE_PAGES = ["cp1252", "cp1250", "mac_roman", "cp850"]
USUAL = frozenset("‘’“”–—…•£€éèêëáàâäíìîïóòôöúùûüŵŷçñ°½¼¾·©®™ÉÀÁÂÎÔÛŴŶ\u00a0")
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}
_BLOCK = 1 << 20
#: A quotation mark that is never closed makes one cell of the rest of the file; so much of it is read, not more.
_LONGEST = 64 * _BLOCK
csv.field_size_limit(_LONGEST)


def encoding_of(path: Path) -> str:
    """The encoding of a text file: by its mark, by its zeros, as UTF-8, or else the likeliest code page."""
    with path.open("rb") as file:
        sample = file.read(65536)
        for mark, name in BOMS:
            if sample.startswith(mark):
                return name
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) > len(sample) // 8:
            return "utf-16-be" if even > odd else "utf-16-le"
        file.seek(0)
        strange = _first_not_utf8(file)
        if strange is None:
            return "utf-8"
        file.seek(max(0, strange - 2000))
        return _code_page(file.read(100_000))


def _first_not_utf8(file: BinaryIO) -> int | None:
    """Where the file stops being UTF-8; None if it never does."""
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    while True:
        block = file.read(_BLOCK)
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return max(0, done + error.start)
        if not block:
            return None
        done += len(block)


def _code_page(sample: bytes) -> str:
    """By what English and Welsh are written with, which a few signs tell; else as charset-normalizer guesses.

    (It looks at frequencies, for which a heading and two names are too little: it takes £ for Ł.)
    """
    usual: Counter[str] = Counter()
    for page in CODE_PAGES:
        try:
            strange = [char for char in sample.decode(page) if char > "\x7f"]
        except UnicodeDecodeError:
            continue
        usual[page] = sum(char in USUAL for char in strange)
    ranked = usual.most_common(2)
    if ranked and ranked[0][1] and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    best = from_bytes(sample, cp_isolation=list(usual) or None).best()
    return best.encoding if best and best.encoding not in ("ascii", "utf_8") else "cp1252"


def delimiter_of(beginning: str) -> str:
    """The delimiter that cuts the first rows into the most columns, the same number in each."""
    best, most = ",", 0
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(beginning), delimiter=delimiter))[:20]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if row)
        width = len(rows[0]) if rows else 0
        alike = widths[width]
        if width > 1 and width * alike > most:
            best, most = delimiter, width * alike
    return best


def _hint(beginning: str) -> str:
    """Excel's own first line, 'sep=;'."""
    first = beginning.split("\n", 1)[0].strip().strip('"')
    return first[4:] if first.lower().startswith("sep=") and len(first) == 5 else ""


class TextTable:
    """Rows of a text file; `share` says how much of it has been read."""

    even = True

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.size = max(1, path.stat().st_size)
        self.encoding = encoding or encoding_of(path)
        self._raw = path.open("rb")
        self._text = io.TextIOWrapper(self._raw, encoding=self.encoding, newline="")
        try:
            beginning = self._text.read(65536)
        except UnicodeError as error:
            self.close()
            raise self._undecodable(0) from error
        hint = _hint(beginning)
        self.delimiter = hint or delimiter_of(beginning)
        self._text.seek(0)
        if hint:
            self._text.readline()
        self.how = f"CSV, {self.encoding}, separated by {DELIMITERS.get(self.delimiter, repr(self.delimiter))}"

    def share(self) -> float:
        return min(1.0, self._raw.tell() / self.size)

    def close(self) -> None:
        self._raw.close()

    def _undecodable(self, number: int) -> BadFileError:
        return BadFileError(
            f"Below row {number}: a character that is not {self.encoding}. The file was cut off or put together from "
            "two files: save it again as ‘CSV UTF-8’."
        )

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number, as a spreadsheet counts. Raises BadFileError for what is no CSV."""
        reader, number = csv.reader(self._text, delimiter=self.delimiter, strict=True), 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeError as error:
                raise self._undecodable(number) from error
            except csv.Error as error:
                raise BadFileError(
                    f"Row {number + 1}: a quotation mark is opened and never closed, or stands in the middle of a "
                    "text. Put the text in quotation marks and write each one inside it twice; if the row is the "
                    "last, the file was cut off."
                ) from error
            number += 1
            yield number, cells
