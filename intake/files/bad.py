"""What is wrong with a file, said so that whoever sent it can mend it; and the files that are no tables at all."""

from __future__ import annotations

import re

#: How a file begins that is something else than a table, what it is, and what to do.
STRANGERS = [
    (b"%PDF", "a PDF", "Copy its table into a spreadsheet and save that as CSV or XLSX."),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel file (.xls), or one that a password protects",
        "Open it, take the password off, and save it as XLSX or CSV.",
    ),
    (b"\x89PNG", "a picture", "Send the table itself, as CSV or XLSX."),
    (b"\xff\xd8\xff", "a picture", "Send the table itself, as CSV or XLSX."),
    (b"GIF8", "a picture", "Send the table itself, as CSV or XLSX."),
    (b"\x1f\x8b", "a compressed file", "Unpack it and send what is inside."),
    (b"7z\xbc\xaf", "a compressed file", "Unpack it and send what is inside."),
    (b"Rar!", "a compressed file", "Unpack it and send what is inside."),
    (b"{\\rtf", "a text document", "Copy its table into a spreadsheet and save that as CSV or XLSX."),
    (b"SQLite format 3", "a database", "Save the table as CSV or XLSX."),
]
_MARKUP = re.compile(rb"\s*(<\?xml|<!DOCTYPE|<html|<table|<body|<head)", re.IGNORECASE)


class BadFileError(ValueError):
    """The file as a whole cannot be read. Its text names the place, where there is one, and the remedy."""


def refuse_strangers(beginning: bytes) -> None:
    """Raise BadFileError for what can be told from its first bytes to be no table."""
    if not beginning.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise BadFileError("The file is empty. Save it again with a heading row and at least one row below it.")
    for magic, what, remedy in STRANGERS:
        if beginning.startswith(magic):
            raise BadFileError(f"The file is {what}, not a table. {remedy}")
    if _MARKUP.match(beginning.removeprefix(b"\xef\xbb\xbf")):
        raise BadFileError(
            "The file is a web page or XML, not a table (some programs name such files .xls). "
            "Open it in a spreadsheet and save it as XLSX or CSV."
        )
