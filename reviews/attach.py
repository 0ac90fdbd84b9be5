"""Statements made ready to be shown: with their terms, their evidence, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from publishing.held import Held
from publishing.models import Status
from publishing.prepared import Columns, Prepared, hold, instance
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint, Publisher, Recommendation
from search.bitsets import NONE
from search.listings import indexes
from themes.attach import attach_terms, vocabulary
from themes.models import ReviewType


@Held
def publishers() -> dict[int, Publisher]:
    """All publishers by primary key, in the order of their names."""
    return Publisher.objects.in_bulk()


#: What pages, files and the API show of a piece of evidence, its source and its document: no long text of the source.
_STATE = ("id", "status", "withdrawn_on", "withdrawn_reason", "slug", "title", "fictional")
_PIECE = (
    "id", "code", "learning_point_id", "recommendation_id", "review_id", "evidence_set_id", "document_id", "locator",
    "passage", "note", "inside", "order",
)  # fmt: skip
_REVIEW = (
    *_STATE, "reference", "area_name", "nation", "publication_date", "publication_precision", "identified",
    "review_type_id", "availability",
)  # fmt: skip
_SET = (*_STATE, "kind", "analysis", "reported_size")
_DOCUMENT = ("id", "slug", "title", "kind", "publisher_id", "date", "date_precision", "pages", "url", "licence")
#: What a page shows of a statement itself; of the one that takes its place, that it is there.
POINT = (
    "id", "status", "withdrawn_on", "withdrawn_reason", "published_at", "changed_at", "fictional", "code", "statement",
    "detail", "kind", "questions", "as_at", "as_at_precision", "context_note", "evidence_count", "review_count",
    "strength", "merged_into_id", "superseded_by_id", "superseded_by__id", "superseded_by__status", "superseded_by__code",
)  # fmt: skip
RECOMMENDATION = (
    "id", "status", "withdrawn_on", "withdrawn_reason", "published_at", "changed_at", "fictional", "code", "text",
    "group_heading", "evidence_count", "review_count", "strength",
)  # fmt: skip
#: Of a review in a list.
REVIEW = (*_REVIEW, "published_at", "changed_at", "summary", "added_on", "incident_year")
_POINTS = Columns(LearningPoint, POINT)
#: Where in a row the columns of each begin.
_OF_REVIEW = len(_PIECE)
_OF_SET = _OF_REVIEW + len(_REVIEW)
_OF_DOCUMENT = _OF_SET + len(_SET)


@Prepared
def _pieces(points: Sequence[int], asked: Sequence[int]) -> models.QuerySet[Any]:
    """The evidence of learning points and of recommendations."""
    return Evidence.objects.filter(Q(learning_point__in=points) | Q(recommendation__in=asked)).values_list(
        *_PIECE,
        *(f"review__{name}" for name in _REVIEW),
        *(f"evidence_set__{name}" for name in _SET),
        *(f"document__{name}" for name in _DOCUMENT),
    )


def attach(*groups: Sequence[models.Model]) -> None:
    """Terms for every row, evidence for the statements, answered points for the recommendations, publishers for reviews.

    Each group holds rows of one model. Four statements at most, however many rows.
    """
    attach_terms(*groups)
    rows = [row for group in groups for row in group]
    attach_evidence([row for row in rows if isinstance(row, (LearningPoint, Recommendation))])
    attach_publishers([row for row in rows if isinstance(row, CaseReview)])
    attach_answers([row for row in rows if isinstance(row, Recommendation)])


def attach_evidence(statements: list[Any]) -> None:
    """Give every learning point and recommendation its evidence, with source and document: one statement."""
    points = [one.pk for one in statements if isinstance(one, LearningPoint)]
    asked = [one.pk for one in statements if isinstance(one, Recommendation)]
    pieces: dict[tuple[type[Any], int], list[Evidence]] = {}
    known: dict[tuple[type[Any], int], Any] = {}
    for row in _pieces(points, asked):
        piece = _piece(row, known)
        owner = (
            (LearningPoint, piece.learning_point_id)
            if piece.learning_point_id
            else (Recommendation, piece.recommendation_id)
        )
        pieces.setdefault(owner, []).append(piece)  # type: ignore[arg-type]
    for one in statements:
        hold(one, "evidence", pieces.get((type(one), one.pk), []))


def _piece(row: tuple[Any, ...], known: dict[tuple[type[Any], int], Any]) -> Evidence:
    """A piece of evidence, with what it leads to; `known`: sources and documents that were met before."""
    review, one, document = row[_OF_REVIEW], row[_OF_SET], row[_OF_DOCUMENT]
    if review and (CaseReview, review) not in known:
        values = row[_OF_REVIEW:_OF_SET]
        kind = vocabulary(ReviewType)[values[_REVIEW.index("review_type_id")]]
        known[CaseReview, review] = instance(CaseReview, _REVIEW, values, review_type=kind)
    if one and (EvidenceSet, one) not in known:
        known[EvidenceSet, one] = instance(EvidenceSet, _SET, row[_OF_SET:_OF_DOCUMENT])
    if (Document, document) not in known:
        values = row[_OF_DOCUMENT:]
        key = values[_DOCUMENT.index("publisher_id")]
        publisher = publishers()[key] if key else None
        known[Document, document] = instance(Document, _DOCUMENT, values, publisher=publisher)
    return instance(
        Evidence,
        _PIECE,
        row,
        review=known[CaseReview, review] if review else None,
        evidence_set=known[EvidenceSet, one] if one else None,
        document=known[Document, document],
    )


@Prepared
def _answers(asked: Sequence[int]) -> models.QuerySet[Any]:
    links = Recommendation.answers.through._default_manager.filter(
        recommendation__in=asked, learningpoint__status=Status.PUBLISHED
    )
    return links.order_by("learningpoint__code").values_list("recommendation_id", *_POINTS.paths("learningpoint__"))


def attach_answers(recommendations: list[Recommendation]) -> None:
    """Give every recommendation the published learning points that it answers."""
    found: dict[int, list[LearningPoint]] = {}
    for key, *values in _answers([one.pk for one in recommendations]):
        found.setdefault(key, []).append(_POINTS.made(values))
    for one in recommendations:
        hold(one, "answers", found.get(one.pk, []))


@Prepared
def _publisher_links(reviews: Sequence[int]) -> models.QuerySet[Any]:
    links = CaseReview.publishers.through._default_manager.filter(review__in=reviews).order_by("order")
    return links.values_list("review_id", "publisher_id")


def attach_publishers(reviews: list[CaseReview]) -> None:
    """Give every review its publishers in their order."""
    found: dict[int, list[Any]] = {}
    for review, publisher in _publisher_links([one.pk for one in reviews]):
        found.setdefault(review, []).append(publishers()[publisher])
    for one in reviews:
        hold(one, "publishers", found.get(one.pk, []))
        one.review_type = vocabulary(ReviewType)[one.review_type_id]  # type: ignore[assignment]


@Prepared
def _rests_on(reviews: Sequence[int]) -> models.QuerySet[Any]:
    rows = Evidence.objects.filter(review__in=reviews).order_by()
    return rows.values_list("review_id", "learning_point_id", "recommendation_id")


@Held
def _briefings_of_points() -> dict[int, set[int]]:
    """The published briefings that include each learning point. (A floor above: by reverse relation.)"""
    items = LearningPoint._meta.get_field("section_items").related_model._default_manager  # type: ignore[union-attr]
    found: dict[int, set[int]] = {}
    rows = items.filter(learning_point__isnull=False, section__briefing__status=Status.PUBLISHED).order_by()
    for point, briefing in rows.values_list("learning_point_id", "section__briefing_id"):
        found.setdefault(point, set()).add(briefing)
    return found


def attach_counts(reviews: list[CaseReview]) -> None:
    """Give every review what `with_counts` counts: of an index of its evidence and the lists' bit sets, because the
    database would look up five hundred statements for the counts of a page."""
    if not reviews:
        return
    points, asked = indexes("learning", "recommendation")
    briefings = _briefings_of_points()
    found: dict[int, tuple[set[int], set[int], set[int]]] = {one.pk: (set(), set(), set()) for one in reviews}
    for review, point, recommendation in _rests_on([one.pk for one in reviews]):
        if point and points.position(point) != NONE:
            found[review][0].add(point)
            found[review][2].update(briefings.get(point, ()))
        elif recommendation and asked.position(recommendation) != NONE:
            found[review][1].add(recommendation)
    for one in reviews:
        one.point_count, one.recommendation_count, one.briefing_count = map(len, found[one.pk])  # type: ignore[attr-defined]


def attach_for_lists(*groups: Sequence[models.Model]) -> None:
    """All that a row of a list shows."""
    attach(*groups)
    attach_counts([row for group in groups for row in group if isinstance(row, CaseReview)])
