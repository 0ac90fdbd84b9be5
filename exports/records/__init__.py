"""Published things as plain data, read in chunks by their keys: the source of every data file and of the API.

Each kind has one file here. What is no longer published when its chunk is read is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from exports.fields import Field, Record
from exports.records import briefings, reviews, sets, statements

#: Rows read at once: few enough to come quickly and stay small, many enough that statements do not count.
CHUNK = 500


@dataclass(frozen=True)
class Source:
    """`fields`: what a record holds; `read`: the records of the published rows with these keys, in their order."""

    fields: tuple[Field, ...]
    read: Callable[[Sequence[int]], list[Record]]


SOURCES: dict[str, Source] = {
    "briefing": Source(briefings.FIELDS, briefings.read),
    "review": Source(reviews.FIELDS, reviews.read),
    "set": Source(sets.FIELDS, sets.read),
    "learning": Source(statements.LEARNING_FIELDS, statements.read_learning),
    "recommendation": Source(statements.RECOMMENDATION_FIELDS, statements.read_recommendations),
}


def chunks(keys: Iterable[int], size: int = CHUNK) -> Iterator[list[int]]:
    keys = iter(keys)
    while some := list(islice(keys, size)):
        yield some


def records(kind: str, keys: Iterable[int], size: int = CHUNK) -> Iterator[list[Record]]:
    """The records with these keys, in their order, a chunk at a time: the memory does not grow with the rows."""
    for some in chunks(keys, size):
        yield SOURCES[kind].read(some)
