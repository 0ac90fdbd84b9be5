"""References to published things, one by one or in chunks: what reference managers are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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


def references(kind: str, keys: Iterable[int]) -> Iterator[list[Reference]]:
    """References to the published rows with these keys, in their order, a chunk at a time."""
    thing = THINGS[kind]
    for some in chunks(keys):
        rows = {row.pk: row for row in thing.rows().published().filter(pk__in=some)}
        found = [rows[key] for key in some if key in rows]
        thing.ready(found)
        yield [MAKERS[kind](row) for row in found]
