"""From rows to an outline: gathered once, in a fixed number of statements, for every form."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from briefings import pages
from briefings.models import Briefing, SectionItem
from exports.blocks import Block, blocks
from exports.glyphs import cleaned
from exports.outline import Item, Link, Outline, Place, Reference, Section, Source
from reviews.citations import in_english
from reviews.models import CaseReview, Document, LearningPoint, Recommendation
from reviews.presenters import EvidenceLine
from themes import glossary


def whole(path: str) -> str:
    """The address as one writes it outside the site; '' stays ''."""
    return f"{settings.SITE_URL}{path}" if path else ""


def language() -> str:
    """Of the labels: 'en-GB' or 'cy'."""
    return "cy" if (translation.get_language() or "").startswith("cy") else "en-GB"


def as_at() -> str:
    return _("As at %(date)s") % {"date": date_format(timezone.localdate(), "j F Y")}


class References:
    """Numbers documents in the order in which they are met; those that may not be named get none."""

    def __init__(self, statements: Iterable[Any]) -> None:
        cited = {piece.document_id for one in statements for piece in one.evidence_view.pieces}
        self.shown: dict[int, Document] = {one.pk: one for one in Document.objects.shown().filter(pk__in=cited)}
        self.found: dict[Any, Reference] = {}

    def number(self, line: EvidenceLine) -> int:
        document = self.shown.get(line.piece.document_id)
        return self.of_document(document) if document and line.state != "withdrawn" else 0

    def of_document(self, document: Document) -> int:
        return self.add(("document", document.pk), document_reference(document), document.url)

    def add(self, key: Any, text: str, url: str) -> int:
        if key not in self.found:
            self.found[key] = Reference(len(self.found) + 1, text, url)
        return self.found[key].number

    @property
    def all(self) -> tuple[Reference, ...]:
        return tuple(self.found.values())


def document_reference(document: Document) -> str:
    """'NSPCC (2020) Domestic abuse: learning from case reviews. Briefing.', in English as what it names."""
    with in_english():
        who = document.publisher_name or _("Publisher not named")
        year = document.date.year if document.date else "no date"
        title = document.title.rstrip(".")
        pages = ngettext("%(n)d page", "%(n)d pages", document.pages) % {"n": document.pages} if document.pages else ""
        rest = ", ".join(part for part in (document.get_kind_display(), pages) if part)
        return f"{who} ({year}) {title}. {rest}."


def sources_of(lines: list[EvidenceLine], references: References) -> tuple[Source, ...]:
    """Lines of one source become one source with several places."""
    found: list[tuple[EvidenceLine, list[Place]]] = []
    for line in lines:
        if not line.same:
            found.append((line, []))
        found[-1][1].append(Place(line.code, line.place, line.note, references.number(line)))
    return tuple(
        Source(line.title, whole(line.href), line.kind_words, line.withdrawn_text, tuple(places))
        for line, places in found
    )


def item_of(statement: LearningPoint | Recommendation, references: References, **more: Any) -> Item:
    """A published statement with its evidence; `more` sets other fields of the item."""
    view = statement.evidence_view
    sources = sources_of(view.lines, references)
    numbers = dict.fromkeys(place.number for source in sources for place in source.places if place.number)
    common = {
        "code": statement.code,
        "url": whole(statement.get_absolute_url()),
        "evidence": view.words,
        "flag": view.flag,
        "flag_sentence": view.flag_sentence,
        "sources": sources,
        "numbers": tuple(numbers),
        "fictional": statement.fictional,
    }
    own = _of_point(statement) if isinstance(statement, LearningPoint) else _of_recommendation(statement)
    return Item(**{**common, **own, **more})


def _of_point(point: LearningPoint) -> dict[str, Any]:
    newer = point.newer
    return {
        "kind": "learning",
        "text": point.statement,
        "detail": point.detail,
        "kind_words": str(point.get_kind_display()),
        "point_kind": point.kind,
        "about": tuple(part for part in (point.as_at_text,) if part),
        "note": point.context_note,
        "newer": Link(newer.code, whole(newer.get_absolute_url())) if newer else None,
        "questions": tuple(point.question_list),
    }


def _of_recommendation(recommendation: Recommendation) -> dict[str, Any]:
    return {
        "kind": "recommendation",
        "text": recommendation.text,
        "kind_words": _("Recommendation"),
        "to": ", ".join(sector.name for sector in recommendation.addressed_list),
        "group": recommendation.group_heading,
        "answers": tuple(Link(one.code, whole(one.get_absolute_url())) for one in recommendation.answer_list),
    }


def review_link(review: CaseReview) -> Link:
    about = f"{review.review_type.name}, {review.nation_label}"
    return Link(review.citation_label, whole(review.get_absolute_url()), about)


def of_briefing(briefing: Briefing) -> Outline:
    """The outline of a published briefing, fetched with for_detail()."""
    page = pages.of_briefing(briefing)
    rows = {row.slug: row for row in briefing.sections.all()}
    references = References(thing for section in page["sections"] for _kind, thing in section["items"])
    sections = tuple(_section(section, rows[section["slug"]], references) for section in page["sections"])
    for document in briefing.document_list:
        references.of_document(document)
    own = {name: getattr(briefing, name, "") for name in SEVEN_MINUTE_FIELDS}
    outline = Outline(
        title=briefing.title,
        url=whole(briefing.get_absolute_url()),
        language=language(),
        kicker=briefing.kicker,
        fictional=briefing.fictional,
        summary=briefing.summary,
        care=briefing.content_note,
        byline=_byline(briefing),
        as_at=as_at(),
        sections=sections,
        references=references.all,
        words=words_of(briefing.title, briefing.summary, *texts_of(sections)),
        publisher=briefing.publisher.name,
        citation=page["reference"].harvard,
        own=own,
        **_ends(briefing, page),
    )
    return cleaned(outline)  # type: ignore[no-any-return]


#: Texts of a briefing that a curator may give for the seven-minute form.
SEVEN_MINUTE_FIELDS = ("why_it_matters", "what_happened", "what_to_do", "team_questions")


def _byline(briefing: Briefing) -> tuple[str, ...]:
    parts = (briefing.publisher.name, briefing.published_text, briefing.learned_from_words)  # type: ignore[attr-defined]
    return tuple(part for part in parts if part)


def _ends(briefing: Briefing, page: dict[str, Any]) -> dict[str, Any]:
    """The last parts of the page."""
    return {
        "reviews": tuple(review_link(review) for review in page["reviews_behind"]),
        "sets": tuple(Link(one.title, whole(one.get_absolute_url()), one.size_words) for one in briefing.based_on_list),
        "resources": tuple(
            Link(one["label"], one["url"], str(one["kind_words"]), one["note"]) for one in page["resources"]
        ),
        "themes": tuple(term.name for term in briefing.theme_list),
        "audience": tuple(term.name for term in briefing.sector_list),
        "changes": tuple((_day(note["date"]), note["text"]) for note in page["changes"]),
    }


def _day(iso: str) -> str:
    """'21 November 2026' for '2026-11-21'."""
    return date_format(datetime.date.fromisoformat(iso), "j F Y")


def _section(section: dict[str, Any], row: Any, references: References) -> Section:
    rows: dict[str, SectionItem] = {one.included.code: one for one in row.items.all()}
    items = tuple(
        item_of(thing, references, short=rows[thing.code].short_text, chosen=rows[thing.code].in_short_form)
        for _kind, thing in section["items"]
    )
    return Section(row.heading, row.slug, tuple(blocks(row.body)), items, row.speaker_notes)


def texts_of(sections: Iterable[Section]) -> list[str]:
    """All that is ours to read in these sections, in order."""
    texts: list[str] = []
    for section in sections:
        texts += [section.heading, *_texts(section.body)]
        for item in section.items:
            texts += [item.text, item.detail, item.group]
    return texts


def _texts(body: Iterable[Block]) -> list[str]:
    return [text for block in body for text in (block.text, *_texts(block.children))]


def words_of(*texts: str) -> tuple[tuple[str, str], ...]:
    """The words of the glossary that these texts use, with what they mean: a file cannot lead to the glossary's page."""
    with glossary.one_page():
        for text in texts:
            glossary.explained(text)
        found = sorted(glossary.new_words(), key=lambda word: word.term.casefold())
    meanings = {word.term: ": ".join(part for part in (word.expansion, word.meaning) if part) for word in found}
    return tuple(meanings.items())
