"""Full-text search with PostgreSQL's tsvector, without extensions and without its dictionaries.

The column search_searchdocument.vector holds the stems with their places and weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from pyroaring import BitMap64

from search.documents import Document, Row
from search.engines import ids_of
from search.query import Option, Phrase, Query, Term

#: Weights of the letters D to A, in the order that ts_rank_cd takes; it looks at how near to each other the words stand.
#: 16: divided by the logarithm of how many different words there are (tests/relevance measured what is best).
_RANK = "ts_rank_cd('{0.2, 0.4, 0.6, 1.0}', vector, %s::tsquery, 16)"
#: Title, learning, summary, body, alternative labels; D goes without saying.
_LETTERS = ("A", "B", "C", "", "")
#: Any number that no other program at this database takes for its advisory locks.
_LOCK = 0x5EA2C4

_COLUMNS = ", ".join([*Row._fields, "vector"])
_ADD = f"INSERT INTO search_searchdocument ({_COLUMNS}) VALUES ({'%s, ' * len(Row._fields)}%s::tsvector)"
#: The new table takes the place of the old one when it is full: deleted rows would weigh on the index for long.
_SWAP = (
    "SET LOCAL maintenance_work_mem = '256MB'",
    "ALTER TABLE search_rebuild ADD CONSTRAINT search_rebuild_pkey PRIMARY KEY (id)",
    "ALTER TABLE search_rebuild ADD CONSTRAINT search_rebuild_once UNIQUE (kind, object_id)",
    "CREATE INDEX search_rebuild_vector ON search_rebuild USING gin (vector) WITH (fastupdate = off)",
    "ANALYZE search_rebuild",
    "DROP TABLE search_searchdocument",
    "ALTER TABLE search_rebuild RENAME TO search_searchdocument",
    "ALTER INDEX search_rebuild_pkey RENAME TO search_searchdocument_pkey",
    "ALTER INDEX search_rebuild_once RENAME TO search_document_once",
    "ALTER INDEX search_rebuild_vector RENAME TO search_document_vector",
)


def vector_text(document: Document) -> str:
    """The document's tsvector as PostgreSQL reads it; no phrase reaches from one column into the next."""
    places: dict[str, list[str]] = {}
    start = 1
    for letter, stems in zip(_LETTERS, document.stems, strict=True):
        for place, stem in enumerate(stems, start):
            places.setdefault(stem, []).append(f"{place}{letter}")
        start += len(stems) + 1
    return " ".join(f"'{stem}':{','.join(found)}" for stem, found in places.items())


def lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def store(documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, [prepared(document) for document in documents])


def prepared(document: Document) -> tuple[Any, ...]:
    return *document.row, vector_text(document)


def erase(documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        ids = [document.row.id for document in documents]
        cursor.execute("DELETE FROM search_searchdocument WHERE id = ANY(%s)", [ids])


def _copy(documents: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY search_rebuild ({_COLUMNS}) FROM STDIN") as copy:
        for document in documents:
            copy.write_row(document)


@contextmanager
def rebuilding() -> Iterator[Callable[[Sequence[tuple[Any, ...]]], None]]:
    """Readers use the old table until the transaction ends, and wait for no more than its last statements."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE search_rebuild (LIKE search_searchdocument INCLUDING DEFAULTS)")
        yield _copy
        for statement in _SWAP:
            cursor.execute(statement)


def _phrase(phrase: Phrase) -> str:
    return " <-> ".join(f"'{word}'" for word in phrase.words) + (":*" if phrase.prefix else "")


def _option(option: Option) -> str:
    return f"({' & '.join(f'({_phrase(phrase)})' for phrase in option)})"


def _term(term: Term) -> str:
    return f"({' | '.join(map(_option, term.options))})"


def match_text(query: Query) -> str:
    """The query as a tsquery; its words are letters and digits only, and quoted.

    >>> match_text(Query((Term(((Phrase(("child",)),),)), Term(((Phrase(("polic",)),),), excluded=True))))
    "((('child'))) & !((('polic')))"
    """
    return " & ".join([*map(_term, query.wanted), *(f"!{_term(term)}" for term in query.excluded)])


def matching(queries: Sequence[Query]) -> list[BitMap64]:
    part = "SELECT %s::int, coalesce(json_agg(id)::text, '[]') FROM search_searchdocument WHERE vector @@ %s::tsquery"
    values = [value for number, query in enumerate(queries) for value in (number, match_text(query))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([part] * len(queries)), values)
        return [ids_of(ids) for _number, ids in sorted(cursor.fetchall())]


def rank(query: Query, ids: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        sql = f"SELECT id FROM search_searchdocument WHERE id = ANY(%s) ORDER BY {_RANK} DESC, id DESC"
        cursor.execute(sql, [list(ids), match_text(query)])
        return [number for (number,) in cursor.fetchall()]


def words_beginning(prefixes: Sequence[str], limit: int) -> list[str]:
    sql = f"SELECT word FROM search_searchword WHERE {' OR '.join(['word LIKE %s'] * len(prefixes))} ORDER BY uses DESC, word LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(f"{prefix}%" for prefix in prefixes), limit])
        return [word for (word,) in cursor.fetchall()]
