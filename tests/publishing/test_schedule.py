"""Publishing at a time: who may set it, what takes it back, and that it happens once."""

import datetime
import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from publishing import actions, schedule
from publishing.history import Step
from publishing.models import ContentVersion, Version
from publishing.snapshots import snapshot
from publishing.writes import Refused
from reviews.models import CaseReview, LearningPoint
from tests import factories as make
from tests import people

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def in_review(row, writer=None):
    actions.submit(row=row, by=writer)
    return row


def scheduled(row, by=None, **more):
    schedule.schedule(row=row, at=timezone.now() + HOUR, by=by, **more)
    return row


def later(hours: int = 2):
    return schedule.publish_due(now=timezone.now() + hours * HOUR)


def changed(point, **fields):
    content = snapshot(point)
    content["fields"] |= fields
    return content


def test_row_is_published_when_its_time_has_come_and_not_before():
    review = scheduled(in_review(make.case_review("Fictional", draft=True)))
    assert later(0).published == []
    assert later().published == ["Fictional"]
    review.refresh_from_db()
    assert (review.status, review.publish_at) == ("published", None)


def test_it_is_published_in_the_name_of_whoever_set_the_time():
    editor = people.editor()
    review = scheduled(in_review(make.case_review(draft=True)), by=editor)
    later()
    newest = Version.objects.of(review).first()
    assert (newest.step, newest.by) == (Step.PUBLISHED, editor)


def test_change_that_waits_is_swapped_in_at_its_time_with_the_words_for_readers():
    point = make.learning_point("First wording.")
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    scheduled(in_review(point), note="Said more clearly.")
    later(0)
    assert LearningPoint.objects.get().statement == "First wording."
    later()
    point.refresh_from_db()
    assert point.statement == "Second wording."
    assert point.changes == [{"date": timezone.localdate().isoformat(), "text": "Said more clearly."}]


def test_second_run_does_nothing():
    scheduled(in_review(make.case_review(draft=True)))
    later()
    version = ContentVersion.objects.get().number
    assert later().published == []
    assert ContentVersion.objects.get().number == version


def test_whoever_writes_takes_the_draft_off_the_schedule():
    review = scheduled(in_review(make.case_review(draft=True)))
    review = CaseReview.objects.get(pk=review.pk)
    review.title = "Renamed and fictional"
    actions.save_draft(row=review)
    assert later().published == []


def test_whoever_writes_takes_the_change_off_the_schedule():
    point = make.learning_point("First wording.")
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    scheduled(in_review(point))
    actions.save_pending(row=point, content=changed(point, statement="Third wording."))
    assert actions.pending_for(point).status == "draft"
    assert later().published == []


@pytest.mark.parametrize("step", [actions.send_back, schedule.unschedule])
@pytest.mark.parametrize("published", [True, False])
def test_what_is_taken_back_is_not_published(step, published):
    row = make.learning_point("First wording.", draft=not published)
    if published:
        actions.save_pending(row=row, content=changed(row, statement="Second wording."))
    step(row=scheduled(in_review(row)))
    assert later().published == []


def test_withdrawal_takes_the_change_off_the_schedule():
    point = make.learning_point("First wording.")
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    make.withdrawn(scheduled(in_review(point)))
    assert later() == schedule.Outcome()
    assert LearningPoint.objects.get().is_withdrawn


def test_what_breaks_a_rule_is_told_and_tried_again():
    source = make.case_review(draft=True)
    point = make.learning_point(draft=True, sources=[source])
    assert "not published" in " ".join(schedule.schedule(row=in_review(point), at=timezone.now() + HOUR))
    assert "not published" in " ".join(later().refused)
    actions.publish(row=source)
    assert later().refused == []
    assert LearningPoint.objects.get().is_published


def test_briefing_is_published_together_with_what_it_includes():
    point = make.learning_point(draft=True)
    briefing = make.briefing(draft=True, items=[point])
    schedule.schedule(row=in_review(briefing), at=timezone.now() + HOUR / 2)
    scheduled(in_review(point))
    assert len(later().published) == 2


@pytest.mark.parametrize("when", [-HOUR, datetime.timedelta(0)])
def test_time_that_is_past_is_refused(when):
    with pytest.raises(Refused, match="a time to come"):
        schedule.schedule(row=in_review(make.case_review(draft=True)), at=timezone.now() + when)


def test_two_pairs_of_eyes_are_asked_for_when_the_time_is_set():
    writer = people.person("editor")
    review = CaseReview.objects.get(pk=make.case_review(draft=True).pk)
    review.title = "Renamed and fictional"
    actions.save_draft(row=review, by=writer)
    with pytest.raises(Refused, match="send it to review first"):
        scheduled(review, by=people.editor())
    in_review(review, writer)
    with pytest.raises(Refused, match="somebody else"):
        scheduled(review, by=writer)
    scheduled(review, by=people.editor())


def test_withdrawn_row_is_not_scheduled():
    with pytest.raises(Refused, match="withdrawn"):
        scheduled(make.withdrawn(make.case_review()))


def test_command_says_what_it_did(capsys, monkeypatch):
    scheduled(in_review(make.case_review("Fictional A", draft=True)))
    point = make.learning_point(draft=True, sources=[])
    scheduled(in_review(point))
    now = timezone.now() + 2 * HOUR
    monkeypatch.setattr(timezone, "now", lambda: now)
    call_command("publish_due")
    said = capsys.readouterr()
    assert "published: Fictional A" in said.out
    assert "no evidence" in said.err


@pytest.mark.parametrize("lost", [{"is_active": False}, {"groups": []}])
def test_time_set_by_who_may_not_publish_any_more_is_not_kept(lost):
    editor = people.editor()
    point = make.learning_point("Fictional.")
    actions.save_pending(row=point, content=changed(point, statement="Changed in fiction."))
    scheduled(in_review(point), by=editor)
    review = scheduled(in_review(make.case_review("Fictional", draft=True)), by=editor)
    editor.groups.set(lost.get("groups", editor.groups.all()))
    editor.is_active = lost.get("is_active", True)
    editor.save()
    outcome = later()
    assert outcome.published == []
    assert len(outcome.refused) == 2
    assert "may not publish any more" in outcome.refused[0]
    scheduled(review, by=people.editor())
    assert later().published == ["Fictional"]


def test_row_that_breaks_keeps_no_other_from_its_time(monkeypatch, caplog):
    bad, _good = (scheduled(in_review(make.case_review(title, draft=True))) for title in ("Bad", "Good"))
    refusals = CaseReview.refusals

    def breaking(self):
        if self.pk == bad.pk:
            raise RuntimeError("no")
        return refusals(self)

    monkeypatch.setattr(CaseReview, "refusals", breaking)
    outcome = later()
    assert outcome.published == ["Good"]
    assert "Bad: an error of the site stopped it" in outcome.refused[0]
    assert "RuntimeError" in caplog.text


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory is of one thread; a file is locked whole")
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_publish_once():
    for _ in range(4):
        scheduled(in_review(make.case_review(draft=True)))
    now, outcomes, together = timezone.now() + 2 * HOUR, [], threading.Barrier(2)

    def run():
        together.wait()
        outcomes.append(schedule.publish_due(now=now))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(one.published) for one in outcomes) == 4
    assert [one.refused for one in outcomes] == [[], []]
    assert Version.objects.filter(step=Step.PUBLISHED).count() == 4
