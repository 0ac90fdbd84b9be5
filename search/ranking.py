"""In which order comes what a search found: of the newest the best, then the others, the newest first (docs/adr/0012)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter

from publishing.held import Shelf
from search.documents import known_kinds, object_of, span
from search.engines import Span, engine
from search.matches import Matches, key_of
from search.models import SearchDocument
from search.query import Query

#: So many of the newest matches are put in order of rank, and come before the others; where several kinds are found, each
#: has its share. What more than TOO_COMMON things match is not ranked at all. Ranking is what a search costs (2 to 5 µs for
#: each match on SQLite, 10 on PostgreSQL), beside counting.
RANKED, TOO_COMMON = 500, 20_000
#: Of so many of the first it is asked whether they have the words as they were typed.
IN_MIND = 10
#: Bytes of the orders that are held: whoever turns a page, or narrows a list, asks for the same one again.
_MOST_BYTES = 1_000_000

#: Orders of one version of the content, under what stands for the search: no reader's words.
_ORDERS: Shelf[array[int]] = Shelf(_MOST_BYTES)


def shares(counts: Mapping[Span, int], most: int) -> dict[Span, int]:
    """How many of each span are ranked, of `most`: the same of each, and of the others what one does not need.

    >>> shares({(0, 9): 2, (10, 99): 90, (100, 999): 40}, 50)
    {(0, 9): 2, (100, 999): 24, (10, 99): 24}
    """
    found = {}
    for left, (one, count) in zip(range(len(counts), 0, -1), sorted(counts.items(), key=itemgetter(1)), strict=True):
        found[one] = min(count, most // left)
        most -= found[one]
    return found


class Order:
    """What was found in those spans of the index, in order. `counts`: how much each has."""

    def __init__(self, query: Query, source: Matches, counts: Mapping[Span, int]) -> None:
        self._query, self._source, self._counts = query, source, counts
        self._shares = shares(counts, RANKED)
        self._is_ranked = sum(counts.values()) <= TOO_COMMON

    def part(self, offset: int, limit: int) -> list[int]:
        """Documents from one place on."""
        first = sum(self._shares.values())
        ids = list(self._first(min(first, offset + limit))[offset : offset + limit]) if offset < first else []
        skipped = max(0, offset - first)
        for one, count in self._counts.items():
            rest = count - self._shares[one]
            if skipped < rest and len(ids) < limit:
                ids += self._source.newest(one, self._shares[one] + skipped, limit - len(ids))
            skipped = max(0, skipped - rest)
        return ids

    def within(self, kind: str, limit: int) -> list[int]:
        """Keys of the first objects of a kind, whether or not it is among the spans."""
        one = span(kind)
        if self._is_ranked and self._shares.get(one):
            ids = [number for number in self._ranked if one[0] <= number <= one[1]]
        else:
            (count,) = self._source.counts([one])
            ids = Order(self._query, self._source, {one: count}).part(0, limit) if count else []
        return [object_of(number) for number in ids[:limit]]

    def _first(self, limit: int) -> Sequence[int]:
        """Of the newest of each span, the best; where too much is found, each span in turn."""
        return self._ranked if self._is_ranked else self._source.in_turn(self._shares, limit)

    @cached_property
    def _ranked(self) -> Sequence[int]:
        typed = getattr(self._query, "typed", ())
        state, key = (self._source.version, ""), (self._source.key, key_of(typed), *self._counts)
        held = _ORDERS.get(state, key)
        if held is None:
            newest = [number for one, share in self._shares.items() for number in self._source.newest(one, 0, share)]
            held = array("Q", as_typed(typed, engine().rank(self._query, newest)) if newest else ())
            if self._source.version:
                _ORDERS.put(state, key, held, len(held) * held.itemsize)
        return held


def as_typed(typed: Sequence[str], ids: Sequence[int]) -> list[int]:
    """The documents with those in front, of the first, that have most of the words as they were typed: the index knows
    stems alone, and whoever types three words or more may well have a text in mind."""
    first, others = list(ids[:IN_MIND]), list(ids[IN_MIND:])
    if len(typed) < 3 or len(first) < 2:
        return [*first, *others]
    words = [re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])") for word in typed]
    lacking = dict.fromkeys(first, 0)
    rows = SearchDocument.objects.filter(pk__in=first).values_list("pk", "title", "learning", "summary", "body")
    for number, *texts in rows:
        text = " ".join(texts).casefold()
        lacking[number] = sum(not word.search(text) for word in words)
    return [*sorted(first, key=lacking.__getitem__), *others]


def counted(source: Matches) -> dict[str, int]:
    """How much of each kind was found."""
    every = known_kinds()
    found = zip(every, source.counts(map(span, every)), strict=True)
    return {kind: count for kind, count in found if count}


class Ranking:
    """All objects of a kind that a search finds, in order."""

    def __init__(self, query: Query, kind: str, source: Matches) -> None:
        within = span(kind)
        #: Stands for the search, and tells nobody what it was.
        self.key = source.key
        #: Keys of all of them.
        self.keys = source.keys(within)
        self._order = Order(query, source, {within: len(self.keys)})

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self), RANKED):
            yield from self[start : start + RANKED]

    def __getitem__(self, part: slice) -> list[int]:
        """Keys from one place to another."""
        start, stop, _step = part.indices(len(self))
        return [object_of(number) for number in self._order.part(start, stop - start)] if stop > start else []
