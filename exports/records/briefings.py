"""Briefings as data: their sections name the learning points and recommendations that they include."""

from __future__ import annotations

from collections.abc import Sequence

from briefings.models import Briefing, Section
from exports.fields import Field, Record
from exports.records.parts import (
    DOCUMENT,
    FICTIONAL,
    LINKED,
    MOMENTS,
    TERM,
    absolute,
    as_document,
    as_term,
    moment,
    partial_date,
    terms,
)
from themes.attach import attach_terms

SECTION = (
    Field("slug", "The anchor of the section in the page of the briefing."),
    Field("label", "Its heading."),
    Field("text", "Its text, in Markdown: context; what was learned stands in the learning points."),
    Field("includes", "Codes of the learning points and recommendations in it, in their order.", many=True),
)
RESOURCE = (
    Field("label", "What it is called."),
    Field("kind", "What kind of resource it is."),
    Field("url", "Its address; empty where none is known."),
    Field("note", "What is to be known of it."),
)
FIELDS = (
    Field("slug", "The short name of the briefing: the last part of its address."),
    Field("url", "Its page on this site.", "uri"),
    Field("title", "Its title."),
    Field("kind", "Whether it is on a topic, for a sector, or a summary.", choices=lambda: dict(Briefing.Kind.choices)),
    Field("publisher", "Who published the original.", of=TERM),
    Field("published", "The date of the original, as far as it is known.", "partial date", optional=True),
    Field("summary", "What a reader takes away, in this site’s words."),
    Field("content_note", "A warning of grave matter, to be read before the rest."),
    terms("themes", "What it is about."),
    terms("sectors", "Whom it is for."),
    Field("based_on", "The sets of reviews it is based on.", of=LINKED, many=True),
    Field("documents", "The original documents.", of=DOCUMENT, many=True),
    Field("sections", "Its parts, in order.", of=SECTION, many=True),
    Field("resources", "What to read or use next.", of=RESOURCE, many=True),
    FICTIONAL,
    *MOMENTS,
)


def read(keys: Sequence[int]) -> list[Record]:
    """Records of the published briefings with these keys, in their order: a fixed number of statements."""
    found = Briefing.objects.published().for_detail().in_bulk(keys)
    rows = [found[key] for key in keys if key in found]
    attach_terms(rows)
    return [
        {
            "slug": one.slug,
            "url": absolute(one.get_absolute_url()),
            "title": one.title,
            "kind": one.kind,
            "publisher": {"slug": one.publisher.slug, "label": one.publisher.name},
            "published": partial_date(one.date, one.date_precision),
            "summary": one.summary,
            "content_note": one.content_note,
            "themes": [as_term(term) for term in one.theme_list],
            "sectors": [as_term(term) for term in one.sector_list],
            "based_on": [{"slug": a_set.slug, "label": a_set.title} for a_set in one.based_on_list],
            "documents": [as_document(document) for document in one.document_list],
            "sections": [_section(section) for section in one.sections.all()],
            "resources": [
                {"label": each.label, "kind": each.get_kind_display(), "url": each.url, "note": each.note}
                for each in one.resources.all()
            ],
            "fictional": one.fictional,
            "added_at": moment(one.published_at),
            "changed_at": moment(one.changed_at),
        }
        for one in rows
    ]


def _section(section: Section) -> Record:
    """Withdrawn statements drop out of it."""
    return {
        "slug": section.slug,
        "label": section.heading,
        "text": section.body,
        "includes": [item.included.code for item in section.items.all() if item.included.is_published],
    }
