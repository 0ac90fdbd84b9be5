"""Files of lists and of things: where they stand, what they hold, and what is never in them."""

import csv
import io
import json

import pytest
from django.urls import reverse
from django.utils import translation

from exports.formats import all_formats, of_listings, of_thing
from exports.records import SOURCES
from exports.things import THINGS
from search.listings import LISTINGS
from tests import factories as make
from tests.pages import links, parsed, words_of

pytestmark = pytest.mark.django_db
MAKERS = {
    "briefing": make.briefing,
    "review": make.case_review,
    "set": make.evidence_set,
    "learning": make.learning_point,
    "recommendation": make.recommendation,
}


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", LISTINGS)
@pytest.mark.parametrize("language", ["en-gb", "cy"])
def test_file_of_a_list_stands_at_the_address_of_the_list_with_its_extension(client, kind, language):
    with translation.override(language):
        page = reverse(LISTINGS[kind].url_name)
        files = {reverse("exports:listing", args=[kind, one.extension]) for one in of_listings()}
    assert files == {f"{page.rstrip('/')}.{one.extension}" for one in of_listings()}
    assert all(client.get(path).status_code == 200 for path in files)


def test_list_page_links_its_files_with_what_was_chosen(client):
    theme = make.theme("Fictional theme")
    make.learning_point(themes=[theme])
    found = links(parsed(client.get(f"/learning/?theme={theme.slug}&page=1&utm_source=x")))
    for one in of_listings():
        assert f"/learning.{one.extension}?theme={theme.slug}" in found


def test_file_holds_what_the_list_has_found_in_its_order(client):
    theme = make.theme("Fictional theme")
    codes = [make.learning_point(themes=[theme] if n % 2 else []).code for n in range(50)]
    query = f"?theme={theme.slug}&sort=code"
    assert [row["code"] for row in rows_of(client.get(f"/learning.csv{query}"))] == codes[1::2]
    lines = client.get(f"/learning.jsonl{query}").getvalue().decode().splitlines()
    assert [json.loads(line)["code"] for line in lines] == codes[1::2]


def test_unknown_filter_is_left_out_of_a_file_as_it_is_of_its_page(client):
    make.case_review()
    assert len(rows_of(client.get("/reviews.csv?colour=red&type=none&page=7"))) == 1


def test_every_record_has_the_fields_of_its_dictionary():
    world = {kind: maker() for kind, maker in MAKERS.items()}
    for kind, source in SOURCES.items():
        [record] = source.read([world[kind].pk])
        assert list(record) == [one.name for one in source.fields]


@pytest.mark.parametrize("kind", MAKERS)
def test_file_of_a_thing_answers_as_its_page_does(client, kind):
    maker = MAKERS[kind]
    states = {"published": maker(), "draft": maker(draft=True), "withdrawn": make.withdrawn(maker(), "court-order")}
    for state, row in states.items():
        page = client.get(row.get_absolute_url())
        assert page.status_code == {"published": 200, "draft": 404, "withdrawn": 410}[state]
        for one in of_thing(kind):
            answer = client.get(reverse("exports:thing", args=[kind, getattr(row, THINGS[kind].key), one.extension]))
            assert answer.status_code == page.status_code
            if state == "withdrawn":
                assert words_of(answer).replace(f'.{one.extension}"', '/"') == words_of(page)


def test_thing_that_is_not_there_has_no_file(client):
    for path in ("/reviews/none.csv", "/learning/LP-0001.xyz", "/themes.csv", "/sets.csv", "/reviews.exe"):
        assert client.get(path).status_code == 404


def test_answer_that_has_not_changed_is_not_sent_again(client):
    make.case_review()
    first = client.get("/reviews.csv")
    assert client.get("/reviews.csv", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.get("/reviews.csv?nation=wales", headers={"if-none-match": first["ETag"]}).status_code == 200
    make.case_review()
    assert client.get("/reviews.csv", headers={"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_files_are_only_read(client, method):
    assert getattr(client, method)("/reviews.csv").status_code == 405


def test_head_of_a_file_has_its_headers_and_no_body(client):
    answer = client.head("/reviews.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="reviews.csv"'
    assert answer.getvalue() == b""


def test_file_sets_no_cookie_and_varies_by_no_session(client):
    answer = client.get("/reviews.csv")
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("number", [2, 12])
@pytest.mark.parametrize("kind", LISTINGS)
def test_a_chunk_takes_a_fixed_number_of_statements(client, django_assert_max_num_queries, kind, number):
    for _ in range(number):
        MAKERS[kind]()
    client.get(f"/{THINGS[kind].folder}.csv")
    with django_assert_max_num_queries(14):
        client.get(f"/{THINGS[kind].folder}.csv").getvalue()


def test_every_format_has_a_file_of_its_own():
    assert len(all_formats()) >= len(of_listings()) >= 2
