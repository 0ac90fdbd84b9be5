"""What a harvester is told of: everything published, and the bare fact of what was withdrawn, by date and in order."""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from exports.references import by_key
from exports.things import THINGS
from publishing.models import Status
from reviews.citations import Reference

#: The sets of the repository, which are the kinds of things; their order is part of every resumption token.
KINDS = ("review", "learning", "recommendation", "briefing")
SET_NAMES = {
    "review": _("Reviews"),
    "learning": _("Learning points"),
    "recommendation": _("Recommendations"),
    "briefing": _("Briefings"),
}


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands among all of them: by when it changed last, then by kind and key."""

    changed_at: datetime.datetime
    kind: int
    pk: int

    def packed(self) -> int:
        """As one number, which the library's resumption tokens carry."""
        micros = int(self.changed_at.timestamp()) * 1_000_000 + self.changed_at.microsecond
        return (micros << 52) | (self.kind << 48) | self.pk

    @classmethod
    def unpacked(cls, number: int) -> Place:
        """Raises ValueError or OverflowError for a number that no place has."""
        seconds, micros = divmod(number >> 52, 1_000_000)
        when = datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).replace(microsecond=micros)
        kind = number >> 48 & 0xF
        if number < 0 or kind >= len(KINDS):
            raise ValueError(number)
        return cls(when, kind, number & 0xFFFF_FFFF_FFFF)


@dataclass(frozen=True)
class Item:
    """A row as a harvester sees it. `reference` is None for a withdrawn one, of which no more is said."""

    kind: str
    pk: int
    changed_at: datetime.datetime
    place: Place
    reference: Reference | None = None
    withdrawn: bool = False

    @property
    def identifier(self) -> str:
        """By the number of the row: the identifier of a deleted record stays in sight, and a slug may name a place."""
        return f"{prefix()}{self.kind}/{self.pk}"

    @property
    def datestamp(self) -> datetime.datetime:
        """In UTC, to the second, without a zone, as the library wants it."""
        return self.changed_at.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)


def prefix() -> str:
    return f"oai:{urlsplit(settings.SITE_URL).hostname}:"


def in_utc(naive: datetime.datetime) -> datetime.datetime:
    return naive.replace(tzinfo=datetime.UTC)


def _rows(kind: str, since: datetime.datetime | None, until: datetime.datetime | None) -> QuerySet[Any]:
    rows = THINGS[kind].model.objects.public()
    if since:
        rows = rows.filter(changed_at__gte=in_utc(since))
    if until:  # to the end of that second
        rows = rows.filter(changed_at__lt=in_utc(until) + datetime.timedelta(seconds=1))
    return rows


def _after(rows: QuerySet[Any], number: int, after: Place | None) -> QuerySet[Any]:
    if after is None:
        return rows
    later, same = Q(changed_at__gt=after.changed_at), Q(changed_at=after.changed_at)
    if number == after.kind:
        # Said first by one bound, from which the index is walked: no database sees one in the 'or'.
        return rows.filter(changed_at__gte=after.changed_at).filter(later | same & Q(pk__gt=after.pk))
    return rows.filter(changed_at__gte=after.changed_at) if number > after.kind else rows.filter(later)


def _places(number: int, rows: QuerySet[Any], most: int) -> Iterator[tuple[Place, str]]:
    found = rows.order_by("changed_at", "pk").values_list("changed_at", "pk", "status")[:most]
    return ((Place(changed_at, number, pk), status) for changed_at, pk, status in found)


def items(
    kinds: tuple[str, ...],
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    after: Place | None,
    most: int,
    *,
    whole: bool,
) -> list[Item]:
    """At most so many of what changed within those times, after that place, in order; `whole`: with references.

    What changes while a harvest goes on moves to its end and is told there: nothing is left out, whatever happens.
    """
    sources = [
        _places(number, _after(_rows(kind, since, until), number, after), most)
        for number, kind in enumerate(KINDS)
        if kind in kinds
    ]
    found = list(islice(heapq.merge(*sources), most))
    written = _references(found) if whole else {}
    return [_item(place, status, written.get((place.kind, place.pk))) for place, status in found]


def _item(place: Place, status: str, reference: Reference | None) -> Item:
    withdrawn = status == Status.WITHDRAWN
    return Item(KINDS[place.kind], place.pk, place.changed_at, place, reference, withdrawn)


def _references(found: list[tuple[Place, str]]) -> dict[tuple[int, int], Reference]:
    return {
        (number, pk): reference
        for number, kind in enumerate(KINDS)
        for pk, reference in by_key(
            kind, [place.pk for place, status in found if place.kind == number and status == Status.PUBLISHED]
        ).items()
    }


def find(identifier: str, *, whole: bool = True) -> Item | None:
    """The item with that identifier; None where there is none that a reader may know of."""
    kind, _stroke, number = identifier.removeprefix(prefix()).partition("/")
    if not identifier.startswith(prefix()) or kind not in KINDS or not number.isdecimal() or len(number) > 18:
        return None
    row = THINGS[kind].model.objects.public().filter(pk=int(number)).values_list("changed_at", "status").first()
    if row is None:
        return None
    place = Place(row[0], KINDS.index(kind), int(number))
    written = by_key(kind, [int(number)]) if row[1] == Status.PUBLISHED and whole else {}
    return _item(place, row[1], written.get(int(number)))


def earliest() -> datetime.datetime:
    """When the first of what there is changed last; the beginning of time where there is nothing."""
    found = [THINGS[kind].model.objects.public().aggregate(first=Min("changed_at"))["first"] for kind in KINDS]
    first = min(filter(None, found), default=datetime.datetime.fromtimestamp(0, tz=datetime.UTC))
    return first.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)
