"""The bit sets of all lists as they stand: held for each process, brought up to what was published when they are asked for."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from publishing.models import changes_since, content_version, one_state, one_version, read_version
from search.bitsets import Definition, FacetIndex
from search.moving import later

_held: dict[str, FacetIndex] = {}
_previewed: dict[str, FacetIndex] = {}
_building = threading.Lock()
#: So many rows at most find their new places one by one; after more the index is built anew.
_MOST_REPLACED = 100


def index_of(name: str, listing: Definition) -> FacetIndex:
    """The list's bit sets for the present version of the content (and the present day); one query when they stand."""
    return indexes_of({name: listing})[name]


def indexes_of(listings: Mapping[str, Definition]) -> dict[str, FacetIndex]:
    """The bit sets of several lists, all of one version: what is stale is brought up in one state of the database."""
    version = content_version()
    if not version[:1].isdigit():
        return {name: _of_preview(name, listing, version) for name, listing in listings.items()}
    held = {name: _held.get(name) for name in listings}
    if all(one and one.stands(version) for one in held.values()):
        return held  # type: ignore[return-value]
    with _building, one_state():
        version = read_version()
        with one_version(version):  # the labels are of that version too, whatever the request has read before
            stale = {name: one for name, one in listings.items() if not _stands(name, version)}
            _held.update(_brought_up(stale, version))
        return {name: _held[name] for name in listings}


def _of_preview(name: str, listing: Definition, version: str) -> FacetIndex:
    """Of a state that nobody else sees."""
    shown = _previewed.get(name)
    if shown is None or shown.version != version:
        shown = _previewed[name] = FacetIndex(listing, version)
    return shown


def _stands(name: str, version: str) -> bool:
    held = _held.get(name)
    return held is not None and held.stands(version)


def _brought_up(listings: Mapping[str, Definition], version: str) -> dict[str, FacetIndex]:
    """New indexes of those lists, from the ones held where the steps from those are known."""
    held = {name: one for name in listings if (one := _held.get(name)) and one.listing is listings[name]}
    changes = changes_since({one.version for one in held.values()}, version)
    found = {}
    for name, listing in listings.items():
        changed = changes[held[name].version] if name in held else None
        keys = sorted(changed.get(listing.rows().model._meta.label_lower, ())) if changed is not None else None
        small = keys is not None and len(keys) <= _MOST_REPLACED
        found[name] = later(held[name], keys or [], version) if small else FacetIndex(listing, version)
    return found
