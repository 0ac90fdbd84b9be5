"""What differs between two versions of a row, field by field and word by word.

difflib of the standard library does it: a diff library would add lines and characters, and curators read words.
Nothing here makes HTML: templates escape each piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

KEPT, REMOVED, ADDED = "kept", "removed", "added"
#: A word, a run of spaces, or one other character.
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
#: Comparing is quadratic: beyond so many pairs of words (two texts of 2,000 words) a passage is told as replaced.
_PAIRS = 4_000_000


class Piece(NamedTuple):
    """A run of text that was kept, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """What differs in one field: where it is, in words, and the text with what was removed and added."""

    place: str
    pieces: list[Piece]

    @property
    def words(self) -> str:
        """In one line, as a message says it: 'title: [-old-] {+new+}'."""
        marks = {KEPT: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
        return f"{self.place}: " + "".join(marks[piece.kind].format(piece.text) for piece in self.pieces)


def words(old: str, new: str) -> list[Piece]:
    """The new text and what it took out of the old one.

    >>> words("a quiet child", "a child")
    [Piece(kind='kept', text='a '), Piece(kind='removed', text='quiet '), Piece(kind='kept', text='child')]
    """
    return _merged(_of_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))


def _of_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Whole lines first: a long text is compared word by word only where its lines differ."""
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[i1:i2]), "".join(new[j1:j2])
        if kind == "equal":
            yield Piece(KEPT, after)
        else:
            yield from _of_words(_TOKEN.findall(before), _TOKEN.findall(after))


def _of_words(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) * len(new) > _PAIRS:
        yield from (Piece(REMOVED, "".join(old)), Piece(ADDED, "".join(new)))
        return
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece(KEPT, "".join(new[j1:j2]))
        else:
            yield from (Piece(REMOVED, "".join(old[i1:i2])), Piece(ADDED, "".join(new[j1:j2])))


def _merged(pieces: Iterator[Piece]) -> list[Piece]:
    """Without empty ones, and neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and piece.text and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found


# -- rows ------------------------------------------------------------------------------------------------------------


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """What differs between two snapshots of one row, in the order of its fields; an empty `old` is a row not made yet."""
    model = apps.get_model(new["model"])
    before = {**old.get("fields", {}), **old.get("parts", {})}
    after = {**new.get("fields", {}), **new.get("parts", {})}
    return list(_of_bodies(model, before, after, ""))


def _of_bodies(model: type[Model] | None, old: dict[str, Any], new: dict[str, Any], where: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if before == after or (before in _NOTHING and after in _NOTHING):
            continue
        place = f"{where}{_label(model, name)}"
        if _is_part(before) or _is_part(after):
            yield from _of_parts(_part_model(model, name), before or [], after or [], place)
        elif isinstance(before, list) or isinstance(after, list):
            yield Difference(place, _of_lists(before or [], after or []))
        else:
            yield Difference(place, words(_text(before), _text(after)))


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _is_part(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _of_parts(model: Any, old: list[dict[str, Any]], new: list[dict[str, Any]], place: str) -> Iterator[Difference]:
    """Children by their own keys where they have some, else by their place."""
    name = getattr(model, "natural_key_field", None)
    if name:
        pairs = {str(one.get(name)): one for one in new}, {str(one.get(name)): one for one in old}
        both = [(key, pairs[1].get(key), pairs[0].get(key)) for key in dict.fromkeys([*pairs[0], *pairs[1]])]
    else:
        both = [(str(n), *pair) for n, pair in enumerate(zip_longest(old, new), 1)]  # type: ignore[misc]
    for key, before, after in both:
        if before is None or after is None:
            kind = ADDED if before is None else REMOVED
            yield Difference(f"{place} {key}", [Piece(kind, _plain(before or after or {}))])
        elif before != after:
            yield from _of_bodies(model, before, after, f"{place} {key}, ")
    kept = [key for key, before, after in both if before and after]
    if name and [key for key in pairs[1] if key in kept] != [key for key in pairs[0] if key in kept]:
        yield Difference(f"{place}: order", words(" ".join(pairs[1]), " ".join(pairs[0])))


def _of_lists(old: list[Any], new: list[Any]) -> list[Piece]:
    """One item a line; what stands in both is kept in the new order."""
    gone = [one for one in old if one not in new]
    pieces = [Piece(KEPT if one in old else ADDED, f"{_text(one)}\n") for one in new]
    pieces += [Piece(REMOVED, f"{_text(one)}\n") for one in gone]
    if not gone and all(piece.kind == KEPT for piece in pieces):
        return words("\n".join(map(_text, old)), "\n".join(map(_text, new)))
    return _merged(iter(pieces))


def _plain(body: dict[str, Any]) -> str:
    """A part in a few lines, without what it leaves blank."""
    return "\n".join(
        f"{name.replace('_', ' ')}: {_text(value)}" for name, value in body.items() if value not in _NOTHING
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and value.keys() == {"date", "text"}:
        return f"{value['date']}: {value['text']}"
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _label(model: Any, name: str) -> str:
    try:
        field = model._meta.get_field(name)
    except (AttributeError, FieldDoesNotExist):
        return name.replace("_", " ")  # a field of former days
    return str(getattr(field, "verbose_name", name.replace("_", " ")))


def _part_model(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name).related_model
    except (AttributeError, FieldDoesNotExist):
        return None
