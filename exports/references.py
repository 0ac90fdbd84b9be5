"""References to published things, one by one or in chunks: what reference managers are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from briefings.pages import reference_to
from exports.records import chunks
from exports.things import THINGS
from reviews.citations import Reference, of_review, of_statement

MAKERS: dict[str, Callable[[Any], Reference]] = {
    "briefing": reference_to,
    "review": of_review,
    "learning": of_statement,
    "recommendation": of_statement,
}


def by_key(kind: str, keys: Sequence[int]) -> dict[int, Reference]:
    """References to the published rows with these keys: a fixed number of statements."""
    thing = THINGS[kind]
    rows = list(thing.rows().published().filter(pk__in=keys))
    thing.ready(rows)
    return {row.pk: MAKERS[kind](row) for row in rows}


def references(kind: str, keys: Iterable[int]) -> Iterator[list[Reference]]:
    """References to the published rows with these keys, in their order, a chunk at a time."""
    for some in chunks(keys):
        found = by_key(kind, some)
        yield [found[key] for key in some if key in found]
