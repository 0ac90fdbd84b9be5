"""The forms in which published things leave the site. A new format is one file here: it is found by itself.

A file of this package makes one `Format` (or several, where a library writes them alike) in `FORMAT` or `FORMATS`. It
imports a large library inside its functions, so that a process which never writes that format never loads it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from search.listings import ListingPage


@dataclass(frozen=True)
class Format:
    """A form and what it is written for.

    `listing`: writes what a list page has found: all of it, in its order, piece by piece, or as bytes what is small and
    decided by the version of the content, which is then kept as pages are; `things`: kind of thing
    (exports/things.py) -> function that writes the row, which was fetched as published and made ready; it may give one
    bytes or pieces; `pack`: writes what a reader collected (exports/packs/gathering.py). `order`: where its link stands among those of the others. `shown`: opened by the browser rather
    than saved. `read`: made to be read by people and handed round, so it is linked at the head of the page.
    """

    extension: str
    media_type: str
    label: Any
    listing: Callable[[ListingPage], bytes | Iterator[bytes]] | None = None
    things: Mapping[str, Callable[[Any], bytes | Iterable[bytes]]] = field(default_factory=dict)
    pack: Callable[[Any], bytes] | None = None
    order: int = 50
    icon: str = "file"
    shown: bool = False
    read: bool = False


def _found() -> dict[str, Format]:
    modules = [import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    formats: list[Format] = []
    for module in modules:
        formats += getattr(module, "FORMATS", None) or [module.FORMAT]
    return {one.extension: one for one in sorted(formats, key=lambda one: (one.order, one.extension))}


_formats: dict[str, Format] = {}


def all_formats() -> dict[str, Format]:
    """Every format by its extension, in the order of their links. (Not at import: the files here import this one.)"""
    if not _formats:
        _formats.update(_found())
    return _formats


def of_listings() -> list[Format]:
    """Formats that every list has."""
    return [one for one in all_formats().values() if one.listing]


def of_packs() -> list[Format]:
    """Formats in which a pack is taken away."""
    return [one for one in all_formats().values() if one.pack]


def of_thing(kind: str) -> list[Format]:
    """Formats that a single thing of that kind has."""
    return [one for one in all_formats().values() if kind in one.things]
