"""Reviews, learning points and recommendations as things that can be searched for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from publishing.prepared import Columns, Part, hold, hold_one
from publishing.signals import public_content_changed
from reviews.attach import attach_publishers, publishers
from reviews.models import CaseReview, Evidence, EvidenceSet, LearningPoint, Publisher, Recommendation, Statement
from reviews.texts import plain
from search.kinds import Kind, Shown
from search.kinds import register as register_kind
from search.query import register_synonyms
from themes.attach import attach_terms, vocabulary
from themes.models import ReviewType, Sector, Term, Theme

#: Rows that are read at a time when everything is indexed.
_AT_A_TIME = 2000


def shown_point(point: LearningPoint) -> Shown:
    about = [point.code, point.evidence_view.words, point.evidence_view.flag]
    return Shown(
        point.statement,
        point.get_absolute_url(),
        point.code,
        str(point.get_kind_display()),
        [x for x in about if x],
        point.fictional,
    )


def shown_review(review: CaseReview) -> Shown:
    about = [review.kind_words, review.published_text]
    return Shown(review.title, review.get_absolute_url(), review.reference, _t("Review"), about, review.fictional)


def shown_recommendation(one: Recommendation) -> Shown:
    addressed = ", ".join(sector.name for sector in one.addressed_list)
    about = [one.code, _t("For %(sectors)s") % {"sectors": addressed} if addressed else ""]
    return Shown(
        one.text, one.get_absolute_url(), one.code, _t("Recommendation"), [x for x in about if x], one.fictional
    )


def ready(*groups: Sequence[Any]) -> None:
    """What a search looks through: terms, and the publishers of reviews."""
    attach_terms(*groups)
    attach_publishers([row for group in groups for row in group if isinstance(row, CaseReview)])
    for rows in groups:
        if rows:
            texts = _texts_beside(type(rows[0]), keys=[row.pk for row in rows])
            for row in rows:
                row.texts_beside = texts.get(row.pk, [])


def _texts_beside(model: type[Any], keys: Sequence[int] = (), first: int = 0, last: int = 0) -> dict[int, list[str]]:
    """What each of the rows with those keys, or from the first to the last, has as `texts_beside`: one statement."""
    if model is CaseReview:
        owner, told = "casereview", ("document__title", "document__text")
        rows = CaseReview.documents.through._default_manager.exclude(document__text="")
    else:
        owner, told = "recommendation" if model is Recommendation else "learning_point", ("note",)
        rows = Evidence.objects.noted()
    asked = {f"{owner}__in": keys} if keys else {f"{owner}__gte": first, f"{owner}__lte": last}
    found: dict[int, list[str]] = {}
    for key, *title, text in rows.filter(**asked).order_by("pk").values_list(owner, *told):
        found.setdefault(key, []).append(f"{title[0]}. {plain(text)}" if title else text)
    return found


#: What is counted of the evidence of a learning point: where it was learned, and whether that still stands.
_STATE = ("id", "status")
_PIECE = Columns(
    Evidence,
    (
        "learning_point_id", "review_id", "evidence_set_id", "inside", "order",
        *(f"review__{name}" for name in (*_STATE, "publication_date")),
        *(f"evidence_set__{name}" for name in (*_STATE, "slug", "kind", "analysis", "reported_size")),
    ),
)  # fmt: skip
_SECTORS = Recommendation.addressed_to.through


def evidence_of(points: Mapping[int, LearningPoint], pieces: Sequence[tuple[int, Evidence]]) -> None:
    """Give the points the evidence that was read of them."""
    found: dict[int, list[Evidence]] = {}
    for key, piece in pieces:
        found.setdefault(key, []).append(piece)
    for key, point in points.items():
        hold(point, "evidence", found.get(key, []))


def type_of(reviews: Mapping[int, CaseReview]) -> None:
    kinds = vocabulary(ReviewType) if reviews else {}
    for one in reviews.values():
        hold_one(one, "review_type", kinds.get(one.review_type_id))


def addressed(asked: Mapping[int, Recommendation], links: Sequence[tuple[int, Any]]) -> None:
    """Give the recommendations the sectors that they are addressed to, in the order of the vocabulary."""
    found: dict[int, set[int]] = {}
    for key, link in links:
        found.setdefault(key, set()).add(link.sector_id)
    sectors = vocabulary(Sector) if links else {}
    for key, one in asked.items():
        mine = found.get(key, set())
        hold(one, "addressed_to", [sector for number, sector in sectors.items() if number in mine] if mine else [])


def _rows(model: type[Statement] | type[CaseReview], *columns: str) -> Iterator[list[Any]]:
    """Published rows as tuples with names, some thousand at a time, in the order of their keys."""
    rows = model.objects.published().order_by("pk").values_list("pk", *columns, named=True).iterator(_AT_A_TIME)
    while some := list(islice(rows, _AT_A_TIME)):
        yield some


def _labels(rows: list[Any], *relations: tuple[type[Any], str, dict[int, str]]) -> dict[int, list[str]]:
    """Labels that the rows carry, by relation: (model, name of the relation, labels by key). A statement for each."""
    found: dict[int, list[str]] = {}
    for model, name, labels in relations:
        field = model._meta.get_field(name)
        owner, related = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        links = field.remote_field.through._default_manager.filter(
            **{f"{owner}__gte": rows[0].pk, f"{owner}__lte": rows[-1].pk}
        )
        order = ["order"] if name == "publishers" else []
        for key, term in links.order_by(*order).values_list(owner, related):
            found.setdefault(key, []).append(labels[term])
    return found


def _terms(model: type[Term]) -> dict[int, str]:
    return {pk: term.label for pk, term in vocabulary(model).items()}


def stream_of_points() -> Iterator[tuple[int, dict[str, Any]]]:
    themes = _terms(Theme)
    for rows in _rows(LearningPoint, "code", "statement", "detail", "questions", "as_at"):
        labels = _labels(rows, (LearningPoint, "themes", themes))
        notes = _texts_beside(LearningPoint, first=rows[0].pk, last=rows[-1].pk)
        for row in rows:
            yield row.pk, LearningPoint.components_of(row, labels.get(row.pk, []), notes.get(row.pk, []))


def stream_of_recommendations() -> Iterator[tuple[int, dict[str, Any]]]:
    themes, sectors = _terms(Theme), _terms(Sector)
    for rows in _rows(Recommendation, "code", "text", "group_heading"):
        labels = _labels(rows, (Recommendation, "addressed_to", sectors), (Recommendation, "themes", themes))
        notes = _texts_beside(Recommendation, first=rows[0].pk, last=rows[-1].pk)
        for row in rows:
            yield row.pk, Recommendation.components_of(row, labels.get(row.pk, []), notes.get(row.pk, []))


def stream_of_reviews() -> Iterator[tuple[int, dict[str, Any]]]:
    themes, types = _terms(Theme), vocabulary(ReviewType)
    publishers = {one.pk: one.label for one in Publisher.objects.all()}
    for rows in _rows(CaseReview, "reference", "title", "summary", "area_name", "publication_date", "review_type_id"):
        labels = _labels(rows, (CaseReview, "themes", themes), (CaseReview, "publishers", publishers))
        texts = _texts_beside(CaseReview, first=rows[0].pk, last=rows[-1].pk)
        for row in rows:
            beside = labels.get(row.pk, []), texts.get(row.pk, [])
            yield row.pk, CaseReview.components_of(row, types[row.review_type_id], *beside)


_LEARNING = Kind(
    "learning", _("Learning points"), LearningPoint, LearningPoint.objects.published, shown_point, ready,
    ("code", "statement", "kind", "fictional"),
    (Part(lambda keys: Evidence.objects.filter(learning_point__in=keys), _PIECE, "learning_point_id"),),
    evidence_of, stream_of_points,
)  # fmt: skip
_REVIEWS = Kind(
    "review", _("Reviews"), CaseReview, CaseReview.objects.published().select_related("review_type").all, shown_review,
    ready,
    ("slug", "reference", "title", "nation", "identified", "publication_date", "publication_precision", "review_type_id", "fictional"),
    (), type_of, stream_of_reviews, titled=True,
)  # fmt: skip
_ASKED = Kind(
    "recommendation", _("Recommendations"), Recommendation, Recommendation.objects.published, shown_recommendation, ready,
    ("code", "text", "fictional"),
    (Part(lambda keys: _SECTORS._default_manager.filter(recommendation__in=keys), Columns(_SECTORS, ("sector_id",)), "recommendation_id"),),
    addressed, stream_of_recommendations,
)  # fmt: skip


def names_of_publishers() -> Iterator[list[str]]:
    """For each publisher all that it is called: its reviews are indexed under the shortest."""
    for one in publishers().values():
        yield [name for name in (one.name, one.short_name, *one.alt_labels) if name]


def register() -> None:
    """Make the three kinds searchable; called once the apps are ready."""
    register_synonyms(names_of_publishers)
    for kind in (_LEARNING, _REVIEWS, _ASKED):
        register_kind(kind)
    for model in (CaseReview, EvidenceSet):
        public_content_changed.connect(_look_at_notes, sender=model, dispatch_uid=f"reviews.notes.{model.__name__}")


def _look_at_notes(sender: type[Any], row: Any, **said: Any) -> None:
    """A note is found as long as readers see it: not once its source is withdrawn."""
    noted = Evidence.objects.filter(**{"review" if sender is CaseReview else "evidence_set": row}).exclude(note="")
    for model, owner in ((LearningPoint, "learning_point"), (Recommendation, "recommendation")):
        for one in model.objects.published().filter(pk__in=noted.values(owner)):
            public_content_changed.send(sender=model, row=one)
