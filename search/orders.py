"""The orders of a list: primary keys in a row, kept so that one more finds its place without all being sorted anew."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any, Self

from search.facets import Sort

#: Primary keys take four bytes each.
KEYS = "I"


class Order:
    """All rows of a list in one order. `keys`: the different sort keys, in order; `starts`: where each begins."""

    def __init__(self, ids: array[int], keys: list[Any], starts: list[int], turned: bool) -> None:
        self.ids, self.keys, self.starts, self.turned = ids, keys, starts, turned

    @classmethod
    def of(cls, sort: Sort, buckets: dict[Any, array[int]]) -> Self:
        """From the rows of each key, as they were read."""
        keys = sorted(buckets)
        ids, starts = array(KEYS), []
        for key in keys:
            starts.append(len(ids))
            ids.extend(reversed(buckets[key]) if sort.turned else buckets[key])
        return cls(ids, keys, starts, sort.turned)

    def copy(self) -> Order:
        return Order(self.ids[:], self.keys[:], self.starts[:], self.turned)

    def key_at(self, position: int) -> Any:
        return self.keys[bisect_right(self.starts, position) - 1]

    def remove(self, position: int) -> None:
        """Take the row at that position out. Empty keys go too."""
        number = bisect_right(self.starts, position) - 1
        del self.ids[position]
        for later in range(number + 1, len(self.starts)):
            self.starts[later] -= 1
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.ids)
        if self.starts[number] == end:
            del self.keys[number], self.starts[number]

    def insert(self, pk: int, key: Any, tie: Any, tie_of: Callable[[int], Any]) -> int:
        """Put a row in; where it came to stand. `tie_of` gives what rows of one key are read by, rising."""
        number = bisect_left(self.keys, key)
        if number == len(self.keys) or self.keys[number] != key:
            place = self.starts[number] if number < len(self.starts) else len(self.ids)
            self.keys.insert(number, key)
            self.starts.insert(number, place)
        start = self.starts[number]
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.ids)
        position = self._place(start, end, tie, tie_of)
        self.ids.insert(position, pk)
        for later in range(number + 1, len(self.starts)):
            self.starts[later] += 1
        return position

    def _place(self, start: int, end: int, tie: Any, tie_of: Callable[[int], Any]) -> int:
        """Halving: a look at twenty rows among a million."""
        while start < end:
            middle = (start + end) // 2
            before = tie_of(self.ids[middle]) < tie
            if before != self.turned:
                start = middle + 1
            else:
                end = middle
        return start


def bucketed(rows: Iterable[tuple[Any, ...]], key_of: Callable[[tuple[Any, ...]], Any]) -> dict[Any, array[int]]:
    """Rows (pk, values...) by the key of their values, each key asked for once for the same values."""
    buckets: dict[Any, array[int]] = {}
    known: dict[tuple[Any, ...], Callable[[int], None]] = {}
    for pk, *values in rows:
        given = tuple(values)
        append = known.get(given)
        if append is None:
            append = known[given] = buckets.setdefault(key_of(given), array(KEYS)).append
        append(pk)
    return buckets
