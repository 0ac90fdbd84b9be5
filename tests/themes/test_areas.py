"""Areas: found by any of their names, and each name finds what speaks of another."""

import pytest

from search import index
from search.suggestions import suggestions
from tests import factories as make
from tests.pages import parsed, results
from themes.actions import retire, save
from themes.models import Area

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    row = Area(
        slug="nowhere", label="Nowhere City Council", alt_labels=["Nowhere", "Old Nowhere"], scope_note="A fiction."
    )
    save(term=row)
    return row


@pytest.mark.parametrize("typed", ["Nowhere City Council", "old nowhere", "fiction"])
def test_area_is_found_by_all_that_it_is_called(area, typed, client):
    assert index.matching_ids(typed, "area") == [area.pk]
    assert results(parsed(client.get("/search/", {"q": typed}))) == [("area", "nowhere")]


@pytest.mark.parametrize("typed", ["Nowhere City Council", "Old Nowhere", "Nowhere"])
def test_any_name_of_an_area_finds_the_reviews_that_name_it_otherwise(area, typed, client):
    review = make.case_review("A fictional review", area_name="Nowhere")
    assert index.matching_ids(typed, "review") == [review.pk]
    assert ("review", review.reference) in results(parsed(client.get(area.get_absolute_url())))


def test_names_of_an_area_are_suggested(area):
    assert ("Old Nowhere", "Nowhere City Council") in suggestions("old no")


def test_area_that_is_retired_is_not_found(area):
    retire(term=area)
    assert index.matching_ids("Nowhere", "area") == []
    assert suggestions("old no") == []
