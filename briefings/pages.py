"""What a briefing's page shows, gathered from a row whose parts were read: by `read_parts`, or by for_detail()."""

from __future__ import annotations

import math
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from briefings.models import Briefing, Resource, Section, SectionItem
from publishing.html import markdown
from publishing.prepared import Columns, Part, Several, hold
from reviews import citations
from reviews.attach import DOCUMENT, SET, attach, documents_of, publishers, read_statements
from reviews.models import CaseReview, Document, EvidenceSet, LearningPoint, Recommendation

#: Words that a practitioner reads in a minute (Brysbaert 2019, Journal of Memory and Language 109: 238 for prose).
WORDS_A_MINUTE = 238
#: What the page shows of each part.
SECTION = ("id", "slug", "heading", "body", "order")
ITEM = ("id", "section_id", "learning_point_id", "recommendation_id", "order")
RESOURCE = ("id", "label", "url", "kind", "note", "order")


_parts = Several(
    Part(lambda keys: Section.objects.filter(briefing__in=keys), Columns(Section, SECTION)),
    Part(lambda keys: SectionItem.objects.filter(section__briefing__in=keys), Columns(SectionItem, ITEM), "section_id"),
    Part(lambda keys: Resource.objects.shown().filter(briefing__in=keys), Columns(Resource, RESOURCE)),
    Part(lambda keys: Document.objects.shown().filter(briefings__in=keys), Columns(Document, DOCUMENT)),
    Part(lambda keys: EvidenceSet.objects.filter(briefings__in=keys), Columns(EvidenceSet, SET)),
)


def read_parts(briefing: Briefing) -> None:
    """Give a briefing its publisher, and its parts as far as its page shows them: two statements, where for_detail()
    takes six."""
    if (body := publishers().get(briefing.publisher_id)) is not None:  # else it is read when it is asked for
        briefing.publisher = body
    sections, items, resources, documents, sets = _parts([briefing.pk])
    of_section: dict[int, list[SectionItem]] = {}
    points = [item.learning_point_id for _key, item in items if item.learning_point_id]
    asked = [item.recommendation_id for _key, item in items if item.recommendation_id]
    found = read_statements(learning=points, recommendation=asked)
    for key, item in sorted(items, key=_by_order):
        item.learning_point = found["learning"].get(item.learning_point_id)
        item.recommendation = found["recommendation"].get(item.recommendation_id)
        if item.included:  # published, as nothing else is shown
            of_section.setdefault(key, []).append(item)
    for key, section in sections:
        hold(section, "items", of_section.get(key, []))
    hold(briefing, "sections", [section for _key, section in sorted(sections, key=_by_order)])
    hold(briefing, "resources", [one for _key, one in sorted(resources, key=_by_order)])
    hold(briefing, "documents", documents_of(documents))
    hold(briefing, "based_on", sorted((one for _key, one in sets), key=lambda one: one.title))


def _by_order(pair: tuple[int, Any]) -> tuple[int, int]:
    return pair[1].order, pair[1].pk


def of_briefing(briefing: Briefing) -> dict[str, Any]:
    included = [item.included for section in briefing.sections.all() for item in section.items.all()]
    attach(
        [briefing],
        [one for one in included if isinstance(one, LearningPoint)],
        [one for one in included if isinstance(one, Recommendation)],
    )
    sections = [_section(section) for section in briefing.sections.all()]
    points = [thing for section in sections for kind, thing in section["items"] if kind == "learning"]
    reviews = _reviews_behind([thing for section in sections for _kind, thing in section["items"]])
    briefing.minutes = _minutes(briefing, sections)  # type: ignore[attr-defined]
    briefing.learned_from_words = _learned_from(briefing, reviews)  # type: ignore[attr-defined]
    return {
        "briefing": briefing,
        "sections": sections,
        "principles": [point for point in points if point.kind == LearningPoint.Kind.PRINCIPLE],
        "resources": [
            {"label": one.label, "url": one.url, "kind_words": one.get_kind_display(), "note": one.note}
            for one in briefing.resources.all()
        ],
        "changes": briefing.changes,
        "reference": reference_to(briefing),
        "reviews_behind": reviews,
    }


def _shown(item: SectionItem) -> tuple[str, LearningPoint | Recommendation]:
    return ("learning" if item.learning_point_id else "recommendation"), item.included


def _section(section: Section) -> dict[str, Any]:
    """A section as readers see it: withdrawn statements drop out."""
    items = [_shown(item) for item in section.items.all() if item.included.is_published]
    return {"slug": section.slug, "heading": section.heading, "html": markdown(section.body), "items": items}


def _reviews_behind(statements: list[Any]) -> list[CaseReview]:
    """The reviews that the statements cite, newest first, each once."""
    found = {review.pk: review for one in statements for review in one.evidence_view.basis.reviews}
    return sorted(found.values(), key=lambda review: (-(review.year or 0), review.citation_label))


def _minutes(briefing: Briefing, sections: list[dict[str, Any]]) -> int:
    texts = [briefing.summary, *(section["html"] for section in sections)]
    for section in sections:
        for kind, thing in section["items"]:
            texts.append(f"{thing.statement} {thing.detail}" if kind == "learning" else thing.text)
    return max(1, math.ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def _learned_from(briefing: Briefing, reviews: list[CaseReview]) -> str:
    parts = []
    if reviews:
        parts.append(ngettext("one review", "%(n)d reviews", len(reviews)) % {"n": len(reviews)})
    sets = briefing.based_on_list
    if sets:
        parts.append(ngettext("one set of sources", "%(n)d sets of sources", len(sets)) % {"n": len(sets)})
    return _("Learned from %(sources)s") % {"sources": _(" and ").join(parts)} if parts else ""


def reference_to(briefing: Briefing) -> citations.Reference:
    """Reference to a briefing: whose report it puts in other words, or that it is this site's own."""
    own = briefing.publisher.slug == "learning-repository"
    put = "" if own else f"As put in other words by {citations.SITE}."
    with citations.in_english():
        return citations.Reference(
            id=briefing.slug,
            report=True,
            title=briefing.title,
            authors=(briefing.publisher.name,),
            date=citations.known_date(briefing.date, briefing.date_precision),
            genre=_("briefing"),
            url=citations.address(briefing),
            abstract=briefing.summary,
            keywords=tuple(theme.name for theme in briefing.theme_list),
            note=" ".join(filter(None, [put, citations.FICTIONAL if briefing.fictional else ""])),
        )


def tombstone_of(briefing: Briefing) -> dict[str, Any]:
    return {
        "kind": "briefing",
        "what": _("A briefing"),
        "publisher_names": "",
        "withdrawn_on": date_format(briefing.withdrawn_on, "j F Y") if briefing.withdrawn_on else "",
        "reason": briefing.get_withdrawn_reason_display(),  # type: ignore[attr-defined]
        "points": [],
    }
