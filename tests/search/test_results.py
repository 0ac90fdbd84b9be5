"""Results of a search are drawn once around what differs from search to search, and never stand longer than a version."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from publishing.models import move_on, one_version
from search.results import Results
from tests import factories as make

pytestmark = pytest.mark.django_db


def drawn(query):
    """Each result as 'kind: title: snippet', and the page."""
    page = Results.of(QueryDict(query))
    found = page.draw(lambda hit: f"{hit.kind}: {hit.shown.title}: {hit.snippet};")
    return [one.strip() for one in found.results.split(";")[:-1]], found


def statements(query):
    with CaptureQueriesContext(connection) as captured:
        drawn(query)
    return [one["sql"] for one in captured if "reviews_" in one["sql"]]


def test_result_has_the_snippet_of_its_search():
    make.case_review("Quokkas", summary="Neglect was seen. Nobody spoke of herons.")
    assert drawn("q=neglect")[0] == ["review: Quokkas: <mark>Neglect</mark> was seen. Nobody spoke of herons."]
    assert drawn("q=herons")[0] == ["review: Quokkas: Neglect was seen. Nobody spoke of <mark>herons</mark>."]


def test_row_of_a_result_is_not_read_again():
    make.case_review("Quokkas", summary="Neglect was seen. Nobody spoke of herons.")
    drawn("q=neglect")
    assert not statements("q=herons")
    move_on()
    assert statements("q=herons")


def test_withdrawn_row_is_no_result():
    review = make.case_review("Quokkas")
    assert drawn("q=quokkas")[0]
    make.withdrawn(review, "court-order")
    assert not drawn("q=quokkas")[0]


def test_row_that_left_the_index_meanwhile_is_not_drawn():
    """Though it is held, and was found."""
    from search.models import SearchDocument

    make.case_review("Quokkas")
    drawn("q=quokkas")
    page = Results.of(QueryDict("q=quokkas"))
    assert page.total == 1
    SearchDocument.objects.all().delete()
    assert not page.draw(lambda hit: hit.snippet).results


def test_result_of_a_preview_is_held_for_nobody():
    review = make.case_review("Quokkas")
    drawn("q=quokkas")
    with one_version("preview 1"):
        type(review).objects.filter(pk=review.pk).update(title="Quokkas to come")
        assert "to come" in drawn("q=quokkas")[0][0]
    type(review).objects.filter(pk=review.pk).update(title="Quokkas")
    assert "to come" not in drawn("q=quokkas")[0][0]


def test_themes_among_the_results_are_named_before_them():
    theme = make.theme("Quokkas")
    make.case_review("Quokkas and herons")
    assert drawn("q=quokkas")[1].themes == [("Quokkas", theme.get_absolute_url())]
    assert drawn("q=quokkas&kind=review")[1].themes == [("Quokkas", theme.get_absolute_url())]
    assert drawn("q=herons")[1].themes == []
