"""Dates as people type them, read as British: 3/6/2020 is 3 June."""

from __future__ import annotations

import calendar
import datetime
import re

from reviews.dates import Precision

MONTHS = [month.casefold() for month in calendar.month_name if month]
_YEAR = re.compile(r"^(\d{4})$")
_MONTH = re.compile(r"^(\d{4})[-/](\d{1,2})$|^(\d{1,2})/(\d{4})$|^([a-z]{3,9})\.?,? (\d{4})$")
_ISO = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ][\d:.+z-]*)?$")
_BRITISH = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_WORDS = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.?,? (\d{4})$")
FIRST_YEAR = 1900


class DateError(ValueError):
    """Says what is wrong with the date and how to write it."""


def read_date(text: str) -> tuple[datetime.date, str]:
    """The date and how exactly it is known; the first day of a month or a year that is all that is known.

    >>> read_date("June 2020")
    (datetime.date(2020, 6, 1), 'month')
    """
    wanted = " ".join(text.casefold().split()).rstrip("/")  # in RIS a stroke stands for what is not known
    for pattern, order, precision in (
        (_YEAR, lambda m: (m[1], "1", "1"), Precision.YEAR),
        (_MONTH, lambda m: (m[1] or m[4] or m[6], m[2] or m[3] or _month(m[5], text), "1"), Precision.MONTH),
        (_ISO, lambda m: (m[1], m[2], m[3]), Precision.DAY),
        (_BRITISH, lambda m: (m[3], m[2], m[1]), Precision.DAY),
        (_WORDS, lambda m: (m[3], _month(m[2], text), m[1]), Precision.DAY),
    ):
        if match := pattern.match(wanted):
            return _date(*(int(part) for part in order(match)), text=text), str(precision)
    raise DateError(f"‘{text[:40]}’ is no date: write 2020-06-03, 3/6/2020, 3 June 2020, June 2020 or 2020")


def _month(name: str, text: str) -> int:
    found = [number for number, month in enumerate(MONTHS, 1) if month.startswith(name)]
    if len(found) != 1 and name != "sept":
        raise DateError(f"‘{text[:40]}’: there is no month called ‘{name}’")
    return found[0] if found else 9


def _date(year: int, month: int, day: int, text: str) -> datetime.date:
    if not FIRST_YEAR <= year <= datetime.datetime.now(tz=datetime.UTC).year + 1:
        raise DateError(f"‘{text[:40]}’: the year {year} cannot be right")
    try:
        return datetime.date(year, month, day)
    except ValueError:
        american = " (days come before months here)" if month > 12 >= day else ""
        raise DateError(f"‘{text[:40]}’ is a day that does not exist{american}: write it as 2020-06-03") from None
