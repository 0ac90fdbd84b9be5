"""Things for tests, each made and published by the same actions as a curator's; `draft=True` leaves it a draft.

Every name says that it is fictional. What a thing needs and is not given is made too: a learning point has evidence.
"""

import datetime
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from briefings.actions import save_helpline
from briefings.models import Briefing, Helpline, Resource, Section, SectionItem
from publishing import actions
from publishing.history import Step, record
from publishing.models import Publishable, WithdrawnReason
from reviews.actions import save_source
from reviews.models import (
    CaseReview,
    Document,
    Evidence,
    EvidenceSet,
    LearningPoint,
    Publisher,
    Recommendation,
    ReviewPublisher,
    Statement,
)
from themes import actions as term_actions
from themes.models import AgeStage, Area, Harm, Principle, ReviewType, Sector, Term, Theme

numbers = count(1)


def own_words(n: int) -> str:
    """Words that no other text has, so that no two made here say nearly the same (search/similar.py)."""
    return " ".join(f"{word}{n}" for word in ("alpha", "bravo", "charlie", "delta", "echo"))


def term(model: type[Term], label: str = "", **fields: Any) -> Any:
    n = next(numbers)
    label = label or f"Fictional {model._meta.verbose_name} {n}"
    if model is Theme:
        fields.setdefault("code", f"F{n}")
    if model is Sector:
        fields = {"is_agency": True, "is_audience": True, **fields}
    row = model(**{"slug": slugify(label), "label": label, **fields})
    term_actions.save(term=row)
    return row


def theme(label: str = "", **fields: Any) -> Theme:
    return term(Theme, label, **fields)


def sector(label: str = "", **fields: Any) -> Sector:
    return term(Sector, label, **fields)


def age_stage(label: str = "", **fields: Any) -> AgeStage:
    return term(AgeStage, label, **fields)


def harm(label: str = "", **fields: Any) -> Harm:
    return term(Harm, label, **fields)


def area(label: str = "", **fields: Any) -> Area:
    return term(Area, label, **fields)


def principle(label: str = "", **fields: Any) -> Principle:
    return term(Principle, label, **fields)


def review_type(label: str = "", **fields: Any) -> ReviewType:
    return term(ReviewType, label, **fields)


def publisher(name: str = "", **fields: Any) -> Publisher:
    name = name or f"Fictional board {next(numbers)}"
    row = Publisher(**{"slug": slugify(name), "name": name, **fields})
    save_source(row=row)
    return row


def document(title: str = "", **fields: Any) -> Document:
    n = next(numbers)
    row = Document(
        **{"slug": f"fictional-document-{n}", "title": title or f"Fictional report {n}", "kind": "report", **fields}
    )
    save_source(row=row)
    return row


def case_review(
    title: str = "", *, draft: bool = False, publishers: Sequence[Publisher] = (), **fields: Any
) -> CaseReview:
    n = next(numbers)
    given = {
        "reference": f"FICTIONAL-{n}",
        "slug": f"fictional-review-{n}",
        "title": title or f"Fictional review {n}: Child Nobody",
        "added_on": datetime.date(2026, 1, 31),
        "nation": "england",
        **fields,
    }
    if "review_type" not in given:
        given["review_type"] = ReviewType.objects.first() or review_type("Fictional kind of review")
    row = _saved(CaseReview, given)
    ReviewPublisher.objects.bulk_create(
        ReviewPublisher(review=row, publisher=one, order=order) for order, one in enumerate(publishers, 1)
    )
    return _published(row, draft)


def evidence_set(title: str = "", *, draft: bool = False, **fields: Any) -> EvidenceSet:
    n = next(numbers)
    given = {"slug": f"fictional-set-{n}", "title": title or f"Fictional set {n}", **fields}
    return _published(_saved(EvidenceSet, given), draft)


def evidence(statement: Statement, source: CaseReview | EvidenceSet, **fields: Any) -> Evidence:
    """One more piece of evidence for a statement that is not published yet."""
    n = next(numbers)
    owner = "learning_point" if isinstance(statement, LearningPoint) else "recommendation"
    kind = "review" if isinstance(source, CaseReview) else "evidence_set"
    given = {"code": f"EV-{n + 5000}", "locator": f"page {n}", **fields, owner: statement, kind: source}
    given.setdefault("document", Document.objects.first() or document())
    return Evidence.objects.create(**given)


def learning_point(
    statement: str = "", *, draft: bool = False, sources: Iterable[Any] | None = None, **fields: Any
) -> LearningPoint:
    n = next(numbers)
    text = statement or f"In this fictional example {n} the child who is heard is safer: {own_words(n)}."
    row = _saved(LearningPoint, {"code": f"LP-{n + 5000}", "statement": text, **fields})
    return _published(_with_evidence(row, sources), draft)


def recommendation(
    text: str = "", *, draft: bool = False, sources: Iterable[Any] | None = None, **fields: Any
) -> Recommendation:
    n = next(numbers)
    given = {
        "code": f"REC-{n + 5000}",
        "text": text or f"Fictional partners {n} listen to the child: {own_words(n)}.",
        **fields,
    }
    return _published(_with_evidence(_saved(Recommendation, given), sources), draft)


def briefing(
    title: str = "", *, draft: bool = False, items: Iterable[Statement] | None = None, **fields: Any
) -> Briefing:
    """A briefing with one section, which holds `items` (a new learning point where none are given)."""
    n = next(numbers)
    given = {
        "slug": f"fictional-briefing-{n}",
        "title": title or f"Fictional briefing {n}",
        "kind": "topic",
        "summary": "A fictional summary.",
        "changes": [{"date": "2026-01-31", "text": "First fictional version."}],
        **fields,
    }
    if "publisher" not in given:
        given["publisher"] = Publisher.objects.first() or publisher()
    row = _saved(Briefing, given)
    section(row, [learning_point()] if items is None else items)
    Resource.objects.create(briefing=row, label="A fictional resource", kind="report")
    return _published(row, draft)


def section(owner: Briefing, items: Iterable[Statement], **fields: Any) -> Section:
    """One more section of a briefing that is not published yet."""
    n = owner.sections.count() + 1
    made = Section.objects.create(
        **{"briefing": owner, "slug": f"section-{n}", "heading": f"Fictional section {n}", "order": n, **fields}
    )
    for order, one in enumerate(items, 1):
        name = "learning_point" if isinstance(one, LearningPoint) else "recommendation"
        SectionItem.objects.create(section=made, order=order, **{name: one})
    return made


def helpline(name: str = "", **fields: Any) -> Helpline:
    """A helpline that readers see."""
    n = next(numbers)
    today = timezone.localdate()
    given = {
        "slug": f"fictional-helpline-{n}",
        "name": name or f"Fictional helpline {n}",
        "number": "01632 960000",  # a range that Ofcom keeps for fiction
        "source_url": "https://helpline.example/",
        "verified_on": today - datetime.timedelta(days=30),
        "expires_on": today + datetime.timedelta(days=30),
        **fields,
    }
    row = Helpline(**given)
    save_helpline(row=row)
    return row


def withdrawn(row: Any, reason: str = WithdrawnReason.TIME_LIMIT) -> Any:
    actions.withdraw(row=row, reason=reason)
    return row


def _saved(model: type[Publishable], fields: dict[str, Any]) -> Any:
    many = {field.name for field in model._meta.many_to_many}
    row = model(**{name: value for name, value in fields.items() if name not in many})
    actions.save_draft(
        row=row, relations=lambda: [getattr(row, name).set(fields[name]) for name in many & fields.keys()]
    )
    return row


def _with_evidence(row: Any, sources: Iterable[Any] | None) -> Any:
    for source in [case_review()] if sources is None else sources:
        evidence(row, source)
    return row


def _published(row: Any, draft: bool) -> Any:
    if draft:
        row.recount()
        record(row=row, step=Step.SAVED)  # with its parts, as a form saves them
    else:
        actions.publish(row=row)
        row.refresh_from_db()  # indexing leaves the relations as they were on the row
    return row
