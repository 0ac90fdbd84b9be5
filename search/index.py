"""The one way to the search index: what is published goes in here, and searches come out.

Whoever writes calls `put` and `remove` within the transaction that publishes or withdraws. Whoever searches gives the
reader's text as it came, or what `understand` made of it. Nothing here logs or keeps what readers type.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from search import words
from search.documents import (
    Document,
    Entry,
    Row,
    document_id,
    document_of,
    key_of,
    kind_code,
    known_kinds,
    row_of,
    span,
)
from search.engines import engine
from search.matches import matches
from search.models import SearchDocument, SearchWord
from search.query import Query
from search.ranking import Order, Ranking, counted
from search.snippets import highlight, snippets
from search.spelling import suggest
from search.understanding import understand
from search.workers import analysed

__all__ = [
    "Entry", "Hit", "Page", "Query", "Source", "document_id", "entries", "highlight", "key_of", "matching_ids", "put",
    "put_many", "ranking", "rebuild", "register_source", "remove", "search", "snippets", "sources", "suggest", "understand",
]  # fmt: skip

_BATCH = 500
_REBUILD_BATCH = 200
#: Words that a rebuild counts before it keeps those that can be suggested and forgets the rest.
_MOST_COUNTED = 100_000


class Hit(NamedTuple):
    """One result; `rank` is its place among all of them, from 1."""

    kind: str
    object_id: int
    rank: int


@dataclass(frozen=True)
class Page:
    """Results from `offset` on. `total` is that of the kinds asked for, `counts_by_kind` that of each kind."""

    total: int = 0
    counts_by_kind: Mapping[str, int] = field(default_factory=dict)
    hits: Sequence[Hit] = ()
    _order: Order | None = None

    def of_kind(self, kind: str, limit: int) -> list[int]:
        """Ids of the first objects of a kind that match, whichever kinds were asked for."""
        return self._order.within(kind, limit) if self._order and kind in self.counts_by_kind else []


@dataclass(frozen=True)
class Source:
    """All entries of a kind, and how many there are, for the progress bar."""

    kind: str
    entries: Callable[[], Iterable[Entry]]
    count: Callable[[], int] | None


_sources: dict[str, Source] = {}


def register_source(kind: str, entries: Callable[[], Iterable[Entry]], count: Callable[[], int] | None = None) -> None:
    """Say where all published things of a kind come from, for `reindex`; best in the order of their ids.

    register_source("review", lambda: map(entry_of, CaseReview.objects.published().order_by("pk").iterator()))
    """
    kind_code(kind)
    _sources[kind] = Source(kind, entries, count)


def sources() -> list[Source]:
    """The registered sources, in the order in which SQLite indexes them quickest."""
    return sorted(_sources.values(), key=lambda source: kind_code(source.kind))


def entries() -> Iterator[Entry]:
    """Everything that is published."""
    for source in sources():
        yield from source.entries()


def put(
    kind: str, object_id: int, components: Mapping[str, str], alt: str = "", date: datetime.date | None = None
) -> None:
    """Index one published thing, or index it anew. Components by weight: A title, B learning, C summary, D body."""
    put_many([Entry(kind, object_id, components, alt, date)])


@transaction.atomic
def put_many(entries: Iterable[Entry]) -> None:
    """Index published things, or index them anew; what has not changed costs a comparison."""
    engine().lock()
    for batch in _batches(entries, _BATCH):
        _replace({row.id: row for row in map(row_of, batch)})


@transaction.atomic
def remove(kind: str, object_id: int) -> None:
    """Take out what is no longer published; what is not in the index is no error."""
    engine().lock()
    _replace({document_id(kind, object_id): None})


@transaction.atomic(savepoint=False)  # SQLite would keep all that a savepoint changes in memory: 1.8 GB
def rebuild(entries: Iterable[Entry], progress: Callable[[int], None] | None = None) -> None:
    """Make the index anew of these entries, and of nothing else; `progress` is told how many more are in.

    One transaction: readers use the old index until it ends, and keep it if it is interrupted. What is published
    meanwhile waits for it (PostgreSQL), or is told after 20 seconds that the database is locked (SQLite).
    """
    uses: Counter[str] = Counter()
    found: Counter[str] = Counter()
    engine().lock()
    batches = (sorted(map(row_of, batch)) for batch in _batches(entries, _REBUILD_BATCH))
    with engine().rebuilding() as write:
        for prepared, raw in analysed(batches, engine().prepared):
            write(prepared)
            uses.update(raw)
            if len(uses) > _MOST_COUNTED:  # every code and number is a word of its own
                found.update(words.uses(uses))
                uses.clear()
            if progress:
                progress(len(prepared))
    found.update(words.uses(uses))
    SearchWord.objects.all().delete()
    SearchWord.objects.bulk_create(
        (SearchWord(word=word, uses=count) for word, count in sorted(found.items())), batch_size=_BATCH
    )


def _batches(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    entries = iter(entries)
    while batch := list(islice(entries, size)):
        yield batch


def _replace(rows: Mapping[int, Row | None]) -> None:
    """Put the rows in place of those with their ids; None takes out."""
    stored = SearchDocument.objects.filter(pk__in=rows).values_list(*Row._fields)
    old = {row.id: row for row in map(Row._make, stored)}
    changed = [number for number, row in rows.items() if row != old.get(number)]
    if not changed:
        return
    gone = [document_of(old[number]) for number in changed if number in old]
    added = [document_of(row) for number in changed if (row := rows[number])]
    if gone:
        engine().erase(gone)
    if added:
        engine().store(added)
    _count_words(gone, added)


def _count_words(gone: Sequence[Document], added: Sequence[Document]) -> None:
    """Keep the words' counts. In the order of the words, so that no two writers wait for each other."""
    change: Counter[str] = Counter()
    for document in added:
        change.update(document.raw)
    for document in gone:
        change.subtract(document.raw)
    counts = sorted(words.uses(change).items())
    more = [(word, count) for word, count in counts if count > 0]
    less = [(-count, -count, word) for word, count in counts if count < 0]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_searchword (word, uses) VALUES (%s, %s)"
            " ON CONFLICT (word) DO UPDATE SET uses = search_searchword.uses + excluded.uses",
            more,
        )
        cursor.executemany(
            "UPDATE search_searchword SET uses = CASE WHEN uses > %s THEN uses - %s ELSE 0 END WHERE word = %s", less
        )
        cursor.executemany("DELETE FROM search_searchword WHERE word = %s AND uses = 0", [row[2:] for row in less])


def ranking(text: str | Query, kind: str) -> Ranking:
    """All objects of a kind that match, in order."""
    query = understand(text)
    return Ranking(query, kind, matches(query))


def matching_ids(text: str | Query, kind: str) -> list[int]:
    """Ids of the objects of a kind that match, in order."""
    return list(ranking(text, kind))


def search(text: str | Query, kinds: Iterable[str] | None = None, offset: int = 0, limit: int = 20) -> Page:
    """A page of what matches, of all kinds or of those named, in the order of `matching_ids`."""
    query, every = understand(text), known_kinds()
    if not (query.wanted and every):
        return Page()
    source = matches(query)
    counts = counted(source)
    chosen = {kind: count for kind, count in counts.items() if kinds is None or kind in set(kinds)}
    order = Order(query, source, {span(kind): count for kind, count in chosen.items()})
    hits = [Hit(*key_of(number), rank) for rank, number in enumerate(order.part(offset, limit), offset + 1)]
    return Page(sum(chosen.values()), counts, hits, order)
