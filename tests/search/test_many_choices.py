"""A facet with very many choices shows the commonest, keeps those chosen, and leads to all of them."""

import pytest

from search import listings
from tests import factories as make
from tests.pages import hooks, links, parsed

pytestmark = pytest.mark.django_db
MOST = 3


@pytest.fixture
def bodies(monkeypatch):
    """Five publishers; the n-th published n reviews."""
    monkeypatch.setattr(listings, "MOST_CHOICES", MOST)
    found = [make.publisher() for _ in range(5)]
    for n, body in enumerate(found, start=1):
        for _ in range(n):
            make.case_review(publishers=[body])
    return found


def offered(client, path: str) -> set[str]:
    values = [one for one in parsed(client.get(path)).iter("input") if one.attrib.get("name") == "publisher"]
    return {one.attrib["value"] for one in values}


def test_commonest_are_shown_and_all_are_a_link_away(client, bodies):
    assert offered(client, "/reviews/") == {body.slug for body in bodies[2:]}
    [href] = [href for href in links(parsed(client.get("/reviews/"))) if "all=publisher" in href]
    path, _, place = href.partition("#")
    assert offered(client, path) == {body.slug for body in bodies}
    assert place in hooks(parsed(client.get(path)), "id")


def test_chosen_one_is_shown_however_rare(client, bodies):
    assert bodies[0].slug in offered(client, f"/reviews/?publisher={bodies[0].slug}")


def test_commonest_are_those_of_what_is_chosen_besides(client, bodies):
    for _ in range(9):
        make.case_review(publishers=[bodies[0]], nation="wales")
    assert bodies[0].slug in offered(client, "/reviews/?nation=wales")


def test_link_to_all_keeps_what_is_chosen_and_applying_keeps_it_whole(client, bodies):
    make.case_review(publishers=[bodies[0]], nation="wales")
    root = parsed(client.get("/reviews/?nation=england"))
    assert not [href for href in links(root) if "all=publisher" in href and "nation=england" not in href]
    whole = parsed(client.get("/reviews/?all=publisher"))
    assert [one.attrib["value"] for one in whole.iter("input") if one.attrib.get("name") == "all"] == ["publisher"]


def test_unknown_facet_to_be_shown_whole_is_named(client, bodies):
    answer = client.get("/reviews/?all=weather")
    assert answer.status_code == 200
    assert "weather" in answer.content.decode()
