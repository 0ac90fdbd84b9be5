"""The kinds of things that have addresses of their own, and how one is fetched for a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from briefings.models import Briefing
from briefings.views import briefing_detail
from publishing.models import Publishable
from reviews.attach import attach
from reviews.models import CaseReview, Document, EvidenceSet, LearningPoint, Recommendation
from reviews.views import learning_detail, recommendation_detail, review_detail, set_detail


@dataclass(frozen=True)
class Thing:
    """`folder`: the first part of its address; `key`: the field that is the second; `rows`: published ones and
    tombstones, with what a file says of one; `ready`: gives rows what belongs to them; `page`: the view of its page."""

    kind: str
    folder: str
    key: str
    model: type[Publishable]
    rows: Callable[[], QuerySet[Any]]
    page: Callable[..., HttpResponse]
    ready: Callable[..., None] = attach

    def tombstone(self, request: HttpRequest, key: str) -> HttpResponse:
        """What its page answers once it was withdrawn: 410, and no more than may be said."""
        return self.page(request, key)


def _reviews() -> QuerySet[Any]:
    rows = CaseReview.objects.public().select_related("review_type")
    return rows.prefetch_related(Prefetch("documents", Document.objects.shown()))


THINGS: dict[str, Thing] = {
    one.kind: one
    for one in (
        Thing(
            "briefing", "briefings", "slug", Briefing, lambda: Briefing.objects.public().for_detail(), briefing_detail
        ),
        Thing("review", "reviews", "slug", CaseReview, _reviews, review_detail),
        Thing("set", "sets", "slug", EvidenceSet, lambda: EvidenceSet.objects.public().for_detail(), set_detail),
        Thing(
            "learning",
            "learning",
            "code",
            LearningPoint,
            lambda: LearningPoint.objects.public().select_related("superseded_by"),
            learning_detail,
        ),
        Thing(
            "recommendation",
            "recommendations",
            "code",
            Recommendation,
            Recommendation.objects.public,
            recommendation_detail,
        ),
    )
}
FOLDERS = {one.folder: one.kind for one in THINGS.values()}


def find(kind: str, key: str) -> Any:
    """The row at that address, ready to be written; a withdrawn one as it is. Raises Http404 for drafts and nothing."""
    thing = THINGS[kind]
    row = get_object_or_404(thing.rows(), **{thing.key: key})
    if not row.is_withdrawn:
        thing.ready([row])
    return row
