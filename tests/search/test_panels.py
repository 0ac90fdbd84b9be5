"""The filters beside a list are drawn once for what was chosen, and never stand longer than a version of the content."""

import pytest
from django.db.models import F
from django.http import QueryDict

from publishing.models import ContentVersion, content_version, one_version
from search import drawing
from search.listings import LISTINGS, ListingPage
from tests import factories as make

pytestmark = pytest.mark.django_db


def counts(facets):
    return " ".join(f"{one.name}={one.count}" for facet in facets for one in facet.options if one.count)


def refused(facets):
    raise AssertionError("drawn again")


def page(query: str) -> ListingPage:
    return ListingPage(LISTINGS["review"], QueryDict(query))


def test_panel_is_drawn_once_for_what_was_chosen():
    make.case_review(nation="wales")
    assert page("nation=wales").panel(counts) == page("nation=wales&page=2").panel(refused)


def test_another_choice_order_or_search_has_a_panel_of_its_own():
    make.case_review("Fictional quokkas", nation="wales")
    make.case_review(nation="england")
    page("").panel(counts)
    for query in ("nation=wales", "sort=oldest", "q=quokkas", "all=nation"):
        with pytest.raises(AssertionError, match="drawn again"):
            page(query).panel(refused)


def test_panel_counts_anew_after_a_publication():
    review = make.case_review(nation="wales")
    make.case_review(nation="wales")
    assert "Wales=2" in page("").panel(counts)
    make.withdrawn(review, "court-order")
    assert "Wales=1" in page("").panel(counts)


def test_panel_of_a_preview_is_held_for_nobody():
    make.case_review(nation="wales")
    with one_version("preview 1"):
        page("").panel(counts)
    with pytest.raises(AssertionError, match="drawn again"):
        page("").panel(refused)


def test_panel_that_is_newer_than_its_request_is_held_for_nobody():
    make.case_review(nation="wales")
    with one_version(content_version()):
        ContentVersion.objects.update(number=F("number") + 1)  # as another process does
        page("").panel(counts)
        with pytest.raises(AssertionError, match="drawn again"):
            page("").panel(refused)


def test_no_word_of_a_reader_names_a_panel(monkeypatch):
    named = []
    monkeypatch.setattr(drawing.panels, "hold", lambda things, size_of: named.extend(things))
    make.case_review("Fictional quokkas")
    page("q=quokkas").panel(counts)
    assert named
    assert "quokkas" not in repr(named)
