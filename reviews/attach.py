"""Statements made ready to be shown: with their terms, their evidence, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q, prefetch_related_objects

from publishing.held import Held
from reviews.models import CaseReview, Evidence, LearningPoint, Publisher, Recommendation
from themes.attach import attach_terms, hold


@Held
def publishers() -> dict[int, Publisher]:
    """All publishers by primary key, in the order of their names."""
    return Publisher.objects.in_bulk()


def attach(*groups: Sequence[models.Model]) -> None:
    """Terms for every row, evidence for the statements, answered points for the recommendations, publishers for reviews.

    Each group holds rows of one model. Four statements at most, however many rows.
    """
    attach_terms(*groups)
    rows = [row for group in groups for row in group]
    attach_evidence([row for row in rows if isinstance(row, (LearningPoint, Recommendation))])
    recommendations = [row for row in rows if isinstance(row, Recommendation)]
    attach_publishers([row for row in rows if isinstance(row, CaseReview)])
    answers = LearningPoint.objects.published().select_related("superseded_by")
    prefetch_related_objects(recommendations, Prefetch("answers", answers))


def attach_evidence(statements: list[Any]) -> None:
    """Give every learning point and recommendation its evidence, with source and document: one statement."""
    if not statements:
        return
    points = [one.pk for one in statements if isinstance(one, LearningPoint)]
    asked = [one.pk for one in statements if isinstance(one, Recommendation)]
    pieces: dict[tuple[type[Any], int], list[Evidence]] = {}
    for piece in Evidence.objects.filter(Q(learning_point__in=points) | Q(recommendation__in=asked)).select_related(
        "review__review_type", "evidence_set", "document__publisher"
    ):
        owner = (
            (LearningPoint, piece.learning_point_id)
            if piece.learning_point_id
            else (Recommendation, piece.recommendation_id)
        )
        pieces.setdefault(owner, []).append(piece)  # type: ignore[arg-type]
    for one in statements:
        hold(one, "evidence", pieces.get((type(one), one.pk), []))


def attach_publishers(reviews: list[CaseReview]) -> None:
    """Give every review its publishers in their order."""
    if not reviews:
        return
    links = CaseReview.publishers.through._default_manager.filter(review__in=[review.pk for review in reviews])
    found: dict[int, list[Any]] = {}
    for review_id, publisher_id in links.order_by("order").values_list("review_id", "publisher_id"):
        found.setdefault(review_id, []).append(publishers()[publisher_id])
    for review in reviews:
        hold(review, "publishers", found.get(review.pk, []))
