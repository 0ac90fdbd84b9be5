"""Facets: bit sets and the query strings that say what was chosen."""

import datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing.models import one_version
from reviews.filters import ReviewFilter
from reviews.models import CaseReview
from search.facets import Recent, query_string
from search.listings import LISTINGS, ListingPage
from tests import factories as make

TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("pairs", "query"),
    [
        ([], ""),
        ([("theme", "a"), ("theme", "b")], "?theme=a&theme=b"),
        ([("q", ""), ("page", None), ("from", 2020)], "?from=2020"),
        ([("q", "a&b=c d/é")], "?q=a%26b%3Dc+d%2F%C3%A9"),
        ([("page", 0)], "?page=0"),
    ],
)
def test_query_string_is_encoded_and_leaves_out_what_has_no_value(pairs, query):
    assert query_string(pairs) == query


def test_query_string_reads_back_as_it_was_written():
    pairs = [("q", "“a” & b+c%20"), ("theme", "x"), ("theme", "y")]
    read = QueryDict(query_string(pairs)[1:])
    assert [(name, value) for name, values in read.lists() for value in values] == pairs


# -- added in the last five years ------------------------------------------------------------------------------------


@pytest.fixture
def on(monkeypatch):
    return lambda day: monkeypatch.setattr(timezone, "localdate", lambda *args: day)


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (TODAY, datetime.date(2021, 11, 21)),
        (datetime.date(2028, 2, 29), datetime.date(2023, 2, 28)),
        (datetime.date(2029, 2, 28), datetime.date(2024, 2, 28)),
        (datetime.date(2029, 3, 1), datetime.date(2024, 3, 1)),
    ],
)
def test_five_years_end_on_the_same_day_of_the_year(on, today, since):
    on(today)
    assert Recent("added_on", legend="", label="").since == since


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "added", "counted"),
    [
        (TODAY, datetime.date(2021, 11, 21), True),
        (TODAY, datetime.date(2021, 11, 20), False),
        (TODAY, TODAY, True),
        (datetime.date(2028, 2, 29), datetime.date(2023, 2, 28), True),
        (datetime.date(2028, 2, 29), datetime.date(2023, 2, 27), False),
        (datetime.date(2029, 2, 28), datetime.date(2024, 2, 29), True),
        (datetime.date(2029, 3, 1), datetime.date(2024, 2, 29), False),
    ],
)
def test_review_counts_as_added_in_the_last_five_years_to_the_day(on, today, added, counted):
    on(today)
    review = make.case_review(added_on=added)
    chosen = QueryDict("added=last-five-years")
    page = ListingPage(LISTINGS["review"], chosen)
    assert page.ids() == ([review.pk] if counted else [])
    assert list(ReviewFilter(chosen, CaseReview.objects.published()).qs) == ([review] if counted else [])


@pytest.mark.django_db
def test_the_next_day_is_counted_anew_without_any_change_of_content(on):
    make.case_review(added_on=datetime.date(2021, 11, 21))
    chosen = QueryDict("added=last-five-years")
    on(TODAY)
    assert ListingPage(LISTINGS["review"], chosen).total == 1
    on(TODAY + datetime.timedelta(days=1))
    assert ListingPage(LISTINGS["review"], chosen).total == 0


@pytest.mark.django_db
def test_added_in_the_last_five_years_is_one_click():
    make.case_review()
    label = "Added in the last five years"
    shortcuts = ListingPage(LISTINGS["review"], QueryDict("nation=england")).shortcuts
    assert (label, "/reviews/?nation=england&added=last-five-years", False) in shortcuts
    shortcuts = ListingPage(LISTINGS["review"], QueryDict("nation=england&added=last-five-years")).shortcuts
    assert (label, "/reviews/?nation=england", True) in shortcuts


# -- the index as a whole --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_index_stands_until_the_content_changes(django_assert_num_queries):
    review = make.case_review()
    first = LISTINGS["review"].index()
    with django_assert_num_queries(1):  # the version
        assert LISTINGS["review"].index() is first
    make.withdrawn(review)
    assert list(LISTINGS["review"].index().ids) == []


@pytest.mark.django_db
def test_index_is_built_in_as_many_queries_however_many_rows():
    listing = LISTINGS["review"]
    themes = [make.theme(), make.theme()]

    def queries() -> int:
        with one_version(), CaptureQueriesContext(connection) as captured:
            listing.index()
        return len(captured)

    make.case_review(themes=themes, publishers=[make.publisher()])
    first = queries()
    for _ in range(3):
        make.case_review(themes=themes, publishers=[make.publisher()])
    assert queries() == first
    assert len(listing.index().ids) == 4
