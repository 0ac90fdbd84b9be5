"""Every page: how much it asks of the database, that it is HTML, and what it does not carry.

One visit to the whole site serves all of these tests: with a collection of one row of each kind, and with twenty.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from django.utils import translation

from briefings.models import Helpline
from config import views
from publishing.models import move_on
from search.listings import LISTINGS, indexes
from tests import factories as make
from tests.pages import hooks, links, parsed, results, text_of, total
from tests.routes import FILES, address, public_routes

pytestmark = pytest.mark.xdist_group("pages")  # so that the visit is made by one worker


@dataclass
class Collection:
    """`n` rows of each kind, tied together; the first of each is tied to all others."""

    n: int
    theme: Any = field(default_factory=lambda: make.theme(is_mission=True))
    sector: Any = field(default_factory=make.sector)
    principle: Any = field(default_factory=make.principle)

    def __post_init__(self):
        board, stages, harms = make.publisher(), [make.age_stage()], [make.harm()]
        terms = {"themes": [self.theme, make.theme()], "sectors": [self.sector]}
        self.reviews = [
            make.case_review(
                "A fictional review of quokkas",
                publishers=[board, make.publisher()],
                documents=[make.document(publisher=board)],
                age_stages=stages,
                harms=harms,
                **terms,
            )
            for _ in range(self.n)
        ]
        self.set = make.evidence_set(members=self.reviews, documents=[make.document() for _ in range(self.n)])
        hub = {"sources": [*self.reviews, self.set], "themes": terms["themes"]}
        spoke = {"sources": [self.reviews[0], self.set], "themes": terms["themes"]}
        speaks = {"sectors": [self.sector], "principles": [self.principle], "age_stages": stages, "questions": "Why?"}
        speaks["superseded_by"] = make.learning_point(themes=terms["themes"])
        self.points = [
            make.learning_point("Quokkas are heard.", **(spoke if n else hub), **speaks) for n in range(self.n)
        ]
        self.recommendations = [
            make.recommendation(
                answers=[self.points[0]] if n else self.points, addressed_to=[self.sector], **(spoke if n else hub)
            )
            for n in range(self.n)
        ]
        items = [*self.points, *self.recommendations]
        self.briefings = [
            make.briefing(
                items=items[n:] if n else items,
                based_on=[self.set],
                documents=[make.document(publisher=board)],
                publisher=board,
                **terms,
            )
            for n in range(self.n)
        ]

    def lists(self) -> dict[str, str]:
        narrow = f"theme={self.theme.slug}"
        return {
            "home": "/",
            "themes": "/themes/",
            "roles": "/sectors/",
            "principles": "/principles/",
            "reviews": "/reviews/",
            "reviews, narrowed": f"/reviews/?{narrow}&nation=england&sector={self.sector.slug}&from=1900&added=last-five-years",
            "reviews, searched": f"/reviews/?{narrow}&q=quokkas",
            "learning points": "/learning/",
            "learning points, searched": f"/learning/?{narrow}&q=heard&sort=strongest",
            "recommendations": "/recommendations/",
            "recommendations, narrowed": f"/recommendations/?{narrow}&sector={self.sector.slug}&source={self.set.slug}",
            "briefings": "/briefings/",
            "briefings, narrowed": f"/briefings/?{narrow}&kind=topic",
            "search": "/search/?q=fictional",
            "search of a beginning": "/search/?q=fict*",
            "search of one kind": "/search/?q=quokkas&kind=learning",
            "search that finds nothing": "/search/?q=quokkkas",
            "sitemap": "/sitemap.xml",
        }

    def details(self) -> dict[str, str]:
        rows = [
            self.reviews,
            [self.set],
            self.points,
            self.recommendations,
            self.briefings,
            [self.theme],
            [self.sector],
        ]
        names = ["review", "set", "learning point", "recommendation", "briefing", "theme", "role"]
        return {name: found[0].get_absolute_url() for name, found in zip(names, rows, strict=True)}


OTHERS = {
    "about": "/about/",
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "cover your tracks": "/cover-your-tracks/",
    "help": "/help/",
    "search, before": "/search/",
    "not found": "/nowhere/",
    "nothing found": "/reviews/?from=1900&to=1901",
    "home in Welsh": "/cy/",
    "reviews in Welsh": "/cy/reviews/",
    "follow what is new": "/alerts/",
    "follow a list": "/alerts/follow/review/?nation=england&severity=9",
    "what you follow": "/alerts/link/",
    "asked": "/alerts/done/asked/",
}
LISTS = [
    "home",
    "themes",
    "roles",
    "principles",
    "reviews",
    "reviews, narrowed",
    "reviews, searched",
    "learning points",
    "learning points, searched",
    "recommendations",
    "recommendations, narrowed",
    "briefings",
    "briefings, narrowed",
    "search",
    "search of a beginning",
    "search of one kind",
    "search that finds nothing",
    "sitemap",
]
#: Queries of a page that has to build all bit sets and read all vocabularies: home, and themes.
MOST_COLD = 25
DETAILS = ["review", "set", "learning point", "recommendation", "briefing", "theme", "role"]


@dataclass
class Visit:
    """A page as it came, and how many queries it took after a change of the content, and again."""

    path: str
    answer: HttpResponse
    cold: int
    warm: int


def visit(path: str) -> Visit:
    counts = []
    for cold in (True, False):
        if cold:
            move_on()
        with CaptureQueriesContext(connection) as captured:
            answer = Client().get(path)
        counts.append(len(captured))
    return Visit(path, answer, *counts)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """(name, rows of each kind) -> Visit; what it needed is undone again."""
    visits: dict[tuple[str, int], Visit] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        indexes(*LISTINGS)  # as they stand before the first reader comes
        for n in (1, 20):
            collection = Collection(n)
            pages = collection.lists() | collection.details()
            if n == 1:
                make.helpline()
            else:
                gone = make.withdrawn(make.case_review(), "time-limit")
                pages |= OTHERS | {"tombstone": gone.get_absolute_url()}
            visits |= {(name, n): visit(path) for name, path in pages.items()}
        transaction.set_rollback(True)
    return visits


PAGES = [*(name for name in LISTS if name != "sitemap"), *DETAILS, *OTHERS, "tombstone"]


# -- what a page asks of the database --------------------------------------------------------------------------------


#: Statements of any page; those that are not held to it yet: the sitemap asks of all kinds.
MOST, MORE = 6, {"sitemap": 15}


@pytest.mark.parametrize(("name", "most"), [(name, MORE.get(name, MOST)) for name in [*LISTS, *DETAILS]])
def test_page_takes_a_fixed_number_of_queries(site, name, most):
    """Once what all pages share (vocabularies, bit sets) stands for the present version of the content."""
    small, large = site[name, 1], site[name, 20]
    assert large.answer.status_code == 200
    assert large.warm == small.warm
    assert max(small.warm, large.warm) <= most


@pytest.mark.parametrize("name", [*LISTS, *DETAILS])
def test_first_page_after_a_change_takes_a_fixed_number_more(site, name):
    small, large = site[name, 1], site[name, 20]
    assert large.cold == small.cold
    assert max(small.cold, large.cold) <= MOST_COLD


@pytest.mark.parametrize("name", ["about", "accessibility", "privacy", "cover your tracks", "search, before"])
def test_page_that_shows_no_content_asks_nothing(site, name):
    assert site[name, 20].warm == 0


@pytest.mark.parametrize("name", ["home", *DETAILS])
def test_pages_of_the_large_collection_show_more(site, name):
    """Else equal numbers of queries would say nothing. In rows that the page leads to: the home page is short, and most
    of its bytes are not about any row."""
    assert len(rows_shown(site[name, 20])) > 1.5 * len(rows_shown(site[name, 1]))


def rows_shown(page: Visit) -> set[str]:
    """Addresses of single rows that the page leads to, itself apart."""
    rows = re.compile(r"/(reviews|sets|learning|recommendations|briefings)/[^/?#]+/")
    found = (rows.match(href) for href in links(parsed(page.answer)))
    return {match.group() for match in found if match} - {page.path}


# -- what a page is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_page_is_html_without_a_slip(site, name):
    root = parsed(site[name, 20].answer)
    ids = hooks(root, "id")
    assert sorted(set(ids)) == sorted(ids)
    assert len(list(root.iter("h1"))) == 1
    assert len(list(root.iter("main"))) == 1
    assert text_of(root.find("head/title"))


@pytest.mark.parametrize("name", PAGES)
def test_page_carries_its_policy_and_nothing_inline(site, name):
    answer = site[name, 20].answer
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    for element in parsed(answer).iter():
        assert element.tag != "style"
        data = element.attrib.get("type") == "application/ld+json"  # never run
        assert element.tag != "script" or data or ("src" in element.attrib and not text_of(element))
        assert not [attribute for attribute in element.attrib if attribute == "style" or attribute.startswith("on")]
        assert not element.attrib.get("href", "").startswith("javascript:")


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_elsewhere(site, name):
    for element in parsed(site[name, 20].answer).iter():
        loaded = [element.attrib.get("src", ""), element.attrib.get("srcset", "")]
        loaded += [element.attrib.get("href", "")] if element.tag == "link" else []
        assert not [one for one in loaded if "//" in one]


@pytest.mark.parametrize("name", PAGES)
def test_page_sets_no_cookie_and_does_not_depend_on_any(site, name):
    answer = site[name, 20].answer
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("name", PAGES)
def test_every_label_has_its_field_and_every_anchor_its_place(site, name):
    root = parsed(site[name, 20].answer)
    ids = set(hooks(root, "id"))
    labels = [label.attrib["for"] for label in root.iter("label") if label.find("input") is None]
    described = " ".join(hooks(root, "aria-labelledby") + hooks(root, "aria-describedby")).split()
    anchors = [href[1:] for href in links(root) if href.startswith("#")]
    assert {*labels, *described, *anchors} - ids == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_site_leads_somewhere(site, name, db):
    """To a route: the rows are gone again by now."""
    for href in set(links(parsed(site[name, 20].answer))) - {OTHERS["not found"]}:
        if href.startswith("/"):
            assert address_is_known(href), href


def address_is_known(href: str) -> bool:
    path = href.partition("?")[0].partition("#")[0]
    with translation.override("cy" if path.startswith("/cy/") else "en-gb"), suppress(Resolver404):
        return bool(resolve(path))
    return False


# -- hooks for those who read the pages by machine -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("reviews", "review", 23),
        ("learning points", "learning", 23),
        ("recommendations", "recommendation", 21),
        ("briefings", "briefing", 21),
    ],
)
def test_list_says_its_total_and_each_result_what_it_is(site, name, kind, number):
    root = parsed(site[name, 20].answer)
    assert total(root) == number
    assert [found for found, _ in results(root)] == [kind] * 20


def test_search_says_its_total_and_each_result_what_it_is(site):
    root = parsed(site["search", 20].answer)
    assert total(root) > 60
    assert {kind for kind, _ in results(root)} <= {"review", "learning", "recommendation", "briefing", "theme"}
    assert len(results(root)) == 20


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("review", "review"),
        ("learning point", "learning"),
        ("recommendation", "recommendation"),
        ("briefing", "briefing"),
    ],
)
def test_detail_says_what_it_is_and_shows_evidence_by_code(site, name, kind):
    page = site[name, 20]
    root = parsed(page.answer)
    assert results(root)[0][0] == kind
    codes = hooks(root, "data-evidence")
    assert codes
    assert all(re.fullmatch(r"EV-\d{4,}", code) for code in codes)


@pytest.mark.parametrize("name", ["learning points", "recommendations", "briefing", "theme"])
def test_evidence_stands_in_place_and_opens_without_a_script(site, name):
    root = parsed(site[name, 20].answer)
    for statement in root.iter("article"):
        if statement.attrib.get("class", "") in {"point", "rec"}:
            [fold] = [one for one in statement.iter("details") if "evidence" in one.attrib.get("class", "")]
            assert text_of(fold.find("summary")).removeprefix("+ ").startswith("Learned from")
            assert hooks(fold, "data-evidence")


# -- the site's vital signs ------------------------------------------------------------------------------------------


def test_health_says_that_the_site_can_answer(client, db):
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]


def test_robots_may_read_all_but_search_and_the_curators_pages(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"User-agent: *", "Disallow: /admin/", "Disallow: /search/"} <= set(lines)
    assert any(re.fullmatch(r"Sitemap: https?://\S+/sitemap\.xml", line) for line in lines)


def test_sitemap_names_every_published_page(site):
    named = re.findall(r"<loc>http://testserver(/[^<]*)</loc>", site["sitemap", 20].answer.content.decode())
    assert len(set(named)) == len(named)
    for name in [*DETAILS, "home", "reviews", "about"]:
        assert site[name, 20].path in named


@pytest.mark.parametrize("path", ["/nowhere/", "/reviews/nothing/", "/learning/LP-0000/", "/cy/nowhere/", "/themes/x/"])
def test_address_that_is_not_there_answers_with_ways_on(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert [href for href in links(parsed(answer)) if href.endswith("/themes/")]


def test_what_breaks_is_answered_with_a_plain_page(client, db, monkeypatch):
    def broken(self):
        raise ValueError

    monkeypatch.setattr(type(Helpline.objects), "verified", broken)
    client.raise_request_exception = False
    answer = client.get("/help/")
    assert answer.status_code == 500
    assert "Something broke on our side" in text_of(parsed(answer))


def test_page_of_a_breakdown_needs_neither_the_request_nor_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = views.server_error(None)
    assert answer.status_code == 500
    assert "Something broke on our side" in text_of(parsed(answer))


def test_forbidden_page_is_a_page_too(db):
    answer = views.forbidden(RequestFactory().get("/"), PermissionError())
    assert answer.status_code == 403
    assert text_of(parsed(answer))


# -- Welsh -----------------------------------------------------------------------------------------------------------


# A preview answers to a signed link alone (tests/publishing/test_preview.py asks for it in both languages).
NO_PAGES = {*FILES, "exports:seven-minutes-file", "publishing:preview"}


@pytest.mark.parametrize("name", [name for name, welsh in public_routes().items() if welsh and name not in NO_PAGES])
def test_every_page_answers_in_welsh_and_leads_back_to_english(client, db, name):
    collection = {
        "themes:theme": lambda: make.theme().slug,
        "themes:sector": lambda: make.sector().slug,
        "reviews:review": lambda: make.case_review().slug,
        "reviews:set": lambda: make.evidence_set().slug,
        "reviews:learning-point": lambda: make.learning_point().code,
        "reviews:recommendation": lambda: make.recommendation().code,
        "briefings:briefing": lambda: make.briefing().slug,
        "exports:seven-minutes": lambda: make.briefing().slug,
        "alerts:follow": lambda: "review",
        "alerts:done": lambda: "asked",
    }
    arguments = [collection[name]()] if name in collection else []
    welsh, english = address(name, *arguments, language="cy"), address(name, *arguments)
    assert welsh == f"/cy{english}"
    answer = client.get(welsh)
    assert answer.status_code == 200
    root = parsed(answer)
    assert root.attrib["lang"] == "cy"
    assert english in links(root)
    assert [href for href in links(root) if href.startswith("/cy/")]
    assert welsh in links(parsed(client.get(english)))


def test_english_has_no_prefix(client, db):
    assert client.get("/en-gb/").status_code == 404
    assert client.get("/", headers={"Accept-Language": "cy"}).status_code == 200
