"""The steps from draft to tombstone: what each does, and what it refuses."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from publishing import actions
from publishing.models import (
    ContentVersion,
    PendingVersion,
    Status,
    WithdrawnReason,
    content_version,
    move_on,
    one_version,
)
from publishing.snapshots import snapshot
from publishing.writes import Refused
from reviews.models import CaseReview, LearningPoint
from search import index
from search.models import SearchDocument, SearchWord
from tests import factories as make
from themes import actions as term_actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return get_user_model().objects.create_user("fictional-curator")


def version() -> int:
    return ContentVersion.objects.values_list("number", flat=True).first() or 0


def status_of(row) -> str:
    return type(row).objects.values_list("status", flat=True).get(pk=row.pk)


def found(word: str, kind: str = "learning") -> list[int]:
    return index.matching_ids(word, kind)


# -- the way to publication ------------------------------------------------------------------------------------------


def test_draft_goes_to_review_and_back_and_to_readers(curator):
    review = make.case_review(draft=True)
    actions.submit(row=review, by=curator)
    assert status_of(review) == Status.IN_REVIEW
    actions.send_back(row=review, by=curator)
    assert status_of(review) == Status.DRAFT
    actions.submit(row=review)
    actions.publish(row=review, by=get_user_model().objects.create_user("fictional-editor"))
    assert status_of(review) == Status.PUBLISHED


def test_a_draft_may_be_published_without_a_review():
    review = make.case_review(draft=True)
    actions.publish(row=review)
    assert status_of(review) == Status.PUBLISHED


def test_who_and_when_are_kept(curator):
    review = make.case_review(draft=True)
    actions.save_draft(row=review, by=curator)
    actions.publish(row=review)
    review.refresh_from_db()
    assert (review.created_by, review.changed_by) == (curator, None)
    assert review.published_at <= timezone.now()


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (actions.submit, "in-review"),
        (actions.submit, "published"),
        (actions.submit, "withdrawn"),
        (actions.send_back, "draft"),
        (actions.send_back, "published"),
        (actions.send_back, "withdrawn"),
        (actions.publish, "published"),
        (lambda row: actions.withdraw(row=row, reason="error"), "draft"),
        (lambda row: actions.withdraw(row=row, reason="error"), "in-review"),
        (lambda row: actions.withdraw(row=row, reason="error"), "withdrawn"),
    ],
)
def test_step_from_the_wrong_state_is_refused_and_changes_nothing(step, state):
    review = make.case_review(draft=state in {"draft", "in-review"})
    if state == "in-review":
        actions.submit(row=review)
    if state == "withdrawn":
        make.withdrawn(review)
    before = version()
    with pytest.raises(Refused):
        step(row=review)
    assert status_of(review) == state
    assert version() == before


def test_state_is_that_of_the_database_not_of_an_old_copy():
    review = make.case_review(draft=True)
    old_copy = CaseReview.objects.get(pk=review.pk)
    actions.publish(row=review)
    with pytest.raises(Refused):
        actions.submit(row=old_copy)
    with pytest.raises(Refused):
        actions.publish(row=old_copy)


def test_published_row_is_never_edited_in_place():
    point = make.learning_point("A fictional sentence.")
    point.statement = "Another sentence."
    with pytest.raises(Refused, match="never edited in place"):
        actions.save_draft(row=point)
    assert LearningPoint.objects.get(pk=point.pk).statement == "A fictional sentence."


def test_withdrawn_row_is_not_edited_either():
    review = make.withdrawn(make.case_review())
    with pytest.raises(Refused):
        actions.save_draft(row=review)


@pytest.mark.parametrize("state", [Status.PUBLISHED, Status.WITHDRAWN])
def test_an_old_copy_that_says_draft_does_not_overwrite_what_readers_see(state):
    review = make.case_review("First title", draft=True)
    old_copy = CaseReview.objects.get(pk=review.pk)
    actions.publish(row=review)
    if state == Status.WITHDRAWN:
        make.withdrawn(review)
    old_copy.title = "Second title"
    with pytest.raises(Refused):
        actions.save_draft(row=old_copy)
    review.refresh_from_db()
    assert (review.status, review.title) == (state, "First title")


# -- what publication refuses ----------------------------------------------------------------------------------------


def test_statement_without_evidence_is_refused_in_words():
    for one in (make.learning_point(draft=True, sources=[]), make.recommendation(draft=True, sources=[])):
        with pytest.raises(Refused, match="no evidence"):
            actions.publish(row=one)
        assert status_of(one) == Status.DRAFT


def test_statement_from_an_unpublished_source_is_refused_by_its_name():
    for source in (make.case_review("Fictional draft", draft=True), make.evidence_set("Fictional draft", draft=True)):
        with pytest.raises(Refused, match="Fictional draft"):
            make.learning_point(sources=[make.case_review(), source])


def test_set_with_an_unpublished_member_is_refused_by_its_name():
    with pytest.raises(Refused, match="Fictional draft"):
        make.evidence_set(members=[make.case_review("Fictional draft", draft=True)])


def test_briefing_that_includes_a_draft_is_refused_by_its_code():
    draft = make.learning_point(draft=True)
    with pytest.raises(Refused, match=draft.code):
        make.briefing(items=[make.learning_point(), draft])


def test_briefing_based_on_a_draft_is_refused_by_its_name():
    with pytest.raises(Refused, match="Fictional draft"):
        make.briefing(based_on=[make.evidence_set("Fictional draft", draft=True)])


def test_withdrawn_source_does_not_stand_in_the_way():
    gone = make.withdrawn(make.case_review())
    point = make.learning_point(sources=[make.case_review(), gone])
    assert point.is_published


def test_what_was_withdrawn_can_be_published_again_and_keeps_its_first_day():
    review = make.case_review()
    first = review.published_at
    make.withdrawn(review)
    actions.publish(row=review)
    review.refresh_from_db()
    assert (review.status, review.withdrawn_on, review.withdrawn_reason) == (Status.PUBLISHED, None, "")
    assert review.published_at == first


# -- withdrawal ------------------------------------------------------------------------------------------------------


def test_withdrawal_keeps_the_day_and_the_reason():
    review = make.withdrawn(make.case_review(), "family-request")
    review.refresh_from_db()
    assert (review.withdrawn_on, review.withdrawn_reason) == (timezone.localdate(), "family-request")


@pytest.mark.parametrize("reason", ["", "because", None])
def test_withdrawal_without_a_known_reason_is_refused(reason):
    review = make.case_review()
    with pytest.raises(Refused, match=r"Say why.*court-order"):
        actions.withdraw(row=review, reason=reason)
    assert status_of(review) == Status.PUBLISHED


@pytest.mark.parametrize("reason", WithdrawnReason.values)
def test_each_reason_is_taken(reason):
    assert make.withdrawn(make.case_review(), reason).is_withdrawn


def test_search_forgets_what_is_withdrawn_at_once_with_all_its_words():
    point = make.learning_point("Quokkas are fictional here.")
    assert found("quokkas") == [point.pk]
    make.withdrawn(point)
    assert found("quokkas") == []
    assert not SearchDocument.objects.filter(kind="learning", object_id=point.pk).exists()
    assert not SearchWord.objects.filter(word__startswith="quokka").exists()


def test_search_finds_what_is_published_and_nothing_before():
    point = make.learning_point("Quokkas are fictional here.", draft=True)
    assert found("quokkas") == []
    make.evidence(point, make.case_review())
    actions.publish(row=point)
    assert found("quokkas") == [point.pk]


def test_withdrawn_source_no_longer_counts_for_what_rests_on_it():
    review, other = make.case_review(), make.case_review()
    point, recommendation = make.learning_point(sources=[review, other]), make.recommendation(sources=[review])
    make.withdrawn(review)
    point.refresh_from_db()
    recommendation.refresh_from_db()
    assert (point.strength, point.review_count, point.evidence_count) == ("one-review", 1, 2)
    assert (recommendation.strength, recommendation.review_count) == ("none", 0)


# -- changes to what is published ------------------------------------------------------------------------------------


@pytest.fixture
def point():
    themes = [make.theme("Fictional theme")]
    return make.learning_point("First wording, quokkas.", detail="First.", themes=themes)


def changed(point, **fields) -> dict:
    """The snapshot of a point as it should become."""
    content = snapshot(point)
    content["fields"] |= fields
    return content


def test_pending_version_changes_nothing_that_readers_see(point, curator):
    before, was = version(), snapshot(point)
    pending = actions.save_pending(row=point, content=changed(point, statement="Second wording, wombats."), by=curator)
    assert snapshot(LearningPoint.objects.get(pk=point.pk)) == was
    assert version() == before
    assert found("wombats") == []
    assert actions.pending_for(point) == pending
    assert pending.changed_by == curator


def test_second_edit_replaces_the_first_and_stays_based_on_what_is_published(point):
    first = actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    second = actions.save_pending(row=point, content=changed(point, statement="Third wording."))
    assert PendingVersion.objects.get().content["fields"]["statement"] == "Third wording."
    assert second.based_on == first.based_on


def test_pending_version_is_swapped_in_whole(point):
    theme, review = make.theme("Second fictional theme"), make.case_review()
    content = changed(point, statement="Second wording, wombats.", detail="", themes=[theme.slug])
    content["parts"]["evidence"] = [
        {"code": "EV-9001", "review": review.reference, "document": make.document().slug, "locator": "page 2"},
        {"code": "EV-9002", "review": make.case_review().reference, "document": make.document().slug},
    ]
    actions.save_pending(row=point, content=content)
    actions.publish_pending(row=point)
    point = LearningPoint.objects.get(pk=point.pk)
    assert (point.statement, point.detail, point.status) == ("Second wording, wombats.", "", Status.PUBLISHED)
    assert list(point.themes.all()) == [theme]
    assert [piece.code for piece in point.evidence.all()] == ["EV-9001", "EV-9002"]
    assert (point.evidence_count, point.strength) == (2, "several")
    assert (found("quokkas"), found("wombats")) == ([], [point.pk])
    assert actions.pending_for(point) is None


def test_pending_version_that_takes_the_last_evidence_away_is_refused_and_kept(point):
    content = changed(point, statement="Second wording.")
    content["parts"]["evidence"] = []
    actions.save_pending(row=point, content=content)
    was = snapshot(point)
    with pytest.raises(Refused, match="no evidence"), transaction.atomic():
        actions.publish_pending(row=point)
    assert snapshot(LearningPoint.objects.get(pk=point.pk)) == was
    assert actions.pending_for(point) is not None


def test_pending_version_that_cites_a_draft_is_refused(point):
    content = changed(point)
    draft = make.case_review("Fictional draft", draft=True)
    content["parts"]["evidence"][0]["review"] = draft.reference
    actions.save_pending(row=point, content=content)
    with pytest.raises(Refused, match="Fictional draft"), transaction.atomic():
        actions.publish_pending(row=point)
    assert point.evidence.get().review != draft


def test_pending_version_that_names_what_is_gone_is_refused_by_its_name(point):
    actions.save_pending(row=point, content=changed(point, themes=["gone-since"]))
    with pytest.raises(Refused, match="gone-since"), transaction.atomic():
        actions.publish_pending(row=point)


def test_pending_version_is_refused_when_the_row_has_changed_since(point):
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    LearningPoint.objects.filter(pk=point.pk).update(detail="Changed meanwhile.")
    with pytest.raises(Refused, match="has changed since"):
        actions.publish_pending(row=point)
    assert LearningPoint.objects.get(pk=point.pk).statement == "First wording, quokkas."


def test_pending_version_is_refused_after_a_withdrawal(point):
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    make.withdrawn(point)
    with pytest.raises(Refused):
        actions.publish_pending(row=point)


def test_nothing_pending_is_refused(point):
    with pytest.raises(Refused, match="no change that waits"):
        actions.publish_pending(row=point)


def test_discarded_version_is_gone(point):
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    actions.discard_pending(row=point)
    assert actions.pending_for(point) is None
    assert LearningPoint.objects.get(pk=point.pk).statement == "First wording, quokkas."


def test_statements_of_a_set_are_counted_anew_when_its_members_change():
    one = make.evidence_set(members=[make.case_review()])
    point = make.learning_point(sources=[one])
    content = snapshot(one)
    content["fields"]["members"].append(make.case_review().reference)
    actions.save_pending(row=one, content=content)
    actions.publish_pending(row=one)
    point.refresh_from_db()
    assert point.review_count == 2


# -- the version of the published content ----------------------------------------------------------------------------


def test_each_public_change_moves_the_version_on(point):
    def moves(step) -> bool:
        before = content_version()
        step()
        return content_version() != before

    draft = make.case_review(draft=True)
    assert moves(lambda: actions.publish(row=draft))
    assert moves(lambda: actions.withdraw(row=draft, reason="error"))
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    assert moves(lambda: actions.publish_pending(row=point))
    assert moves(lambda: term_actions.save(term=make.theme()))
    assert moves(lambda: make.publisher())
    assert moves(lambda: make.document())
    assert moves(lambda: make.helpline())


def test_what_readers_do_not_see_leaves_the_version(point):
    before = version()
    draft = make.case_review(draft=True)
    actions.submit(row=draft)
    actions.send_back(row=draft)
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    actions.discard_pending(row=point)
    assert version() == before


def test_version_is_one_row_that_counts():
    move_on()
    first = version()
    move_on()
    assert version() == first + 1
    assert ContentVersion.objects.count() == 1


def test_version_is_read_once_for_a_page_and_again_after_a_change(django_assert_num_queries):
    with one_version():
        with django_assert_num_queries(1):
            first = content_version()
            assert content_version() == first
        move_on()
        assert content_version() != first


def test_number_that_comes_again_after_a_rollback_is_another_version():
    move_on()
    try:
        with transaction.atomic():
            move_on()
            lost = content_version()
            raise ValueError
    except ValueError:
        move_on()
    assert content_version() != lost


def test_date_of_withdrawal_is_the_readers_day(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2026, 2, 28))
    assert make.withdrawn(make.case_review()).withdrawn_on == datetime.date(2026, 2, 28)
