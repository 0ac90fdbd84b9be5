"""Subscribing, confirming, changing and ending, as a reader's browser does it."""

import threading

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from alerts import actions, keys
from alerts.models import Alert, FollowedList, Mail, Subscriber
from tests import factories as make
from tests.alerts.mailing import follow, links_in, path_of, send
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db
ADDRESS = "reader@example.org"


def ask(client, path="/alerts/follow/review/", address=ADDRESS, frequency="monthly", **headers):
    return client.post(path, {"address": address, "frequency": frequency}, **headers)


def said(answer):
    return text_of(parsed(answer).find("body/main"))


def test_list_leads_to_its_following_with_its_filters(client):
    theme = make.theme("Fictional theme")
    make.case_review(themes=[theme])
    page = client.get(f"/reviews/?theme={theme.slug}").content.decode()
    assert f'href="/alerts/follow/review/?theme={theme.slug}"' in page
    answer = client.get(f"/alerts/follow/review/?theme={theme.slug}")
    assert "Theme: Fictional theme" in said(answer)
    assert "One review" in said(answer)


def test_wish_is_confirmed_from_the_mail_and_served_only_then(client, smtp):
    assert ask(client).headers["Location"] == "/alerts/done/asked/"
    send()
    make.case_review("Too early")
    call_command("send_alerts", verbosity=0)
    [message] = smtp.for_address(ADDRESS)
    assert message["Subject"] == "Please confirm your request"
    path = path_of(links_in(message)["Confirm, or say that it was not you"])
    assert client.get(path).status_code == 200
    assert Alert.objects.get().confirmed_at is None  # looking is not confirming
    answer = client.post(path, follow=True)
    assert "You hear of what is added from now on." in said(answer)
    assert "r…@example.org" in said(answer)
    assert ADDRESS not in answer.content.decode()
    Alert.objects.update(frequency="at-once", due_on=None)
    make.case_review("Just right")
    call_command("send_alerts", verbosity=0)
    message = smtp.for_address(ADDRESS)[-1]
    assert "Just right" in message.get_body(("plain",)).get_content()
    assert "Too early" not in message.get_body(("plain",)).get_content()


def test_answer_is_the_same_whether_or_not_an_address_follows(client):
    follow("known@example.org", frequency="monthly")
    answers = [ask(client, address=address) for address in ("known@example.org", "new@example.org")]
    answers += [client.post("/alerts/link/", {"address": one}) for one in ("known@example.org", "nobody@example.org")]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(302, "/alerts/done/asked/")}
    assert not Subscriber.objects.filter(address="nobody@example.org").exists()


def test_answer_about_links_takes_as_many_statements_for_whoever_follows_nothing(client):
    follow("known@example.org")
    client.post("/alerts/link/", {"address": "first@example.org"})  # the counters of the network stand
    counts = []
    for address in ("known@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as captured:
            client.post("/alerts/link/", {"address": address})
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_who_follows_already_gets_the_link_and_nothing_changes(client, smtp):
    follow(ADDRESS, frequency="monthly")
    ask(client, frequency="at-once")
    send()
    assert Alert.objects.get().frequency == "monthly"
    [message] = smtp.for_address(ADDRESS)
    assert message["Subject"] == "The link you asked for"
    assert client.get(path_of(links_in(message)["See, change or end what you follow"])).status_code == 200


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Write your e-mail address."),
        ("   ", "Write your e-mail address."),
        ("nobody", "does not look like an e-mail address"),
        ("a@b@example.org", "does not look like"),
        ("a@example.org\nBcc: b@example.org", "does not look like"),
        ("a@example.org, b@example.org", "does not look like"),
        ('"a b"@example.org', "does not look like"),
        ("<script>alert(1)</script>@example.org", "does not look like"),
        ("é@example.org", "does not look like"),
        ("a\x00@example.org", ""),
        ("a" * 250 + "@example.org", "too long"),
        ("a@" + "b" * 300 + ".org", "too long"),
        ("a@" + "x." * 400, "too long"),
    ],
)
def test_bad_address_is_refused_in_words_and_what_was_written_stays(client, address, words):
    answer = ask(client, address=address)
    assert answer.status_code == 200
    root = parsed(answer)
    assert words in text_of(root)
    [field] = [one for one in root.iter("input") if one.attrib.get("name") == "address"]
    assert field.attrib["aria-invalid"] == "true"
    assert not Subscriber.objects.exists()
    assert "<script>alert" not in answer.content.decode()


def test_address_is_kept_in_small_letters_and_its_domain_in_ascii(client):
    ask(client, address="  Someone@Exämple.ORG ")
    assert Subscriber.objects.get().address == "someone@xn--exmple-cua.org"


def test_how_often_has_to_be_chosen(client):
    answer = ask(client, frequency="hourly")
    assert "Choose how often." in said(answer)
    assert not Subscriber.objects.exists()


def test_trap_takes_programs_and_tells_them_nothing(client):
    answer = client.post("/alerts/follow/review/", {"address": ADDRESS, "frequency": "weekly", "website": "x"})
    assert answer.headers["Location"] == "/alerts/done/asked/"
    assert not Subscriber.objects.exists()
    assert not Mail.objects.exists()


def test_same_filters_in_any_order_are_one_list(client):
    themes = [make.theme(), make.theme()]
    make.case_review(themes=themes)
    a, b = (theme.slug for theme in themes)
    for query in (
        f"theme={a}&theme={b}&nation=england",
        f"nation=england&theme={b}&theme={a}&sort=oldest&page=3&utm_x=1",
    ):
        ask(client, f"/alerts/follow/review/?{query}", address=f"n{len(query)}@example.org")
    assert FollowedList.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["?theme=%00", "?q=" + "x" * 5000, "?from=9999999", "?" + "theme=x&" * 500, "?q=%ff%fe"]
)
def test_hostile_filters_break_nothing(client, query):
    make.case_review()
    assert client.get(f"/alerts/follow/review/{query}").status_code == 200
    assert ask(client, f"/alerts/follow/review/{query}").status_code in (200, 302)
    assert all(len(one.query) <= 1500 for one in FollowedList.objects.all())


def test_list_with_too_many_filters_is_not_followed_and_says_so(client):
    make.case_review()
    answer = ask(client, "/alerts/follow/review/?q=" + "word " * 400)
    assert "too many filters" in said(answer)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("kind", ["nothing", "theme", "reviews"])
def test_what_is_no_list_cannot_be_followed(client, kind):
    assert client.get(f"/alerts/follow/{kind}/").status_code == 404


def test_form_of_another_site_is_refused(client):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        assert ask(client, headers=headers).status_code == 403
    assert not Subscriber.objects.exists()
    assert ask(client, headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}).status_code == 302


def test_no_page_sets_a_cookie_and_those_of_a_link_are_kept_nowhere(client):
    alert = follow(ADDRESS)
    key = {"confirm": keys.address("confirm", alert), "manage": keys.address("manage", alert.subscriber)}
    key["end"] = keys.address("end", alert)
    for address in key.values():
        answer = client.get(path_of(address))
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
    assert not client.get("/alerts/follow/review/").cookies


@pytest.mark.parametrize("key", ["", "x", "1.abc:def:ghi", "٣.a:b:c", "%00", "a" * 5000])
@pytest.mark.parametrize("name", ["confirm", "manage", "end"])
def test_key_that_was_made_up_opens_nothing(client, name, key):
    follow(ADDRESS)
    answer = client.get(f"/alerts/{name}/", {"key": key})
    assert answer.status_code == (410 if key else 200)
    assert "This link does not work" in said(answer)
    client.post(f"/alerts/{name}/?key={key[:100]}", {"erase": "1", "end": "1"})
    assert Alert.objects.count() == 1


def test_key_of_one_purpose_does_not_serve_another(client):
    alert = follow(ADDRESS)
    key = keys.address("end", alert).partition("key=")[2]
    assert client.get(f"/alerts/manage/?key={key}").status_code == 410
    assert client.get(f"/alerts/confirm/?key={key}").status_code == 410


@pytest.mark.parametrize(
    ("name", "days", "works"),
    [("confirm", 6, True), ("confirm", 8, False), ("manage", 39, True), ("manage", 41, False), ("end", 4000, True)],
)
def test_links_end_when_they_should(client, monkeypatch, name, days, works):
    import time

    alert = follow(ADDRESS)
    address = keys.address(name, alert.subscriber if name == "manage" else alert)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + days * 86400)
    assert client.get(path_of(address)).status_code == (200 if works else 410)


def test_subscriber_changes_ends_and_erases(client):
    first, second = follow(ADDRESS), follow(ADDRESS, "learning")
    path = path_of(keys.address("manage", first.subscriber))
    answer = client.post(path, {"alert": first.pk, "frequency": "weekly"}, follow=True)
    assert "Saved" in said(answer)
    first.refresh_from_db()
    assert first.frequency == "weekly"
    assert first.due_on.weekday() == 0
    client.post(path, {"alert": second.pk, "end": "1"})
    assert [one.pk for one in Alert.objects.all()] == [first.pk]
    client.post(path, {"erase": "1"})
    assert not Subscriber.objects.exists()
    assert client.get(path).status_code == 410


def test_alert_of_somebody_else_cannot_be_touched(client):
    mine, hers = follow(ADDRESS), follow("other@example.org")
    path = path_of(keys.address("manage", mine.subscriber))
    for data in ({"alert": hers.pk, "end": "1"}, {"alert": "x" * 50, "end": "1"}, {"alert": "9" * 40}, {}):
        assert client.post(path, data).status_code == 302
    assert Alert.objects.count() == 2


def test_address_goes_with_the_last_alert(client):
    alert = follow(ADDRESS)
    client.post(path_of(keys.address("end", alert)))
    assert not Subscriber.objects.exists()


def test_one_press_in_a_mail_program_ends_the_alert(client):
    """RFC 8058: a POST from elsewhere, without a cookie, of List-Unsubscribe=One-Click."""
    alert = follow(ADDRESS)
    path = path_of(keys.address("end", alert))
    assert client.get(path).status_code == 200
    assert Alert.objects.exists()
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    for _twice in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}, headers=headers).status_code == 302
    assert not Alert.objects.exists()


def test_who_did_not_ask_erases_her_address(client):
    mail = actions.ask(address=ADDRESS, kind="review", query="", frequency="weekly", language="en-gb")
    client.post(path_of(keys.address("confirm", mail.alert)), {"refuse": "1"})
    assert not Subscriber.objects.exists()


def test_pages_say_that_email_is_off(client, settings):
    for path in ("/alerts/", "/alerts/follow/review/", "/alerts/link/", "/alerts/done/asked/"):
        settings.EMAIL_ON = False
        assert "E-mail is off here" in said(client.get(path))
        settings.EMAIL_ON = True
        assert "E-mail is off here" not in said(client.get(path))


def test_welsh_page_brings_welsh_mails(client, smtp):
    ask(client, "/cy/alerts/follow/review/")
    send()
    [message] = smtp.for_address(ADDRESS)
    assert message["Subject"] != "Please confirm your request"
    assert message["Content-Language"] == "cy"
    assert "/cy/alerts/confirm/" in message.get_body(("plain",)).get_content()
    assert '<html lang="cy">' in message.get_body(("html",)).get_content()


def test_alert_whose_address_was_erased_a_moment_ago_is_not_confirmed(client):
    ask(client)
    alert = Alert.objects.select_related("subscriber").get()
    actions.erase(subscriber=alert.subscriber)
    actions.confirm(alert=alert)
    assert not Subscriber.objects.exists()
    assert not Alert.objects.exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_address_does_not_go_while_somebody_asks_for_more_in_its_name():
    follow(ADDRESS, frequency="monthly")
    held = []

    def try_it():
        try:
            with transaction.atomic():
                Subscriber.objects.select_for_update(nowait=True).get()
            held.append(False)
        except DatabaseError:
            held.append(True)
        finally:
            connection.close()

    for step in (
        lambda: actions.ask(address=ADDRESS, kind="learning", query="", frequency="weekly", language="en-gb"),
        lambda: actions.end(alert=Alert.objects.first()),
    ):
        with transaction.atomic():
            step()
            other = threading.Thread(target=try_it)
            other.start()
            other.join()
    assert held == [True, True]
