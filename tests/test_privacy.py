"""What is not published is nowhere: on no route, in no list, in no search, in no language.

For each kind of content a published twin, with a marker in every text, is first found where it should be. Then come
rows of every other state with markers of their own, tied to published things in every way the model knows; no route
may show any of them. The routes are those of the URL configuration: a new one fails until it has a sample here.
"""

import datetime
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import models
from django.utils import translation

from briefings.models import Helpline, Resource, SectionItem
from exports import one_page
from exports.api.resources import RESOURCES
from exports.data_views import ALL, FORMS
from exports.formats import of_listings, of_packs, of_thing
from exports.oai.records import KINDS as HARVESTED
from exports.records.vocabularies import NAMES
from exports.things import THINGS
from publishing import actions
from publishing.models import PendingVersion
from publishing.snapshots import key_of, snapshot
from reviews.models import CaseReview, Evidence, EvidenceSet, LearningPoint, Recommendation
from search.listings import LISTINGS
from search.models import SearchDocument, SearchWord
from tests import factories as make
from tests.pages import facts, parsed, words_of
from tests.routes import address, public_routes

pytestmark = pytest.mark.django_db

#: States of a row that readers must not see; 'pending' is a change to a published row.
HIDDEN = ["draft", "in-review", "withdrawn", "pending"]
#: The word that a reader might search for stands beside the marker, so that no page shows a marker by echoing a search.
WORDS = {"published": "quokka", "draft": "numbat", "in-review": "bilby", "withdrawn": "potoroo", "pending": "bettong"}
SLIPS = {"numbat": "numbta", "bilby": "bibly", "potoroo": "potooro", "bettong": "bettnog", "quokka": "quokak"}


def marker(state: str) -> str:
    return f"xq{state.replace('-', '')}xq"


def text(state: str, name: str, length: int | None = None) -> str:
    return f"{marker(state)} {WORDS[state]} {name}"[:length]


def texts(model: type[models.Model], state: str) -> dict[str, str]:
    """A marked text for every field of the model that holds one."""
    return {
        field.name: text(state, field.name, field.max_length)
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField)
        and not field.choices
        and not field.unique
        and field.editable
        and (field.max_length or 1000) > 9
    }


@dataclass
class World:
    """Published things to tie hidden ones to."""

    theme: Any = field(default_factory=lambda: make.theme("Fictional theme", is_mission=True))
    sector: Any = field(default_factory=lambda: make.sector("Fictional sector"))
    principle: Any = field(default_factory=lambda: make.principle("Fictional principle"))
    age: Any = field(default_factory=lambda: make.age_stage("Fictional age"))
    harm: Any = field(default_factory=lambda: make.harm("Fictional harm"))
    type: Any = field(default_factory=lambda: make.review_type("Fictional type"))
    board: Any = field(default_factory=lambda: make.publisher("Fictional board"))

    def __post_init__(self):
        self.review = make.case_review("Plain fictional review", publishers=[self.board], themes=[self.theme])
        self.set = make.evidence_set("Plain fictional set", members=[self.review])
        self.point = make.learning_point(
            "A plain fictional sentence.", sources=[self.review, self.set], themes=[self.theme], sectors=[self.sector]
        )
        self.recommendation = make.recommendation(
            "A plain fictional request.", sources=[self.review], answers=[self.point], addressed_to=[self.sector]
        )
        self.briefing = make.briefing("Plain fictional briefing", items=[self.point], based_on=[self.set])


# -- one row of each kind, marked in every text and tied to what is published -----------------------------------------


def a_document(state: str) -> Any:
    return make.document(**texts(make.Document, state))


def a_review(world: World, state: str) -> CaseReview:
    row = make.case_review(
        draft=True,
        publishers=[world.board],
        publication_date=datetime.date(2020, 6, 30),
        publication_precision="day",
        review_type=world.type,
        themes=[world.theme],
        sectors=[world.sector],
        age_stages=[world.age],
        harms=[world.harm],
        documents=[a_document(state)],
        **texts(CaseReview, state),
    )
    world.set.members.add(row)
    return row


def a_set(world: World, state: str) -> EvidenceSet:
    document = a_document(state)
    row = make.evidence_set(
        draft=True, members=[world.review], documents=[document], size_document=document, **texts(EvidenceSet, state)
    )
    world.briefing.based_on.add(row)
    return row


def marked_evidence(row: Any, world: World, state: str) -> Any:
    make.evidence(row, world.review, **texts(Evidence, state), document=a_document(state))
    row.recount()
    return row


def a_point(world: World, state: str) -> LearningPoint:
    row = make.learning_point(
        draft=True,
        sources=[world.review, world.set],
        themes=[world.theme],
        sectors=[world.sector],
        principles=[world.principle],
        age_stages=[world.age],
        **texts(LearningPoint, state),
    )
    world.recommendation.answers.add(row)
    SectionItem.objects.create(
        section=world.briefing.sections.get(), learning_point=row, order=9, short_text=text(state, "short")
    )
    if state != "published":
        LearningPoint.objects.filter(pk=world.point.pk).update(superseded_by=row)
    return marked_evidence(row, world, state)


def a_recommendation(world: World, state: str) -> Recommendation:
    row = make.recommendation(
        draft=True,
        sources=[world.review, world.set],
        themes=[world.theme],
        addressed_to=[world.sector],
        answers=[world.point],
        **texts(Recommendation, state),
    )
    SectionItem.objects.create(section=world.briefing.sections.get(), recommendation=row, order=9)
    return marked_evidence(row, world, state)


def a_briefing(world: World, state: str) -> Any:
    row = make.briefing(
        draft=True,
        items=[world.point, world.recommendation],
        publisher=world.board,
        based_on=[world.set],
        themes=[world.theme],
        sectors=[world.sector],
        documents=[a_document(state)],
        **texts(make.Briefing, state),
    )
    row.sections.update(**texts(make.Section, state))
    Resource.objects.filter(briefing=row).update(**texts(Resource, state))
    make.Briefing.objects.filter(pk=row.pk).update(changes=[{"date": "2026-01-31", "text": text(state, "changes")}])
    return row


# kind -> (how a row of it is made, its detail, routes on which a published one is found beside its detail)
KINDS: dict[str, tuple[Any, str, set[str]]] = {
    "review": (
        a_review,
        "reviews:review",
        {
            "reviews:list",
            "search:search",
            "home",
            "themes:theme",
            "reviews:set",
            "exports:pack",
            "exports:pack-file",
            "exports:listing",
            "api:list",
            "api:one",
            "data:archive",
            "oai",
        },
    ),
    "set": (
        a_set,
        "reviews:set",
        {
            "reviews:review",
            "briefings:briefing",
            "reviews:recommendation-list",
            "exports:listing",
            "api:list",
            "api:one",
            "data:archive",
        },
    ),
    "learning": (
        a_point,
        "reviews:learning-point",
        {
            "reviews:learning-list",
            "search:search",
            "exports:pack",
            "exports:pack-file",
            "exports:listing",
            "api:list",
            "api:one",
            "data:archive",
            "oai",
            "themes:theme",
            "themes:sector",
            "themes:principles",
            "briefings:briefing",
            "reviews:review",
            "reviews:set",
            "reviews:recommendation",
        },
    ),
    "recommendation": (
        a_recommendation,
        "reviews:recommendation",
        {
            "reviews:recommendation-list",
            "search:search",
            "exports:pack",
            "exports:pack-file",
            "exports:listing",
            "api:list",
            "api:one",
            "data:archive",
            "oai",
            "themes:theme",
            "themes:sector",
            "briefings:briefing",
            "reviews:review",
            "reviews:set",
            "reviews:learning-point",
        },
    ),
    "briefing": (
        a_briefing,
        "briefings:briefing",
        {
            "briefings:list",
            "search:search",
            "exports:seven-minutes",
            "exports:seven-minutes-file",
            "exports:listing",
            "api:list",
            "api:one",
            "data:archive",
            "oai",
            "home",
            "themes:theme",
            "themes:sector",
            "reviews:set",
            "reviews:review",
            "reviews:learning-point",
        },
    ),
}


def into_state(row: Any, state: str, factory: Any, world: World) -> Any:
    """Bring a draft into that state, by the actions."""
    if state == "in-review":
        actions.submit(row=row)
    if state in {"published", "withdrawn"}:
        actions.publish(row=row)
    if state == "withdrawn":
        actions.withdraw(row=row, reason="error")
    return row


def a_pending_version(world: World, kind: str) -> Any:
    """A published row of plain words, with a change that waits in which every text is marked."""
    row = {name: getattr(world, name) for name in ("review", "set", "recommendation", "briefing")}.get(
        kind, world.point
    )
    row = type(row).objects.get(pk=row.pk)
    content = snapshot(row)
    content["fields"] |= texts(type(row), "pending")
    for part, bodies in content["parts"].items():
        for body in bodies:
            body |= texts(row._meta.get_field(part).related_model, "pending")
    actions.save_pending(row=row, content=content)
    return row


# -- every page ------------------------------------------------------------------------------------------------------


def details(model: Any, name: str) -> list[tuple[Any, ...]]:
    return [(getattr(row, "slug", None) or key_of(row),) for row in model.objects.all()]


# route -> arguments of each of its pages; the pages of all rows of every state are asked for
SAMPLES: dict[str, Any] = {
    "home": [()],
    "publishing:preview": [()],
    "about": [()],
    "accessibility": [()],
    "privacy": [()],
    "cover-your-tracks": [()],
    "healthz": [()],
    "robots": [()],
    "favicon": [()],
    "sitemap": [()],
    "search:search": [()],
    "search:suggest": [()],
    "themes:list": [()],
    "themes:theme": lambda: details(make.Theme, "slug"),
    "themes:sector-list": [()],
    "themes:sector": lambda: details(make.Sector, "slug"),
    "themes:principles": [()],
    "themes:glossary": [()],
    "reviews:list": [()],
    "reviews:review": lambda: details(CaseReview, "slug"),
    "reviews:set": lambda: details(EvidenceSet, "slug"),
    "reviews:learning-list": [()],
    "reviews:learning-point": lambda: details(LearningPoint, "code"),
    "reviews:recommendation-list": [()],
    "reviews:recommendation": lambda: details(Recommendation, "code"),
    "briefings:list": [()],
    "briefings:briefing": lambda: details(make.Briefing, "slug"),
    "briefings:help": [()],
    "alerts:index": [()],
    "alerts:follow": [(kind,) for kind in LISTINGS],
    "alerts:link": [()],
    "alerts:done": [("asked",), ("ended",), ("erased",)],
    # What stands behind a key is tried in tests/alerts; without one there is no more than this.
    "alerts:confirm": [()],
    "alerts:manage": [()],
    "alerts:end": [()],
}
SAMPLES |= {
    "exports:listing": lambda: [(kind, one.extension) for kind in LISTINGS for one in of_listings()],
    "exports:thing": lambda: [
        (kind, getattr(row, thing.key), one.extension)
        for kind, thing in THINGS.items()
        for row in thing.model.objects.all()
        for one in of_thing(kind)
    ],
}
SAMPLES |= {
    "exports:seven-minutes": lambda: details(make.Briefing, "slug"),
    "exports:seven-minutes-file": lambda: [
        (slug, extension) for (slug,) in details(make.Briefing, "slug") for extension in one_page.FILES
    ],
}
SAMPLES |= {
    "exports:api": [()],
    "exports:data": [()],
    "data:description": [()],
    "data:archive": [()],
    "data:vocabulary": [("themes",)],
    "data:vocabulary-file": [(name, form) for name in (*NAMES, ALL) for form in FORMS],
    "oai": [()],
    "api:root": [()],
    "api:openapi": [()],
    "api:nothing": [("v1/nothing",)],
    "api:list": [(name,) for name in RESOURCES],
    "api:one": lambda: [
        (name, getattr(row, one.key))
        for name, one in RESOURCES.items()
        for row in (THINGS[one.kind].model.objects.all() if one.kind else [])
    ],
}
SAMPLES |= {"exports:pack": [()], "exports:pack-file": lambda: [(one.extension,) for one in of_packs()]}
LISTS = {LISTINGS[kind].url_name: kind for kind in LISTINGS}


def searches() -> list[str]:
    """A search for each word, a slip of each, which a suggestion might mend, and each with all that narrows it."""
    return [f"?q={word}" for pair in SLIPS.items() for word in pair]


def queries(name: str, thoroughly: bool) -> list[str]:
    """Query strings that show what a route can show: all values of each facet, every order, every search."""
    if name == "search:search":
        return ["", *searches()] if thoroughly else ["", f"?q={WORDS['draft']}"]
    if name == "search:suggest":  # each word typed on from its beginning, and a slip
        return [
            "",
            *(f"?q={word[:length]}" for pair in SLIPS.items() for word in pair for length in (2, 3, len(word) - 1)),
        ]
    if name == "oai":
        verbs = ["ListRecords", "ListIdentifiers"]
        return [f"?verb={verb}&metadataPrefix=oai_dc&set={kind}" for verb in verbs for kind in HARVESTED]
    if name.startswith("exports:pack"):
        keys = [*details(CaseReview, "slug"), *details(LearningPoint, "code"), *details(Recommendation, "code")]
        return ["", f"?things={','.join(key for (key,) in keys)}"]
    if name not in LISTS or not thoroughly:
        return [""]
    listing = LISTINGS[LISTS[name]]
    chosen = [urlencode([(facet, one) for one in values]) for facet, values in listing.index().labels.items()]
    others = [
        "from=2020&to=2020",
        *(f"sort={sort}" for sort in listing.sorts),
        *(f"q={word}" for word in WORDS.values()),
    ]
    return ["", *(f"?{query}" for query in [*chosen, *others])]


def pages(client: Any, thoroughly: bool = False) -> dict[str, list[tuple[str, int, str]]]:
    """route -> (address, status, what the page says) of every page of the site, in each of its languages."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for name, in_languages in public_routes().items():
        samples = SAMPLES[name]() if callable(SAMPLES[name]) else SAMPLES[name]
        for language, arguments in product(["en-gb", "cy"] if in_languages else ["en-gb"], samples):
            for query in queries(name, thoroughly and language == "en-gb"):
                path = address(name, *arguments, language=language) + query
                with translation.override("en-gb"):
                    answer = client.get(path)
                found.setdefault(name, []).append((path, answer.status_code, words_of(answer)))
    return found


def where(shown: dict[str, list[tuple[str, int, str]]], words: str) -> set[str]:
    """Routes of which a page has the words, in whatever case."""
    return {name for name, found in shown.items() if any(words in content.casefold() for _, _, content in found)}


def linking(shown: dict[str, list[tuple[str, int, str]]], row: Any) -> set[str]:
    """Pages that give the row's address, beside those at that address, which lead to it in the other language."""
    with translation.override("en-gb"):
        own = row.get_absolute_url()
    found = {path for pages in shown.values() for path, _, content in pages if f'{own}"' in content}
    return found - {own, f"/cy{own}"}


# -- the tests -------------------------------------------------------------------------------------------------------


def test_every_route_has_a_sample():
    assert public_routes().keys() == SAMPLES.keys()


def test_every_list_is_among_the_routes():
    assert LISTS.keys() <= public_routes().keys()


def test_every_publishable_kind_is_tried():
    tried = {"CaseReview", "EvidenceSet", "LearningPoint", "Recommendation", "Briefing"}
    assert {one.__name__ for one in actions.Publishable.__subclasses__() if not one._meta.abstract} | {
        one.__name__ for one in make.Statement.__subclasses__()
    } == tried
    assert len(KINDS) == len(tried)


@pytest.mark.parametrize("kind", KINDS)
def test_published_twin_is_found_and_nothing_else_is(client, kind):
    factory, detail, also_on = KINDS[kind]
    world = World()
    rows = {state: into_state(factory(world, state), state, factory, world) for state in HIDDEN[:-1]}
    rows["pending"] = a_pending_version(world, kind)
    twin = into_state(factory(world, "published"), "published", factory, world)

    shown = pages(client, thoroughly=True)
    assert where(shown, marker("published")) >= {detail, *also_on}
    assert twin.get_absolute_url() in shown["sitemap"][0][2]
    for state in HIDDEN:
        assert where(shown, marker(state)) == set(), f"{kind} that is {state}"

    status = {path: code for path, code, _ in shown[detail]}
    expected = {"published": 200, "draft": 404, "in-review": 404, "withdrawn": 410, "pending": 200}
    for state, row in {**rows, "published": twin}.items():
        assert status[row.get_absolute_url()] == status["/cy" + row.get_absolute_url()] == expected[state]
        assert (row.get_absolute_url() in shown["sitemap"][0][2]) == (expected[state] == 200)

    # The address of what was never public stands nowhere.
    assert linking(shown, rows["draft"]) == linking(shown, rows["in-review"]) == set()
    # Slips of hidden words are mended by no suggestion, those of public ones are.
    suggestions = {
        path.partition("q=")[2]: content for path, _, content in shown["search:search"] if "/cy/" not in path
    }
    for word, slip in SLIPS.items():
        indexed = kind != "set" and word == "quokka"
        assert (f"?q={word}" in suggestions[slip]) == indexed


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "set"])
def test_index_holds_no_word_of_what_is_not_published(kind):
    factory = KINDS[kind][0]
    world = World()
    for state in HIDDEN[:-1]:
        into_state(factory(world, state), state, factory, world)
    a_pending_version(world, kind)
    into_state(factory(world, "published"), "published", factory, world)
    assert SearchWord.objects.filter(word=WORDS["published"]).exists()
    assert not SearchWord.objects.filter(word__in=[WORDS[state] for state in HIDDEN]).exists()
    for name in ("title", "learning", "summary", "body", "alt"):
        for state in HIDDEN:
            assert not SearchDocument.objects.filter(**{f"{name}__icontains": WORDS[state]}).exists()


@pytest.mark.parametrize("kind", ["review", "set"])
def test_statement_that_cites_what_is_hidden_names_nothing_of_it(client, kind):
    """A draft source should never get in; a withdrawn one stays as evidence, without its name, place or note."""
    world = World()
    for state in ("draft", "in-review", "withdrawn"):
        source = into_state(KINDS[kind][0](world, state), state, None, world)
        for one in (world.point, world.recommendation):
            made = make.evidence(one, source, locator="page 1", document=source.documents.get())
            Evidence.objects.filter(pk=made.pk).update(**texts(Evidence, state))
            one.recount()
    shown = pages(client)
    for state in HIDDEN:
        assert where(shown, marker(state)) == set()
    assert 'class="withdrawn"' in client.get(world.point.get_absolute_url()).content.decode()


# -- tombstones ------------------------------------------------------------------------------------------------------

KEPT_WORDS = {"What it was", "Published by", "Withdrawn on", "Why"}


@pytest.fixture
def gone():
    return lambda reason: make.withdrawn(into_state(a_review(World(), "draft"), "published", None, None), reason)


@pytest.mark.parametrize("reason", ["time-limit", "error", "superseded"])
def test_tombstone_of_a_review_shows_type_nation_publisher_year_date_and_reason(client, gone, reason):
    review = gone(reason)
    answer = client.get(review.get_absolute_url())
    assert answer.status_code == 410
    said = facts(parsed(answer))
    day = review.withdrawn_on
    assert said == {
        "What it was": "Fictional type, England, 2020",
        "Published by": "Fictional board",
        "Withdrawn on": f"{day.day} {day:%B %Y}",
        "Why": review.get_withdrawn_reason_display(),
    }


@pytest.mark.parametrize("reason", ["court-order", "family-request"])
def test_tombstone_for_a_court_or_a_family_shows_type_and_nation_date_and_reason(client, gone, reason):
    review = gone(reason)
    page = client.get(review.get_absolute_url())
    said = facts(parsed(page))
    assert said.keys() == KEPT_WORDS - {"Published by"}
    assert said["What it was"] == "Fictional type, England"
    for word in ("Fictional board", "2020", *WORDS.values()):
        assert word not in page.content.decode()


def test_tombstone_of_a_court_order_does_not_lead_to_what_was_learned_from_it(client):
    review = make.case_review()
    point = make.learning_point(sources=[review])
    make.withdrawn(review, "court-order")
    assert point.code not in client.get(review.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("factory", "what"),
    [
        (make.evidence_set, "A set of reviews"),
        (make.learning_point, "A learning point"),
        (make.recommendation, "A recommendation"),
        (make.briefing, "A briefing"),
    ],
)
@pytest.mark.parametrize("reason", ["court-order", "error"])
def test_tombstone_of_anything_else_says_what_kind_of_thing_it_was(client, factory, what, reason):
    row = make.withdrawn(factory("Fictional and marked zzz"), reason)
    answer = client.get(row.get_absolute_url())
    assert answer.status_code == 410
    assert facts(parsed(answer)).keys() == KEPT_WORDS - {"Published by"}
    assert facts(parsed(answer))["What it was"] == what
    assert "zzz" not in answer.content.decode()


@pytest.mark.parametrize("reason", ["court-order", "family-request"])
def test_address_of_what_a_court_or_a_family_had_withdrawn_is_given_nowhere(client, reason):
    world = World()
    make.withdrawn(world.review, reason)
    assert linking(pages(client), world.review) == set()


def test_address_of_another_tombstone_stands_where_its_evidence_is_cited(client):
    world = World()
    make.withdrawn(world.review, "time-limit")
    assert world.point.get_absolute_url() in linking(pages(client), world.review)


# -- helplines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verified", "expires", "shows"),
    [(-30, 30, True), (-30, 0, True), (0, 1, True), (-30, -1, False), (1, 30, False), (None, None, False)],
)
def test_helpline_shows_only_while_its_check_stands(client, verified, expires, shows):
    def day(offset):
        return None if offset is None else make.timezone.localdate() + datetime.timedelta(days=offset)

    make.helpline(**texts(Helpline, "draft"), verified_on=day(verified), expires_on=day(expires))
    assert where(pages(client), marker("draft")) == ({"briefings:help"} if shows else set())


def test_pending_versions_of_this_file_hold_their_markers():
    """Else the tests above would look for what is not there."""
    world = World()
    for kind in KINDS:
        a_pending_version(world, kind)
    assert PendingVersion.objects.count() == len(KINDS)
    for waiting in PendingVersion.objects.all():
        assert str(waiting.content).count(marker("pending")) >= 2
