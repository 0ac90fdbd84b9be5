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
    object_of,
    row_of,
    span,
)
from search.engines import Span, engine
from search.matches import NOTHING, Matches, key_of_query, matches
from search.models import SearchDocument, SearchWord
from search.query import Query
from search.snippets import highlight, snippets
from search.spelling import suggest
from search.understanding import understand
from search.workers import analysed

__all__ = [
    "RANKED", "Entry", "Hit", "Page", "Query", "Ranking", "Source", "document_id", "entries", "highlight", "key_of", "matching_ids",
    "of_kind", "put", "put_many", "rebuild", "register_source", "remove", "search", "snippets", "sources", "suggest",
    "understand",
]  # fmt: skip

#: Of each kind, so many of the newest matches are put in order of rank, and come before the others, the newest first.
#: What matches more than TOO_COMMON things is not ranked at all: the newest come first. Ranking is what a search costs
#: (1.5 µs for each match on SQLite, 10 on PostgreSQL), beside counting; docs/adr/0012.
RANKED, TOO_COMMON = 500, 20_000
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
    """Results from `offset` on. `total` is that of the kinds asked for, `counts_by_kind` that of each kind; `found`: all."""

    total: int = 0
    counts_by_kind: Mapping[str, int] = field(default_factory=dict)
    hits: Sequence[Hit] = ()
    found: Matches | None = None


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


class Ranking:
    """All objects of a kind that a search finds: the best of the newest RANKED first, then the others, the newest first."""

    def __init__(self, query: Query, kind: str) -> None:
        within = span(kind)
        source = matches(query) if query.wanted else Matches(NOTHING)
        #: Stands for the search, and tells nobody what it was.
        self.key = key_of_query(query)
        #: Keys of all of them.
        self.keys = source.keys(within)
        newest = source.newest(within, 0, RANKED)
        ranked = engine().rank(query, newest) if newest and len(self.keys) <= TOO_COMMON else newest
        self.first = [object_of(number) for number in ranked]

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self), RANKED):
            yield from self[start : start + RANKED]

    def __getitem__(self, part: slice) -> list[int]:
        """Keys from one place to another, in order."""
        start, stop, _step = part.indices(len(self))
        ids = self.first[start:stop]
        high, low = len(self) - max(start, len(self.first)), len(self) - stop
        return ids + (list(self.keys[low:high])[::-1] if high > low else [])


def matching_ids(text: str | Query, kind: str) -> list[int]:
    """Ids of the objects of a kind that match, in the order of Ranking."""
    return list(Ranking(understand(text), kind))


def search(text: str | Query, kinds: Iterable[str] | None = None, offset: int = 0, limit: int = 20) -> Page:
    """A page of what matches, of all kinds or of those named, in the order of `matching_ids`."""
    query, every = understand(text), known_kinds()
    if not (query.wanted and every):
        return Page()
    source = matches(query)
    counts = dict(zip(every, source.counts(map(span, every)), strict=True))
    counts = {kind: count for kind, count in counts.items() if count}
    chosen = {kind: count for kind, count in counts.items() if kinds is None or kind in set(kinds)}
    ids = _ids_of_page(query, source, {span(kind): count for kind, count in chosen.items()}, offset, limit)
    hits = [Hit(*key_of(number), rank) for rank, number in enumerate(ids, offset + 1)]
    return Page(sum(chosen.values()), counts, hits, source)


def of_kind(text: str | Query, page: Page, kind: str, limit: int) -> list[int]:
    """Ids of the first objects of a kind that match, where `page` was found: the same search has counted them."""
    count = page.counts_by_kind.get(kind, 0)
    if not (count and page.found):
        return []
    ids = _ids_of_page(understand(text), page.found, {span(kind): count}, 0, limit)
    return [object_of(number) for number in ids]


def _ids_of_page(query: Query, source: Matches, found: Mapping[Span, int], offset: int, limit: int) -> list[int]:
    first = sum(min(count, RANKED) for count in found.values())
    ids = _first(query, source, found, offset + limit)[offset:] if offset < first else []
    skipped = max(0, offset - first)
    for one, count in found.items():
        rest = max(0, count - RANKED)
        if skipped < rest and len(ids) < limit:
            ids += source.newest(one, RANKED + skipped, limit - len(ids))
        skipped = max(0, skipped - rest)
    return ids


def _first(query: Query, source: Matches, found: Mapping[Span, int], limit: int) -> list[int]:
    """Of the newest of each span, the best; where too much is found, each span in turn."""
    if sum(found.values()) > TOO_COMMON:
        most = sum(min(count, RANKED) for count in found.values())
        return source.in_turn(found, min(limit, most), RANKED)
    return engine().rank(query, [number for one in found for number in source.newest(one, 0, RANKED)])[:limit]
