"""Full-text search with SQLite's FTS5.

The table search_fts holds only the index (it is 'contentless'): no text is stored twice, and none has to agree with
what FTS5 would read back. There are no triggers: Django rebuilds a table to alter it, and would drop them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from pyroaring import BitMap64

from search.documents import Document, Row
from search.engines import ids_of
from search.query import Option, Phrase, Query, Term

#: Weights of title, learning, summary, body and alternative labels: those of several that tests/relevance found best.
_RANK = "bm25(search_fts, 2.0, 1.8, 1.5, 1.0, 0.5)"
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
    _write([prepared(document) for document in documents])


def prepared(document: Document) -> tuple[Any, ...]:
    return document.row, _stems(document)


def _write(documents: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_ROW, [row for row, _ in documents])
        cursor.executemany(_ADD_STEMS, [stems for _, stems in documents])


def erase(documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_FORGET_STEMS, [_stems(document) for document in documents])
        cursor.executemany(
            "DELETE FROM search_searchdocument WHERE id = %s", [(document.row.id,) for document in documents]
        )


@contextmanager
def rebuilding() -> Iterator[Callable[[Sequence[tuple[Any, ...]]], None]]:
    """Readers see the old index until the transaction ends; documents come quickest in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchdocument")
        cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('delete-all')")
        cursor.execute("INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', %s)", [_REBUILD_BYTES])
        yield _write
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


def matching(queries: Sequence[Query]) -> list[BitMap64]:
    """As JSON: a million rows of one id each take half as long again."""
    part = "SELECT %s, json_group_array(rowid) FROM search_fts WHERE search_fts MATCH %s"
    values = [value for number, query in enumerate(queries) for value in (number, match_text(query))]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([part] * len(queries)), values)
        found = {number: ids_of(ids) for number, ids in cursor}  # one text in memory at a time
    return [found[number] for number in range(len(queries))]


def rank(query: Query, ids: Sequence[int]) -> list[int]:
    ranking = _ranking_text(query)
    if not ranking:
        return sorted(ids, reverse=True)
    sql = (
        "SELECT rowid FROM search_fts WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"
        f" AND +rowid IN (SELECT value FROM json_each(%s)) ORDER BY {_RANK}, rowid DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [ranking, min(ids), max(ids), json.dumps(ids)])
        return [number for (number,) in cursor.fetchall()]


def _ranking_text(query: Query) -> str:
    """What decides the order, and finds as much as the query or more: its words without those that nearly all texts have,
    which weigh nothing in bm25() and take it long to count. Nothing: no word decides."""
    from search.commonness import common_stems  # not above: workers import this module, and know of no models

    common = common_stems()
    terms = []
    for term in query.wanted:
        options = [tuple(word for phrase in option for word in _weighing(phrase, common)) for option in term.options]
        if all(options):
            terms.append(f"({' OR '.join(_all_of(words) for words in options)})")
    return " AND ".join(terms)


def _weighing(phrase: Phrase, common: frozenset[str]) -> list[str]:
    """The phrase, or its words that are not common; of beginnings nobody knows how common they are."""
    if common.isdisjoint(phrase.words) and not (phrase.prefix and common):
        return [_phrase(phrase)]
    whole = phrase.words[:-1] if phrase.prefix else phrase.words
    return [f'"{word}"' for word in whole if word not in common]


def _all_of(words: Sequence[str]) -> str:
    return f"({' AND '.join(words)})"


def words_beginning(prefixes: Sequence[str], limit: int) -> list[str]:
    sql = f"SELECT word FROM search_searchword WHERE {' OR '.join(['word GLOB %s'] * len(prefixes))} ORDER BY uses DESC, word LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(f"{prefix}*" for prefix in prefixes), limit])
        return [word for (word,) in cursor.fetchall()]
