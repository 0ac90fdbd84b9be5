"""An import is taken back whole; what somebody has touched or readers have seen stands in the way, and is named."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from intake.models import Reference, Run
from intake.undoing import NotUndoneError, undo
from publishing import actions
from publishing.snapshots import snapshot
from publishing.versions import PendingVersion, Version
from reviews.models import CaseReview, Document, Evidence, LearningPoint, Publisher
from tests import factories as make
from tests.intake.conftest import imported
from themes.models import Theme

pytestmark = pytest.mark.django_db
REVIEW = ["reference", "title", "review_type", "document_title"]


@pytest.fixture
def new(table: Any, db: None) -> Run:
    """A run that made two reviews with their documents."""
    make.review_type("Fictional kind of review", abbreviation="FKR")
    return imported(table(REVIEW, ["F-1", "One", "FKR", "A"], ["F-2", "Two", "FKR", "B"]), "reviews")


def test_what_was_made_is_gone_and_its_history_stays(new, django_user_model):
    anna = django_user_model.objects.create_user("anna")
    undo(run=new, by=anna)
    assert not CaseReview.objects.exists()
    assert not Document.objects.exists()
    steps = Version.objects.filter(key="F-1").order_by("pk").values_list("step", flat=True)
    assert list(steps) == ["imported", "undone"]
    new.refresh_from_db()
    assert (new.state, new.undone_by) == ("undone", anna)


def test_what_was_changed_says_again_what_it_said(new, table):
    before = snapshot(CaseReview.objects.get(reference="F-1"))
    run = imported(table(REVIEW, ["F-1", "Changed", "FKR", ""]), "reviews")
    undo(run=run)
    assert snapshot(CaseReview.objects.get(reference="F-1")) == before


def test_a_change_that_waits_is_discarded_or_becomes_what_it_was(table, db):
    make.case_review(reference="F-1", title="Here", review_type=make.review_type("T", abbreviation="FKR"))
    first = imported(table(REVIEW, ["F-1", "First", "FKR", ""]), "reviews")
    second = imported(table(REVIEW, ["F-1", "Second", "FKR", ""]), "reviews")
    with pytest.raises(NotUndoneError, match="has changed it since"):
        undo(run=first)
    undo(run=second)
    assert PendingVersion.objects.get().content["fields"]["title"] == "First"


def test_the_only_change_that_waits_is_discarded(table, db):
    make.case_review(reference="F-1", title="Here", review_type=make.review_type("T", abbreviation="FKR"))
    undo(run=imported(table(REVIEW, ["F-1", "First", "FKR", ""]), "reviews"))
    assert not PendingVersion.objects.exists()


def test_statements_go_with_their_evidence_and_their_references(table, db):
    make.case_review(reference="F-1", documents=[make.document()])
    run = imported(table(["reference", "statement", "review"], ["a", "A sentence.", "F-1"]), "learning-points")
    undo(run=run)
    assert not LearningPoint.objects.exists()
    assert not Evidence.objects.exists()
    assert not Reference.objects.exists()
    assert CaseReview.objects.exists()


def test_what_somebody_has_changed_since_stands_in_the_way_of_all(new, django_user_model):
    anna = django_user_model.objects.create_user("anna")
    row = CaseReview.objects.get(reference="F-2")
    row.title = "Anna’s own title"
    actions.save_draft(row=row, by=anna)
    with pytest.raises(NotUndoneError, match="Row 3, F-2: anna has changed it since"):
        undo(run=new)
    assert CaseReview.objects.count() == 2
    assert Run.objects.get().state == "done"


def test_what_was_published_since_is_not_undone(new):
    actions.publish(row=CaseReview.objects.get(reference="F-1"))
    with pytest.raises(NotUndoneError, match="F-1"):
        undo(run=new)
    assert CaseReview.objects.published().count() == 1


@pytest.mark.parametrize(
    ("step", "words"), [(actions.publish_pending, "published since"), (make.withdrawn, "withdrawn since")]
)
def test_change_that_readers_have_seen_or_lost_is_not_undone(table, db, step, words):
    row = make.case_review(reference="F-1", title="Here", review_type=make.review_type("T", abbreviation="FKR"))
    run = imported(table(REVIEW, ["F-1", "From the file", "FKR", ""]), "reviews")
    step(row=row)
    waits = PendingVersion.objects.count()
    with pytest.raises(NotUndoneError, match=words):
        undo(run=run)
    assert PendingVersion.objects.count() == waits
    run.refresh_from_db()
    assert run.state == "done"


def test_what_other_rows_rest_on_is_not_undone(new):
    point = make.learning_point(draft=True, sources=[])
    make.evidence(point, CaseReview.objects.get(reference="F-1"), document=make.document())
    with pytest.raises(NotUndoneError, match="other rows rest on what the file made"):
        undo(run=new)
    assert CaseReview.objects.count() == 2
    assert Version.objects.filter(step="undone").count() == 0


def test_a_draft_that_was_deleted_meanwhile_does_not_matter(new):
    actions.delete_draft(row=CaseReview.objects.get(reference="F-1"))
    undo(run=new)
    assert not CaseReview.objects.exists()


def test_a_run_is_undone_once(new):
    undo(run=new)
    with pytest.raises(NotUndoneError, match="only once"):
        undo(run=new)


def test_publishers_and_terms_go_unless_they_are_used(table, db):
    run = imported(table(["name"], ["Fictional board"]), "publishers")
    terms = imported(table(["label", "code"], ["Fictional theme", "F1"]), "themes")
    review = make.case_review(publishers=[Publisher.objects.get()], themes=[Theme.objects.get()])
    for one, words in ((run, "case review"), (terms, "is used by 1 case review")):
        with pytest.raises(NotUndoneError, match=words):
            undo(run=one)
    review.themes.clear()
    review.publishers.clear()
    undo(run=run)
    undo(run=terms)
    assert not Publisher.objects.exists()
    assert not Theme.objects.exists()


def test_the_command_undoes_or_says_why_not(new):
    call_command("undo_import", new.pk, verbosity=0)
    assert not CaseReview.objects.exists()
    with pytest.raises(CommandError, match="Nothing was undone"):
        call_command("undo_import", new.pk, verbosity=0)
    with pytest.raises(CommandError, match="no import with the number 99"):
        call_command("undo_import", 99)
