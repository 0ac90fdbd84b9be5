"""Learning points and recommendations as data, with their evidence as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.fields import Field, Record
from exports.records.parts import (
    FICTIONAL,
    LINKED,
    MOMENTS,
    absolute,
    as_term,
    grouped,
    moment,
    partial_date,
    terms,
)
from publishing.models import Status
from reviews.attach import attach
from reviews.models import LearningPoint, Recommendation
from reviews.presenters import EvidenceLine
from reviews.strength import Strength

EVIDENCE = (
    Field("code", "The code of this piece of evidence."),
    Field("label", "The review or the set of reviews that it was learned from, in a few words."),
    Field(
        "source",
        "What it was learned from. Of a source that was withdrawn nothing more is said.",
        choices=lambda: {"review": "review", "set": "set", "withdrawn": "withdrawn"},
    ),
    Field("reference", "The reference of the review; null for a set or a withdrawn source.", optional=True),
    Field("set", "The slug of the set of reviews; null for a review or a withdrawn source.", optional=True),
    Field("url", "The page of the source; null for a withdrawn one.", "uri", optional=True),
    Field("document", "The text in which it was read, with its publisher and date where they are known."),
    Field("place", "The place in that text."),
    Field("note", "A nuance of this source."),
)


def _cell_of_evidence(pieces: list[Record]) -> str:
    return "; ".join(
        f"{one['label']} ({found})"
        if (found := ", ".join(filter(None, (one["document"], one["place"]))))
        else one["label"]
        for one in pieces
    )


FOUNDED = (
    Field("learned_from", "How many reviews it rests on, in words. Reviews are counted, never documents."),
    Field("strength", "How strong its evidence is.", choices=lambda: dict(Strength.choices)),
    Field("reviews_known", "How many of those reviews are known one by one.", "integer"),
    Field(
        "evidence",
        "Where it was learned: each source, the text in which it was read, and the place.",
        of=EVIDENCE,
        many=True,
        cell=_cell_of_evidence,
    ),
    Field("briefings", "The briefings that include it.", of=LINKED, many=True),
    FICTIONAL,
    *MOMENTS,
)
LEARNING_FIELDS = (
    Field("code", "The code of the learning point: its permanent address."),
    Field("url", "Its page on this site.", "uri"),
    Field("statement", "What was learned, in one sentence of this site’s words."),
    Field("detail", "What else its sources say of it."),
    Field("kind", "What kind of statement it is.", choices=lambda: dict(LearningPoint.Kind.choices)),
    terms("themes", "What it is about."),
    terms("sectors", "Whom it speaks to."),
    terms("age_stages", "Ages and stages that it is about."),
    terms("principles", "The practice principles that it belongs to."),
    Field("questions", "Questions to ask yourself or your team.", many=True),
    Field("as_at", "When its newest source was published.", "partial date", optional=True),
    Field("context_note", "What has changed since, such as the law."),
    Field("recommendations", "Codes of the recommendations that answer it.", many=True),
    Field("superseded_by", "The code of the learning point that takes its place.", optional=True),
    *FOUNDED,
)
RECOMMENDATION_FIELDS = (
    Field("code", "The code of the recommendation: its permanent address."),
    Field("url", "Its page on this site.", "uri"),
    Field("text", "What should be done, in this site’s words."),
    Field("heading", "Its heading in the source."),
    terms("addressed_to", "Who was asked to act."),
    terms("themes", "What it is about."),
    Field("answers", "Codes of the learning points that it answers.", many=True),
    *FOUNDED,
)


def read_learning(keys: Sequence[int]) -> list[Record]:
    """Records of the published learning points with these keys, in their order: six statements."""
    found = LearningPoint.objects.published().select_related("superseded_by").in_bulk(keys)
    points = [found[key] for key in keys if key in found]
    attach(points)
    asked = Recommendation.objects.published().filter(answers__in=points).order_by("code")
    answering = grouped(asked.values_list("answers", "code"))
    briefings = _briefings(points)
    return [
        {
            "code": point.code,
            "url": absolute(point.get_absolute_url()),
            "statement": point.statement,
            "detail": point.detail,
            "kind": point.kind,
            "themes": [as_term(one) for one in point.theme_list],
            "sectors": [as_term(one) for one in point.sector_list],
            "age_stages": [as_term(one) for one in point.age_stage_list],
            "principles": [as_term(one) for one in point.principle_list],
            "questions": point.question_list,
            "as_at": partial_date(point.as_at, point.as_at_precision),
            "context_note": point.context_note,
            "recommendations": answering.get(point.pk, []),
            "superseded_by": point.newer.code if point.newer else None,
            **_founded(point, briefings),
        }
        for point in points
    ]


def read_recommendations(keys: Sequence[int]) -> list[Record]:
    """Records of the published recommendations with these keys, in their order: six statements."""
    found = Recommendation.objects.published().in_bulk(keys)
    rows = [found[key] for key in keys if key in found]
    attach(rows)
    briefings = _briefings(rows)
    return [
        {
            "code": row.code,
            "url": absolute(row.get_absolute_url()),
            "text": row.text,
            "heading": row.group_heading,
            "addressed_to": [as_term(one) for one in row.addressed_list],
            "themes": [as_term(one) for one in row.theme_list],
            "answers": [point.code for point in row.answer_list],
            **_founded(row, briefings),
        }
        for row in rows
    ]


def _founded(row: Any, briefings: dict[int, list[Any]]) -> Record:
    return {
        "learned_from": row.evidence_view.words,
        "strength": row.strength,
        "reviews_known": row.review_count,
        "evidence": [_evidence(line) for line in row.evidence_view.lines],
        "briefings": [{"slug": slug, "label": title} for slug, title in briefings.get(row.pk, [])],
        "fictional": row.fictional,
        "added_at": moment(row.published_at),
        "changed_at": moment(row.changed_at),
    }


def _evidence(line: EvidenceLine) -> Record:
    """A piece of evidence; of a withdrawn source its code alone, as the address may name a place."""
    piece, shown = line.piece, line.state != "withdrawn"
    return {
        "code": line.code,
        "label": line.title,
        "source": line.state,
        "reference": piece.review.reference if piece.review and shown else None,
        "set": piece.evidence_set.slug if piece.evidence_set and shown else None,
        "url": absolute(line.href) if shown else None,
        "document": line.read_in if shown else "",
        "place": piece.locator if shown else "",
        "note": line.note,
    }


def _briefings(rows: Sequence[Any]) -> dict[int, list[Any]]:
    """Key of the statement -> (slug, title) of the published briefings that include it: one statement."""
    if not rows:
        return {}
    name = "learning_point" if isinstance(rows[0], LearningPoint) else "recommendation"
    items = type(rows[0])._meta.get_field("section_items").related_model._default_manager
    found = items.filter(**{f"{name}__in": rows, "section__briefing__status": Status.PUBLISHED}).order_by(
        "section__briefing__title", "pk"
    )
    briefing = "section__briefing"
    pairs = found.values_list(name, f"{briefing}__slug", f"{briefing}__title")
    return grouped((owner, (slug, title)) for owner, slug, title in pairs)
