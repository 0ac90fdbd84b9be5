"""Rows of lists are drawn once for a version of the content, and never stand longer than it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from publishing.models import move_on, one_version
from search.listings import drawn
from tests import factories as make

pytestmark = pytest.mark.django_db


def words(kind, *rows):
    return [str(one.__html__()) for one in drawn({kind: [row.pk for row in rows]})[kind]]


def statements(kind, *rows):
    with CaptureQueriesContext(connection) as captured:
        words(kind, *rows)
    return [one["sql"] for one in captured if "contentversion" not in one["sql"]]


def test_row_that_was_drawn_is_not_read_again():
    one, other = make.case_review(), make.case_review()
    words("review", one)
    assert not statements("review", one)
    assert statements("review", one, other)


def test_rows_stand_in_the_order_that_was_asked_for():
    first, second, third = (make.case_review(f"Fictional {n}") for n in "abc")
    words("review", second)
    found = words("review", third, second, first)
    assert ["Fictional c" in found[0], "Fictional b" in found[1], "Fictional a" in found[2]] == [True, True, True]


def test_withdrawn_row_is_drawn_no_more():
    review = make.case_review()
    assert words("review", review)
    make.withdrawn(review, "court-order")
    assert not words("review", review)


def test_point_is_drawn_anew_when_its_source_was_withdrawn():
    review = make.case_review("Fictional review of quokkas")
    point = make.learning_point("A statement.", sources=[review, make.case_review()])
    assert "Fictional review of quokkas" in words("learning", point)[0]
    make.withdrawn(review, "court-order")
    assert "Fictional review of quokkas" not in words("learning", point)[0]


def test_row_of_a_preview_is_held_for_nobody():
    review = make.case_review("Fictional title")
    words("review", review)
    with one_version("preview 1"):
        type(review).objects.filter(pk=review.pk).update(title="Fictional title to come")
        assert "to come" in words("review", review)[0]
    type(review).objects.filter(pk=review.pk).update(title="Fictional title")
    assert "to come" not in words("review", review)[0]


def test_row_is_drawn_for_each_language():
    point = make.learning_point("A statement.")
    english = words("learning", point)
    with translation.override("cy"):
        assert words("learning", point) != english
    assert words("learning", point) == english


def test_row_is_drawn_anew_after_a_publication():
    review = make.case_review()
    words("review", review)
    move_on()
    assert statements("review", review)
