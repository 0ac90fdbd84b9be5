"""A reader's way with alerts, through a real mail server: follow, confirm, be served, change, end.

It writes, so the site is its own; mails come from the web process as they do in earnest, and from `send_alerts`.
"""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.alerts.mailing import links_in
from tests.alerts.server import running
from tests.browser.conftest import is_complaint
from tests.browser.readers import KeyboardReader, Reader
from tests.browser.served import ROOT, served
from tests.browser.visits import visit_page

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
READERS = {
    "mouse": ({"viewport": WIDE}, Reader),
    "keyboard": ({"viewport": WIDE}, KeyboardReader),
    "phone without JavaScript": ({"viewport": PHONE, "java_script_enabled": False}, Reader),
}
PUBLISH = """
import uuid
from tests.factories import case_review
for title, nation in (({title!r}, "wales"), ("Elsewhere", "england")):
    name = uuid.uuid4().hex
    case_review(title, nation=nation, reference=name, slug=name)
"""


@pytest.fixture(scope="session")
def mail_server():
    with running() as (server, port):
        yield server, port


@pytest.fixture(scope="session")
def site(mail_server, tmp_path_factory):
    """(address, environment of its processes) of a site that sends."""
    var = tmp_path_factory.mktemp("alerts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{mail_server[1]}/")
        with served(var) as address:
            port = str(urlsplit(address).port)
            yield address, {**os.environ, "VAR_DIR": str(var), "PORT": port, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def base_url(site):
    return site[0]


@pytest.fixture
def manage(site):
    """Run manage.py on the served site; gives what it said."""

    def run(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=site[1], check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture(params=READERS)
def browser_context_args(browser_context_args, request):
    return {**browser_context_args, **READERS[request.param][0]}


@pytest.fixture
def reader(page, request):
    return READERS[request.node.callspec.params["browser_context_args"]][1](page)


def next_mail(server, address, number):
    for _n in range(100):
        if len(found := server.for_address(address)) >= number:
            return found[number - 1]
        time.sleep(0.1)
    raise AssertionError(f"mail {number} did not come within ten seconds")


def write(reader, label, text):
    field = reader.page.get_by_label(label, exact=True)
    if isinstance(reader, KeyboardReader):
        reader.reach(field)
        reader.page.keyboard.type(text)
    else:
        field.fill(text)


def test_follow_confirm_be_served_change_and_end(reader, page, mail_server, manage, request):
    server, name = mail_server[0], request.node.callspec.params["browser_context_args"].split()[0]
    address, title = f"{name}@example.org", f"A fictional review for {name}"
    page.goto("/reviews/?nation=wales")
    reader.follow("Follow this list")
    reader.reads("Follow this list")
    expect(page.locator("main")).to_contain_text("Nation: Wales")

    write(reader, "Your e-mail address", "nobody")
    reader.press(page.get_by_role("button", name="Follow by e-mail"))
    expect(page.locator("main")).to_contain_text("does not look like an e-mail address")
    page.get_by_label("Your e-mail address", exact=True).fill("")
    write(reader, "Your e-mail address", address)
    page.get_by_label("At once").check()
    reader.press(page.get_by_role("button", name="Follow by e-mail"))
    reader.reads("Look at your mail")

    page.goto(links_in(next_mail(server, address, 1))["Confirm, or say that it was not you"])
    reader.press(page.get_by_role("button", name="Confirm", exact=True))
    reader.reads("What you follow")

    manage("shell", "-c", PUBLISH.format(title=title))
    assert "1 sent" in manage("send_alerts")
    news = next_mail(server, address, 2)
    text = news.get_body(("plain",)).get_content()
    assert title in text
    assert "Elsewhere" not in text

    page.goto(links_in(news)["See, change or end what you follow"])
    page.get_by_label("How often").select_option("weekly")
    reader.press(page.get_by_role("button", name="Save"))
    expect(page.locator("main")).to_contain_text("Saved")
    manage("shell", "-c", PUBLISH.format(title="Another fictional review"))
    assert "0 sent" in manage("send_alerts")  # not before Monday

    page.goto(links_in(news)["End this alert"])
    reader.press(page.get_by_role("button", name="End this alert"))
    reader.reads("You have ended it")
    count = "from alerts.models import Subscriber; print(Subscriber.objects.count())"
    assert manage("shell", "-c", count).split()[-1] == "0"


def test_pages_of_alerts_are_clean_for_axe(browser, base_url, manage):
    key = "from alerts import keys, actions; from alerts.models import Subscriber; m = actions.ask(address='axe@example.org', kind='review', query='nation=wales', frequency='weekly', language='en-gb'); print(keys.address('confirm', m.alert)); actions.confirm(alert=m.alert); print(keys.address('manage', m.subscriber)); print(keys.address('end', m.alert))"
    links = [line for line in manage("shell", "-c", key).split() if line.startswith("http")]
    paths = [
        "/alerts/",
        "/alerts/follow/review/?nation=wales&x=1",
        "/alerts/link/",
        "/alerts/done/asked/",
        "/alerts/manage/",
        *links,
    ]
    for path in paths:
        visit = visit_page(browser, path if path.startswith("http") else base_url + path, is_complaint)
        assert {state: found for state, found in visit.violations.items() if found} == {}
        assert visit.complaints == []
        assert visit.bytes_moved <= 40_000
