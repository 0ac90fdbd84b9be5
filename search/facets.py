"""Facets: what a list can be narrowed by, what each choice would leave, and the query strings that say so.

A list declares its facets once, as the filters of a django-filter FilterSet. Two things compile from that one
declaration: the SQL of `FilterSet.qs`, and bit sets, one Python int per value, from which pages and counts are
answered without touching the database (measured: 0.4 ms against 52 to 359 ms at 100,000 rows; docs/adr/0003).
"""

from __future__ import annotations

import datetime
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping
from itertools import compress
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet, Value
from django.utils import timezone

from publishing.models import content_version
from search.words import clean

#: Names that belong to no facet: what is searched for, the order, the page.
RESERVED = ("q", "sort", "page")


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
    {value: label or object with .name} in the order of display, asked once per version of the content; `in_panel`:
    offered to readers; one that is not is reached by a link, and stands among the chosen filters like any other.
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

    def value_of(self, value: datetime.date | None) -> str | None:
        return self.VALUE if value and value >= self.since else None


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


class FacetIndex:
    """All published rows of a list as bit sets; bit n is the n-th row of the default order."""

    def __init__(self, filterset: type[ListingFilter], rows: QuerySet[Any], sorts: Mapping[str, Sort]) -> None:
        self.facets = filterset.facets()
        self.labels = {name: dict(facet.labels()) for name, facet in self.facets.items()}
        columns = [name for name, facet in self.facets.items() if facet.is_column(rows.model)]
        years = next(iter(filterset.years().values()), None)
        paths = {self.facets[name].paths[0] for name in columns} | {
            path for sort in sorts.values() for path in sort.paths
        }
        paths |= {years.path} if years else set()
        order = ["pk", *sorted(paths - {"pk"})]
        table = [dict(zip(order, values, strict=True)) for values in rows.order_by().values_list(*order)]
        default, *others = sorts.items()
        table.sort(key=default[1].key)
        self.ids = array("q", (row["pk"] for row in table))
        self.all = (1 << len(table)) - 1
        self.orders = {
            name: array("L", sorted(range(len(table)), key=lambda n, sort=sort: sort.key(table[n])))
            for name, sort in others
        }
        self._positions: dict[int, int] = {}
        self.bits: dict[str, dict[str, int]] = {name: {} for name in self.facets}
        for name in columns:
            facet = self.facets[name]
            self._collect(name, ((n, facet.value_of(row[facet.paths[0]])) for n, row in enumerate(table)))
        self._collect_joined(rows, [name for name in self.facets if name not in columns])
        self.year_bits: dict[int, int] = {}
        if years:
            self._collect_years((n, row[years.path]) for n, row in enumerate(table))

    @property
    def positions(self) -> dict[int, int]:
        """Position by primary key; made when something is first searched for."""
        if not self._positions:
            self._positions = {pk: n for n, pk in enumerate(self.ids)}
        return self._positions

    def _collect(self, name: str, pairs: Iterable[tuple[int, str | None]]) -> None:
        members: dict[str, list[int]] = {}
        for position, value in pairs:
            if value is not None:
                members.setdefault(value, []).append(position)
        self.bits[name] |= {value: bit_set(found, len(self.ids)) for value, found in members.items()}

    def _collect_joined(self, rows: QuerySet[Any], names: list[str]) -> None:
        """One statement for all facets that need a join: (facet, row, value) of each, as a union."""
        parts = [
            rows.model._default_manager.filter(pk__in=rows.order_by().values("pk"), **{f"{path}__isnull": False})
            .order_by()
            .annotate(facet=Value(name))
            .values_list("facet", "pk", path)
            for name in names
            for path in self.facets[name].paths
        ]
        if not parts:
            return
        found: dict[str, list[tuple[int, str]]] = {name: [] for name in names}
        for name, pk, value in parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]:
            found[name].append((self.positions[pk], str(value)))
        for name in names:
            self._collect(name, found[name])

    def _collect_years(self, pairs: Iterable[tuple[int, datetime.date | None]]) -> None:
        members: dict[int, list[int]] = {}
        for position, date in pairs:
            if date:
                members.setdefault(date.year, []).append(position)
        self.year_bits = {year: bit_set(found, len(self.ids)) for year, found in members.items()}

    def chosen(self, name: str, values: Iterable[str]) -> int:
        """Rows that have any of the values."""
        bits = 0
        for value in values:
            bits |= self.bits[name].get(value, 0)
        return bits

    def between(self, first: int | None, last: int | None) -> int:
        """Rows dated in those years, both included; None leaves an end open."""
        bits = 0
        for year, found in self.year_bits.items():
            if (first is None or year >= first) and (last is None or year <= last):
                bits |= found
        return bits

    def of_ids(self, ids: Iterable[int]) -> int:
        """Rows with those primary keys, as far as they are in the list."""
        positions = self.positions
        return bit_set([positions[pk] for pk in ids if pk in positions], len(self.ids))

    def page(self, mask: int, sort: str, start: int, stop: int) -> list[int]:
        """Primary keys of the rows from `start` to `stop` of those in `mask`, in the order of `sort`."""
        if sort not in self.orders and mask == self.all:
            return list(self.ids[start:stop])
        flags = bin(mask | 1 << len(self.ids))[:2:-1]
        if sort in self.orders:
            found = [self.ids[n] for n in self.orders[sort] if flags[n] == "1"]
        else:
            found = list(compress(self.ids, map(int, flags)))
        return found[start:stop]


class Sort:
    """An order of a list: its label, the columns it needs, and the key by which rows (dicts) are put in order."""

    def __init__(self, label: Any, paths: tuple[str, ...], key: Callable[[dict[str, Any]], Any]) -> None:
        self.label, self.paths, self.key = label, paths, key


def bit_set(positions: Iterable[int], size: int) -> int:
    """The int whose bits at those positions are set."""
    marks = bytearray(size // 8 + 1)
    for position in positions:
        marks[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(marks, "little")


_indexes: dict[str, tuple[tuple[str, datetime.date], FacetIndex]] = {}
_building = threading.Lock()


def index_of(name: str, make: Callable[[], FacetIndex]) -> FacetIndex:
    """The list's bit sets for the present version of the content (and the present day); one query when they stand."""
    key = (content_version(), timezone.localdate())
    held = _indexes.get(name)
    if held and held[0] == key:
        return held[1]
    with _building:
        held = _indexes.get(name)
        if not held or held[0] != key:
            held = _indexes[name] = (key, make())
        return held[1]
