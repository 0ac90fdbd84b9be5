"""Full-text search in the database at hand: the same functions over SQLite's FTS5 and PostgreSQL's tsvector."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from django.db import connection
from pyroaring import BitMap64

from search.documents import Document
from search.query import Query

#: The lowest and the highest id of the documents meant: those of one kind.
Span = tuple[int, int]


class Engine(Protocol):
    """What an engine must do. The words of queries are stems; every query wants something (Query.wanted)."""

    def lock(self) -> None:
        """Inside a transaction: let no one else write to the index until it ends."""

    def store(self, documents: Sequence[Document]) -> None:
        """Add documents that are not in the index."""

    def erase(self, documents: Sequence[Document]) -> None:
        """Take documents out, given as they were stored."""

    def prepared(self, document: Document) -> tuple[Any, ...]:
        """What a rebuild writes of the document; a pure function, for other processes."""

    def rebuilding(self) -> AbstractContextManager[Callable[[Sequence[tuple[Any, ...]]], None]]:
        """Inside a transaction: an empty index, filled by the function that is given with what was prepared, in place
        at the end."""

    def matching(self, queries: Sequence[Query]) -> list[BitMap64]:
        """Ids of all that each query matches, in one statement."""

    def rank(self, query: Query, ids: Sequence[int]) -> list[int]:
        """These ids, all of which match, the best first."""

    def words_beginning(self, prefixes: Sequence[str], limit: int) -> list[str]:
        """Indexed words that begin with any of the prefixes, the commonest first."""


#: Characters of a list of ids that are read at a time.
_PIECE = 500_000


def ids_of(text: str) -> BitMap64:
    """The ids of a JSON array, some at a time: as numbers of Python, a million would take 40 MB, which the process keeps.

    >>> ids_of("[1, 5]")
    BitMap64([1, 5])
    """
    found, start = BitMap64(), 1
    while start < len(text) - 1:
        end = text.find(",", start + _PIECE)
        end = end if end >= 0 else len(text) - 1
        found.update(json.loads(f"[{text[start:end]}]"))
        start = end + 1
    return found


def engine() -> Engine:
    """The engine of the default database."""
    if connection.vendor == "postgresql":
        from search.engines import postgres

        return postgres
    from search.engines import sqlite

    return sqlite
