"""A pack: what it holds, how it is changed, where it is kept, and what a shared one says."""

import random
import string
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from exports.packs import contents
from exports.packs.changing import change
from exports.packs.contents import LONGEST_HEADING, MOST_LETTERS, MOST_THINGS, Pack, trouble_with
from exports.packs.gathering import Collected
from publishing.models import one_version
from reviews.merging import merge
from reviews.models import CaseReview
from tests import factories as make
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db
SHARED = "/pack/?things={}"


def keys(page):
    """Of the things on the reader's own page, in their order."""
    return [one.attrib["data-key"] for one in parsed(page).iter("li") if "data-key" in one.attrib]


def press(client, **form):
    return client.post("/pack/", form, follow=True)


def said(page):
    return text_of(next(one for one in parsed(page).iter("div") if one.attrib.get("role") == "status"))


@pytest.fixture
def three():
    return make.learning_point(), make.recommendation(), make.case_review()


# -- the value ---------------------------------------------------------------------------------------------------------


def test_pack_is_read_from_the_address_that_it_gives():
    pack = Pack(("LP-0042", "norfolk-2025", "~17"), "Für alle & <b>: 100 % “safe”")
    assert Pack.of_query({name: one[0] for name, one in parse_qs(pack.query[1:]).items()}) == (pack, [])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lp-0042", "LP-0042"),
        (" REC-7 ", "REC-7"),
        ("https://learning.example/cy/reviews/norfolk-2025/?x=1#y", "norfolk-2025"),
        ("/learning/LP-0042/", "LP-0042"),
        ("<script>", ""),
        ("a,b", ""),
        ("x" * 121, ""),
        ("~1", "~1"),
        ("~x", ""),
        ("", ""),
        ("LP-٤", ""),
    ],
)
def test_key_is_read_from_a_code_or_an_address(text, key):
    assert contents.key_of(text) == key


@pytest.mark.parametrize(
    "heading", ["Reviews 2019-2020, part 2", "999 or not?", "Day 1: 03/05/2026", "1,000 children", ""]
)
def test_heading_is_taken(heading):
    assert trouble_with(heading) == ""


@pytest.mark.parametrize(
    "heading",
    [
        "Ring 01632 960000",
        "+44 (0)1632 960 000",
        "0800 1111",
        "See https://x.example",
        "www.x.example",
        "a@b",
        "x" * 201,
    ],
)
def test_heading_that_leads_away_or_is_too_long_is_refused_with_a_reason(heading):
    assert trouble_with(heading)


def test_full_pack_with_the_longest_heading_fits_into_a_cookie_and_an_address():
    rng = random.Random(5)
    names = ("".join(rng.choices(string.ascii_lowercase + string.digits, k=40)) for _ in range(90))
    pack, left_out = Pack(heading="".join(chr(rng.randrange(0x20000, 0x2A000)) for _ in range(200))).added(names)
    assert left_out
    assert len(pack.keys) == MOST_THINGS == MOST_LETTERS / 40
    assert len(pack.address) < 8000
    from exports.packs.keeping import keep

    response = keep(make_response(), pack)
    assert all(len(one.key) + len(one.value) < 4096 for one in response.cookies.values())


def make_response():
    from django.http import HttpResponse

    return HttpResponse()


@pytest.mark.parametrize(
    ("form", "order"),
    [
        ({}, "abcd"),
        ({"place-d": "1"}, "dabc"),
        ({"place-a": "3"}, "bcad"),
        ({"place-a": "4", "place-d": "1"}, "dbca"),
        ({"place-a": "x", "place-b": "", "place-c": "-1", "place-d": "99999"}, "abcd"),
        ({"place-a": "9999"}, "bcda"),
        ({"up": "a"}, "abcd"),
        ({"up": "c"}, "acbd"),
        ({"down": "d"}, "abcd"),
        ({"down": "a"}, "bacd"),
        ({"up": "zz"}, "abcd"),
        ({"remove": "b"}, "acd"),
        ({"remove": "b", "place-d": "1"}, "dac"),
    ],
)
def test_buttons_and_numbers_put_it_in_order(form, order):
    assert "".join(change(Pack(tuple("abcd")), form).pack.keys) == order


def test_heading_goes_with_every_button_and_a_wrong_one_changes_the_rest_all_the_same():
    assert change(Pack(("a", "b"), "Old"), {"up": "b", "heading": " New\n one "}).pack == Pack(("b", "a"), "New one")
    done = change(Pack(("a", "b"), "Old"), {"up": "b", "heading": "www.x.example"})
    assert (done.pack, bool(done.trouble)) == (Pack(("b", "a"), "Old"), True)


# -- the reader's own ------------------------------------------------------------------------------------------------


def test_pack_grows_from_the_pages_of_things_and_is_put_in_order(client, three):
    for one in three:
        page = client.get(one.get_absolute_url())
        button = next(one for one in parsed(page).iter("button") if one.attrib.get("name") == "add")
        [form] = [one for one in parsed(page).iter("form") if one.attrib.get("id") == button.attrib["form"]]
        assert (form.attrib["method"], form.attrib["action"]) == ("post", "/pack/")
        answer = press(client, add=button.attrib["value"])
    point, asked, review = three[0].code, three[1].code, three[2].slug
    assert keys(answer) == [point, asked, review]
    assert "1 learning point, 1 recommendation, 1 review" in answer.content.decode()
    answer = press(client, up=review, heading="For our team")
    assert keys(answer) == [point, review, asked]
    assert 'value="For our team"' in answer.content.decode()
    assert keys(press(client, remove=point)) == [review, asked]


def test_thing_is_in_it_once(client, three):
    press(client, add=three[0].code)
    answer = press(client, add=three[0].code.lower())
    assert keys(answer) == [three[0].code]
    assert "already" in said(answer)


@pytest.mark.parametrize("wrong", ["LP-9999", "nonsense", "<b>", "", "LP-5000x" * 90])
def test_code_of_nothing_is_named_as_such_and_the_pack_stays(client, three, wrong):
    press(client, add=three[0].code)
    answer = press(client, add=wrong)
    assert keys(answer) == [three[0].code]
    if wrong:
        assert "Not everything was found" in said(answer)


def test_draft_is_no_more_found_than_what_there_is_not(client):
    draft, gone = make.learning_point(draft=True), make.withdrawn(make.learning_point())
    for one in (draft, gone):
        assert keys(press(client, add=one.code)) == []


def test_several_are_added_by_code_and_by_address(client, three):
    point, asked, review = three
    text = f"{point.code.lower()}, https://testserver{review.get_absolute_url()}  {asked.code}"
    assert keys(press(client, add=text)) == [point.code, review.slug, asked.code]


def test_full_pack_says_so(client, monkeypatch):
    points = [make.learning_point() for _ in range(3)]
    monkeypatch.setattr(contents, "MOST_THINGS", 2)
    for one in points:
        answer = press(client, add=one.code)
    assert keys(answer) == [one.code for one in points[:2]]
    assert "full" in said(answer)


def test_heading_with_an_address_is_refused_shown_again_and_loses_nothing(client, three):
    for one in three[:2]:
        press(client, add=one.code)
    answer = press(client, heading="www.x.example", up=three[1].code)
    assert 'value="www.x.example"' in answer.content.decode()
    assert "no address" in said(answer)
    assert keys(answer) == keys(client.get("/pack/")) == [three[1].code, three[0].code]


def test_emptied_pack_leaves_no_cookie(client, three):
    press(client, add=three[0].code)
    answer = client.post("/pack/", {"empty": "1"})
    assert {one["max-age"] for one in answer.cookies.values()} == {0}
    assert keys(client.get("/pack/")) == []


def test_cookie_is_for_the_pack_alone_for_this_sitting_and_for_no_script(client, three):
    answer = client.post("/pack/", {"add": three[0].code})
    assert {one["path"] for one in answer.cookies.values()} == {"/pack/", "/cy/pack/"}
    for one in answer.cookies.values():
        assert (one["httponly"], one["samesite"], one["max-age"], one["expires"]) == (True, "Lax", "", "")


@pytest.mark.parametrize("value", ["", "x", "WyJMUC01MDAwIiwiIl0:1:x", "x" * 5000])
def test_cookie_that_we_did_not_sign_is_an_empty_pack(value):
    client = Client()
    client.cookies["pack-en-gb"] = value
    assert client.get("/pack/").status_code == 200


def test_pack_goes_on_in_welsh(client, three):
    press(client, add=three[0].code)
    client.cookies = {name: one for name, one in client.cookies.items() if name == "pack-cy"}
    assert keys(client.get("/cy/pack/")) == [three[0].code]


def test_foreign_site_can_put_nothing_into_it(client, three):
    for header in ({"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://elsewhere.example"}):
        assert client.post("/pack/", {"add": three[0].code}, **header).status_code == 403


def test_browser_that_takes_no_cookie_is_given_the_link(client, three):
    answer = client.post("/pack/", {"add": three[0].code})
    page = Client().get(answer["Location"]).content.decode()
    assert f'href="/pack/?things={three[0].code}"' in page


@pytest.mark.parametrize(
    ("came", "back"),
    [
        ("http://testserver/learning/?q=a&page=2", "/learning/?q=a&page=2"),
        ("https://elsewhere.example/learning/", ""),
        ("http://testserver/pack/?things=LP-1", ""),
        ("", ""),
    ],
)
def test_way_back_leads_to_the_page_of_the_button_and_nowhere_else(client, three, came, back):
    answer = client.post("/pack/", {"add": three[0].code}, HTTP_REFERER=came)
    page = client.get(answer["Location"]).content.decode()
    shown = f'href="{back.replace("&", "&amp;")}#{three[0].code}"'
    assert (shown in page) == bool(back)
    assert ("Back to where you were" in page) == bool(back)


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/learning/", "/\\evil.example", "javascript:alert(1)", "/nowhere/x"]
)
def test_way_back_of_a_crafted_link_is_not_shown(client, three, back):
    press(client, add=three[0].code)
    page = client.get("/pack/", {"said": "added", "back": back}).content.decode()
    assert (
        "evil" not in page.partition("<main")[2].partition("</main>")[0]
    )  # the link to the other language repeats the address asked for


# -- a shared one ----------------------------------------------------------------------------------------------------


def test_shared_pack_shows_everything_in_its_order_with_the_date(client, three):
    point, asked, review = three
    page = client.get("/pack/", {"things": f"{asked.code},{review.slug},{point.code}", "heading": "Our <b>team</b>"})
    text = page.content.decode()
    assert text.index(asked.text) < text.index(review.title) < text.index(point.statement)
    assert "Our &lt;b&gt;team&lt;/b&gt;" in text
    assert "As at " in text
    assert "Our" not in text.partition("</title>")[0].rpartition("<title>")[2]


def test_pages_and_files_of_a_pack_are_kept_by_nobody_and_found_by_no_search_engine(client, three):
    for path in ("/pack/", SHARED.format(three[0].code), f"/pack.txt?things={three[0].code}"):
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
        assert answer["X-Robots-Tag"] == "noindex"


def test_looking_at_a_shared_pack_sets_no_cookie_and_changes_nothing(client, three):
    press(client, add=three[0].code)
    assert not client.get(SHARED.format(three[1].code)).cookies
    assert keys(client.get("/pack/")) == [three[0].code]


def test_shared_pack_is_copied_or_joined(client, three):
    press(client, add=three[0].code)
    given = {"things": f"{three[1].code},{three[2].slug}", "heading": "Theirs"}
    assert keys(press(client, join="1", **given)) == [three[0].code, three[1].code, three[2].slug]
    answer = press(client, copy="1", **given)
    assert keys(answer) == [three[1].code, three[2].slug]
    assert 'value="Theirs"' in answer.content.decode()


def test_link_that_is_too_long_says_what_was_left_out(client):
    point = make.learning_point()
    things = ",".join([point.code, *(f"LP-{n}" for n in range(90000, 90065))])
    page = client.get("/pack/", {"things": things, "heading": "x" * 4000}).content.decode()
    assert "6 more things were left out" in page
    assert "The heading was left out" in page
    assert point.statement in page


@pytest.mark.parametrize(
    "query", ["things=", "things=%00,%ff,<x>", "things=,,,&heading=%00", "things=" + "%F0%9F%98%80" * 400]
)
def test_hostile_link_is_a_page_that_says_so(client, query):
    answer = client.get(f"/pack/?{query}")
    assert answer.status_code == 200
    assert "names nothing that a pack could hold" in answer.content.decode()


def test_withdrawn_thing_stays_in_its_place_and_says_when_and_why(client):
    point, other = make.learning_point("Fictional and marked zzz."), make.learning_point()
    make.withdrawn(point, "error")
    page = client.get(SHARED.format(f"{point.code},{other.code}")).content.decode()
    assert f"{point.code}.</b> A learning point. Withdrawn on" in page
    assert "Reason: error." in page
    assert "zzz" not in page
    assert page.index("Withdrawn on") < page.index(other.statement)


def test_review_withdrawn_for_a_court_is_named_nowhere_not_even_in_the_addresses(client):
    review = make.case_review("Fictional Nowhereshire zzz", slug="nowhereshire-zzz", area_name="Nowhereshire")
    make.withdrawn(review, "court-order")
    page = client.get(SHARED.format(review.slug)).content.decode()
    body = page.partition("<main")[2].partition("</main>")[0]  # the other language's link repeats the address asked for
    assert "nowhereshire" not in body.casefold()
    assert "Withdrawn on" in body
    assert f"things=~{review.pk}" in body
    again = client.get(f"/pack/?things=~{review.pk}").content.decode()
    assert "Withdrawn on" in again
    assert "nowhereshire" not in again.casefold()


def test_number_leads_to_no_review_but_one_withdrawn_for_a_court_or_a_family(client):
    shown, gone = make.case_review(), make.withdrawn(make.case_review(), "time-limit")
    for row in (shown, gone, make.case_review(draft=True)):
        assert "Nothing is published here" in client.get(f"/pack/?things=~{row.pk}").content.decode()


def test_old_code_of_a_merged_point_leads_to_the_one_that_took_it_over_once(client):
    old, new = make.learning_point(), make.learning_point()
    merge(point=old, into=new)
    collected = Collected(Pack((old.code, new.code)))
    assert [(one.key, one.was) for one in collected.entries] == [(new.code, old.code)]
    assert f"{old.code} has become part of {new.code}." in client.get(SHARED.format(old.code)).content.decode()


def test_pack_takes_few_statements_whatever_its_size(client, django_assert_max_num_queries):
    for number in (1, 12):
        found = [
            one for _ in range(number) for one in (make.learning_point(), make.recommendation(), make.case_review())
        ]
        pack = Pack(tuple(getattr(one, "slug", None) or one.code for one in found))
        with one_version():
            client.get(pack.address)  # vocabularies are held from now on
        with one_version(), django_assert_max_num_queries(9):
            client.get(pack.address)
        with one_version(), django_assert_max_num_queries(10):
            assert Collected(pack).outline.items
        with one_version(), django_assert_max_num_queries(14):
            assert len(Collected(pack).references) >= len(found)


def test_longest_heading_is_counted_in_letters():
    assert trouble_with("é" * LONGEST_HEADING) == ""


def test_address_is_of_the_english_or_the_welsh_page():
    assert urlsplit(Pack(("LP-1",)).address).path == "/pack/"


@pytest.mark.parametrize("path", ["/learning/", "/recommendations/", "/reviews/", "/search/?q=fictional", "{briefing}"])
def test_each_thing_of_a_list_can_be_put_into_the_pack(client, three, path):
    briefing = make.briefing(items=three[:2])
    page = parsed(client.get(path.format(briefing=briefing.get_absolute_url())))
    offered = {one.attrib["value"] for one in page.iter("button") if one.attrib.get("form") == "to-pack"}
    shown = {
        one.attrib["data-id"]
        for one in page.iter("article")
        if one.attrib.get("data-kind") in {"learning", "recommendation", "review"}
    }
    slugs = dict(CaseReview.objects.values_list("reference", "slug"))
    assert shown
    assert {slugs.get(one, one) for one in shown} <= offered
