"""What the form cannot be used for: to flood a stranger, the mail server, or the database."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from alerts import limits
from alerts.addresses import mailbox
from alerts.models import Alert, Allowance, FollowedList, Mail, Subscriber
from tests.alerts.mailing import send

pytestmark = pytest.mark.django_db
ADDRESS = "victim@example.org"


def ask(address=ADDRESS, query="", network="192.0.2.1", path="/alerts/follow/review/"):
    return Client(REMOTE_ADDR=network).post(path + query, {"address": address, "frequency": "weekly"})


def later(**time):
    """As if that time had passed for the counters."""
    for row in Allowance.objects.all():
        Allowance.objects.filter(pk=row.pk).update(until=row.until - datetime.timedelta(**time))


def test_stranger_gets_three_mails_a_day_and_eight_in_a_month_whoever_asks(smtp):
    for day in range(6):
        for n in range(10):
            answer = ask(query=f"?from={2000 + n}", network=f"198.51.{day}.{n}")
            assert answer.headers["Location"] == "/alerts/done/asked/"
        send()
        assert len(smtp.for_address(ADDRESS)) == min(3 * (day + 1), 8)
        later(days=1)
    later(days=30)
    ask()
    send()
    assert len(smtp.for_address(ADDRESS)) == 9


def test_links_and_confirmations_share_the_limit(smtp):
    for _n in range(3):
        ask()
    ask(path="/alerts/link/")
    send()
    assert len(smtp.taken) == 3


@pytest.mark.parametrize(
    "other", ["victim+1@example.org", "v.i.c.t.i.m@example.org", "VICTIM@EXAMPLE.ORG", "vic.tim+x+y@example.org"]
)
def test_other_ways_to_write_a_mailbox_share_its_limit(other):
    for _n in range(3):
        ask()
    ask(address=other)
    assert Mail.objects.count() == 3


def test_mailboxes_that_are_not_one_do_not_share():
    assert mailbox("+@example.org") != mailbox("a@example.org")
    assert mailbox("a@example.org") != mailbox("a@example.com")
    for n in range(4):
        ask(address=f"reader{n}@example.org")
    assert Mail.objects.count() == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [("192.0.2.1", "192.0.2.200"), ("2001:db8:1:2::3", "2001:db8:1:ffff::1"), ("192.0.2.1", "::ffff:192.0.2.7")],
)
def test_network_may_ask_twenty_times_an_hour_and_is_told(one, other):
    for n in range(20):
        assert ask(address=f"reader{n}@example.org", network=one if n % 2 else other).status_code == 302
    answer = ask(network=one)
    assert answer.status_code == 429
    assert "Nothing was sent" in answer.content.decode()
    assert ask(network="203.0.113.5").status_code == 302
    later(hours=1)
    assert ask(network=other).status_code == 302


def test_form_as_a_whole_fills_the_database_only_so_fast(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "everyone", [(10, limits.HOUR)])
    for n in range(30):
        ask(address=f"reader{n}@example.org", query=f"?from={1980 + n}", network=f"198.51.{n}.1")
    assert (Subscriber.objects.count(), Alert.objects.count(), FollowedList.objects.count()) == (10, 10, 10)
    assert Allowance.objects.count() <= 2 * 30 + 2 * 10 + 1


def test_refused_request_uses_nothing_up():
    for _n in range(8):
        limits.mailbox_allows(ADDRESS)
    assert sorted(Allowance.objects.values_list("used", flat=True)) == [3, 3]


def test_address_that_is_wrong_uses_nothing_up():
    for _n in range(30):
        ask(address="nobody")
    assert not Allowance.objects.exists()


def test_limits_keep_neither_an_address_nor_a_network():
    ask()
    kept = str(list(Allowance.objects.values()))
    assert "victim" not in kept
    assert "192.0.2" not in kept
    assert all(row.until < timezone.now() + datetime.timedelta(days=31) for row in Allowance.objects.all())


@pytest.mark.parametrize(("https", "number"), [(True, 302), (False, 429)])
def test_behind_our_own_proxy_the_reader_is_whom_it_names(settings, https, number):
    settings.HTTPS, settings.TRUSTED_PROXIES = https, ["127.0.0.1"]
    for n in range(20):
        client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": f"6.6.6.6, 198.51.{n}.1"})
        client.post("/alerts/follow/review/", {"address": f"reader{n}@example.org", "frequency": "weekly"})
    client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 198.51.99.1"})
    answer = client.post("/alerts/follow/review/", {"address": ADDRESS, "frequency": "weekly"})
    assert answer.status_code == number


def test_one_address_follows_no_more_than_thirty_lists(smtp, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "mailbox", [(100, limits.DAY)])
    for n in range(35):
        ask(query=f"?from={1980 + n}", network=f"198.51.{n}.1")
    assert Alert.objects.count() == 30
    send()
    assert [str(message["Subject"]) for message in smtp.for_address(ADDRESS)][-1] == "The link you asked for"
