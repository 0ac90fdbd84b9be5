"""What every write to content rests on: the row held, refusals in words, and the word to the rest of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.models import Publishable, move_on
from publishing.signals import public_content_changed


class Refused(ValidationError):
    """A step that the rules do not allow; `messages` says why, in words a curator can act on."""


def locked(row: Publishable) -> Publishable:
    """The row as the database has it now, held until the transaction ends."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def _recount(rows: Iterable[Publishable]) -> None:
    """Bring their derived figures up to date, each row held before it is counted: of two steps at once that touch it,
    the second counts what the first did."""
    by_model: dict[type[Publishable], list[Publishable]] = {}
    for one in rows:
        if type(one).recount is not Publishable.recount:
            by_model.setdefault(type(one), []).append(one)
    for model, some in by_model.items():
        held = model._default_manager.filter(pk__in=[one.pk for one in some]).order_by("pk")
        list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
        for one in some:
            one.recount()


def announce(row: Publishable, before: Iterable[Publishable] = ()) -> None:
    """Say that what readers see of `row` has changed: derived figures of others, search index, version.

    `before`: others that were tied to the row until now. Whoever changes ties uses `announced`, which asks for them.
    """
    touched = row.rows_touched()
    _recount(touched)
    public_content_changed.send(sender=type(row), row=row)
    move_on([row, *touched, *before])


@contextmanager
def announced(row: Publishable) -> Iterator[None]:
    """Around the writing of a row that readers see: what it was tied to before moves as what it is tied to after."""
    before = row.rows_touched() if row.pk else []
    yield
    _recount(before)
    announce(row, before)


def announce_change(row: Any) -> None:
    """The same for a row without derived figures, such as a term of a vocabulary: many rows may carry it."""
    public_content_changed.send(sender=type(row), row=row)
    move_on()


def refuse_if(row: Publishable, reasons: list[str]) -> None:
    if reasons:
        raise Refused([_("%(row)s: %(reason)s") % {"row": row, "reason": reason} for reason in reasons])


def set_fields(current: Publishable, row: Publishable, by: Any, **fields: Any) -> None:
    """Save these fields and who changed the row when, and nothing else: the caller's copy `row` may be an old one."""
    fields |= {"changed_at": timezone.now(), "changed_by": by}
    for name, value in fields.items():
        setattr(current, name, value)
        setattr(row, name, value)
    current.save(update_fields=list(fields))
