"""Statements made ready to be shown: with their terms, their evidence, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, Q

from publishing.held import Held
from publishing.models import Status
from publishing.prepared import Columns, Part, Prepared, Rows, Several, hold, instance, is_held
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint, Publisher, Recommendation
from reviews.models.sources import is_hidden
from search.bitsets import NONE
from search.listings import indexes
from themes.attach import Link, attach_terms, linked, vocabulary
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
SET = (*_STATE, "kind", "analysis", "reported_size")
DOCUMENT = (
    "id",
    "slug",
    "title",
    "kind",
    "publisher_id",
    "date",
    "date_precision",
    "pages",
    "url",
    "licence",
    "checked_on",
)
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
POINTS, RECOMMENDATIONS = Columns(LearningPoint, POINT), Columns(Recommendation, RECOMMENDATION)
#: Where in a row the columns of each begin.
_OF_REVIEW = len(_PIECE)
_OF_SET = _OF_REVIEW + len(_REVIEW)
_OF_DOCUMENT = _OF_SET + len(SET)


def _whole(pieces: Q) -> models.QuerySet[Any]:
    """Those pieces of evidence, with source and document."""
    return Evidence.objects.filter(pieces).values_list(
        *_PIECE,
        *(f"review__{name}" for name in _REVIEW),
        *(f"evidence_set__{name}" for name in SET),
        *(f"document__{name}" for name in DOCUMENT),
        ExpressionWrapper(is_hidden("document"), models.BooleanField()),
    )


#: The evidence of learning points and of recommendations.
_pieces = Prepared(lambda points, asked: _whole(Q(learning_point__in=points) | Q(recommendation__in=asked)))
#: What learning points cite of a review, and the evidence of recommendations.
_pieces_on = Prepared(
    lambda review, asked: _whole(Q(review__in=review, learning_point__isnull=False) | Q(recommendation__in=asked))
)


#: The publishers of a review, in the order of its title page.
PUBLISHERS = Link(
    "publishers",
    CaseReview,
    lambda keys: CaseReview.publishers.through._default_manager.filter(review__in=keys),
    "review_id",
    "publisher_id",
    "order",
)
#: What rests on a review: from an index of the evidence alone.
RESTING = tuple(
    Link(
        name,
        CaseReview,
        lambda keys, name=name: Evidence.objects.filter(review__in=keys, **{f"{name}__isnull": False}),  # type: ignore[misc]
        "review_id",
        f"{name}_id",
    )
    for name in ("learning_point", "recommendation")
)


def attach(*groups: Sequence[models.Model]) -> None:
    """Terms for every row, evidence for the statements, answered points for the recommendations, publishers for reviews.

    Each group holds rows of one model. Three statements at most, however many rows; two where the answers are there.
    """
    _attach(groups, (PUBLISHERS,))


def attach_for_lists(*groups: Sequence[models.Model]) -> None:
    """All that a row of a list shows: of a review also how much rests on it, which `with_counts` counts."""
    found = _attach(groups, (PUBLISHERS, *RESTING))
    reviews = [row for group in groups for row in group if isinstance(row, CaseReview)]
    if reviews:
        _count(reviews, found)


def _attach(groups: Sequence[Sequence[models.Model]], further: Sequence[Link]) -> dict[tuple[str, int], list[int]]:
    found = attach_terms(*groups, further=further)
    rows = [row for group in groups for row in group]
    _hold_publishers([row for row in rows if isinstance(row, CaseReview)], found)
    attach_evidence([row for row in rows if isinstance(row, (LearningPoint, Recommendation))])
    attach_answers([row for row in rows if isinstance(row, Recommendation) and not is_held(row, "answers")])
    return found


def attach_publishers(reviews: list[CaseReview]) -> None:
    """Give every review its publishers."""
    if reviews:
        _hold_publishers(reviews, linked([(CaseReview, [one.pk for one in reviews])], PUBLISHERS))


def _hold_publishers(reviews: list[CaseReview], found: Mapping[tuple[str, int], list[int]]) -> None:
    """And its type. What is held is asked for once: outside a request each look at it asks for the version."""
    if reviews:
        bodies, kinds = publishers(), vocabulary(ReviewType)
        for review in reviews:
            keys = found.get(("publishers", review.pk), ())
            hold(review, "publishers", [bodies[key] for key in keys if key in bodies])
            review._state.fields_cache |= _known("review_type", kinds.get(review.review_type_id))


def _count(reviews: list[CaseReview], found: Mapping[tuple[str, int], list[int]]) -> None:
    """By the lists' bit sets, because the database would look up five hundred statements for the counts of a page."""
    points, asked = indexes("learning", "recommendation")
    briefings = _briefings_of_points()
    for one in reviews:
        on = {key for key in found.get(("learning_point", one.pk), ()) if points.position(key) != NONE}
        also = {key for key in found.get(("recommendation", one.pk), ()) if asked.position(key) != NONE}
        one.point_count, one.recommendation_count = len(on), len(also)  # type: ignore[attr-defined]
        one.briefing_count = len({key for point in on for key in briefings.get(point, ())})  # type: ignore[attr-defined]


@Held
def _briefings_of_points() -> dict[int, tuple[int, ...]]:
    """The published briefings that include each learning point. (A floor above: by reverse relation.)"""
    items = LearningPoint._meta.get_field("section_items").related_model._default_manager  # type: ignore[union-attr]
    found: dict[int, set[int]] = {}
    rows = items.filter(learning_point__isnull=False, section__briefing__status=Status.PUBLISHED).order_by()
    for point, briefing in rows.values_list("learning_point_id", "section__briefing_id"):
        found.setdefault(point, set()).add(briefing)
    return {point: tuple(keys) for point, keys in found.items()}  # a third of the memory of sets


def attach_evidence(statements: list[Any]) -> None:
    """Give every learning point and recommendation its evidence, with source and document: one statement."""
    points = [one.pk for one in statements if isinstance(one, LearningPoint)]
    asked = [one.pk for one in statements if isinstance(one, Recommendation)]
    _hold_evidence(statements, _pieces(points, asked))


def attach_to_review(review: CaseReview, points: list[LearningPoint], recommendations: list[Recommendation]) -> None:
    """What its page shows: terms and publishers of the review, recommendations as `attach` makes them ready, and of the
    evidence of its learning points what they cite of the review itself. Two statements."""
    found = attach_terms([review], recommendations, further=(PUBLISHERS,))
    _hold_publishers([review], found)
    _hold_evidence([*points, *recommendations], _pieces_on([review.pk], [one.pk for one in recommendations]))


def _beside_sets(keys: Sequence[int]) -> models.QuerySet[Any]:
    """The evidence of those learning points on the reviews that rest on a set as well. (Of others, what they rest on is a
    number that they keep.)"""
    resting = Evidence.objects.filter(review__in=keys, learning_point__isnull=False).values("learning_point")
    with_set = Evidence.objects.filter(evidence_set__isnull=False, learning_point__in=resting).values("learning_point")
    return Evidence.objects.filter(learning_point__in=with_set)


#: What is counted of a piece of evidence, and of its source.
BESIDE_SETS = Part(
    _beside_sets,
    Columns(
        Evidence,
        (
            "id", "learning_point_id", "review_id", "evidence_set_id", "inside", "review__id", "review__status",
            *(f"evidence_set__{name}" for name in ("id", "status", "slug", "kind", "analysis", "reported_size")),
        ),
    ),
    "learning_point_id",
)  # fmt: skip


def _hold_evidence(statements: list[Any], rows: Iterable[tuple[Any, ...]]) -> None:
    pieces: dict[tuple[type[Any], int], list[Evidence]] = {}
    sources = _Sources()
    for row in rows:
        piece = sources.piece(row)
        owner = (
            (LearningPoint, piece.learning_point_id)
            if piece.learning_point_id
            else (Recommendation, piece.recommendation_id)
        )
        pieces.setdefault(owner, []).append(piece)  # type: ignore[arg-type]
    for one in statements:
        hold(one, "evidence", pieces.get((type(one), one.pk), []))


class _Sources:
    """What pieces of evidence lead to, each source and document made once. Types and publishers are those of the version;
    one that came since is read when it is asked for."""

    def __init__(self) -> None:
        self._kinds, self._bodies = vocabulary(ReviewType), publishers()
        self._reviews: dict[int, CaseReview] = {}
        self._sets: dict[int, EvidenceSet] = {}
        self._documents: dict[int, Document] = {}

    def piece(self, row: tuple[Any, ...]) -> Evidence:
        """A piece of evidence of a row of `_pieces`."""
        review, one, document = row[_OF_REVIEW], row[_OF_SET], row[_OF_DOCUMENT]
        if review and review not in self._reviews:
            values = row[_OF_REVIEW:_OF_SET]
            kind = _known("review_type", self._kinds.get(values[_REVIEW.index("review_type_id")]))
            self._reviews[review] = instance(CaseReview, _REVIEW, values, **kind)
        if one and one not in self._sets:
            self._sets[one] = instance(EvidenceSet, SET, row[_OF_SET:_OF_DOCUMENT])
        if document not in self._documents:
            values = row[_OF_DOCUMENT:]
            publisher = _known("publisher", self._bodies.get(values[DOCUMENT.index("publisher_id")]))
            self._documents[document] = instance(Document, DOCUMENT, values, **publisher)
        piece = instance(
            Evidence,
            _PIECE,
            row,
            review=self._reviews[review] if review else None,
            evidence_set=self._sets[one] if one else None,
            document=self._documents[document],
        )
        piece.document_hidden = bool(row[-1])
        return piece


def _known(name: str, found: Any) -> dict[str, Any]:
    return {name: found} if found is not None else {}


def attach_answers(recommendations: list[Recommendation]) -> None:
    """Give every recommendation the published learning points that it answers: one statement."""
    [found] = _answers([one.pk for one in recommendations])
    hold_answers(recommendations, found)


def hold_answers(recommendations: Iterable[Recommendation], answers: Iterable[tuple[int, LearningPoint]]) -> None:
    """The same of (key of the recommendation, point) that were read already."""
    found: dict[int, list[LearningPoint]] = {}
    for key, point in sorted(answers, key=lambda pair: pair[1].code):
        found.setdefault(key, []).append(point)
    for one in recommendations:
        hold(one, "answers", found.get(one.pk, []))


def answered(**asked: Any) -> models.QuerySet[Any]:
    """Links of recommendations to the published learning points that they answer."""
    links = Recommendation.answers.through._default_manager.filter(learningpoint__status=Status.PUBLISHED)
    return links.filter(**asked)


_answers = Several(
    Part(lambda asked: answered(recommendation__in=asked), POINTS, "recommendation_id", "learningpoint__")
)
_statements = Several(
    Part(lambda points, asked: LearningPoint.objects.published().filter(pk__in=points), POINTS),
    Part(lambda points, asked: Recommendation.objects.published().filter(pk__in=asked), RECOMMENDATIONS),
    Part(lambda points, asked: answered(recommendation__in=asked), POINTS, "recommendation_id", "learningpoint__"),
)


def read_statements(learning: Sequence[int] = (), recommendation: Sequence[int] = ()) -> dict[str, dict[int, Any]]:
    """Published learning points and recommendations by kind and key, the latter with their answers: one statement."""
    points, asked, answers = _statements(learning, recommendation) if learning or recommendation else ([], [], [])
    found = {"learning": dict(points), "recommendation": dict(asked)}
    hold_answers(found["recommendation"].values(), answers)
    return found


def of_source(name: str, *others: Part) -> Callable[[int], list[list[Any]]]:
    """A function that reads, by the key of a source, the learning points and the recommendations that rest on it, and what
    the other parts read: `name` is 'review' or 'evidence_set'. One statement."""
    cited = f"evidence__{name}__in"
    read = Several(
        Part(lambda keys: LearningPoint.objects.published().filter(**{cited: keys}).distinct(), POINTS),
        Part(lambda keys: Recommendation.objects.published().filter(**{cited: keys}).distinct(), RECOMMENDATIONS),
        Part(
            lambda keys: answered(**{f"recommendation__{cited}": keys}).distinct(),
            POINTS,
            "recommendation_id",
            "learningpoint__",
        ),
        *others,
    )

    def resting_on(key: int) -> list[list[Any]]:
        points, asked, answers, *further = read([key])
        found = in_order(asked)
        hold_answers(found, answers)
        return [in_order(points), found, *further]

    return resting_on


def in_order(rows: Iterable[tuple[int, Any]]) -> list[Any]:
    """By code, as statements stand."""
    return sorted((row for _key, row in rows), key=lambda row: row.code)


_reviews = Rows(CaseReview.objects.published, REVIEW)


def read_reviews(review: Sequence[int] = ()) -> dict[str, dict[int, Any]]:
    """Published reviews by kind and key: one statement."""
    return {"review": _reviews(review)}


def documents_of(rows: Iterable[tuple[int, Document]]) -> list[Document]:
    """Documents that were read (key of the owner, document), by title, each with its publisher."""
    found = sorted((document for _key, document in rows), key=lambda one: one.title)
    bodies = publishers()
    for one in found:
        one._state.fields_cache |= _known("publisher", bodies.get(one.publisher_id))
    return found
