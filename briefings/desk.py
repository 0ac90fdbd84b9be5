"""What curators of the editorial floor look after, for the start page (publishing/desk.py)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils import timezone

from briefings.models import Helpline
from publishing.desk import Line, Tile, listed, register

#: A check of a helpline that ends within so many days is due.
SOON = datetime.timedelta(days=30)


def ending_helplines() -> Iterator[Line]:
    today = timezone.localdate()
    soon = today + SOON
    counts = Helpline.objects.aggregate(
        never=Count("pk", filter=Q(verified_on__isnull=True)),
        ended=Count("pk", filter=Q(expires_on__lt=today)),
        soon=Count("pk", filter=Q(expires_on__gte=today, expires_on__lte=soon)),
    )
    lines = (
        ("ended", "hidden from readers: the check has ended", {"expires_on__lt": today.isoformat()}),
        ("never", "hidden from readers: never verified", {"verified_on__isnull": True}),
        (
            "soon",
            f"hidden within {SOON.days} days, unless somebody checks",
            {"expires_on__gte": today.isoformat(), "expires_on__lte": soon.isoformat()},
        ),
    )
    for name, words, query in lines:
        if counts[name]:
            yield Line(words, listed(Helpline, **query), counts[name])


def register_tiles() -> None:
    explained = "Somebody reads the number on the helpline’s own page, and sets both dates."
    register(Tile("helplines", "Helplines about to expire", explained, Helpline, ending_helplines))
