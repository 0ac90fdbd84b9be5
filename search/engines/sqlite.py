"""Full-text search with SQLite's FTS5.

The table search_fts holds only the index (it is 'contentless'): no text is stored twice, and none has to agree with
what FTS5 would read back. There are no triggers: Django rebuilds a table to alter it, and would drop them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from search.documents import OBJECT_BITS, Document, Row
from search.query import Option, Phrase, Query, Term

Span = tuple[int, int]
Found = tuple[Span, int]

#: Weights of title, learning, summary, body and alternative labels.
_RANK = "bm25(search_fts, 10.0, 5.0, 3.0, 1.0, 1.0)"
_COLUMNS = "title, learning, summary, body, alt"

_ADD_ROW = (
    f"INSERT INTO search_searchdocument ({', '.join(Row._fields)}) VALUES ({', '.join(['%s'] * len(Row._fields))})"
)
_ADD_STEMS = f"INSERT INTO search_fts (rowid, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s)"
_FORGET_STEMS = f"INSERT INTO search_fts (search_fts, rowid, {_COLUMNS}) VALUES ('delete', %s, %s, %s, %s, %s, %s)"
#: Bytes of the index that a rebuild collects before it writes them; the default of 1 MB makes it twice as slow.
_REBUILD_BYTES, _ORDINARY_BYTES = 64 * 1024 * 1024, 1024 * 1024


def _stems(document: Document) -> tuple[int | str, ...]:
    return (document.row.id, *map(" ".join, document.stems))


def lock() -> None:
    """Nothing to do: a transaction that writes has SQLite's one write lock (settings: IMMEDIATE)."""


def store(documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_ROW, [document.row for document in documents])
        cursor.executemany(_ADD_STEMS, [_stems(document) for document in documents])


def erase(documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET_STEMS, [_stems(document) for document in documents])
        cursor.executemany(
            "DELETE FROM search_searchdocument WHERE id = %s", [(document.row.id,) for document in documents]
        )


@contextmanager
def rebuilding() -> Iterator[Callable[[Sequence[Document]], None]]:
    """Readers see the old index until the transaction ends; documents come quickest in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchdocument")
        cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('delete-all')")
        cursor.execute("INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', %s)", [_REBUILD_BYTES])
        yield store
        cursor.execute("INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', %s)", [_ORDINARY_BYTES])
        cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")


def _phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"' + ("*" if phrase.prefix else "")


def _option(option: Option) -> str:
    return f"({' AND '.join(map(_phrase, option))})"


def _term(term: Term) -> str:
    return f"({' OR '.join(map(_option, term.options))})"


def match_text(query: Query) -> str:
    """The query in the language of FTS5; its words are letters and digits only, and quoted.

    >>> match_text(Query((Term(((Phrase(("child",)),),)), Term(((Phrase(("polic",)),),), excluded=True))))
    '(("child")) NOT (("polic"))'
    """
    return " NOT ".join([" AND ".join(map(_term, query.wanted)), *map(_term, query.excluded)])


def counts(query: Query, spans: Sequence[Span]) -> list[int]:
    """A count for each span: to group by a part of the id takes five times as long."""
    part = "SELECT count(*) FROM search_fts WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"
    text = match_text(query)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([part] * len(spans)), [value for span in spans for value in (text, *span)])
        return [count for (count,) in cursor.fetchall()]


def newest(query: Query, span: Span, offset: int = 0, limit: int | None = None) -> list[int]:
    sql = (
        "SELECT rowid FROM search_fts WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"
        " ORDER BY rowid DESC LIMIT %s OFFSET %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [match_text(query), *span, -1 if limit is None else limit, offset])
        return [number for (number,) in cursor.fetchall()]


def rank(query: Query, ids: Sequence[int]) -> list[int]:
    sql = (
        "SELECT rowid FROM search_fts WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"
        f" ORDER BY {_RANK}, rowid DESC"
    )
    wanted = set(ids)
    with connection.cursor() as cursor:
        cursor.execute(sql, [match_text(query), min(ids), max(ids)])
        return [number for (number,) in cursor.fetchall() if number in wanted]


def best(query: Query, found: Sequence[Found], among: int, ranked: bool, offset: int, limit: int) -> list[int]:
    few = ranked and all(count <= among for _, count in found)
    sql, values = _together(query, found) if few else _apart(query, found, among, ranked)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s OFFSET %s", [*values, limit, offset])
        return [number for (number,) in cursor.fetchall()]


def _together(query: Query, found: Sequence[Found]) -> tuple[str, list[int | str]]:
    """All matches by rank: before its first row, bm25() walks through all rows with any of the words, so best once."""
    low, high = min(low for (low, _), _ in found), max(high for (_, high), _ in found)
    kinds = [low >> OBJECT_BITS for (low, _), _ in found]
    sql = (
        "SELECT rowid FROM search_fts WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"
        f" AND rowid >> {OBJECT_BITS} IN ({', '.join(['%s'] * len(kinds))}) ORDER BY {_RANK}, rowid DESC"
    )
    return sql, [match_text(query), low, high, *kinds]


def _apart(query: Query, found: Sequence[Found], among: int, ranked: bool) -> tuple[str, list[int | str]]:
    """The newest of each span, by rank or in turn: FTS5 gives them in the order of their ids, and stops at the limit."""
    rank = f", {_RANK} AS score" if ranked else ""
    place = "score" if ranked else "row_number() OVER (ORDER BY id DESC) AS score"
    part = (
        f"SELECT id, {place} FROM (SELECT rowid AS id{rank} FROM search_fts"
        " WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s ORDER BY rowid DESC LIMIT %s)"
    )
    text = match_text(query)
    values = [value for span, _ in found for value in (text, *span, among)]
    return f"SELECT id FROM ({' UNION ALL '.join([part] * len(found))}) ORDER BY score, id DESC", values


def words_beginning(prefixes: Sequence[str], limit: int) -> list[str]:
    sql = f"SELECT word FROM search_searchword WHERE {' OR '.join(['word GLOB %s'] * len(prefixes))} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(f"{prefix}*" for prefix in prefixes), limit])
        return [word for (word,) in cursor.fetchall()]
