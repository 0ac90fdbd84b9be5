"""A look at a row before it is published: what may identify a person, break a rule, or be said better.

Each floor registers its checks when the apps are ready. A check is given the row as it would be published and yields
findings. A finding that blocks refuses the publication; any other is shown with its place and its remedy, and the
editor says that it may stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from publishing.models import Publishable
from publishing.snapshots import content_fields, key_field, restore, snapshot

#: Characters shown on each side of what was found.
AROUND = 40


@dataclass(frozen=True)
class Text:
    """One text of the row, and what a curator calls its place: 'evidence 2, note'."""

    place: str
    text: str


@dataclass(frozen=True)
class Finding:
    """What was found, where, and what to do about it."""

    place: str
    problem: str
    remedy: str
    excerpt: str = ""
    blocks: bool = False


class Draft:
    """A row as it would be published, with its texts and its dates, those of its parts among them."""

    def __init__(self, row: Publishable) -> None:
        self.row = row

    @cached_property
    def content(self) -> dict[str, Any]:
        return snapshot(self.row)

    @cached_property
    def texts(self) -> list[Text]:
        kinds = (models.CharField, models.TextField)
        return [
            Text(place, value)
            for place, field, value in self._values
            if isinstance(field, kinds) and not isinstance(field, models.URLField) and value
        ]

    @cached_property
    def addresses(self) -> list[tuple[str, str]]:
        """(place, address of another site)"""
        return [(place, value) for place, field, value in self._values if isinstance(field, models.URLField) and value]

    @cached_property
    def dates(self) -> list[tuple[str, str]]:
        """(place, ISO date)"""
        return [(place, value) for place, field, value in self._values if isinstance(field, models.DateField) and value]

    @cached_property
    def _values(self) -> list[tuple[str, models.Field[Any, Any], Any]]:
        body = {**self.content["fields"], **self.content["parts"]}
        return list(_walk(type(self.row), body, ""))


def _walk(
    model: type[models.Model], body: dict[str, Any], where: str, parent: str = ""
) -> Iterator[tuple[str, models.Field[Any, Any], Any]]:
    """Every plain field of the row and of its parts, but for keys and choices."""
    for field in content_fields(model, parent):
        fixed = field.name == key_field(model) or isinstance(field, models.SlugField) or field.choices
        if not fixed and not field.is_relation:
            yield f"{where}{field.verbose_name}", field, body.get(field.name)
    for part in getattr(model, "parts", ()):
        relation: Any = model._meta.get_field(part)
        for n, child in enumerate(body.get(part, []), 1):
            yield from _walk(
                relation.related_model, child, f"{where}{part.replace('_', ' ')} {n}, ", relation.field.name
            )


Check = Callable[[Draft], Iterable[Finding]]
#: The checks by name, and of those the ones that every publication is refused by, whoever asks for it.
CHECKS: dict[str, Check] = {}
ENFORCED: dict[str, Check] = {}


def register(name: str, check: Check, *, enforced: bool = False) -> None:
    """Make a check one of those that every row is given; called once the apps are ready.

    `enforced`: its blocking findings refuse a publication by a command or a schedule too. It costs no statement.
    """
    CHECKS[name] = check
    if enforced:
        ENFORCED[name] = check


def look(row: Publishable) -> list[Finding]:
    """What the checks find in the row as it stands, that which blocks first."""
    draft = Draft(row)
    found = [finding for check in CHECKS.values() for finding in check(draft)]
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.blocks)


@transaction.atomic
def look_at_pending(row: Publishable, content: dict[str, Any]) -> list[Finding]:
    """The same for a published row with a change (a snapshot) swapped in, which is undone again."""
    start = transaction.savepoint()
    try:
        changed: Any = restore(content, type(row)._default_manager.get(pk=row.pk), provisional=True)
        return look(changed)
    finally:
        transaction.savepoint_rollback(start)


#: The checks of words alone, by name.
_OF_WORDS = ("identifying", "house style")


def look_at_note(row: Publishable, note: str) -> list[Finding]:
    """What the checks of words find in what readers would be told has changed: it stands on the page like the rest."""
    if not note:
        return []
    draft = Draft(row)
    draft.texts = [Text("what changed, for readers", note)]  # in the place of those of the row
    return [finding for name in _OF_WORDS if name in CHECKS for finding in CHECKS[name](draft)]


def blocking(row: Publishable) -> list[str]:
    """The enforced findings, as reasons for a refusal (actions.py)."""
    draft = Draft(row)
    found = [finding for check in ENFORCED.values() for finding in check(draft)]
    return [f"{one.place}: {one.problem} {one.remedy}".strip() for one in found if one.blocks]


def refusals(draft: Draft) -> Iterator[Finding]:
    """What the row itself says against it: no evidence, something that is not published."""
    for reason in draft.row.refusals():
        yield Finding("The whole", f"It cannot be published: {reason}.", "Mend that first.", blocks=True)


def future_dates(draft: Draft) -> Iterator[Finding]:
    """No date of what has happened lies ahead."""
    today = timezone.localdate().isoformat()
    for place, value in draft.dates:
        if value > today:
            yield Finding(place, f"The date {value} lies in the future.", "Mend the date.", blocks=True)


def seal(findings: Iterable[Finding]) -> str:
    """Names exactly these findings: an editor confirms what she was shown, and nothing that came after it."""
    return hashlib.sha256("\n".join(sorted(map(repr, findings))).encode()).hexdigest()[:20]


def around(text: str, start: int, end: int) -> str:
    """The place in the text with some words on both sides, as one line."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    piece = " ".join(text[first:last].split())
    return f"{'…' if first else ''}{piece}{'…' if last < len(text) else ''}"
