"""Tables in files, from elsewhere and so not to be trusted: a heading, and rows of texts, read as a stream."""

from intake.files.bad import BadFileError
from intake.files.reading import Table, open_table

__all__ = ["BadFileError", "Table", "open_table"]
