"""Dates that are known to the year, the month or the day."""

from __future__ import annotations

import datetime
from functools import lru_cache

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    YEAR = "year", _("Year")
    MONTH = "month", _("Month and year")
    DAY = "day", _("Day, month and year")


FORMATS = {Precision.YEAR: "Y", Precision.MONTH: "F Y", Precision.DAY: "j F Y"}


def date_text(date: datetime.date | None, precision: str) -> str:
    """The date as far as it is known: '2022', 'June 2020', '27 February 2025', or '' where it is not."""
    return _formatted(date, precision, get_language()) if date and precision else ""


@lru_cache(maxsize=20_000)
def _formatted(date: datetime.date, precision: str, language: str | None) -> str:
    """Once for each date: Django takes longer over one than a template over a row of a list."""
    return date_format(date, FORMATS.get(Precision(precision), "Y"))


def precision_constraint(label: str, date: str, precision: str) -> models.CheckConstraint:
    """A date has a precision, and a precision has a date."""
    condition = (Q(**{f"{date}__isnull": True, precision: ""})) | (
        Q(**{f"{date}__isnull": False, f"{precision}__in": Precision.values})
    )
    return models.CheckConstraint(name=f"{label}_{date}_with_precision", condition=condition)
