"""Lists: what a query string asks for, what each choice would bring, and what is said of what was left out.

Every count is compared with a query of its own, written here by hand (and on the shipped content in tests/fixtures).
"""

import datetime
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishing import actions
from publishing.models import one_version
from publishing.snapshots import snapshot
from search import index
from search.listings import LISTINGS, PAGE_SIZE, ListingPage
from search.results import Results
from tests import factories as make
from tests.listing_rules import PATHS, check_against_queries, choices
from tests.pages import counts_of_choices, hooks, links, parsed, results, text_of, total
from tests.search.collection import random_collection
from themes import actions as term_actions

pytestmark = pytest.mark.django_db


def page(kind: str = "review", query: str = "") -> ListingPage:
    return ListingPage(LISTINGS[kind], QueryDict(query))


def counts(shown: ListingPage, facet: str) -> dict[str, int]:
    [found] = [one for one in shown.facets if one.name == facet]
    return {option.value: option.count for option in found.options}


@pytest.fixture
def reviews():
    """Four reviews: themes a, a+b, b, none; England, Wales, England, Scotland."""
    a, b = make.theme("A"), make.theme("B")
    make.theme("Unused")
    given = [([a], "england", 2018), ([a, b], "wales", 2020), ([b], "england", 2022), ([], "scotland", None)]
    return [
        make.case_review(
            themes=themes,
            nation=nation,
            publication_date=datetime.date(year, 6, 30) if year else None,
            publication_precision="year" if year else "",
        )
        for themes, nation, year in given
    ]


# -- narrowing and counting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [2, 1, 0, 3]),
        ("theme=a", [1, 0]),
        ("theme=a&theme=b", [2, 1, 0]),
        ("theme=a&theme=b&nation=england", [2, 0]),
        ("nation=england&nation=scotland", [2, 0, 3]),
        ("theme=a&nation=scotland", []),
        ("from=2020", [2, 1]),
        ("to=2020", [1, 0]),
        ("from=2020&to=2020", [1]),
        ("sort=oldest", [0, 1, 2, 3]),
        ("theme=b&sort=oldest", [1, 2]),
        ("theme=a&theme=a", [1, 0]),
        ("q=&theme=&nation=&from=&to=&sort=&page=", [2, 1, 0, 3]),
    ],
)
def test_values_are_or_within_a_facet_and_and_across(reviews, query, found):
    shown = page("review", query)
    assert shown.ids() == [reviews[n].pk for n in found]
    assert shown.total == len(found)
    assert shown.ignored == []


def test_counts_of_a_facet_leave_out_its_own_choice(reviews):
    assert counts(page("review"), "theme") == {"a": 2, "b": 2}
    assert counts(page("review", "theme=a"), "theme") == {"a": 2, "b": 2}
    assert counts(page("review", "theme=a"), "nation") == {"england": 1, "wales": 1, "scotland": 0}
    assert counts(page("review", "theme=a&nation=england"), "theme") == {"a": 1, "b": 1}
    assert counts(page("review", "from=2020&theme=a"), "theme") == {"a": 1, "b": 2}


def test_count_says_what_one_more_click_brings(reviews):
    shown = page("review", "nation=england")
    for value, count in counts(shown, "theme").items():
        assert page("review", f"nation=england&theme={value}").total == count


def test_value_that_nothing_has_is_not_offered_unless_chosen(reviews):
    assert "unused" not in counts(page("review"), "theme")
    assert counts(page("review", "theme=unused"), "theme")["unused"] == 0


def test_row_without_a_date_sorts_last_and_falls_out_of_years(reviews):
    undated = reviews[3].pk
    for sort in ("newest", "oldest"):
        assert page("review", f"sort={sort}").ids()[-1] == undated
    assert undated not in page("review", "from=1").ids()
    assert undated not in page("review", "to=9999").ids()


def test_search_narrows_a_list_and_its_counts(reviews):
    quokka = make.case_review("A fictional quokka", themes=[make.theme("C")], nation="wales")
    shown = page("review", "q=quokka")
    assert shown.ids() == [quokka.pk]
    assert counts(shown, "nation") == {"england": 0, "wales": 1, "scotland": 0}
    assert page("review", "q=quokka&nation=england").total == 0
    assert page("review", "q=quokka&sort=newest").ids() == [quokka.pk]


def test_search_that_others_publish_across_is_of_one_version(reviews, monkeypatch):
    """The row was withdrawn after the bit sets were read and before the words were looked for."""
    for row in reviews:
        actions.save_pending(row=row, content=snapshot(row) | {"fields": snapshot(row)["fields"] | {"title": "Quokka"}})
        actions.publish_pending(row=row)
    real, left = index.Ranking, [reviews[0]]

    def meanwhile(*given):
        if left:
            actions.withdraw(row=left.pop(), reason="error")
            make.case_review("A fictional quokka", nation="wales")
        return real(*given)

    monkeypatch.setattr(index, "Ranking", meanwhile)
    shown = page("review", "q=quokka")
    assert (shown.total, counts(shown, "nation")) == (4, {"england": 1, "wales": 2, "scotland": 1})


WORDS = ("quokka", "numbat")


@pytest.mark.parametrize("kind", PATHS)
def test_totals_and_counts_are_those_of_queries_written_by_hand(kind):
    """125 selections of each of four lists; at least half of them find something, else nothing would be compared."""
    random_collection(7, WORDS)
    totals: list[int] = []
    one_value: dict = {}

    @settings(max_examples=125, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(choices(kind, WORDS))
    def check(choice):
        totals.append(check_against_queries(kind, choice, one_value))

    with one_version():
        check()
    assert len(totals) >= 125
    assert sum(total > 0 for total in totals) >= len(totals) / 2


# -- what is unknown -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("colour=red", "We do not know a filter called ‘colour’"),
        ("theme=nonsense", "‘nonsense’ is not one of the choices of ‘Theme’"),
        ("from=soon", "‘soon’ is not a year"),
        ("to=-1", "‘-1’ is not a year"),
        ("from=２０２０", "is not a year"),
        ("from=10000", "is not a year"),
        ("sort=random", "We do not know the order ‘random’"),
        ("page=zero", "‘zero’ is not the number of a page"),
        ("page=0", "‘0’ is not the number of a page"),
        ("page=-1", "‘-1’ is not the number of a page"),
        ("page=²", "‘²’ is not the number of a page"),
        ("from=2022&to=2018", "We have turned them round"),
        ("added=yes", "‘yes’ is not one of the choices of ‘Added’"),
    ],
)
def test_what_is_unknown_is_left_out_and_named(reviews, client, query, says):
    shown = page("review", query)
    assert [says in sentence for sentence in shown.ignored] == [True]
    assert shown.total == (3 if "2018" in query else 4)
    answer = client.get(f"/reviews/?{query}")
    assert answer.status_code == 200
    assert "One filter was left out" in answer.content.decode()


def test_phrases_beyond_the_bound_are_left_out_and_said(reviews):
    query = "q=" + "+".join(f"rev{letter}*" for letter in "abcde")
    [sentence] = page("review", query).ignored
    assert "without ‘reve*’" in sentence
    results = Results.of(QueryDict(query))
    assert results.ignored == [sentence]


def test_marks_of_newsletters_are_ignored_in_silence(reviews):
    shown = page("review", "utm_source=newsletter&utm_medium=e-mail&theme=a")
    assert (shown.ignored, shown.total) == ([], 2)
    assert "utm" not in shown.tags[0][2]


def test_years_in_the_wrong_order_are_turned_round(reviews):
    shown = page("review", "from=2022&to=2020")
    assert shown.ids() == [reviews[2].pk, reviews[1].pk]
    assert (shown.years["from_value"], shown.years["to_value"]) == (2020, 2022)


def test_at_most_five_things_are_named_and_none_at_length(reviews):
    shown = page("review", "&".join(f"{'x' * 500}{n}=1" for n in range(50)))
    assert len(shown.ignored) == 5
    assert max(map(len, shown.ignored)) < 200


HOSTILE = [
    "theme=%00",
    "q=%00",
    "q=%00%00&theme=%00a",
    "from=%00",
    "page=%00",
    "sort=%00",
    "%00=1",
    "q=a%01b%0bc%7f%c2%80&%01=1&theme=%01",
    "q=quokka&%00=1&kind=%00",
    "from=" + "9" * 5000,
    "page=" + "9" * 5000,
    "page=999999999",
    "page=1e9",
    "page=١٢٣",
    "from=١٩٩٩",
    "from=1.5",
    "to=0",
    "q=" + "x" * 5000,
    "q=" + "word " * 500,
    "theme=" + "a" * 5000,
    "&".join(f"theme=t{n}" for n in range(500)),
    "theme[]=a&theme[0]=b",
    "theme=a'%20OR%201=1--",
    "q='%20OR%201=1--",
    'q="unclosed',
    "q=-only -minus",
    "q=***",
    "q=(((",
    "q=%F0%9F%92%A9",
    "q=%ED%A0%80",
    "q=%ff%fe",
    "%ff=%fe",
    "q=<script>alert(1)</script>",
    "colour=<script>alert(1)</script>",
    "sort=relevance",
    "&&&==&=",
    "from=2020&from=soon&to=2021&to=1",
    "page=2&page=3",
]


@pytest.mark.parametrize("path", ["/reviews/", "/learning/", "/recommendations/", "/briefings/", "/search/"])
def test_hostile_query_strings_give_a_page(client, path):
    make.briefing("A fictional briefing")
    for query in HOSTILE:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200, query
        assert b"<script>alert" not in answer.content
        parsed(answer)  # no page holds what HTML may not


NAMES = ["q", "kind", "theme", "nation", "publisher", "from", "to", "age", "page", "sort", "strength", "also", "x", ""]
ODD = [
    "OR",
    "-",
    '"',
    "*",
    "a*",
    "chi*",
    "-a",
    "\x00",
    "\ud800",
    "％",
    "9" * 30,
    "-1",
    "٣",
    "NEAR(",
    "AND",
    "a:b",
    "''",
    "\\",
]


@pytest.mark.parametrize(
    "path", ["/search/", "/reviews/", "/learning/", "/recommendations/", "/briefings/", "/cy/search/"]
)
def test_any_text_and_any_value_give_a_page(client, path):
    """Whatever a request line can carry: any names, any number of values, any text."""
    text = st.one_of(st.text(max_size=30), st.lists(st.sampled_from(ODD), max_size=12).map(" ".join))
    names = st.one_of(st.sampled_from(NAMES), st.text(max_size=8))

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(names, text), max_size=8))
    def check(pairs):
        assert client.get(f"{path}?{urlencode(pairs, errors='replace')}").status_code == 200

    check()


# -- tags, pages, ways on --------------------------------------------------------------------------------------------


def test_each_choice_is_a_tag_that_leads_to_the_list_without_it(reviews):
    shown = page("review", "page=2&sort=oldest&nation=england&theme=b&theme=a&q=fictional&from=2018")
    assert [(str(legend), label) for legend, label, _ in shown.tags] == [
        ("Search", "fictional"),
        ("Theme", "B"),
        ("Theme", "A"),
        ("Nation", "England"),
        ("From year", "2018"),
    ]
    whole = {"q=fictional", "theme=b", "theme=a", "nation=england", "from=2018", "sort=oldest"}
    for gone, (_, _, href) in zip(
        ["q=fictional", "theme=b", "theme=a", "nation=england", "from=2018"], shown.tags, strict=True
    ):
        assert set(href.partition("?")[2].split("&")) == whole - {gone}
    assert shown.clear_href == "/reviews/"
    assert shown.chosen_count == 5


def test_same_choices_give_the_same_address_whatever_their_order(reviews):
    one = page("review", "nation=england&theme=a&from=2018&sort=oldest")
    other = page("review", "sort=oldest&from=2018&theme=a&nation=england")
    assert one.href(one.selection.pairs()) == other.href(other.selection.pairs())


def test_default_order_is_not_said_in_addresses(reviews):
    shown = page("review", "sort=newest&theme=a")
    assert shown.href(shown.selection.pairs()) == "/reviews/?theme=a"


def test_merged_terms_old_slug_still_narrows(reviews):
    old, new = make.theme("Old"), make.theme("New")
    review = make.case_review(themes=[old])
    term_actions.merge(term=old, into=new)
    shown = page("review", "theme=old")
    assert (shown.ids(), shown.ignored) == ([review.pk], [])
    assert [(label, href) for _, label, href in shown.tags] == [("New", "/reviews/")]
    assert page("review", "theme=old&theme=new").selection.values["theme"] == ["new"]
    assert "old" not in counts(shown, "theme")


@pytest.fixture
def many():
    return [make.case_review(added_on=datetime.date(2026, 1, 1)) for _ in range(PAGE_SIZE + 1)]


def test_pages_are_cut_and_keep_the_choices(many, client):
    first, second = page("review", "nation=england"), page("review", "nation=england&page=2")
    assert (len(first.rows), len(second.rows)) == (PAGE_SIZE, 1)
    assert not set(first.shown_ids) & set(second.shown_ids)
    assert first.pager.next == "/reviews/?nation=england&page=2"
    assert second.pager.previous == "/reviews/?nation=england"
    root = parsed(client.get("/reviews/?nation=england&page=2"))
    assert (total(root), len(results(root))) == (PAGE_SIZE + 1, 1)


def test_page_past_the_end_is_the_last(many):
    shown = page("review", "page=99")
    assert (shown.number, len(shown.rows), shown.ignored) == (2, 1, [])


def test_list_of_one_page_has_no_pager(reviews):
    assert page("review").pager is None


def test_change_of_filters_goes_back_to_the_first_page(many):
    for _, _, href in page("review", "nation=england&page=2").tags:
        assert "page=" not in href


def test_nothing_found_offers_ways_on_with_what_each_would_bring(reviews, client):
    shown = page("review", "theme=a&nation=scotland")
    assert shown.total == 0
    assert shown.nothing == [
        ("Without ‘Theme: A’: One review.", "/reviews/?nation=scotland"),
        ("Without ‘Nation: Scotland’: 2 reviews.", "/reviews/?theme=a"),
    ]
    root = parsed(client.get("/reviews/?theme=a&nation=scotland"))
    for _, href in shown.nothing:
        assert href in links(root)
    assert {"/reviews/", "/themes/"} <= set(links(root))


def test_empty_site_says_so_on_every_list(client):
    for path in ("/reviews/", "/learning/", "/recommendations/", "/briefings/"):
        root = parsed(client.get(path))
        assert total(root) == 0
        assert "/themes/" in links(root)


def test_search_that_finds_nothing_can_be_taken_back(reviews):
    shown = page("review", "q=quokka&theme=a")
    assert ("Without ‘Search: quokka’: 2 reviews.", "/reviews/?theme=a") in shown.nothing


# -- on the page -----------------------------------------------------------------------------------------------------


def test_list_draws_what_it_counts(reviews, client):
    root = parsed(client.get("/reviews/?theme=a&theme=b&nation=england"))
    assert total(root) == 2
    assert results(root) == [("review", reviews[2].reference), ("review", reviews[0].reference)]
    [option] = [
        one for one in root.iter("input") if (one.attrib.get("name"), one.attrib.get("value")) == ("theme", "a")
    ]
    assert "checked" in option.attrib
    drawn = counts_of_choices(root)
    assert (drawn["theme-a"], drawn["theme-b"]) == (1, 1)


def test_apply_stands_at_the_top_and_at_the_bottom_of_the_filters(reviews, client):
    root = parsed(client.get("/reviews/"))
    [form] = [one for one in root.iter("form") if one.attrib.get("id") == "facets"]
    inside = [
        one.tag if one.tag == "fieldset" else text_of(one) for one in form.iter() if one.tag in {"button", "fieldset"}
    ]
    assert inside[0] == inside[-1] == "Apply filters"
    assert inside.count("fieldset") == len(inside) - 2


def test_withdrawn_row_leaves_the_list_and_its_counts_at_once(reviews, client):
    assert total(parsed(client.get("/reviews/"))) == 4
    actions.withdraw(row=reviews[0], reason="error")
    root = parsed(client.get("/reviews/"))
    assert total(root) == 3
    assert reviews[0].reference not in hooks(root, "data-id")
    assert counts(page("review"), "nation")["england"] == 1


def test_labels_are_in_the_readers_language(client):
    make.case_review(themes=[make.theme("Fear", label_cy="Ofn")])
    with translation.override("cy"):
        assert "Ofn" in client.get("/cy/reviews/?theme=fear").content.decode()
    assert "Ofn" not in client.get("/reviews/?theme=fear").content.decode()
