"""Statements that are compiled once give what the queryset would, and instances what the row says."""

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from publishing.addresses import address_of
from publishing.prepared import ByName, Columns, Part, Prepared, Rows, Several, hold, related
from reviews.attach import POINT, REVIEW
from reviews.models import CaseReview, LearningPoint, Recommendation
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("n", [1, 3, 5, 21])
def test_compiled_statement_gives_what_the_queryset_gives(n):
    keys = [make.case_review().pk for _ in range(n)]
    make.case_review()
    prepared = Prepared(lambda keys: CaseReview.objects.published().filter(pk__in=keys).values_list("pk", "added_on"))
    expected = set(CaseReview.objects.filter(pk__in=keys).values_list("pk", "added_on"))
    assert set(prepared(keys)) == set(prepared(keys)) == expected


def test_without_keys_nothing_is_asked():
    with CaptureQueriesContext(connection) as captured:
        assert Prepared(lambda keys: CaseReview.objects.filter(pk__in=keys).values_list("pk"))([]) == []
    assert not captured


def test_withdrawn_row_is_not_among_the_rows_a_moment_later():
    review, rows = make.case_review(), Rows(CaseReview.objects.published, REVIEW)
    assert set(rows([review.pk])) == {review.pk}
    make.withdrawn(review)
    assert rows([review.pk]) == {}


def test_instance_says_what_the_row_says_and_reads_the_rest_when_asked():
    newer = make.learning_point()
    point = make.learning_point("It is heard.", superseded_by=newer)
    found = Rows(LearningPoint.objects.published, POINT)([point.pk])[point.pk]
    with CaptureQueriesContext(connection) as captured:
        assert (found.statement, found.newer.code, found == point) == ("It is heard.", newer.code, True)
        assert found.get_absolute_url() == point.get_absolute_url()
    assert not captured
    assert found.created_at == LearningPoint.objects.get(pk=point.pk).created_at


def test_row_that_an_address_names_comes_whole_in_one_statement():
    newer = make.learning_point()
    point = make.learning_point("It is heard.", superseded_by=newer)
    read = ByName(LearningPoint.objects.public, "code", "superseded_by__id", "superseded_by__status")
    make.learning_point()
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            found = read(point.code)
            assert (found.statement, found.newer, found.merged_into) == ("It is heard.", newer, None)
        assert len(captured) == 1
    saved = LearningPoint.objects.get(pk=point.pk)
    for field in LearningPoint._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(saved, field.attname)


@pytest.mark.parametrize("code", ["LP-0", "", "' OR 1=1 --"])
def test_address_that_names_no_row_is_not_found(code):
    draft = make.learning_point(draft=True)
    for named in (code, draft.code):
        with pytest.raises(Http404):
            ByName(LearningPoint.objects.public, "code")(named)


def test_rows_of_several_models_come_in_one_statement():
    point = make.learning_point()
    asked = make.recommendation()
    several = Several(
        Part(lambda a, b: LearningPoint.objects.filter(pk__in=a), Columns(LearningPoint, POINT)),
        Part(lambda a, b: Recommendation.objects.filter(pk__in=b), Columns(Recommendation, ["code", "text"])),
    )
    with CaptureQueriesContext(connection) as captured:
        points, recommendations = several([point.pk], [asked.pk])
    assert len(captured) == 1
    assert [(key, one.statement, one.newer) for key, one in points] == [(point.pk, point.statement, None)]
    assert [(key, one.text) for key, one in recommendations] == [(asked.pk, asked.text)]


def test_what_is_held_is_not_asked_for():
    review = make.case_review(themes=[make.theme()])
    themes = list(review.themes.all())
    row = CaseReview.objects.get(pk=review.pk)
    hold(row, "themes", themes)
    with CaptureQueriesContext(connection) as captured:
        assert related(row, "themes") == list(row.themes.all()) == themes
    assert not captured


@pytest.mark.parametrize("language", ["en-gb", "cy"])
@pytest.mark.parametrize("key", ["a-review", "x y", "0-key-0"])
def test_address_is_that_of_the_resolver(language, key):
    with translation.override(language):
        for name in ("reviews:list", "home"):
            assert address_of(name) == reverse(name)
        if " " not in key:
            assert address_of("reviews:review", key) == reverse("reviews:review", args=[key])
