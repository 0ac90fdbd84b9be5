"""What curators of the evidence floor look after, for the start page (publishing/desk.py)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Q
from django.utils import timezone

from publishing.desk import NAMED, Line, Tile, listed, register
from publishing.models import Status
from reviews.models import LearningPoint
from reviews.strength import Strength
from themes.models import Theme

#: Statements whose newest source is older are looked at again: within five years the guidance that they were written
#: under has been replaced at least once (Working Together: 2013, 2015, 2018, 2023).
YEARS = 5

OPEN = [Status.DRAFT, Status.IN_REVIEW]


def thin_points() -> Iterator[Line]:
    published = Q(status=Status.PUBLISHED)
    counts = LearningPoint.objects.aggregate(
        bare=Count("pk", filter=Q(status__in=OPEN, evidence_count=0)),
        lost=Count("pk", filter=published & Q(strength=Strength.NONE)),
        thin=Count("pk", filter=published & Q(strength=Strength.ONE_REVIEW)),
    )
    lines = (
        ("bare", "without any evidence: they cannot be published", {"status__in": ",".join(OPEN), "evidence_count": 0}),
        ("lost", "published, with every source withdrawn", _published(strength__exact=Strength.NONE.value)),
        ("thin", "published, learned from one review alone", _published(strength__exact=Strength.ONE_REVIEW.value)),
    )
    for name, words, query in lines:
        if counts[name]:
            yield Line(words, listed(LearningPoint, **query), counts[name])


def _published(**query: object) -> dict[str, object]:
    return {"status__exact": Status.PUBLISHED.value, **query}


def old_points() -> Iterator[Line]:
    today = timezone.localdate()
    before = today.replace(year=today.year - YEARS, day=min(today.day, 28))
    old = LearningPoint.objects.published().filter(as_at__lt=before, superseded_by__isnull=True)
    count = old.count()
    if count:
        query = _published(as_at__lt=before.isoformat(), superseded_by__isnull=True)
        yield Line(f"as at a day before {before:%B %Y}, and not superseded", listed(LearningPoint, **query), count)


def thin_themes() -> Iterator[Line]:
    """Themes that no learning point, or none that rests on more than one review, speaks of."""
    published = Q(learningpoints__status=Status.PUBLISHED)
    firm = published & ~Q(learningpoints__strength__in=[Strength.ONE_REVIEW, Strength.NONE])
    themes = Theme.objects.current().annotate(
        points=Count("learningpoints", filter=published, distinct=True),
        firm=Count("learningpoints", filter=firm, distinct=True),
    )
    found = list(themes.filter(firm=0).order_by(F("points").desc(), "label"))
    for theme in found[:NAMED]:
        yield Line(theme.label, listed(LearningPoint, **_published(themes__id__exact=theme.pk)), theme.points)
    if len(found) > NAMED:
        yield Line(f"and {len(found) - NAMED} more themes", listed(Theme, retired__exact=0))


def register_tiles() -> None:
    explained = (
        "A learning point that rests on one review was seen once. More evidence, or a word of caution, makes it firmer."
    )
    register(Tile("thin-points", "Learning points without enough evidence", explained, LearningPoint, thin_points))
    explained = f"Their newest source is more than {YEARS} years old: say what has changed since, or supersede them."
    register(Tile("old-points", "As-at dates that have grown old", explained, LearningPoint, old_points))
    explained = "No learning point of theirs rests on more than one review."
    register(Tile("thin-themes", "Themes with thin evidence", explained, LearningPoint, thin_themes))
