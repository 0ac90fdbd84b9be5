"""Rules that the database holds: each named constraint refuses, whoever writes."""

import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.deletion import ProtectedError

from briefings.models import Briefing, Helpline, Section, SectionItem
from publishing.models import ContentVersion, PendingVersion, ShippedRow, Version
from reviews.models import (
    CaseReview,
    Document,
    Evidence,
    EvidenceSet,
    LearningPoint,
    Publisher,
    Recommendation,
    ReviewPublisher,
)
from search.models import SearchDocument, SearchWord
from tests import factories as make
from themes.models import AgeStage, Area, Harm, Principle, ReviewType, Sector, Theme

pytestmark = pytest.mark.django_db

DAY = datetime.date(2020, 6, 30)
HOUSE = ["publishing", "search", "themes", "reviews", "briefings"]


def update(model, row, **fields):
    return lambda: model.objects.filter(pk=row.pk).update(**fields)


PUBLISHABLE = {
    CaseReview: make.case_review,
    EvidenceSet: make.evidence_set,
    LearningPoint: make.learning_point,
    Recommendation: make.recommendation,
    Briefing: make.briefing,
}


def status_rules() -> dict:
    """What must not be written to any kind of published row."""
    rules = {}
    for model, factory in PUBLISHABLE.items():
        label = model._meta.model_name
        wrong = {
            f"{label}_status_known": {"status": "secret"},
            f"{label}_withdrawn_says_when_and_why": {"status": "withdrawn"},
            f"{label}_published_says_when": {"published_at": None},
        }
        if model in (LearningPoint, Recommendation):
            wrong[f"{label}_published_has_evidence"] = {"evidence_count": 0}
            wrong[f"{label}_strength_known"] = {"strength": "strong"}
        for name, fields in wrong.items():
            rules[name] = lambda model=model, factory=factory, fields=fields: update(model, factory(), **fields)
    return rules


def term_rules() -> dict:
    rules = {}
    for model in (Theme, Sector, AgeStage, Harm, Principle, ReviewType, Area):
        label = model._meta.model_name
        rules[f"{label}_only_a_retired_term_is_replaced"] = lambda model=model: update(
            model, make.term(model), replaced_by=make.term(model)
        )
        rules[f"{label}_does_not_replace_itself"] = lambda model=model: update(
            model, make.term(model), retired=True, replaced_by=F("id")
        )
    return rules


def second_section():
    briefing = make.briefing()
    return lambda: Section.objects.create(briefing=briefing, slug=briefing.sections.get().slug, heading="Again")


def second_publisher():
    publisher = make.publisher()
    review = make.case_review(publishers=[publisher])
    return lambda: ReviewPublisher.objects.create(review=review, publisher=publisher)


def an_item(**fields):
    return lambda: SectionItem.objects.create(section=make.briefing().sections.get(), **fields)


# Each gives a callable that the database must refuse for that constraint.
RULES = {
    **status_rules(),
    **term_rules(),
    "sector_is_agency_or_audience": lambda: update(Sector, make.sector(), is_agency=False, is_audience=False),
    "reviewtype_abbreviation_not_ambiguous": lambda: update(ReviewType, make.review_type(), abbreviation="SCR"),
    "reviewtype_years_in_order": lambda: update(ReviewType, make.review_type(), in_use_from=2020, in_use_to=2019),
    "publisher_years_in_order": lambda: update(Publisher, make.publisher(), active_from=2020, active_to=2019),
    "document_date_with_precision": lambda: update(Document, make.document(), date=DAY),
    "casereview_publication_date_with_precision": lambda: update(CaseReview, make.case_review(), publication_date=DAY),
    "learningpoint_as_at_with_precision": lambda: update(LearningPoint, make.learning_point(), as_at_precision="day"),
    "briefing_date_with_precision": lambda: update(Briefing, make.briefing(), date=DAY, date_precision="week"),
    "casereview_nation_known": lambda: update(CaseReview, make.case_review(), nation="atlantis"),
    "evidenceset_size_has_its_source": lambda: update(EvidenceSet, make.evidence_set(), reported_size=72),
    "learningpoint_does_not_supersede_itself": lambda: update(
        LearningPoint, make.learning_point(), superseded_by=F("id")
    ),
    "evidence_for_exactly_one_statement": lambda: update(
        Evidence, make.learning_point().evidence.get(), recommendation=make.recommendation()
    ),
    "evidence_from_exactly_one_source": lambda: update(
        Evidence, make.learning_point().evidence.get(), evidence_set=make.evidence_set()
    ),
    "reviewpublisher_once_per_review": second_publisher,
    "section_slug_once_per_briefing": second_section,
    "sectionitem_is_exactly_one_thing": an_item,
    "helpline_verified_until": lambda: update(Helpline, make.helpline(), expires_on=F("verified_on")),
    "contentversion_is_one_row": lambda: lambda: ContentVersion.objects.create(id=2),
    "shippedrow_once_per_key": lambda: (
        lambda: ShippedRow.objects.bulk_create(ShippedRow(model="reviews.casereview", key="A") for _ in range(2))
    ),
    "pendingversion_one_per_row": lambda: (
        lambda: PendingVersion.objects.bulk_create(
            PendingVersion(model="reviews.casereview", key="A", content={}) for _ in range(2)
        )
    ),
    "pendingversion_status_known": lambda: (
        lambda: PendingVersion.objects.create(model="reviews.casereview", key="A", content={}, status="published")
    ),
    "search_document_once": lambda: (
        lambda: SearchDocument.objects.bulk_create(SearchDocument(id=n, kind="review", object_id=1) for n in range(2))
    ),
    "search_word_uses_counted": lambda: lambda: SearchWord.objects.create(word="quokka", uses=-1),
}


def all_constraints() -> set[str]:
    found = [model._meta.constraints for app in HOUSE for model in apps.get_app_config(app).get_models()]
    return {constraint.name for constraints in found for constraint in constraints}


def test_every_constraint_is_tried_here():
    assert all_constraints() == RULES.keys()


def test_every_constraint_has_a_name_that_says_the_rule():
    assert not [name for name in all_constraints() if name.count("_") < 2]


@pytest.mark.parametrize("name", RULES)
def test_database_refuses(name):
    write = RULES[name]()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    table = name.split("_")[0] if connection.vendor == "sqlite" else name
    assert table in str(refused.value).replace("searchdocument", "search_document")


@pytest.mark.parametrize(
    "fields",
    [{}, {"recommendation": None, "learning_point": None}],
    ids=["both", "neither"],
)
def test_evidence_belongs_to_one_statement_neither_to_none_nor_to_two(fields):
    piece = make.learning_point().evidence.get()
    fields = fields or {"recommendation": make.recommendation()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=piece.pk).update(**fields)


def test_evidence_without_any_source_is_refused():
    piece = make.learning_point().evidence.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.filter(pk=piece.pk).update(review=None)


def test_draft_without_evidence_is_not_refused():
    point = make.learning_point(draft=True, sources=[])
    assert (point.evidence_count, point.strength) == (0, "none")


@pytest.mark.parametrize(
    "cited",
    [
        lambda point: point.evidence.get().review,
        lambda point: point.evidence.get().document,
        lambda point: point.evidence.get().review.review_type,
    ],
)
def test_what_is_cited_cannot_be_deleted(cited):
    row = cited(make.learning_point())
    with pytest.raises(ProtectedError):
        row.delete()


def test_what_a_briefing_includes_cannot_be_deleted():
    point = make.learning_point()
    make.briefing(items=[point])
    with pytest.raises(ProtectedError):
        point.delete()


def test_every_publishable_kind_is_listed_here():
    kinds = {
        model for app in HOUSE for model in apps.get_app_config(app).get_models() if hasattr(model, "withdrawn_on")
    }
    assert kinds == set(PUBLISHABLE)


@pytest.mark.parametrize(
    ("date", "precision", "text"),
    [
        (DAY, "year", "2020"),
        (DAY, "month", "June 2020"),
        (DAY, "day", "30 June 2020"),
        (None, "", "Date not known"),
    ],
)
def test_date_is_shown_as_far_as_it_is_known(date, precision, text):
    assert make.case_review(publication_date=date, publication_precision=precision).published_text == text


@pytest.mark.parametrize("factory", [make.theme, make.sector])
def test_slug_comes_from_the_label(factory):
    assert factory("Post-separation contact, fictional").slug == "post-separation-contact-fictional"


def test_unnamed_review_says_so_and_hides_nothing_behind_a_type():
    review = make.case_review(identified=False)
    assert review.kind_words == "A case review that its source does not name"


def test_models_hold_no_work_in_save():
    ours = [model for app in HOUSE for model in apps.get_app_config(app).get_models()]
    assert [model for model in ours if model.save is not models.Model.save] == [Version]  # which refuses to be changed
