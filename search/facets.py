"""Facets: what a list can be narrowed by, what each choice would leave, and the query strings that say so.

A list declares its facets once, as the filters of a django-filter FilterSet. Two things compile from that one
declaration: the SQL of `FilterSet.qs`, and bit sets (search/bitsets.py), from which pages and counts are answered without
touching the database.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from search.words import clean

#: Names the facet of which all choices are to be seen, where there are many.
WHOLE = "all"
#: Names that belong to no facet: what is searched for, the order, the page, what is to be seen whole.
RESERVED = ("q", "sort", "page", WHOLE)


def query_string(pairs: Iterable[tuple[str, Any]]) -> str:
    """'?theme=a&theme=b' for the pairs that have a value; '' where none has."""
    kept = [(name, str(value)) for name, value in pairs if value not in (None, "")]
    return f"?{urlencode(kept)}" if kept else ""


def quoted(text: str, longest: int = 60) -> str:
    """What a reader gave, as a sentence may repeat it: its beginning, without what no page may hold."""
    return clean(text)[:longest]


class _AnyValues(forms.MultipleChoiceField):
    """Takes every value: unknown ones were dropped, and named to the reader, before (listings.py)."""

    def valid_value(self, value: Any) -> bool:
        return True


class Facet(django_filters.Filter):
    """Values of one kind: OR within, AND across.

    `paths`: lookups from the listed model to the value, such as 'themes__slug'; `labels`: a callable giving
    {value: label or object with .name} in the order of display, asked once per version of the content (a label that has a
    .pk is that row of the related model, or stands for it); `in_panel`: offered to readers; one that is not is reached by a link, and stands among the chosen filters like any other.
    """

    field_class = _AnyValues

    def __init__(
        self,
        *paths: str,
        legend: Any,
        labels: Callable[[], Mapping[str, Any]],
        first: int = 5,
        in_panel: bool = True,
    ) -> None:
        super().__init__(field_name=paths[0], label=legend)
        self.paths, self.legend, self.labels, self.first, self.in_panel = paths, legend, labels, first, in_panel

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        chosen = models.Q()
        for path in self.paths:
            chosen |= models.Q(**{f"{path}__in": value})
        return qs.filter(pk__in=qs.model._default_manager.filter(chosen).values("pk"))

    def value_of(self, value: Any) -> str | None:
        """The facet value of a column's value."""
        return str(value) if value not in (None, "") else None

    def is_column(self, model: type[models.Model]) -> bool:
        """Whether each row has exactly one value, to be read with the row itself."""
        field = model._meta.get_field(self.paths[0].split("__")[0])
        return len(self.paths) == 1 and not (field.many_to_many or field.one_to_many)

    @property
    def is_daily(self) -> bool:
        """Whether the day decides which rows have the value."""
        return False


class Recent(Facet):
    """One choice: dated within the last `years` years."""

    VALUE = "last-five-years"

    def __init__(self, path: str, *, legend: Any, label: Any, years: int = 5) -> None:
        super().__init__(path, legend=legend, labels=lambda: {self.VALUE: label})
        self.years = years

    @property
    def since(self) -> datetime.date:
        today = timezone.localdate()
        try:
            return today.replace(year=today.year - self.years)
        except ValueError:  # 29 February
            return today.replace(year=today.year - self.years, day=28)

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.paths[0]}__gte": self.since}) if self.VALUE in (value or ()) else qs

    @property
    def is_daily(self) -> bool:
        return True


class Year(django_filters.NumberFilter):
    """One end of a range of years: `lookup` is 'gte' or 'lte'."""

    def __init__(self, path: str, lookup: str) -> None:
        super().__init__(field_name=path, lookup_expr=f"year__{lookup}")
        self.path, self.lookup = path, lookup


class ListingFilter(django_filters.FilterSet):
    """Base of a list's filters. `q` and `sort` are the listing's; all else is declared by the subclass."""

    @classmethod
    def facets(cls) -> dict[str, Facet]:
        return {name: one for name, one in cls.base_filters.items() if isinstance(one, Facet)}

    @classmethod
    def years(cls) -> dict[str, Year]:
        return {name: one for name, one in cls.base_filters.items() if isinstance(one, Year)}


class Sort:
    """An order of a list: its label, the columns it needs, and the key of a row (a dict of them).

    Rows with one key stand in the order in which the listing is read (Listing.ties), or the other way round (`turned`).
    `counted`: columns that are dear to ask of many rows one by one, with a callable that gives {primary key: number} of
    all rows that have any.
    """

    def __init__(
        self,
        label: Any,
        paths: tuple[str, ...],
        key: Callable[[dict[str, Any]], Any],
        *,
        turned: bool = False,
        counted: Mapping[str, Callable[[], Mapping[int, int]]] | None = None,
    ) -> None:
        self.label, self.paths, self.key, self.turned = label, paths, key, turned
        self.counted = counted or {}
