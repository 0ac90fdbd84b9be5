"""The outbox against a real SMTP server: what is refused, lost or hangs, and what each of them leads to."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from alerts import sending
from alerts.models import Alert, Mail, Subscriber
from alerts.sending import Summary, claim, send_waiting
from publishing.models import move_on
from reviews.models import CaseReview
from tests import factories as make
from tests.alerts.mailing import due_now, follow, queue, send

pytestmark = pytest.mark.django_db
State = Mail.State


@pytest.fixture
def four(smtp):
    """Four subscribers, each with one mail that waits."""
    for n in range(4):
        follow(f"reader{n}@example.org")
    make.case_review("Fictional and new")
    queue()
    return smtp


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(sending, "TRIES", [0.0, 0.0])


def states():
    return sorted(Mail.objects.values_list("state", flat=True))


def test_each_subscriber_gets_each_mail_once_however_often_it_runs(four):
    assert send().sent == 4
    assert send().sent == 0
    assert sorted(recipient for recipient, _message in four.taken) == [f"reader{n}@example.org" for n in range(4)]
    assert set(four.by_name().values()) == {1}
    assert states() == ["sent"] * 4


def test_message_is_taken_as_it_was_made(four):
    """Lines that begin with a dot, and characters beyond ASCII, arrive."""
    Mail.objects.exclude(subscriber__address="reader0@example.org").delete()
    CaseReview.objects.update(title=". Ŵyn’s fictional review")
    move_on()
    send()
    [message] = four.for_address("reader0@example.org")
    assert "Ŵyn’s fictional review" in message.get_body(("plain",)).get_content()
    assert max(map(len, message.as_string().splitlines())) < 998


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_half_of_the_mails_are_refused_for_a_time_and_arrive_later_once(four, step):
    four.answer = lambda at, to, times: "451 4.3.0 Later" if at == step and to[6] in "01" and times == 1 else None
    summary = send()
    assert (summary.sent, summary.paused) == (2, 2)
    assert summary.refusals == {"451 4.3.0": 2}
    assert send().sent == 0  # not before the pause is over
    due_now()
    assert send().sent == 2
    assert sorted(four.by_name().values()) == [1, 1, 1, 1]


def test_pauses_grow_and_end(four):
    four.answer = lambda at, to, times: "451 Later" if to == "reader0@example.org" else None
    mail = Mail.objects.get(subscriber__address="reader0@example.org")
    pauses = []
    for _n in range(len(sending.PAUSES)):
        before = timezone.now()
        send()
        mail.refresh_from_db()
        pauses.append(datetime.timedelta(minutes=(mail.not_before - before) // datetime.timedelta(minutes=1)))
        due_now()
    assert pauses == sorted(pauses)
    assert pauses[0] < datetime.timedelta(minutes=2)
    assert sum(pauses, datetime.timedelta()) > datetime.timedelta(days=6)
    summary = send()
    assert (summary.failed, summary.stopped) == (1, 1)
    mail.refresh_from_db()
    assert mail.state == State.FAILED


def test_address_that_is_refused_for_ever_is_stopped_after_the_limit_and_shown(four, admin_client):
    four.answer = lambda at, to, times: "550 5.1.1 <reader0@example.org> unknown" if to[6] == "0" else None
    for _n in range(3):
        summary = send()
        due_now()
    assert (summary.failed, summary.stopped) == (1, 1)
    stopped = Subscriber.objects.get(address="reader0@example.org")
    assert stopped.stopped_at is not None
    page = admin_client.get("/admin/alerts/subscriber/").content.decode()
    assert "reader0@example.org" in page
    assert "550 5.1.1" in page
    make.case_review("Newer still")
    queue()
    assert not Mail.objects.filter(subscriber=stopped, state=State.QUEUED).exists()


def test_address_that_works_again_begins_anew(four):
    four.answer = lambda at, to, times: "550 5.1.1 unknown" if at == "RCPT" and to[6] == "0" and times < 3 else None
    for _n in range(3):
        send()
        due_now()
    assert len(four.for_address("reader0@example.org")) == 1
    assert Subscriber.objects.get(address="reader0@example.org").refusals == 0


def test_policy_of_the_server_stops_nobody(four):
    """5.7.x: a block list, a missing SPF record. The operator has to mend it; no address is at fault."""
    four.answer = lambda at, to, times: "550 5.7.1 blocked" if at == "RCPT" else None
    for _n in range(4):
        send()
        due_now()
    assert not Subscriber.objects.filter(stopped_at__isnull=False).exists()
    four.answer = lambda at, to, times: None
    assert send().sent == 4


def test_confirmation_to_an_address_that_does_not_exist_is_not_repeated(smtp):
    smtp.answer = lambda at, to, times: "550 5.1.1 unknown"
    sending.actions.ask(address="slip@example.org", kind="review", query="", frequency="weekly", language="en-gb")
    assert send().failed == 1
    due_now()
    send()
    assert smtp.asked["RCPT", "slip@example.org"] == 1


def test_connection_lost_after_the_message_is_a_doubt_that_is_said_and_tried_once_more(four):
    four.answer = lambda at, to, times: "drop" if at == "DATA" and to[6] in "01" and times == 1 else None
    summary = send()
    doubtful = set(Mail.objects.in_doubt().values_list("message_id", flat=True))
    assert set(summary.doubtful) == doubtful
    assert len(doubtful) == 2
    due_now()
    assert send().sent == 2
    names = four.by_name()
    assert {name for name, times in names.items() if times == 2} == doubtful
    assert sorted(names.values()) == [1, 1, 2, 2]


def test_mail_in_doubt_twice_is_never_tried_again(four):
    four.answer = lambda at, to, times: "drop" if at == "DATA" and to[6] == "0" else None
    send()
    due_now()
    [name] = send().uncertain
    for _n in range(3):
        due_now()
        send()
    assert four.by_name()[name] == 2
    assert Mail.objects.get(message_id=name).state == State.UNCERTAIN


def test_server_that_hangs_is_left_alone_and_nothing_is_lost(four, settings):
    settings.EMAIL_TIMEOUT = 0.5
    four.answer = lambda at, to, times: "hang" if at == "RCPT" and times == 1 else None
    summary = send()
    assert summary.unreachable
    assert "reader" not in summary.unreachable
    for _n in range(3):
        due_now()
        send()
    assert sorted(four.by_name().values()) == [1, 1, 1, 1]


def test_server_that_is_away_costs_nobody_anything(four, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    for _n in range(20):
        assert send().unreachable
        due_now()
    assert states() == ["queued"] * 4
    assert set(Mail.objects.values_list("attempts", flat=True)) == {0}
    settings.EMAIL_PORT = port
    assert send().sent == 4


def test_connection_that_the_server_closed_between_two_mails_is_opened_again(four, monkeypatch):
    monkeypatch.setattr("alerts.transports.MOST_PER_CONNECTION", 1)
    assert send().sent == 4


def test_mail_that_a_dead_sender_had_claimed_is_sent_as_if_nothing_had_been(four):
    mail = claim()
    assert send().sent == 3
    Mail.objects.filter(pk=mail.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    summary = send()
    assert (summary.sent, summary.doubtful) == (1, [])
    assert set(four.by_name().values()) == {1}


def test_sender_that_was_thought_dead_and_wakes_up_sends_nothing(four):
    mail = claim()
    Mail.objects.filter(pk=mail.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    send()
    with pytest.raises(sending.LeaseLostError):
        sending.attempt(mail, sending.transport(), Summary())
    assert set(four.by_name().values()) == {1}


def test_what_was_withdrawn_before_the_mail_leaves_is_not_in_it(smtp):
    follow("reader@example.org")
    kept, gone = make.case_review("Kept"), make.case_review("Gone")
    queue()
    make.withdrawn(gone)
    send()
    [message] = smtp.for_address("reader@example.org")
    assert "Kept" in message.as_string()
    assert "Gone" not in message.as_string()
    assert kept.is_published


def test_mail_that_has_nothing_left_is_not_sent(smtp):
    follow("reader@example.org")
    gone = make.case_review("Gone")
    queue()
    make.withdrawn(gone)
    assert send().dropped == 1
    assert smtp.taken == []


def test_thing_published_withdrawn_and_published_again_is_announced_once(smtp):
    follow("reader@example.org")
    review = make.case_review("Comes and goes")
    for _n in range(3):
        queue()
        send()
        make.withdrawn(review)
        queue()
        send()
        make.actions.publish(row=review)
    queue()
    send()
    assert len(smtp.taken) == 1


def test_thing_that_was_withdrawn_when_its_mail_left_is_announced_when_it_comes_back(smtp):
    follow("reader@example.org")
    make.case_review("Kept")
    review = make.case_review("Comes back")
    queue()
    make.withdrawn(review)
    send()
    make.actions.publish(row=review)
    for _n in range(2):
        queue()
        send()
    first, second = smtp.for_address("reader@example.org")
    assert "Comes back" not in first.as_string()
    assert "Comes back" in second.as_string()
    assert "Kept" not in second.as_string()


def test_thing_on_two_lists_of_one_subscriber_comes_once(smtp):
    theme = make.theme()
    make.case_review(themes=[theme])
    follow("reader@example.org")
    follow("reader@example.org", query=f"theme={theme.slug}")
    make.case_review("On both lists", themes=[theme])
    queue()
    send()
    assert len(smtp.taken) == 1
    assert sorted(states()) == ["dropped", "sent"]


def test_alert_that_was_ended_before_its_mail_left_sends_nothing(smtp):
    alert = follow("reader@example.org")
    make.case_review()
    queue()
    sending.actions.end(alert=alert)
    send()
    assert smtp.taken == []


def test_command_says_what_it_did_without_an_address(four, capsys):
    four.answer = lambda at, to, times: (
        "550 5.1.1 <reader0@example.org> no" if to[6] == "0" else "drop" if (at, to[6]) == ("DATA", "1") else None
    )
    call_command("send_alerts", "--progress")
    out, err = capsys.readouterr()
    assert "2 sent" in out
    assert "refused 1 with 550 5.1.1" in out
    assert f"In doubt, will be sent once more: {Mail.objects.in_doubt().get().message_id}" in out
    assert "sent, " in err
    assert "@example.org" not in out + err


def test_dry_run_changes_and_sends_nothing(smtp, capsys):
    follow("reader@example.org")
    make.case_review()
    before = list(Alert.objects.values())
    call_command("send_alerts", "--dry-run")
    assert "1 mails would be queued, and 1 sent" in capsys.readouterr().out
    assert list(Alert.objects.values()) == before
    assert not Mail.objects.exists()
    assert smtp.taken == []


def test_without_a_server_mails_are_files(settings, tmp_path, capsys):
    settings.EMAIL_ON, settings.EMAIL_FILE_PATH = False, tmp_path / "mail"
    follow("reader@example.org")
    make.case_review("Fictional and new")
    call_command("send_alerts")
    assert "written to files" in capsys.readouterr().out
    [file] = (tmp_path / "mail").iterdir()
    assert file.suffix == ".eml"
    assert "Fictional and new" in file.read_text()


def test_senders_take_mails_of_one_subscriber_one_after_the_other(smtp):
    theme = make.theme()
    make.case_review(themes=[theme])
    follow("reader@example.org")
    follow("reader@example.org", query=f"theme={theme.slug}")
    make.case_review(themes=[theme])
    queue()
    first = claim()
    assert claim() is None
    way = sending.transport()
    sending.attempt(first, way, Summary())
    way.close()
    assert claim() is not None


def test_prompt_mail_is_that_mail_alone(four):
    mail = sending.actions.ask_for_link(address="reader2@example.org", language="en-gb")
    send_waiting(Summary(), only=mail.pk)
    assert [recipient for recipient, _message in four.taken] == ["reader2@example.org"]
