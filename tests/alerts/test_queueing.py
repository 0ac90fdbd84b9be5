"""What is new for whom: each filter is matched once, and each thing is put into one mail for each subscriber."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts import actions, queueing
from alerts.additions import note_additions
from alerts.following import matching
from alerts.housekeeping import tidy
from alerts.models import Addition, Alert, Allowance, Batch, FollowedList, Mail, Subscriber
from tests import factories as make
from tests.alerts.mailing import follow, queue, send

pytestmark = pytest.mark.django_db


def told():
    """(address, ids) of each mail that waits."""
    return sorted(Mail.objects.filter(what="news").values_list("subscriber__address", "batch__ids"))


def test_only_what_is_published_after_the_confirmation_is_new():
    make.case_review()
    follow("a@example.org")
    new = make.case_review()
    queue()
    assert told() == [("a@example.org", [new.pk])]
    assert queue().mails == 0


def test_each_filter_brings_what_it_lets_through():
    theme = make.theme()
    make.case_review(themes=[theme])
    follow("all@example.org")
    follow("theme@example.org", query=f"theme={theme.slug}")
    follow("wales@example.org", query="nation=wales")
    follow("words@example.org", query="q=quokkas")
    follow("points@example.org", "learning")
    plain, themed = make.case_review(), make.case_review("Of quokkas", themes=[theme])
    queue()
    assert told() == [
        ("all@example.org", [plain.pk, themed.pk]),
        ("theme@example.org", [themed.pk]),
        ("words@example.org", [themed.pk]),
    ]


def test_choices_of_one_facet_are_either_and_facets_are_both():
    one, other = make.theme(), make.theme()
    make.case_review(themes=[one], nation="wales")
    make.case_review(themes=[other])
    follow("a@example.org", query=f"nation=england&theme={one.slug}&theme={other.slug}")
    wanted = [make.case_review(themes=[theme]) for theme in (one, other)]
    make.case_review(themes=[one], nation="wales")
    queue()
    assert told() == [("a@example.org", [row.pk for row in wanted])]


def test_filter_whose_choice_is_gone_matches_nothing_rather_than_everything():
    """Else a subscriber of a set that was withdrawn would be sent the whole list."""
    one = make.evidence_set()
    make.recommendation(sources=[one])
    followed = follow("a@example.org", "recommendation", f"source={one.slug}").followed
    make.withdrawn(one)
    rec = make.recommendation()
    assert matching(followed, [rec.pk]) == []
    queue()
    assert told() == []


def test_merged_theme_leads_its_followers_to_the_one_that_took_its_place():
    old, new = make.theme(), make.theme()
    make.case_review(themes=[old])
    follow("a@example.org", query=f"theme={old.slug}")
    make.term_actions.merge(term=old, into=new)
    row = make.case_review(themes=[new])
    queue()
    assert told() == [("a@example.org", [row.pk])]


def test_filter_is_matched_once_however_many_follow_it(monkeypatch):
    for n in range(10):
        follow(f"a{n}@example.org", query="nation=england")
    make.case_review()
    asked = []
    monkeypatch.setattr(queueing, "matching", lambda *args: asked.append(args) or matching(*args))
    assert queue().mails == 10
    assert len(asked) == 1
    assert Batch.objects.count() == 1


def test_statements_do_not_grow_with_subscribers():
    counts = []
    for first, last in ((0, 3), (3, 30)):
        for n in range(first, last):
            follow(f"a{n}@example.org")
        make.case_review()
        with CaptureQueriesContext(connection) as captured:
            queue()
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("frequency", "day", "due"),
    [("weekly", 29, False), ("weekly", 30, True), ("monthly", 30, False), ("monthly", 31, True)],
)
def test_weekly_comes_on_monday_and_monthly_on_the_first(monkeypatch, frequency, day, due):
    """29 November 2026 is a Sunday; '31' stands for 1 December. The clock is set back and goes on: one that stands
    gives two tests of a process the same version of the content."""
    early = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC) - datetime.datetime.now(datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime.now(datetime.UTC) + early)
    follow("a@example.org", frequency=frequency)
    make.case_review()
    days = datetime.timedelta(days=day - 25)
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime.now(datetime.UTC) + early + days)
    assert queue().mails == due
    assert queue().mails == 0


def test_alert_that_was_not_confirmed_brings_nothing():
    actions.ask(address="a@example.org", kind="review", query="", frequency="at-once", language="en-gb")
    make.case_review()
    queue()
    assert told() == []


def test_change_of_frequency_loses_nothing_and_repeats_nothing():
    alert = follow("a@example.org", frequency="monthly")
    row = make.case_review()
    actions.change(alert=alert, frequency="at-once")
    queue()
    actions.change(alert=alert, frequency="monthly")
    actions.change(alert=alert, frequency="at-once")
    queue()
    assert told() == [("a@example.org", [row.pk])]


def test_confirming_twice_is_confirming_once():
    alert = follow("a@example.org")
    make.case_review()
    actions.confirm(alert=alert)
    assert queue().mails == 1


def test_many_new_things_are_divided_among_mails(monkeypatch):
    monkeypatch.setattr(queueing, "MOST_ITEMS", 2)
    follow("a@example.org")
    rows = [make.case_review() for _n in range(5)]
    assert queue().mails == 3
    assert [pk for _address, ids in Mail.objects.order_by("pk").values_list("what", "batch__ids") for pk in ids] == [
        row.pk for row in rows
    ]


def test_what_is_published_is_numbered_once_and_drafts_are_not():
    row, draft = make.case_review(), make.case_review(draft=True)
    note_additions()
    make.withdrawn(row)
    note_additions()
    make.actions.publish(row=row)
    note_additions()
    numbered = Addition.objects.filter(kind="review").values_list("object_id", flat=True)
    assert list(numbered) == [row.pk]
    make.actions.publish(row=draft)
    note_additions()
    assert list(numbered.all()) == [row.pk, draft.pk]


def test_what_a_person_did_not_confirm_is_forgotten_after_seven_days():
    for address, days in (("old@example.org", 8), ("new@example.org", 6)):
        mail = actions.ask(address=address, kind="review", query="", frequency="weekly", language="en-gb")
        Alert.objects.filter(pk=mail.alert.pk).update(asked_at=timezone.now() - datetime.timedelta(days=days))
    assert tidy()["unconfirmed"] > 0
    assert [one.address for one in Subscriber.objects.all()] == ["new@example.org"]


def test_what_is_over_is_forgotten(smtp):
    alert = follow("a@example.org")
    follow("b@example.org", query="nation=wales")
    make.case_review()
    queue()
    send()
    actions.ask_for_link(address="nobody@example.org", language="en-gb")
    long_ago = timezone.now() - datetime.timedelta(days=91)
    Mail.objects.update(finished_at=long_ago)
    Allowance.objects.create(what="x", until=long_ago)
    Subscriber.objects.filter(address="b@example.org").update(stopped_at=long_ago)
    tidy()
    left = (Mail, Batch, Allowance)
    assert [model.objects.count() for model in left] == [0, 0, 0]
    assert FollowedList.objects.get() == alert.followed
    assert [one.address for one in Subscriber.objects.all()] == ["a@example.org"]


def test_nothing_is_left_of_whoever_erases_everything(smtp):
    alert = follow("a@example.org", query="nation=england")
    make.case_review()
    queue()
    send()
    actions.erase(subscriber=alert.subscriber)
    tidy()
    assert not any(model.objects.exists() for model in (Subscriber, Alert, Mail, Batch, FollowedList))
