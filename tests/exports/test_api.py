"""The API: it has what the pages have and no more, and can be walked while things change."""

import json

import pytest

from exports.api.examples import EXAMPLES
from exports.api.paging import page_of
from exports.api.resources import RESOURCES
from exports.things import THINGS
from publishing import actions
from publishing.snapshots import snapshot
from reviews.merging import merge
from search.listings import LISTINGS
from tests import factories as make
from tests.pages import parsed, results

pytestmark = pytest.mark.django_db
MAKERS = {
    "reviews": make.case_review,
    "sets": make.evidence_set,
    "learning-points": make.learning_point,
    "recommendations": make.recommendation,
    "briefings": make.briefing,
}


def get(client, path, status=200):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content[:500]
    return json.loads(answer.content)


def test_old_code_of_a_merged_point_leads_to_the_one_that_took_it_over(client):
    old, new = make.learning_point(), make.learning_point()
    merge(point=old, into=new)
    answer = client.get(f"/api/v1/learning-points/{old.code}", follow=True)
    assert [status for _url, status in answer.redirect_chain] == [301]
    assert answer.json()["code"] == new.code
    make.withdrawn(new)
    assert get(client, f"learning-points/{old.code}", 410)["title"] == "Gone"


def walked(client, path):
    """All results, page by page."""
    found, url = [], f"/api/v1/{path}"
    while url:
        body = json.loads(client.get(url).content)
        found += body["results"]
        url = body["next"] and "/" + body["next"].split("/", 3)[3]
    return found


def test_root_leads_to_everything(client):
    found = get(client, "")
    assert RESOURCES.keys() < found.keys()
    for url in found.values():
        assert client.get("/" + url.split("/", 3)[3]).status_code == 200


@pytest.mark.parametrize("name", MAKERS)
def test_thing_answers_as_its_page_does(client, name):
    resource, maker = RESOURCES[name], MAKERS[name]
    published, draft, gone = maker(), maker(draft=True), make.withdrawn(maker(), "court-order")
    keys = [getattr(row, THINGS[resource.kind].key) for row in (published, draft, gone)]
    assert get(client, f"{name}/{keys[0]}")["url"].endswith(published.get_absolute_url())
    assert get(client, f"{name}/{keys[1]}", 404)["title"] == "Not Found"
    problem = get(client, f"{name}/{keys[2]}", 410)
    assert problem.keys() == {"title", "status", "detail"}
    assert problem["detail"].endswith("Why: court order.")
    assert keys[2] not in problem["detail"]
    assert [one["url"] for one in walked(client, name)].count(get(client, f"{name}/{keys[0]}")["url"]) == 1
    assert not [one for one in walked(client, name) if one["url"].endswith((f"/{keys[1]}/", f"/{keys[2]}/"))]


@pytest.mark.parametrize(("name", "kind"), [(one.name, one.kind) for one in RESOURCES.values() if one.kind in LISTINGS])
def test_filters_are_those_of_the_page(client, name, kind):
    theme, other = make.theme("Fictional theme"), make.theme("Fictional other")
    for n in range(5):
        MAKERS[name](themes=[[theme], [other], [theme, other], [], [theme]][n])
    listing = LISTINGS[kind]
    for query in (
        "",
        f"theme={theme.slug}",
        f"theme={theme.slug}&theme={other.slug}",
        *(f"sort={one}" for one in listing.sorts),
    ):
        page = parsed(client.get(f"/{THINGS[kind].folder}/?{query}"))
        key = {"review": "reference", "briefing": "slug"}.get(kind, "code")
        assert [one[key] for one in walked(client, f"{name}?{query}&limit=2")] == [one for _, one in results(page)]


def test_record_is_that_of_the_file(client):
    make.learning_point(sources=[make.case_review(), make.evidence_set()])
    line = client.get("/learning.jsonl").getvalue().decode()
    assert get(client, "learning-points")["results"] == [json.loads(line)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "‘colour’"),
        ("theme=none", "‘none’ is not one of the choices of ‘Theme’."),
        ("from=soon", "‘soon’ is not a year"),
        ("sort=random", "‘random’"),
        ("page=2", "follow ‘next’"),
        ("limit=0", "from 1 to 100"),
        ("limit=101", "from 1 to 100"),
        ("limit=x", "from 1 to 100"),
    ],
)
def test_what_is_not_understood_is_named_and_never_left_out(client, query, said):
    answer = client.get(f"/api/v1/reviews?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert said in " ".join(json.loads(answer.content)["errors"])
    assert "without it" not in answer.content.decode()


def test_list_without_filters_takes_none(client):
    assert "‘theme’" in get(client, "sets?theme=x", 400)["errors"][0]
    assert get(client, "themes/none", 404)["status"] == 404
    assert get(client, "anything/else", 404)["status"] == 404


# -- walking ---------------------------------------------------------------------------------------------------------


def test_pages_hold_everything_once(client):
    codes = [make.learning_point(f"Fictional sentence {n}.").code for n in range(7)]
    assert [one["code"] for one in walked(client, "learning-points?sort=code&limit=3")] == codes
    first = get(client, "learning-points?sort=code&limit=3")
    assert (first["count"], len(first["results"])) == (7, 3)


def test_walk_misses_nothing_and_repeats_nothing_when_things_come_and_go(client):
    rows = [make.learning_point(f"Fictional sentence {n}.", code=f"LP-60{n}0") for n in range(6)]
    first = get(client, "learning-points?sort=code&limit=3")
    make.learning_point("New.", code="LP-6005")  # before what was told
    make.withdrawn(rows[0])
    path = first["next"].split("/api/v1/")[1]
    assert [one["code"] for one in walked(client, path)] == [one.code for one in rows[3:]]


@pytest.mark.parametrize("keys", [[1, 2, 4, 5], [2, 4, 5], [9, 1, 2, 4, 5], [9, 8, 1, 2, 4, 5], [4, 5], [9, 4, 5]])
def test_cursor_whose_thing_has_gone_goes_on_near_it(keys):
    _shown, cursor = page_of([1, 2, 3, 4, 5], "", 3)
    shown, _cursor = page_of(keys, cursor, 10)
    assert {4, 5} <= set(shown)


@pytest.mark.parametrize("cursor", ["x", "", "ä", "MTox", "MS54", "a" * 500, "MS4tMQ", "%00"])
def test_cursor_of_someone_else_is_not_found(client, cursor):
    make.case_review()
    status = 200 if not cursor else 404
    assert client.get("/api/v1/reviews", {"cursor": cursor}).status_code == status


@pytest.mark.parametrize("key", ["%00", "a%00b", "%C2%B2", "a" * 3000])
@pytest.mark.parametrize("name", ["reviews", "sets", "learning-points", "recommendations", "briefings", "themes"])
def test_key_that_nothing_can_have_is_not_found(client, name, key):
    assert client.get(f"/api/v1/{name}/{key}").status_code == 404


# -- headers ---------------------------------------------------------------------------------------------------------


def test_answer_that_has_not_changed_is_not_sent_again(client):
    make.case_review()
    tag = client.get("/api/v1/reviews")["ETag"]
    assert client.get("/api/v1/reviews", headers={"if-none-match": tag}).status_code == 304
    make.case_review()
    assert client.get("/api/v1/reviews", headers={"if-none-match": tag}).status_code == 200


def test_rate_limit_says_so_in_headers_and_ends_in_429(client, settings):
    settings.API_RATE = "2/minute"
    left = [client.get("/api/v1/reviews").headers["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = client.get("/api/v1/reviews")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Policy"] == "2;w=60"
    assert json.loads(refused.content)["title"] == "Too Many Requests"
    assert client.get("/api/v1/reviews", REMOTE_ADDR="192.0.2.1").status_code == 200


def test_scripts_of_every_site_may_read_and_none_may_write(client):
    answer = client.get("/api/v1/reviews", headers={"origin": "https://elsewhere.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert not answer.cookies
    asked = client.options("/api/v1/reviews", headers={"access-control-request-headers": "if-none-match"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD"
    for method in ("post", "put", "patch", "delete"):
        refused = getattr(client, method)("/api/v1/reviews")
        assert (refused.status_code, refused["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize("name", RESOURCES)
@pytest.mark.parametrize("number", [1, 6])
def test_answers_take_a_fixed_number_of_statements(client, django_assert_max_num_queries, name, number):
    for _ in range(number):
        MAKERS.get(name, make.briefing)()
    client.get(f"/api/v1/{name}")
    with django_assert_max_num_queries(14):
        client.get(f"/api/v1/{name}?limit=50")


# -- what is hidden --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["court-order", "time-limit"])
def test_evidence_of_a_withdrawn_source_is_kept_and_says_nothing_of_it(client, reason):
    review = make.case_review("Marked zzz", area_name="Zzz town")
    point = make.learning_point(sources=[review, make.case_review()])
    make.withdrawn(review, reason)
    evidence = get(client, f"learning-points/{point.code}")["evidence"]
    [gone] = [one for one in evidence if one["source"] == "withdrawn"]
    empty = (None, None, None, "", "", "")
    assert tuple(gone[name] for name in ("reference", "set", "url", "document", "place", "note")) == empty
    assert "zzz" not in json.dumps(evidence).casefold()


def test_change_that_waits_is_not_told(client):
    point = make.learning_point("As it is.")
    content = snapshot(point)
    content["fields"]["statement"] = "As it will be."
    actions.save_pending(row=point, content=content)
    assert get(client, f"learning-points/{point.code}")["statement"] == "As it is."


# -- the documentation -----------------------------------------------------------------------------------------------


def test_page_shows_every_example(client):
    page = client.get("/api/").content.decode()
    for one in EXAMPLES:
        assert one.command.replace("&", "&amp;").replace("'", "&#39;") in page
