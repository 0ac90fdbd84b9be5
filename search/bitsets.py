"""Bit sets of a list: which of its rows have which value of which facet (docs/adr/0003).

Bit n is the n-th row of the list's default order, so a page of any selection is a slice. An index is never changed: one
that something was published since gives way to a copy in which a few rows have moved (search/moving.py).
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from django.db.models import Model, QuerySet, Value
from django.utils import timezone
from django.utils.translation import get_language
from pyroaring import BitMap, BitMap64

from publishing.held import Shelf
from search.facets import Facet, ListingFilter, Sort
from search.orders import KEYS, Order, bucketed

#: In place of a position: the row is not in the list.
NONE = 2**32 - 1
#: Rows that are read at a time.
_CHUNK = 5000
#: Entries of another order whose positions make one bit set: where a page begins is found by counting these.
_BLOCK = 4096
#: Bytes of the rows that searches found, which are held for each list: placing them takes longer than counting.
_MOST_BYTES_FOUND = 1_500_000
NOTHING = BitMap()
#: An order that every list has beside those that readers can choose: what was published here last comes first.
LAST = "last"
_LAST = Sort("", (), lambda row: 0)


class Definition(Protocol):
    """What an index needs of a listing."""

    filterset: type[ListingFilter]
    rows: Callable[[], QuerySet[Any]]
    sorts: Mapping[str, Sort]
    ties: str
    year: str


class Choices(list[tuple[str, str, str]]):
    """(value, name, language where it is not the reader's) of each choice of a facet; and what was made of them, for as
    long as they and their rows stand."""

    def __init__(self, choices: Iterable[tuple[str, str, str]]) -> None:
        super().__init__(choices)
        self._held: dict[Any, Any] = {}

    def held(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` made when this was first asked for."""
        if key not in self._held:
            self._held[key] = make()
        return self._held[key]


class FacetIndex:
    """All published rows of a list as bit sets, as of one version of the content and one day."""

    def __init__(self, listing: Definition, version: str = "") -> None:
        self.listing, self.version, self.day = listing, version, timezone.localdate()
        self.facets: dict[str, Facet] = listing.filterset.facets()
        years = next(iter(listing.filterset.years().values()), None)
        self.year_path = years.path if years else listing.year
        self._lock = threading.Lock()
        self.read_labels()
        self._read_rows()

    # -- reading ------------------------------------------------------------------------------------------------------

    def read_labels(self) -> None:
        self._choices: dict[tuple[str, str], Choices] = {}
        self.labels = {name: dict(facet.labels()) for name, facet in self.facets.items()}

    @cached_property
    def columns(self) -> dict[str, str]:
        """Facets that are read with the row itself, and their paths."""
        model = self.listing.rows().model
        return {
            name: facet.paths[0] for name, facet in self.facets.items() if facet.is_column(model) and not facet.is_daily
        }

    @cached_property
    def joined(self) -> dict[str, Facet]:
        """The others, those with the same paths once."""
        found: dict[tuple[str, ...], str] = {}
        for name, facet in self.facets.items():
            if name not in self.columns and not facet.is_daily:
                found.setdefault(facet.paths, name)
        return {name: self.facets[name] for name in found.values()}

    def _read_rows(self) -> None:
        default = next(iter(self.listing.sorts))
        sort = self.listing.sorts[default]
        paths = [*sort.paths, *self.columns.values(), *([self.year_path] if self.year_path else [])]
        keys_of_values: dict[tuple[Any, ...], array[int]] = {}

        def key_of(values: tuple[Any, ...]) -> Any:
            keys_of_values[values] = held = array(KEYS)
            return sort.key(dict(zip(sort.paths, values[: len(sort.paths)], strict=True))), held

        buckets: dict[Any, array[int]] = {}
        known: dict[tuple[Any, ...], tuple[Callable[[int], None], Callable[[int], None]]] = {}
        for pk, *found in self._ordered().values_list("pk", *paths).iterator(_CHUNK):
            values = tuple(found)
            appends = known.get(values)
            if appends is None:
                key, held = key_of(values)
                appends = known[values] = buckets.setdefault(key, array(KEYS)).append, held.append
            appends[0](pk)
            appends[1](pk)
        self.orders: dict[str, Order] = {default: Order.of(sort, buckets)}
        self.default = default
        self._collect_columns(len(sort.paths), keys_of_values)
        self._collect_joined()
        self.read_daily()

    def _ordered(self, sort: str = "") -> QuerySet[Any]:
        """The rows as those of one key stand in that order."""
        return self.listing.rows().order_by(*(("-published_at", "-pk") if sort == LAST else (self.listing.ties,)))

    def sort_of(self, name: str) -> Sort:
        return _LAST if name == LAST else self.listing.sorts[name]

    def _collect_columns(self, skipped: int, keys_of_values: dict[tuple[Any, ...], array[int]]) -> None:
        bits: dict[str, dict[str, array[int]]] = {name: {} for name in self.columns}
        years: dict[int, array[int]] = {}
        for values, keys in keys_of_values.items():
            rest = values[skipped:]
            for (name, _path), given in zip(self.columns.items(), rest, strict=False):
                value = self.facets[name].value_of(given)
                if value is not None:
                    bits[name].setdefault(value, array(KEYS)).extend(keys)
            if self.year_path and rest[-1]:
                years.setdefault(year_of(rest[-1]), array(KEYS)).extend(keys)
        self.bits: dict[str, dict[str, BitMap]] = {
            name: {value: self.of_ids(keys) for value, keys in found.items()} for name, found in bits.items()
        }
        self.year_bits = {year: self.of_ids(keys) for year, keys in years.items()}

    def _collect_joined(self) -> None:
        found: dict[tuple[str, str], array[int]] = {}
        for name, value, pk in self.links():
            held = found.get((name, value))
            if held is None:
                held = found[name, value] = array(KEYS)
            held.append(pk)
        for name in self.joined:
            self.bits[name] = {}
        for (name, value), keys in found.items():
            if bits := self.of_ids(keys):
                self.bits[name][value] = bits
        self.share()

    def share(self) -> None:
        """Facets with the same paths have the same bit sets."""
        for name, facet in self.facets.items():
            for other, first in self.joined.items():
                if name != other and facet.paths == first.paths:
                    self.bits[name] = self.bits[other]

    def read_daily(self) -> None:
        for name, facet in self.facets.items():
            if facet.is_daily:
                self.bits[name] = {}
                for value in self.labels[name]:
                    rows = facet.filter(self.listing.rows().order_by(), [value])
                    self.bits[name][value] = self.of_ids(rows.values_list("pk", flat=True))

    def links(self, keys: list[int] | None = None) -> Iterator[tuple[str, str, int]]:
        """(facet, value, row) for all facets that need a join: in one statement those of which both keys stand in a
        table of their own, in another those that lie further off. Values of the first come from the labels."""
        model, names = self.listing.rows().model, list(self.joined)
        plain, longer, tables = [], [], []
        for number, name in enumerate(names):
            for path in self.joined[name].paths:
                first, _, column = path.partition("__")
                field = model._meta.get_field(first)
                if field.many_to_many and "__" not in column:
                    owner, related = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
                    links = field.remote_field.through._default_manager.order_by()
                    links = links.filter(**{f"{owner}__in": keys}) if keys is not None else links
                    plain.append(links.values_list(Value(len(tables)), related, owner))
                    tables.append((name, _Values(self.labels[name], field.related_model, column)))
                else:
                    rows = model._default_manager.filter(pk__in=self.listing.rows().order_by().values("pk"))
                    rows = rows.filter(pk__in=keys) if keys is not None else rows
                    rows = rows.filter(**{f"{path}__isnull": False}).order_by()
                    longer.append(rows.values_list(Value(number), path, "pk"))
        for number, related, owner in _all_of(plain):
            name, values = tables[number]
            yield name, values[related], owner
        for number, value, owner in _all_of(longer):
            yield names[number], str(value), owner

    # -- asking -------------------------------------------------------------------------------------------------------

    @property
    def ids(self) -> array[int]:
        """Primary keys in the default order."""
        return self.orders[self.default].ids

    @cached_property
    def all(self) -> BitMap:
        return BitMap(range(len(self.ids)))

    @cached_property
    def positions(self) -> Any:
        """Position by primary key, NONE for those that are not in the list."""
        top = max(self.ids, default=-1) + 1
        if top > 20 * len(self.ids) + 100_000:
            return {pk: position for position, pk in enumerate(self.ids)}
        found = array(KEYS, [NONE]) * top
        for position, pk in enumerate(self.ids):
            found[pk] = position
        return found

    def position(self, pk: int) -> int:
        """Where the row stands in the default order; NONE where the list does not have it."""
        positions = self.positions
        if isinstance(positions, dict):
            return positions.get(pk, NONE)
        return positions[pk] if pk < len(positions) else NONE

    def of_ids(self, ids: Iterable[int]) -> BitMap:
        """Rows with those primary keys, as far as they are in the list."""
        positions = self.positions
        if isinstance(positions, dict):
            return BitMap([positions[pk] for pk in ids if pk in positions])
        top = len(positions)
        found = BitMap(array(KEYS, [positions[pk] for pk in ids if pk < top]))
        found.discard(NONE)
        return found

    def found(self, key: bytes, ids: BitMap64) -> BitMap:
        """Rows with those primary keys, which a search found; those of the last searches are held."""
        kept: Shelf[BitMap] = self.__dict__.setdefault("_found", Shelf(_MOST_BYTES_FOUND))
        rows = kept.get(("", ""), key)
        if rows is None:
            rows = self.of_ids(ids)
            kept.put(("", ""), key, rows, len(rows.serialize()))
        return rows

    def choices(self, name: str) -> Choices:
        """The choices of a facet in the reader's language, merged ones left out."""
        key = name, get_language() or ""
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = Choices(
                (value, str(getattr(label, "name", label)), getattr(label, "lang", ""))
                for value, label in self.labels[name].items()
                if getattr(label, "replaced_by", None) is None
            )
        return found

    def of(self, name: str, value: str) -> BitMap:
        """Rows that have the value."""
        return self.bits[name].get(value, NOTHING)

    def chosen(self, name: str, values: Iterable[str]) -> BitMap:
        """Rows that have any of the values."""
        return BitMap.union(NOTHING, *(self.of(name, value) for value in values))

    def between(self, first: int | None, last: int | None) -> BitMap:
        """Rows dated in those years, both included; None leaves an end open."""
        within = [
            found
            for year, found in self.year_bits.items()
            if (first is None or year >= first) and (last is None or year <= last)
        ]
        return BitMap.union(NOTHING, *within)

    def page(self, mask: BitMap | None, sort: str, start: int, stop: int) -> list[int]:
        """Primary keys of the rows from `start` to `stop` of those in `mask` (None: all), in the order of `sort`."""
        order = self._order(sort)
        if mask is None:
            return list(order.ids[start:stop])
        if order is self.orders[self.default]:
            return [self.ids[position] for position in mask[start:stop]]
        return self._page_of_order(order, sort, mask, start, stop)

    def start_of(self, key: Any) -> int:
        """Where rows with that key of the default order, or a later one, begin."""
        order = self.orders[self.default]
        number = bisect_left(order.keys, key)
        return order.starts[number] if number < len(order.starts) else len(order.ids)

    def make_orders(self) -> None:
        """Make all orders, so that no reader waits for one."""
        for name in (*self.listing.sorts, LAST):
            self._blocks(name, self._order(name))

    def _order(self, name: str) -> Order:
        """Another order than the default is made when it is first asked for."""
        name = name if name in self.listing.sorts or name == LAST else self.default
        if name not in self.orders:
            with self._lock:  # threads that ask at once wait for one: each would take the memory of its own
                if name not in self.orders:
                    self.orders[name] = self._order_made(name)
        return self.orders[name]

    def _order_made(self, name: str) -> Order:
        sort = self.sort_of(name)
        rows = self._rows_for(sort, self._ordered(name))
        buckets = bucketed(rows, lambda values: sort.key(dict(zip(sort.paths, values, strict=True))))
        order = Order.of(sort, buckets)
        if (mine := BitMap(self.ids)) != BitMap(order.ids):  # something was published meanwhile
            order = Order.of(sort, _only(mine, buckets))
        return order

    def _rows_for(self, sort: Sort, rows: QuerySet[Any]) -> Iterable[tuple[Any, ...]]:
        """The rows with the columns of the sort."""
        plain = [path for path in sort.paths if path not in sort.counted]
        counts = {path: count() for path, count in sort.counted.items()}
        for row in rows.values_list("pk", *plain).iterator(_CHUNK):
            given = dict(zip(("pk", *plain), row, strict=True)) if counts else {}
            given.update({path: found.get(row[0], 0) for path, found in counts.items()})
            yield (row[0], *(given[path] for path in sort.paths)) if counts else row

    def _page_of_order(self, order: Order, sort: str, mask: BitMap, start: int, stop: int) -> list[int]:
        found: list[int] = []
        positions = self.positions
        for number, block in enumerate(self._blocks(sort, order)):
            count = mask.intersection_cardinality(block)
            if start >= count:
                start, stop = start - count, stop - count
                continue
            here = order.ids[number * _BLOCK : (number + 1) * _BLOCK]
            found += islice((pk for pk in here if positions[pk] in mask), start, stop)
            start, stop = 0, stop - count
            if stop <= 0:
                break
        return found

    def _blocks(self, sort: str, order: Order) -> list[BitMap]:
        with self._lock:
            held = self.__dict__.setdefault("_blocks_of", {})
            if sort not in held:
                ids = order.ids
                held[sort] = [self.of_ids(ids[n : n + _BLOCK]) for n in range(0, len(ids), _BLOCK)]
            return held[sort]  # type: ignore[no-any-return]

    def stands(self, version: str) -> bool:
        """Whether it is of that version, and of this day."""
        return self.version == version and self.day == timezone.localdate()


def year_of(given: Any) -> int:
    """Of a date, or of a column that holds a year."""
    return given if isinstance(given, int) else given.year


class _Values(dict[int, Any]):
    """Facet values by the primary key of what they name: as the labels say, and the database where they do not."""

    def __init__(self, labels: Mapping[str, Any], model: type[Model], column: str) -> None:
        super().__init__({label.pk: value for value, label in labels.items() if hasattr(label, "pk")})
        self._model, self._column = model, column

    def __missing__(self, pk: int) -> str:
        self.update(self._model._default_manager.order_by().values_list("pk", self._column))
        return dict(self)[pk]


#: What an index makes when it is asked, and a later one makes anew.
DERIVED = {"all", "positions", "_blocks_of", "_found"}


def _only(keys: BitMap, buckets: dict[Any, array[int]]) -> dict[Any, array[int]]:
    """The buckets with those keys and no others; what none of them has comes last."""
    kept = {key: array(KEYS, [pk for pk in found if pk in keys]) for key, found in buckets.items()}
    missing = keys - BitMap.union(NOTHING, *map(BitMap, kept.values()))
    kept.setdefault(max(kept), array(KEYS)).extend(missing) if kept else None
    return {key: found for key, found in kept.items() if found}


def _all_of(parts: list[QuerySet[Any]]) -> Iterator[Any]:
    """The rows of all parts, in one statement."""
    if parts:
        whole = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
        yield from whole.iterator(_CHUNK)
