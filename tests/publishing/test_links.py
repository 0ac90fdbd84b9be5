"""Links to other sites: looked at on a real server, never inside the network, and dead only when they failed twice."""

import _socket
import datetime
import ipaddress
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from briefings.models import Resource
from publishing import checks
from publishing.links import addresses, checking, fetching
from publishing.links.models import Link
from tests import factories as make
from tests import people

pytestmark = pytest.mark.django_db

ANSWERS = {"/works": 200, "/gone": 404, "/taken-away": 410, "/broken": 500, "/robots-kept-out": 403, "/wait": 429}
LEADS = {
    "/moved": "/works",
    "/moved-relative": "works",
    "/round": "/round",
    "/inside": "http://127.0.0.2:{port}/works",
    "/to-a-file": "file:///etc/passwd",
    "/with-a-password": "http://name:word@127.0.0.1:{port}/works",
    "/home": "/",
    "/nowhere": "//[",
}


def resource(briefing, url: str) -> Resource:
    return Resource.objects.create(briefing=briefing, label="Fictional resource", kind="report", url=url)


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, str]] = []
    at: list[float] = []

    def answer(self) -> None:
        Site.asked.append((self.command, self.path, self.headers["User-Agent"]))
        Site.at.append(time.monotonic())
        path = self.path.partition("?")[0]
        if path == "/no-head":
            self.send(501 if self.command == "HEAD" else 200)
        elif path == "/slow":
            time.sleep(1.5)
        elif path == "/drips":
            with suppress(OSError):  # until whoever asked has had enough
                for _ in range(30):
                    self.wfile.write(b"H")
                    time.sleep(0.1)
        elif path == "/nonsense":
            self.wfile.write(b"\x00\xff nothing that HTTP knows\r\n\r\n")
        elif path == "/huge" and self.command == "GET":
            self.send(200, [b"x" * 65536] * 1000)
        else:
            self.send(302 if path in LEADS else ANSWERS.get(path, 405 if path == "/huge" else 200))

    def send(self, status: int, chunks: list[bytes] | None = None) -> None:
        self.send_response(status)
        path = self.path.partition("?")[0]
        if status == 302:
            self.send_header("Location", LEADS[path].format(port=self.server.server_address[1]))
        self.send_header("Content-Length", str(sum(map(len, chunks or []))))
        self.end_headers()
        try:
            for chunk in chunks or []:
                self.wfile.write(chunk)
                Site.written = getattr(Site, "written", 0) + len(chunk)
        except OSError:
            self.close_connection = True

    do_GET = do_HEAD = answer  # noqa: N815

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def servers():
    """The same site at 127.0.0.1, which the settings allow, and at 127.0.0.2, which stands for an internal machine."""
    outside = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    inside = ThreadingHTTPServer(("127.0.0.2", outside.server_address[1]), Site)
    for one in (outside, inside):
        one.daemon_threads = True
        threading.Thread(target=one.serve_forever, daemon=True).start()
    yield outside
    for one in (outside, inside):
        one.shutdown()
        one.server_close()


@pytest.fixture
def site(servers, settings) -> str:
    settings.LINK_CHECK_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    settings.LINK_CHECK_PAUSE = 0
    Site.asked, Site.at, Site.written = [], [], 0
    return f"http://127.0.0.1:{servers.server_address[1]}"


# -- one look --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "outcome", "words"),
    [
        ("/works", "works", "200"),
        ("/works?a=b&c=%20d#part", "works", "200"),
        ("/works/ü?q=ü", "works", "200"),
        ("/no-head", "works", "200"),
        ("/huge", "works", "200"),
        ("/moved", "works", "200, at http"),
        ("/moved-relative", "works", "200, at http"),
        ("/gone", "failed", "404"),
        ("/taken-away", "failed", "410"),
        ("/broken", "failed", "500"),
        ("/nonsense", "failed", "breaks off, or is none"),
        ("/round", "failed", "more than 5 redirects"),
        ("/inside", "failed", "internal network"),
        ("/to-a-file", "failed", "Only http:// and https://"),
        ("/with-a-password", "failed", "password"),
        ("/nowhere", "failed", "breaks off, or is none"),
        ("/robots-kept-out", "unclear", "keeps machines out"),
        ("/wait", "unclear", "keeps machines out"),
        ("/home", "unclear", "front page"),
    ],
)
def test_look_at_an_address_says_what_readers_will_find(site, path, outcome, words):
    answer = fetching.look(f"{site}{path}")
    assert (answer.outcome, answer.reached) == (outcome, True)
    assert words in answer.words


def test_head_comes_first_and_get_only_where_it_failed(site):
    fetching.look(f"{site}/works")
    fetching.look(f"{site}/gone")
    assert [(method, path) for method, path, _agent in Site.asked] == [
        ("HEAD", "/works"),
        ("HEAD", "/gone"),
        ("GET", "/gone"),
    ]


def test_it_says_who_it_is(site, settings):
    settings.LINK_CHECK_AGENT = "Fictional checker"
    fetching.look(f"{site}/works")
    assert Site.asked[0][2] == "Fictional checker"


def test_body_of_a_large_file_is_not_fetched(site):
    fetching.look(f"{site}/huge")
    assert Site.written < 20_000_000  # what fits into the buffers of two sockets, of 65 MB


@pytest.mark.parametrize("path", ["/slow", "/drips"])
def test_server_that_takes_its_time_is_left(site, monkeypatch, path):
    monkeypatch.setattr(fetching, "READ", 0.4)
    monkeypatch.setattr(fetching, "WHOLE", 0.6)
    began = time.monotonic()
    assert fetching.look(f"{site}{path}").outcome == "failed"
    assert time.monotonic() - began < 2.5


def test_port_where_nobody_listens_is_not_reached(site):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        answer = fetching.look(f"http://127.0.0.1:{closed.getsockname()[1]}/")
    assert (answer.outcome, answer.reached) == ("failed", False)


def test_https_where_no_certificate_can_be_verified_is_unclear(site):
    assert fetching.look(site.replace("http:", "https:") + "/works").outcome == "unclear"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not an address",
        "javascript:alert(1)",
        "ftp://fictional.example/",
        "file:///etc/passwd",
        "http://",
        "http://[",
        "http://a:99999999/",
        "http://name:word@fictional.example/",
        "http://" + "a" * 70 + ".example/",
        "http://fictional..example/",
        "gopher://127.0.0.1:6379/_FLUSHALL",
    ],
)
def test_improper_address_is_never_asked(site, monkeypatch, url):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: pytest.fail("it was looked up"))
    assert fetching.look(url).outcome == "failed"


# -- never inside ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2002:a00:1::1",
    ],
)  # fmt: skip
def test_internal_number_is_not_public(settings, number):
    settings.LINK_CHECK_NETWORKS = []
    assert not fetching.is_public(number)


@pytest.mark.parametrize("number", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_number_of_the_internet_is_public(number):
    assert fetching.is_public(number)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_asked_however_it_is_written(site, settings, monkeypatch, host):
    # Numbers in all their spellings, which no name server is asked for: conftest.py knows only the plain ones.
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)
    settings.LINK_CHECK_NETWORKS = []
    answer = fetching.look(site.replace("127.0.0.1", host) + "/works")
    assert answer.outcome == "failed"
    assert Site.asked == []


def test_name_that_leads_inside_is_not_asked_and_is_looked_up_once(site, settings, monkeypatch):
    """A name that is public at first and internal a moment later (DNS rebinding) gets one look."""
    settings.LINK_CHECK_NETWORKS = []
    port, numbers = int(site.rpartition(":")[2]), iter(["127.0.0.1", "127.0.0.1"])
    found = lambda *a, **k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(numbers), port))]  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert "internal network" in fetching.look(f"http://fictional.example:{port}/works").words
    assert Site.asked == []


def test_connection_goes_to_the_number_that_was_looked_at(site, settings, monkeypatch):
    port, numbers = int(site.rpartition(":")[2]), iter(["127.0.0.1", "127.0.0.2"])
    found = lambda *a, **k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(numbers), port))]  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert fetching.look(f"http://fictional.example:{port}/works").outcome == "works"


# -- a run -----------------------------------------------------------------------------------------------------------


def later(hours: int = 24) -> None:
    """As if the last run had been so long ago."""
    for link in Link.objects.exclude(checked_at=None):
        Link.objects.filter(pk=link.pk).update(checked_at=link.checked_at - datetime.timedelta(hours=hours))


def run(**options) -> int:
    try:
        call_command("check_links", **options)
    except SystemExit as end:
        return int(end.code)
    return 0


def test_every_address_of_the_content_is_known_once(site):
    twice = f"{site}/works"
    make.document(url=twice)
    briefing = make.briefing(items=[make.learning_point()])
    resource(briefing, twice)
    make.helpline(source_url=f"{site}/gone")
    section = briefing.sections.first()
    section.body = f"See [the report]({site}/moved?a=1&b=2), and <{site}/works>."
    section.save()
    checking.gather()
    assert set(Link.objects.values_list("url", flat=True)) == {twice, f"{site}/gone", f"{site}/moved?a=1&b=2"}


def test_address_that_no_row_names_any_longer_is_forgotten(site):
    document = make.document(url=f"{site}/works")
    checking.gather()
    type(document).objects.filter(pk=document.pk).update(url="")
    checking.gather()
    assert not Link.objects.exists()


def test_link_is_dead_when_it_failed_in_two_runs_and_not_before(site, capsys):
    make.document(url=f"{site}/gone")
    assert run() == 0
    link = Link.objects.get()
    assert (link.status, link.failures, link.answer) == ("failed", 1, "404")
    assert run() == 0  # within the same night: not looked at again
    assert Link.objects.get().failures == 1
    later()
    assert run() == 1
    assert Link.objects.get().status == "dead"
    assert "1 of 1 links checked; 1 dead" in capsys.readouterr().out


def test_dead_link_that_works_again_is_no_longer_dead(site, monkeypatch):
    make.document(url=f"{site}/gone")
    run()
    later()
    run()
    later()
    monkeypatch.setitem(ANSWERS, "/gone", 200)
    assert run() == 0
    link = Link.objects.get()
    assert (link.status, link.failures) == ("works", 0)
    assert timezone.now() - link.worked_at < datetime.timedelta(minutes=1)


def test_run_that_is_broken_off_goes_on_with_the_rest(site, monkeypatch):
    for path in ("/works", "/gone", "/moved"):
        make.document(url=f"{site}{path}")
    looked, real = [], fetching.look

    def look(url):
        if len(looked) == 2:
            looked.append("")
            raise KeyboardInterrupt
        looked.append(url)
        return real(url)

    monkeypatch.setattr(fetching, "look", look)
    with pytest.raises(CommandError, match="Broken off"):
        run()
    assert Link.objects.exclude(checked_at=None).count() == 2
    run()
    assert len(looked) == 4
    assert not Link.objects.filter(checked_at=None).exists()


def test_machine_without_a_network_calls_no_link_dead(site, monkeypatch):
    for n in range(4):
        make.document(url=f"https://fictional-{n}.example/report")

    def nowhere(*args, **kwargs):
        raise socket.gaierror("no such host")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(CommandError, match="way to the internet") as refusal:
        run()
    assert refusal.value.returncode == 2
    assert set(Link.objects.values_list("status", flat=True)) == {"unchecked"}


def test_failure_counts_as_soon_as_one_server_was_reached(site, monkeypatch):
    for n in range(3):
        make.document(url=f"https://fictional-{n}.example/report")
    make.document(url=f"{site}/works")
    real = socket.getaddrinfo

    def only_here(host, *args, **kwargs):
        if host != "127.0.0.1":
            raise socket.gaierror("no such host")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    run()
    assert list(Link.objects.order_by("status").values_list("status", flat=True)) == ["failed"] * 3 + ["works"]


def test_no_host_is_asked_twice_within_the_pause(site, settings):
    settings.LINK_CHECK_PAUSE = 0.3
    for path in ("/works", "/works?2", "/works?3"):
        make.document(url=f"{site}{path}")
    run()
    gaps = [after - before for before, after in zip(Site.at, Site.at[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) > 0.28


def test_other_hosts_come_in_between(settings):
    links = [Link(url=f"https://{host}.example/{n}") for host in "ab" for n in range(2)]
    hosts = [fetching.host_of(link.url)[0] for link in checking.in_turn(links, 0.05)]
    assert hosts == ["a", "b", "a", "b"]


def test_answer_of_a_slower_run_does_not_count_twice(site):
    make.document(url=f"{site}/gone")
    checking.gather()
    first, second = Link.objects.get(), Link.objects.get()
    checking.keep(first, fetching.look(first.url))
    checking.keep(second, fetching.look(second.url))
    assert Link.objects.get().failures == 1


def test_nothing_of_the_addresses_is_logged(site, caplog, capsys):
    make.document(url=f"{site}/gone?token=fictional")
    run()
    said = capsys.readouterr()
    assert "fictional" not in caplog.text + said.out + said.err


# -- what the desk says ----------------------------------------------------------------------------------------------


def dead(url: str) -> str:
    Link.objects.create(url=url, status="dead", failures=2)
    return url


def test_dead_links_of_a_briefing_are_found_before_it_is_published():
    briefing = make.briefing(items=[make.learning_point()], draft=True)
    resource(briefing, dead("https://gone.example/one"))
    section = briefing.sections.first()
    section.body = f"See [it]({dead('https://gone.example/two?a=1&b=2')})."
    section.save()
    found = [one for one in checks.look(briefing) if "did not work" in one.problem]
    assert {one.excerpt for one in found} == {"https://gone.example/one", "https://gone.example/two?a=1&b=2"}
    assert not any(one.blocks for one in found)


@pytest.mark.parametrize("status", ["unchecked", "works", "failed", "unclear"])
def test_link_that_is_not_dead_is_no_finding(status):
    Link.objects.create(url="https://fictional.example/", status=status)
    review = make.case_review(draft=True, documents=[make.document(url="https://fictional.example/")])
    assert not [one for one in checks.look(review) if "did not work" in one.problem]


def test_page_of_a_link_says_where_it_stands(client):
    document = make.document(url=dead("https://gone.example/"))
    briefing = make.briefing(items=[make.learning_point()])
    resource(briefing, document.url)
    client.force_login(people.contributor())
    page = client.get(f"/admin/links/link/{Link.objects.get().pk}/change/").content.decode()
    assert f"/admin/reviews/document/{document.pk}/change/" in page
    assert f"/admin/briefings/briefing/{briefing.pk}/change/" in page


def test_links_are_looked_at_and_not_edited(client):
    link = Link.objects.create(url="https://fictional.example/")
    client.force_login(people.editor())
    assert client.get("/admin/links/link/add/").status_code == 403
    assert client.post(f"/admin/links/link/{link.pk}/change/", {"status": "works"}).status_code == 403


def test_documents_are_listed_by_the_state_of_their_link(client):
    make.document("Fictional lost report", url=dead("https://gone.example/"))
    make.document("Fictional kept report", url="https://fictional.example/")
    client.force_login(people.editor())
    page = client.get("/admin/reviews/document/?link=dead").content.decode()
    assert "Fictional lost report" in page
    assert "Fictional kept report" not in page


def test_desk_says_where_no_link_was_ever_checked(client):
    client.force_login(people.editor())
    assert "No link was ever checked" in client.get("/admin/").content.decode()


def test_addresses_of_a_text_are_those_that_readers_can_follow():
    text = "[a](https://a.example/?x=1&y=2) `https://code.example/` javascript://x <https://b.example/> [m](mailto:a@b.example)"
    assert addresses.in_text(text) == ["https://a.example/?x=1&y=2", "https://b.example/"]
