"""The bit sets of a list brought up to a later version: a copy, in which the rows that differ have moved (docs/adr/0003)."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils import timezone
from pyroaring import BitMap

from search.bitsets import DERIVED, LAST, NOTHING, FacetIndex, year_of
from search.facets import Sort


def later(index: FacetIndex, keys: list[int], version: str) -> FacetIndex:
    """The index of a later version, in which only rows with those primary keys may differ."""
    new = copy.copy(index)
    new.__dict__ = {name: value for name, value in index.__dict__.items() if name not in DERIVED}
    new.version, new.day, new._lock = version, timezone.localdate(), threading.Lock()
    new.read_labels()
    if keys:
        new.orders = {name: order.copy() for name, order in list(index.orders.items())}  # others may ask for one
        new.bits = {name: dict(values) for name, values in index.bits.items()}
        new.year_bits = dict(index.year_bits)
        _replace(new, keys)
    if keys or new.day != index.day:
        new.bits = {**new.bits}
        new.read_daily()
    return new


def _replace(index: FacetIndex, keys: list[int]) -> None:
    sorts = {name: index.sort_of(name) for name in index.orders}
    paths = list(dict.fromkeys([p for sort in sorts.values() for p in sort.paths] + [*index.columns.values()]))
    paths += [index.year_path] if index.year_path and index.year_path not in paths else []
    tie = index.listing.ties.removeprefix("-")
    columns = dict.fromkeys(["pk", "published_at", tie, *paths])
    rows = {row["pk"]: row for row in index.listing.rows().filter(pk__in=keys).order_by().values(*columns)}
    links: dict[int, list[tuple[str, str]]] = {}
    for name, value, pk in index.links(keys):
        links.setdefault(pk, []).append((name, value))
    for pk in keys:
        _take_out(index, pk)
    for pk, row in sorted(rows.items()):
        _put_in(index, pk, row, sorts, links.get(pk, []))
    index.share()


def _take_out(index: FacetIndex, pk: int) -> None:
    for name, order in index.orders.items():
        try:
            position = order.ids.index(pk)
        except ValueError:
            continue
        order.remove(position)
        if name == index.default:
            _shift(index, position, -1)


def _put_in(
    index: FacetIndex, pk: int, row: dict[str, Any], sorts: Mapping[str, Sort], links: list[tuple[str, str]]
) -> None:
    position = 0
    for name, order in index.orders.items():
        place = order.insert(pk, sorts[name].key(row), _tie(index, name, row), partial(_tie_of, index, name))
        position = place if name == index.default else position
    _shift(index, position, 1)
    values = [(name, index.facets[name].value_of(row[path])) for name, path in index.columns.items()]
    for name, value in [*values, *links]:
        if value is not None:
            index.bits[name][value] = index.bits[name].get(value, NOTHING) | BitMap([position])
    if index.year_path and row[index.year_path]:
        year = year_of(row[index.year_path])
        index.year_bits[year] = index.year_bits.get(year, NOTHING) | BitMap([position])


def _tie(index: FacetIndex, order: str, row: dict[str, Any]) -> Any:
    """What rises along rows of one key."""
    if order == LAST:
        return -row["published_at"].timestamp(), -row["pk"]
    ties = index.listing.ties
    return -row["pk"] if ties == "-pk" else row[ties]


def _tie_of(index: FacetIndex, order: str, pk: int) -> Any:
    ties = "published_at" if order == LAST else index.listing.ties
    if ties == "-pk":
        return -pk
    rows = index.listing.rows().model._default_manager.filter(pk=pk)
    return _tie(index, order, rows.order_by().values("pk", ties)[0])


def _shift(index: FacetIndex, position: int, by: int) -> None:
    """Make room for a row at the position, or close the gap that it left."""
    size = len(index.ids) + 1
    low, high = BitMap(range(position)), BitMap(range(position + (by < 0), size))

    def moved(found: BitMap) -> BitMap:
        return (found & low) | (found & high).shift(by)

    kept = [name for name in index.bits if name in index.columns or name in index.joined]
    for name in kept:
        index.bits[name] = {value: bits for value, found in index.bits[name].items() if (bits := moved(found))}
    index.year_bits = {year: bits for year, found in index.year_bits.items() if (bits := moved(found))}
