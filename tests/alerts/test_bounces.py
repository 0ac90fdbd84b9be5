"""Mails that come back, in the shapes that mail servers give them (RFC 3464)."""

import io
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import actions
from alerts.bounces import Outcome, bounce_in, note
from alerts.models import Mail, Subscriber
from tests import factories as make
from tests.alerts.mailing import follow, queue, send

REPORT = """\
Return-Path: <>
Received: from mx.example.net (mx.example.net [192.0.2.1])\tby mail.example.org
From: Mail Delivery System <mailer-daemon@example.net>
To: updates@example.org
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="BOUND"
MIME-Version: 1.0

--BOUND
Content-Type: text/plain; charset=us-ascii

I am sorry to have to tell you that your message could not be delivered.

--BOUND
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Queue-ID: 4F2A

Final-Recipient: rfc822; someone.else@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
    mailbox here

--BOUND
Content-Type: {kind}

{head}
--BOUND--
"""
HEAD = "Subject: New on a list you follow\nMessage-ID: {name}\nFrom: updates@example.org\n\n{body}"


def report(name, *, action="failed", status="5.1.1", kind="message/rfc822", body="The whole mail.\n"):
    text = REPORT.format(action=action, status=status, kind=kind, head=HEAD.format(name=name, body=body))
    return text.replace("\n", "\r\n").encode()


def sent_mail(subscriber=None):
    """A mail with news that a server took."""
    make.case_review()
    queue()
    send()
    return Mail.objects.filter(what="news").latest("pk")


@pytest.fixture
def follower(smtp, db):
    return follow("reader@example.org").subscriber


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
@pytest.mark.parametrize("status", ["5.1.1", "4.4.7"])
def test_report_names_its_mail_its_status_and_what_the_server_said(kind, status):
    found = bounce_in(report("<abc@example.org>", kind=kind, status=status))
    assert (found.message_id, found.status) == ("<abc@example.org>", status)
    assert found.said == f"550 {status} no such mailbox here"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 5000,
        b"Subject: Re: New\n\nThank you. Message-ID: <abc@example.org>",
        report("<abc@example.org>", action="delayed"),
        report("<abc@example.org>", action="delivered"),
        report("", kind="message/rfc822"),
        report("<abc@example.org>")[:400],
        report("<abc@example.org>").replace(b"message/delivery-status", b"text/plain"),
        report("<abc@example.org>").replace(b"multipart/report", b"multipart/mixed"),
    ],
)
def test_what_is_no_report_of_a_failure_is_left_alone(raw):
    assert bounce_in(raw) is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 1200))
def test_no_message_breaks_the_reader(noise, at):
    whole = report("<abc@example.org>")
    bounce_in(whole[:at] + noise + whole[at:])


def test_third_mail_in_a_row_that_came_back_stops_the_alerts(follower):
    outcomes = [note(bounce_in(report(sent_mail().message_id))) for _n in range(3)]
    assert outcomes == [Outcome.NOTED, Outcome.NOTED, Outcome.STOPPED]
    follower.refresh_from_db()
    assert follower.stopped_at
    assert follower.last_refusal == "5.1.1 550 5.1.1 no such mailbox here"
    make.case_review()
    assert queue().mails == 0


def test_mail_that_arrived_between_them_begins_the_count_anew(follower):
    for comes_back in (True, True, False, True):
        mail = sent_mail()
        if comes_back:
            note(bounce_in(report(mail.message_id)))
    follower.refresh_from_db()
    assert (follower.bounces, follower.stopped_at) == (1, None)


def test_same_report_twice_counts_once(follower):
    raw = report(sent_mail().message_id)
    assert [note(bounce_in(raw)) for _n in range(3)] == [Outcome.NOTED, Outcome.UNKNOWN, Outcome.UNKNOWN]
    follower.refresh_from_db()
    assert follower.bounces == 1


def test_refusal_of_policy_counts_against_no_address(follower):
    for _n in range(3):
        assert note(bounce_in(report(sent_mail().message_id, status="5.7.1"))) == Outcome.NOTED
    follower.refresh_from_db()
    assert (follower.bounces, follower.stopped_at) == (0, None)


def test_confirmation_that_came_back_counts_against_no_address(smtp, db):
    mail = actions.ask(address="a@example.org", kind="review", query="", frequency="at-once", language="en-gb")
    send()
    assert note(bounce_in(report(mail.message_id))) == Outcome.NOTED
    assert Subscriber.objects.get().bounces == 0


def test_report_of_a_mail_that_we_never_sent_changes_nothing(follower):
    sent_mail()
    assert note(bounce_in(report("<made-up@example.org>"))) == Outcome.UNKNOWN
    assert Mail.objects.get(what="news").state == Mail.State.SENT


def test_what_came_back_is_not_told_again(follower):
    mail = sent_mail()
    note(bounce_in(report(mail.message_id)))
    assert (queue().mails, send().sent) == (0, 0)


def test_following_again_begins_the_count_anew(follower):
    for _n in range(3):
        note(bounce_in(report(sent_mail().message_id)))
    actions.confirm(alert=follower.alerts.get())
    follower.refresh_from_db()
    assert (follower.bounces, follower.stopped_at) == (0, None)
    assert note(bounce_in(report(sent_mail().message_id))) == Outcome.NOTED


def test_command_reads_one_message_of_any_size_from_its_standard_input(follower, monkeypatch, capsys):
    raw = report(sent_mail().message_id, body="x" * 3_000_000)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("read_bounces")
    assert capsys.readouterr().out == "counted\n"
    assert sys.stdin.buffer.read() == b""


def test_command_reads_what_is_new_in_a_maildir_and_keeps_every_message(follower, tmp_path, capsys):
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1.a").write_bytes(report(sent_mail().message_id))
    (tmp_path / "cur" / "2.b:2,F").write_bytes(report(sent_mail().message_id))
    (tmp_path / "cur" / "3.c:2,S").write_bytes(report(sent_mail().message_id))
    (tmp_path / "new" / "4.d").write_bytes(b"Subject: a question\n\nHow do I end this?")
    call_command("read_bounces", str(tmp_path))
    assert capsys.readouterr().out == "1 no report; 2 counted\n"
    assert sorted(str(one.relative_to(tmp_path)) for one in tmp_path.glob("*/*")) == [
        "cur/1.a:2,S",
        "cur/2.b:2,FS",
        "cur/3.c:2,S",
        "new/4.d",
    ]
    call_command("read_bounces", str(tmp_path))
    assert capsys.readouterr().out == "1 no report\n"


def test_command_says_that_a_directory_is_no_maildir(tmp_path):
    with pytest.raises(CommandError, match="no Maildir"):
        call_command("read_bounces", str(tmp_path))


def test_message_is_handed_over_again_when_the_database_is_away(tmp_path):
    """A pipe that fails otherwise has the server send the report back to whoever sent it."""
    run = subprocess.run(
        [sys.executable, "manage.py", "read_bounces"],
        input=report("<abc@example.org>"),
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/not-there/db.sqlite3", "SECRET_KEY": "x" * 50},
        capture_output=True,
    )
    assert run.returncode == os.EX_TEMPFAIL, run.stderr
