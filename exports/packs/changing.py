"""What the buttons of the page do to a pack. Whatever is pressed, what stands in the form's fields is taken along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from exports.packs.contents import Pack, heading_of, key_of, trouble_with

#: Names of buttons whose value is the key that they are about.
ON_ONE = ("up", "down", "remove")


@dataclass(frozen=True)
class Change:
    """The pack as it is now; `said`: what happened, by its name in templates/exports/pack.html; `key`: to which thing;
    `trouble`: what is wrong with the heading that was given, which was not taken."""

    pack: Pack
    said: str = ""
    key: str = ""
    trouble: str = ""


def in_order(keys: tuple[str, ...], form: Mapping[str, str]) -> tuple[str, ...]:
    """The keys by the numbers that were written beside them. One that was moved to a place takes it, and the others
    make room; what is no number moves nothing."""
    ranked = []
    for place, key in enumerate(keys, 1):
        given = form.get(f"place-{key}", "").strip()
        wanted = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else place
        ranked.append(((wanted, (wanted > place) - (wanted < place)), key))
    return tuple(key for _rank, key in sorted(ranked, key=lambda one: one[0]))


def moved(keys: tuple[str, ...], key: str, step: int) -> tuple[str, ...]:
    place = keys.index(key)
    rest = [*keys[:place], *keys[place + 1 :]]
    rest.insert(max(0, place + step), key)
    return tuple(rest)


def change(pack: Pack, form: Mapping[str, str]) -> Change:
    """The pack after the form was sent. Keys that it has not, and buttons that there are not, change nothing."""
    if "empty" in form:
        return Change(Pack(), "emptied")
    heading = heading_of(form.get("heading", pack.heading))
    trouble = trouble_with(heading)
    pack = replace(pack, keys=in_order(pack.keys, form), heading=pack.heading if trouble else heading)
    for name in ON_ONE:
        key = key_of(form.get(name, ""))
        if key in pack.keys:
            return Change(replace(pack, keys=_without_or_moved(pack.keys, key, name)), _SAID[name], key, trouble)
    return Change(pack, "saved", trouble=trouble)


_SAID = {"up": "moved", "down": "moved", "remove": "removed"}


def _without_or_moved(keys: tuple[str, ...], key: str, name: str) -> tuple[str, ...]:
    if name == "remove":
        return tuple(one for one in keys if one != key)
    return moved(keys, key, -1 if name == "up" else 1)
