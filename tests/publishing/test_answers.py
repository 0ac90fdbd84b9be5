"""Pages that are kept until something is published: asked of WSGI, as a server asks."""

import datetime
import gzip

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing import answers as kept
from publishing.models import move_on
from tests import factories as make

pytestmark = pytest.mark.django_db
#: Pages and feeds are kept alike.
both = pytest.mark.parametrize("path", ["/reviews/", "/reviews.atom"])


class Site:
    """KeptAnswers over the whole site; counts how often Django was asked."""

    def __init__(self, most_bytes: int = 2_000_000) -> None:
        self.asked = 0
        self.django = WSGIHandler()
        self.wsgi = kept.KeptAnswers(self.ask_django, most_bytes)

    def ask_django(self, environ, start_response):
        self.asked += 1
        return self.django(environ, start_response)

    def get(self, path: str, method: str = "GET", **headers: str):
        environ = RequestFactory().generic(method, path, headers={"Accept-Encoding": "gzip", **headers}).environ
        environ.pop("HTTP_COOKIE", None)
        if cookie := headers.get("Cookie"):
            environ["HTTP_COOKIE"] = cookie
        told = []
        body = b"".join(self.wsgi(environ, lambda status, found, exc_info=None: told.append((status, found))))
        [(status, found)] = told
        return status, {name.lower(): value for name, value in found}, body


@pytest.fixture
def site(monkeypatch):
    """A request leaves the test's connection open."""
    monkeypatch.setattr("django.core.signals.request_started.send", lambda **kwargs: None)
    monkeypatch.setattr("django.core.signals.request_finished.send", lambda **kwargs: None)
    return Site()


@both
def test_page_asked_again_costs_one_look_at_the_version(site, path):
    make.case_review()
    first = site.get(path)
    with CaptureQueriesContext(connection) as captured:
        again = site.get(path)
    assert again == first
    assert site.asked == 1
    assert len(captured) == 1


@both
def test_page_is_made_anew_when_something_is_published_or_withdrawn(site, path):
    review = make.case_review("A fictional review of quokkas")
    assert b"quokkas" in gzip.decompress(site.get(path)[2])
    make.withdrawn(review)
    assert b"quokkas" not in gzip.decompress(site.get(path)[2])
    assert site.asked == 2


def test_page_is_made_anew_the_next_day(site, monkeypatch):
    site.get("/help/")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *args: tomorrow)
    site.get("/help/")
    assert site.asked == 2


@both
def test_browser_that_has_the_page_is_told_so_with_one_look_at_the_version(site, path):
    _status, headers, _body = site.get(path)
    with CaptureQueriesContext(connection) as captured:
        status, found, body = Site().get(path, **{"If-None-Match": headers["etag"]})
    assert (status, found["etag"], body) == ("304 Not Modified", headers["etag"], b"")
    assert len(captured) == 1
    move_on()
    assert site.get(path, **{"If-None-Match": headers["etag"]})[0] == "200 OK"


def test_tag_of_one_page_is_not_that_of_another(site):
    tag = site.get("/reviews/")[1]["etag"]
    assert site.get("/reviews/?nation=wales", **{"If-None-Match": tag})[0] == "200 OK"
    assert site.get("/learning/", **{"If-None-Match": tag})[0] == "200 OK"
    assert site.get("/reviews.atom", **{"If-None-Match": tag})[0] == "200 OK"
    assert site.get("/reviews/", Host="localhost", **{"If-None-Match": tag})[0] == "200 OK"


@both
def test_answer_is_compressed_for_those_who_take_it_and_the_same_for_all(site, path):
    packed, plain = site.get(path), site.get(path, **{"Accept-Encoding": "identity"})
    assert packed[1]["content-encoding"] == "gzip"
    assert "content-encoding" not in plain[1]
    assert gzip.decompress(packed[2]) == plain[2]
    for _status, headers, body in (packed, plain):
        assert int(headers["content-length"]) == len(body)
        assert "Accept-Encoding" in headers["vary"]
        assert "no-cache" in headers["cache-control"]


@both
def test_head_is_answered_from_what_get_left_without_a_body(site, path):
    page = site.get(path)
    status, headers, body = site.get(path, method="HEAD")
    assert (status, body) == ("200 OK", b"")
    assert headers["content-length"] == page[1]["content-length"]
    assert site.asked == 1


def test_kept_feed_has_the_headers_of_a_file(site):
    for _ in range(2):
        _status, headers, _body = site.get("/reviews.atom")
        assert headers["content-type"] == "application/atom+xml; charset=utf-8"
        assert headers["content-disposition"] == 'inline; filename="reviews.atom"'
        assert headers["x-robots-tag"] == "noindex"
        assert "accept," not in f"{headers['vary'].lower()},".replace(" ", "")
    assert site.asked == 1


def test_feed_for_one_who_sends_a_cookie_is_not_kept_and_has_a_tag_of_its_own(site):
    kept_tag = site.get("/reviews.atom")[1]["etag"]
    tag = site.get("/reviews.atom", Cookie="sessionid=x")[1]["etag"]
    assert tag != kept_tag
    assert site.get("/reviews.atom", Cookie="sessionid=x", **{"If-None-Match": tag})[0] == "304 Not Modified"
    assert site.asked == 3


@pytest.mark.parametrize("extension", ["csv", "jsonl", "ris", "xlsx"])
def test_file_of_all_of_a_list_is_a_stream_and_is_not_kept(site, extension):
    make.case_review()
    tag = ""
    for asked in (1, 2):
        _status, headers, _body = site.get(f"/reviews.{extension}")
        assert headers["content-encoding"] == "gzip"
        assert "content-length" not in headers
        assert tag in ("", headers["etag"])
        tag = headers["etag"]
        assert site.asked == asked
    assert not site.wsgi.store._things
    assert site.get(f"/reviews.{extension}", **{"If-None-Match": tag})[0] == "304 Not Modified"


@pytest.mark.parametrize("path", ["/admin/login/", "/healthz/", "/nowhere/", "/robots.txt", "/reviews/none.ris"])
def test_what_is_not_decided_by_the_content_is_not_kept(site, path):
    site.get(path)
    site.get(path)
    assert site.asked == 2


def test_tombstone_is_not_kept(site):
    gone = make.withdrawn(make.case_review())
    for _ in range(2):
        assert site.get(gone.get_absolute_url())[0] == "410 Gone"
    assert site.asked == 2


def test_whoever_sends_a_cookie_gets_a_page_of_her_own(site):
    site.get("/reviews/")
    assert "etag" not in site.get("/reviews/", Cookie="sessionid=x")[1]
    assert site.asked == 2


def test_post_passes_through(site):
    assert site.get("/reviews/", method="POST")[0] == "403 Forbidden"  # without a token
    assert site.asked == 1


def test_page_of_a_false_host_is_not_kept(site):
    assert site.get("/reviews/", Host="evil.example")[0] == "400 Bad Request"
    assert site.get("/reviews/")[0] == "200 OK"
    assert b"evil" not in gzip.decompress(site.get("/reviews/")[2])


def test_no_key_holds_what_a_reader_typed(site):
    site.get("/search/?q=quokka")
    [key] = site.wsgi.store._things
    assert b"quokka" not in key
    assert key != Site().wsgi._key({"PATH_INFO": "/search/", "QUERY_STRING": "q=quokka"})


def test_without_memory_nothing_is_kept_and_tags_still_work(monkeypatch, site):
    poor = Site(most_bytes=0)
    tag = poor.get("/reviews/")[1]["etag"]
    poor.get("/reviews/")
    assert poor.asked == 2
    assert poor.get("/reviews/", **{"If-None-Match": tag})[0] == "304 Not Modified"


def test_database_that_is_away_is_left_to_django(site, monkeypatch):
    def away() -> str:
        raise kept.DatabaseError

    monkeypatch.setattr(kept, "content_version", away)
    assert site.get("/about/")[0] == "200 OK"
