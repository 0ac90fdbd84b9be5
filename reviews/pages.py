"""What each page of this floor shows, gathered from its row in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pyroaring import BitMap

from publishing.models import GUARDED_REASONS, Publishable, Status
from publishing.prepared import Columns, Part, Prepared, Several, hold, instance
from reviews import citations
from reviews.attach import (
    BESIDE_SETS,
    DOCUMENT,
    POINTS,
    RECOMMENDATIONS,
    REVIEW,
    answered,
    attach,
    attach_answers,
    attach_for_lists,
    attach_publishers,
    attach_to_review,
    documents_of,
    hold_answers,
    in_order,
    of_source,
)
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint, Recommendation
from reviews.models.learning import Statement
from reviews.strength import also_words, basis_of, flag
from search.listings import LISTINGS, draw, held

#: Other learning points that share most themes, shown beside one.
RELATED = 4


def points_of(**source: Any) -> list[LearningPoint]:
    """The published learning points with such evidence: points_of(evidence__review=review)."""
    return list(LearningPoint.objects.published().filter(**source).select_related("superseded_by").distinct())


_on_set = of_source("evidence_set")
_NAMED = ("id", "status", "slug", "title", "fictional")


def _briefings() -> Any:
    """Published briefings. (A floor above: by reverse relation.)"""
    return EvidenceSet._meta.get_field("briefings").related_model.objects.published()  # type: ignore[union-attr]


@cache
def _on_review() -> Callable[[int], list[list[Any]]]:
    """What rests on a review, what it was read in, the sets that it is in, the briefings that use what was learned from
    it, and what else that rests on where sets are part of it."""
    used = "sections__items__learning_point"
    published = {f"{used}__status": Status.PUBLISHED}
    return of_source(
        "review",
        Part(lambda keys: Document.objects.filter(reviews__in=keys), Columns(Document, (*DOCUMENT, "text"))),
        Part(lambda keys: EvidenceSet.objects.published().filter(members__in=keys), Columns(EvidenceSet, _NAMED)),
        Part(
            lambda keys: _briefings().filter(**published, **{f"{used}__evidence__review__in": keys}).distinct(),
            Columns(_briefings().model, _NAMED),
        ),
        BESIDE_SETS,
    )


@cache
def _around_set() -> Several:
    """What a set was read in, its members, and the briefings that are based on it."""
    return Several(
        Part(lambda keys: Document.objects.shown().filter(sets__in=keys), Columns(Document, DOCUMENT)),
        Part(lambda keys: CaseReview.objects.published().filter(sets__in=keys), Columns(CaseReview, REVIEW)),
        Part(lambda keys: _briefings().filter(based_on__in=keys), Columns(_briefings().model, _NAMED)),
    )


def _in_order(rows: list[tuple[int, Any]]) -> list[Any]:
    return sorted((row for _key, row in rows), key=lambda row: row.pk)


def of_review(review: CaseReview) -> dict[str, Any]:
    points, recommendations, documents, sets, briefings, beside = _on_review()(review.pk)
    hold(review, "documents", documents_of(documents))
    attach_to_review(review, points, recommendations)
    with_sets: dict[int, list[Evidence]] = {}
    for key, piece in sorted(beside, key=lambda pair: pair[1].evidence_set_id or 0):  # sets as pages name them
        with_sets.setdefault(key, []).append(piece)
    shown = [_point_of(one, review, with_sets.get(one.pk)) for one in points if one.evidence_view.lines]
    return {
        "review": review,
        "points": sorted(shown, key=lambda found: found["place"]),
        "recommendations": recommendations,
        "briefings": _in_order(briefings),
        "sets": sorted((one for _key, one in sets), key=lambda one: one.title),
        "reference": citations.of_review(review),
    }


def _point_of(point: LearningPoint, review: CaseReview, pieces: list[Evidence] | None) -> dict[str, Any]:
    """A learning point as one line below the review, of which its evidence was read alone; `pieces`: all its evidence,
    where it rests on sets too."""
    line = point.evidence_view.lines[0]
    basis = basis_of(pieces).beside(review) if pieces else None
    others, sets = (len(basis.alone), basis.sizes) if basis else (point.review_count - 1, ())
    return {
        "point": point,
        "line": line,
        "also_words": also_words(others, sets),
        "flag": flag(point.strength),
        "place": (line.piece.passage, point.code),
    }


def places_in_briefings(statement: Statement) -> list[dict[str, Any]]:
    """Where published briefings include the statement: briefing, heading, address of the place."""
    places = []
    for heading, *values in _places(statement._evidence_name)([statement.pk]):
        briefing = instance(_briefings().model, _NAMED, values)
        href = f"{briefing.get_absolute_url()}#{statement.code}"
        places.append({"briefing": briefing, "heading": heading, "href": href})
    return places


@cache
def _places(name: str) -> Prepared:
    """Headings and briefings, by the keys of learning points or of recommendations."""
    items = LearningPoint._meta.get_field("section_items").related_model._default_manager  # type: ignore[union-attr]
    columns = ("section__heading", *(f"section__briefing__{column}" for column in _NAMED))
    return Prepared(
        lambda keys: items.filter(**{f"{name}__in": keys, "section__briefing__status": Status.PUBLISHED}).values_list(
            *columns
        )
    )


def of_set(one: EvidenceSet) -> dict[str, Any]:
    points, recommendations = _on_set(one.pk)
    documents, members, briefings = _around_set()([one.pk])
    hold(one, "documents", documents_of(documents))
    shown = _in_order(members)
    attach_for_lists(shown, points, recommendations)
    return {
        "set": one,
        "points": points,
        "recommendations": recommendations,
        "briefings": _in_order(briefings),
        "members": shown,
    }


_around_point = Several(
    Part(lambda related, own: LearningPoint.objects.published().filter(pk__in=related), POINTS),
    Part(lambda related, own: LearningPoint.objects.published().filter(superseded_by__in=own), POINTS),
    Part(lambda related, own: Recommendation.objects.published().filter(answers__in=own), RECOMMENDATIONS),
    Part(
        lambda related, own: answered(recommendation__answers__in=own), POINTS, "recommendation_id", "learningpoint__"
    ),
)


def of_point(point: LearningPoint) -> dict[str, Any]:
    keys = related_to(point)
    shown = held("learning", keys)
    rows, superseding, asked, answers = _around_point([key for key in keys if key not in shown], [point.pk])
    recommendations, related = in_order(asked), in_order(rows)
    hold_answers(recommendations, answers)
    attach([point, *related], recommendations)
    shown |= draw("learning", related)
    return {
        "point": point,
        "briefings": places_in_briefings(point),
        "recommendations": recommendations,
        "related": [shown[key] for key in keys if key in shown],
        "superseding": in_order(superseding),
        "reference": citations.of_statement(point),
    }


def related_to(point: LearningPoint) -> list[int]:
    """Keys of published points that share most themes with this one, the best founded first: from the list's bit sets,
    because the database would count themes of all that share one (a second among a million)."""
    index = LISTINGS["learning"].index()
    place = index.position(point.pk)
    themes = [bits for bits in index.bits["theme"].values() if place in bits]
    found: list[int] = []
    for shared in range(len(themes), 0, -1):
        rows = BitMap.union(BitMap(), *(BitMap.intersection(*some) for some in combinations(themes, shared)))
        first = index.page(rows, "", 0, RELATED + 1 + len(found))
        found += [pk for pk in first if pk != point.pk and pk not in found]
        if len(found) >= RELATED:
            break
    return found[:RELATED]


def of_recommendation(recommendation: Recommendation) -> dict[str, Any]:
    attach_answers([recommendation])
    answers = recommendation.answer_list
    shown = held("learning", [point.pk for point in answers])
    missing = [point for point in answers if point.pk not in shown]
    attach([recommendation], missing)
    shown |= draw("learning", missing)
    return {
        "recommendation": recommendation,
        "answers": [shown[point.pk] for point in answers],
        "briefings": places_in_briefings(recommendation),
        "reference": citations.of_statement(recommendation),
    }


def _tombstone(row: Publishable, kind: str, what: str, publisher_names: str, points: list[Any]) -> dict[str, Any]:
    attach(points)
    return {
        "kind": kind,
        "what": what,
        "publisher_names": publisher_names,
        "withdrawn_on": date_format(row.withdrawn_on, "j F Y") if row.withdrawn_on else "",
        "reason": row.get_withdrawn_reason_display(),  # type: ignore[attr-defined]
        "points": points,
    }


def what_it_was(review: CaseReview) -> tuple[str, str]:
    """What may be said of a withdrawn review, and who published it, where that may be said. Takes one with publishers.

    No more than type, nation, publisher and year; for a court order or a family's request type and nation.
    """
    parts = [review.review_type.name, review.nation_label]
    if review.withdrawn_reason in GUARDED_REASONS:
        return ", ".join(parts), ""
    parts += [str(review.year)] if review.year else []
    return ", ".join(parts), review.publisher_names


def tombstone_of_review(review: CaseReview) -> dict[str, Any]:
    guarded = review.withdrawn_reason in GUARDED_REASONS
    points = [] if guarded else points_of(evidence__review=review)
    attach_publishers([review])
    return _tombstone(review, "review", *what_it_was(review), points)


def tombstone_of_set(one: EvidenceSet) -> dict[str, Any]:
    points = points_of(evidence__evidence_set=one)
    return _tombstone(one, "set", _("A set of reviews"), "", points)


def tombstone_of_statement(statement: Statement, kind: str) -> dict[str, Any]:
    return _tombstone(statement, kind, kind_of_statement(kind), "", [])


def kind_of_statement(kind: str) -> str:
    """What a tombstone says that it was."""
    return _("A learning point") if kind == "learning" else _("A recommendation")
