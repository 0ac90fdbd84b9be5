"""Dates as people type them."""

import datetime

import pytest

from intake.dates import DateError, read_date


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("2020-06-03", (2020, 6, 3), "day"),
        ("2020-06-03T10:00:00", (2020, 6, 3), "day"),
        ("3/6/2020", (2020, 6, 3), "day"),
        ("03.06.2020", (2020, 6, 3), "day"),
        ("3 June 2020", (2020, 6, 3), "day"),
        ("3rd Jun 2020", (2020, 6, 3), "day"),
        ("Sept 2020", (2020, 9, 1), "month"),
        ("2020-06", (2020, 6, 1), "month"),
        ("06/2020", (2020, 6, 1), "month"),
        ("2020", (2020, 1, 1), "year"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_known(text, date, precision):
    assert read_date(text) == (datetime.date(*date), precision)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("30 February 2020", "a day that does not exist"),
        ("2021-02-29", "a day that does not exist"),
        ("06/13/2020", "days come before months"),
        ("1066", "the year 1066 cannot be right"),
        ("2999-01-01", "the year 2999 cannot be right"),
        ("3 Ju 2020", "is no date|no month"),
        ("3 Jux 2020", "there is no month called ‘jux’"),
        ("43985", "is no date"),
        ("soon", "is no date"),
    ],
)
def test_an_impossible_date_is_refused_in_words(text, words):
    with pytest.raises(DateError, match=words):
        read_date(text)
