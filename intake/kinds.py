"""What the rows of a file can be, and the columns of each kind. A column more is one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from intake.columns import Column, by_owner, choice, date, flag, number, row, term, terms, text, words, year
from reviews.actions import recount_many, save_source
from reviews.models import (
    CaseReview,
    Document,
    Evidence,
    EvidenceSet,
    LearningPoint,
    Publisher,
    Recommendation,
)
from themes import actions as term_actions
from themes.models import VOCABULARIES, AgeStage, Area, Harm, Principle, ReviewType, Sector, Term, Theme


@dataclass(frozen=True)
class Kind:
    """`columns` describe the row, `beside` the thing that comes with it (evidence, a document); `save` is the action
    by which a row that knows no draft is written; `recount_many` brings derived figures of new rows up to date.
    """

    name: str
    label: str
    model: type[models.Model]
    columns: list[Column]
    beside: list[Column] = field(default_factory=list)
    save: Callable[[Any, Any], None] | None = None
    recount_many: Callable[[list[Any]], None] | None = None

    @property
    def names(self) -> dict[str, Column]:
        """All columns by name; the key of the row and a reference from elsewhere are among them."""
        return {column.name: column for column in [*self.columns, *self.beside]}

    @property
    def is_statement(self) -> bool:
        return self.model in (LearningPoint, Recommendation)


DOCUMENT = [
    text(Document, "title", "Of the document in which it is printed.", name="document_title"),
    choice(Document, "kind", "", name="document_kind"),
    term(Publisher, "publisher", "Who published the document.", name="document_publisher"),
    date("document_date", "date", "date_precision", "2020-06-03, 2020-06 or 2020."),
    number(Document, "pages", "How many pages it has.", name="document_pages"),
    text(Document, "url", "Where it can be read. Blank where no link is known.", name="document_url"),
    text(Document, "licence", "", name="document_licence"),
    text(Document, "text", "What it says, where it may be read here.", name="document_text"),
]
EVIDENCE = [
    text(Evidence, "code", "Blank: given by the site.", name="evidence_code"),
    row(CaseReview, "review", "Reference of the review that it was learned from."),
    row(EvidenceSet, "evidence_set", "Or slug of the set of reviews."),
    row(Document, "document", "Slug of the text in which it was read. Blank: the document of the review."),
    text(Evidence, "locator", "Page and heading: page 3, ‘What needs to improve?’"),
    text(Evidence, "passage", "The curator’s code of the place."),
    text(Evidence, "note", "A nuance of this source, for readers.", name="evidence_note"),
]
REVIEW = [
    text(CaseReview, "reference", "The publisher’s own, or one made by you. Never changes.", required=True),
    text(CaseReview, "slug", "The address of its page. Blank: made from the reference."),
    text(CaseReview, "title", "The pseudonym of the report only, never a name.", required=True),
    term(ReviewType, "review_type", "Label, abbreviation or slug.", required=True),
    terms(Publisher, "publishers", "In the order of the title page.", ordered=True),
    choice(CaseReview, "nation", ""),
    text(CaseReview, "area_name", "Blank where it would identify.", name="area"),
    text(CaseReview, "area_code", "GSS code, such as E10000020."),
    date("published", "publication_date", "publication_precision", "2020-06-03, 2020-06 or 2020."),
    year("incident_year", "The year only, never a date."),
    text(CaseReview, "summary", "In our own words. No detail that identifies."),
    text(CaseReview, "content_note", "Warns of grave matter."),
    terms(AgeStage, "age_stages", ""),
    terms(Harm, "harms", ""),
    terms(Sector, "sectors", "Agencies involved.", name="agencies"),
    terms(Theme, "themes", ""),
    row(Document, "documents", "Slugs of documents that are here.", many=True),
    flag("identified", "No: its document does not name it.", name="named_by_source", blank=True),
    date("added_on", "added_on", "", "Blank: today."),
    choice(CaseReview, "availability", "Of the full report."),
]
CODE = "Blank: found by reference or by its text, else given by the site."
LEARNING = [
    text(LearningPoint, "code", CODE),
    text(LearningPoint, "statement", "One sentence in our own words that stands alone.", required=True),
    text(LearningPoint, "detail", ""),
    choice(LearningPoint, "kind", ""),
    terms(Theme, "themes", ""),
    terms(Sector, "sectors", "Whom it speaks to."),
    terms(AgeStage, "age_stages", ""),
    terms(Principle, "principles", ""),
    text(LearningPoint, "questions", "One on each line."),
    date("as_at", "as_at", "as_at_precision", "When its newest source was published."),
    text(LearningPoint, "context_note", ""),
]
RECOMMENDATION = [
    text(Recommendation, "code", CODE),
    text(Recommendation, "text", "In our own words: what should be done.", required=True),
    text(Recommendation, "group_heading", ""),
    terms(Sector, "addressed_to", ""),
    terms(Theme, "themes", ""),
    row(LearningPoint, "answers", "Codes of learning points that it answers.", many=True),
]
PUBLISHER = [
    text(Publisher, "slug", "Blank: found by its name, or made from it."),
    text(Publisher, "name", "", required=True),
    text(Publisher, "short_name", "For references and lists."),
    choice(Publisher, "kind", ""),
    choice(Publisher, "nation", ""),
    year("active_from", ""),
    year("active_to", ""),
    words("alt_labels", "Between semicolons.", name="other_names"),
]
DOCUMENTS = [
    text(Document, "slug", "Blank: made from the title."),
    by_owner(CaseReview, "review", "Or reference of the review whose only document it is."),
    *[
        Column(**{**vars(column), "name": column.name.removeprefix("document_"), "required": column.name[9:] in need})
        for need in [("title", "kind")]
        for column in DOCUMENT
    ],
    text(Document, "note", ""),
]


def _term_columns(model: type[Term]) -> list[Column]:
    columns = [
        text(model, "slug", "Blank: found by its label, or made from it."),
        text(model, "label", "", required=True),
        text(model, "label_cy", "In Welsh."),
        text(model, "scope_note", "One sentence: what belongs here, and what does not."),
        words("alt_labels", "What readers type for it, between semicolons.", name="other_labels"),
        number(model, "order", "Place in the list."),
    ]
    if model is Theme:
        columns += [
            text(model, "code", "Short name, used by curators.", required=True),
            term(Theme, "parent", "The theme above it."),
            flag("is_mission", "Shown first."),
        ]
    if model is Sector:
        columns += [flag("is_agency", "Can be involved."), flag("is_audience", "Can be addressed.")]
    if model is ReviewType:
        columns += [
            text(model, "abbreviation", "Never a bare ‘SCR’: it means two things."),
            words("nations", "Between semicolons."),
            year("in_use_from", ""),
            year("in_use_to", ""),
        ]
    return columns


def _save_term(row: Term, by: Any) -> None:
    term_actions.save(term=row, by=by)


def _save_source(row: Any, by: Any) -> None:
    save_source(row=row, by=by)


_VOCABULARY = {
    Theme: "themes",
    Sector: "sectors",
    AgeStage: "age-stages",
    Harm: "harms",
    Principle: "principles",
    ReviewType: "review-types",
    Area: "areas",
}

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in [
        Kind("reviews", "Case reviews", CaseReview, REVIEW, DOCUMENT),
        Kind("learning-points", "Learning points with evidence", LearningPoint, LEARNING, EVIDENCE, None, recount_many),
        Kind(
            "recommendations",
            "Recommendations with evidence",
            Recommendation,
            RECOMMENDATION,
            EVIDENCE,
            None,
            recount_many,
        ),
        Kind("publishers", "Publishers", Publisher, PUBLISHER, save=_save_source),
        Kind("documents", "Documents", Document, DOCUMENTS, save=_save_source),
        *(
            Kind(
                _VOCABULARY[model],
                str(model._meta.verbose_name_plural).capitalize(),
                model,
                _term_columns(model),
                save=_save_term,
            )
            for model in (*VOCABULARIES, Area)
        ),
    ]
}
