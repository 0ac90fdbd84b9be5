"""What each page of this floor shows, gathered from its row in a fixed number of statements."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pyroaring import BitMap

from publishing.models import GUARDED_REASONS, Publishable, Status
from reviews import citations
from reviews.attach import attach, attach_publishers
from reviews.models import CaseReview, EvidenceSet, LearningPoint, Recommendation
from reviews.models.learning import Statement
from search.listings import LISTINGS

#: Other learning points that share most themes, shown beside one.
RELATED = 4


def points_of(**source: Any) -> list[LearningPoint]:
    """The published learning points with such evidence: points_of(evidence__review=review)."""
    return list(LearningPoint.objects.published().filter(**source).select_related("superseded_by").distinct())


def of_review(review: CaseReview) -> dict[str, Any]:
    points = points_of(evidence__review=review)
    recommendations = list(Recommendation.objects.published().filter(evidence__review=review).distinct())
    prefetch_related_objects([review], "documents__publisher", "sets")
    attach([review], points, recommendations)
    return {
        "review": review,
        "points": sorted((_point_of(point, review) for point in points), key=lambda found: found["place"]),
        "recommendations": recommendations,
        "briefings": briefings_of(points),
        "sets": [one for one in review.sets.all() if one.is_published],
        "reference": citations.of_review(review),
    }


def _point_of(point: LearningPoint, review: CaseReview) -> dict[str, Any]:
    line = point.evidence_view.line_of(review)
    place = line.piece.passage if line else ""
    return {
        "point": point,
        "line": line,
        "also_words": point.evidence_view.also_words(review),
        "place": (place, point.code),
    }


def briefings_of(statements: list[Any]) -> list[Any]:
    """The published briefings that include any of these points, each once. (A floor above: by reverse relation.)"""
    items = LearningPoint._meta.get_field("section_items").related_model.objects  # type: ignore[union-attr]
    found = items.filter(learning_point__in=statements, section__briefing__status=Status.PUBLISHED)
    briefings = {item.section.briefing.pk: item.section.briefing for item in found.select_related("section__briefing")}
    return list(briefings.values())


def places_in_briefings(statement: Statement) -> list[dict[str, Any]]:
    """Where published briefings include the statement: briefing, heading, address of the place."""
    items = statement.section_items.filter(section__briefing__status=Status.PUBLISHED)  # type: ignore[attr-defined]
    return [
        {
            "briefing": item.section.briefing,
            "heading": item.section.heading,
            "href": f"{item.section.briefing.get_absolute_url()}#{statement.code}",
        }
        for item in items.select_related("section__briefing")
    ]


def of_set(one: EvidenceSet) -> dict[str, Any]:
    points = points_of(evidence__evidence_set=one)
    recommendations = list(Recommendation.objects.published().filter(evidence__evidence_set=one).distinct())
    members = one.member_list
    attach(members, points, recommendations)
    return {
        "set": one,
        "points": points,
        "recommendations": recommendations,
        "briefings": [briefing for briefing in one.briefings.all() if briefing.is_published],  # type: ignore[attr-defined]
        "members": members,
    }


def of_point(point: LearningPoint) -> dict[str, Any]:
    recommendations = list(point.recommendations.published())  # type: ignore[attr-defined]
    related = related_to(point)
    attach([point, *related], recommendations)
    return {
        "point": point,
        "briefings": places_in_briefings(point),
        "recommendations": recommendations,
        "related": related,
        "superseding": list(point.supersedes.published()),  # type: ignore[attr-defined]
        "reference": citations.of_statement(point),
    }


def related_to(point: LearningPoint) -> list[LearningPoint]:
    """Published points that share most themes with this one, the best founded first: from the list's bit sets, because
    the database would count themes of all that share one (a second among a million)."""
    listing = LISTINGS["learning"]
    index = listing.index()
    themes = [index.of("theme", theme.slug) for theme in point.themes.all()]
    found: list[int] = []
    for shared in range(len(themes), 0, -1):
        rows = BitMap.union(BitMap(), *(BitMap.intersection(*some) for some in combinations(themes, shared)))
        first = index.page(rows, "", 0, RELATED + 1 + len(found))
        found += [pk for pk in first if pk != point.pk and pk not in found]
        if len(found) >= RELATED:
            break
    return listing.in_order(found[:RELATED])


def of_recommendation(recommendation: Recommendation) -> dict[str, Any]:
    attach([recommendation])
    attach(recommendation.answer_list)
    return {
        "recommendation": recommendation,
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
