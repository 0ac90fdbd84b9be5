"""The one way in which content becomes public, changes while it is public, and is taken back.

Each function is atomic, takes keyword arguments only, and raises Refused with sentences for the curator.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.models import PendingVersion, Publishable, Status, WithdrawnReason, move_on
from publishing.signals import public_content_changed
from publishing.snapshots import SnapshotError, fingerprint, key_of, restore


class Refused(ValidationError):
    """A step that the rules do not allow; `messages` says why, in words a curator can act on."""


def _locked(row: Publishable) -> Publishable:
    """The row as the database has it now, held until the transaction ends."""
    return type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)


def announce(row: Publishable, before: Iterable[Publishable] = ()) -> None:
    """Say that what readers see of `row` has changed: derived figures of others, search index, version.

    `before`: others that were tied to the row until now.
    """
    touched = row.rows_touched()
    for other in touched:
        other.recount()
    public_content_changed.send(sender=type(row), row=row)
    move_on([row, *touched, *before])


def announce_change(row: Any) -> None:
    """The same for a row without derived figures, such as a term of a vocabulary: many rows may carry it."""
    public_content_changed.send(sender=type(row), row=row)
    move_on()


def _refuse_if(row: Publishable, reasons: list[str]) -> None:
    if reasons:
        raise Refused([_("%(row)s: %(reason)s") % {"row": row, "reason": reason} for reason in reasons])


@transaction.atomic
def save_draft(*, row: Publishable, by: Any = None) -> None:
    """Save a row that is not public, with who and when."""
    # The caller's copy may be older than the publication of the row.
    if not row._state.adding and (row.is_public or _locked(row).is_public):
        raise Refused(_("A published row is never edited in place."))
    row.changed_at, row.changed_by = timezone.now(), by
    if row.created_by is None:
        row.created_by = by
    row.save()


@transaction.atomic
def submit(*, row: Publishable, by: Any = None) -> None:
    """Draft -> in review."""
    current = _locked(row)
    _refuse_if(current, [] if current.status == Status.DRAFT else [_("Only a draft can be sent to review.")])
    _set_status(row, Status.IN_REVIEW, by)


@transaction.atomic
def send_back(*, row: Publishable, by: Any = None) -> None:
    """In review -> draft."""
    current = _locked(row)
    _refuse_if(current, [] if current.status == Status.IN_REVIEW else [_("Only a row in review can be sent back.")])
    _set_status(row, Status.DRAFT, by)


def _set_status(row: Publishable, status: str, by: Any) -> None:
    row.status, row.changed_at, row.changed_by = status, timezone.now(), by
    row.save(update_fields=["status", "changed_at", "changed_by"])


@transaction.atomic
def publish(*, row: Publishable, by: Any = None) -> None:
    """Make the row public, or public again; refuses what breaks a rule (row.refusals())."""
    current = _locked(row)
    if current.is_published:
        raise Refused(_("%(row)s is published already.") % {"row": current})
    row.recount()
    _refuse_if(row, row.refusals())
    row.status, row.withdrawn_on, row.withdrawn_reason, row.publish_at = Status.PUBLISHED, None, "", None
    row.published_at = row.published_at or timezone.now()
    row.changed_at, row.changed_by = timezone.now(), by
    row.save()
    announce(row)


@transaction.atomic
def withdraw(*, row: Publishable, reason: str, by: Any = None) -> None:
    """Take a published row back: its page answers 410, everything else forgets it at once."""
    current = _locked(row)
    _refuse_if(current, [] if current.is_published else [_("Only a published row can be withdrawn.")])
    if reason not in WithdrawnReason.values:
        raise Refused(_("Say why: one of %(reasons)s.") % {"reasons": ", ".join(WithdrawnReason.values)})
    row.status, row.withdrawn_on, row.withdrawn_reason = Status.WITHDRAWN, timezone.localdate(), reason
    row.changed_at, row.changed_by = timezone.now(), by
    row.save()
    announce(row)


def pending_for(row: Publishable) -> PendingVersion | None:
    """The change that waits to be published, if there is one."""
    return PendingVersion.objects.filter(model=row._meta.label_lower, key=key_of(row)).first()


@transaction.atomic
def save_pending(*, row: Publishable, content: dict[str, Any], by: Any = None) -> PendingVersion:
    """Keep `content` (a snapshot) as the row's pending version; readers see no change."""
    pending, _made = PendingVersion.objects.update_or_create(
        model=row._meta.label_lower,
        key=key_of(row),
        defaults={"content": content, "changed_by": by, "changed_at": timezone.now()},
        create_defaults={
            "content": content,
            "changed_by": by,
            "changed_at": timezone.now(),
            "based_on": fingerprint(row),
        },
    )
    return pending


@transaction.atomic
def publish_pending(*, row: Publishable, by: Any = None) -> None:
    """Swap the pending version in: fields, relations and parts, in one transaction."""
    current = _locked(row)
    pending = pending_for(current)
    if pending is None:
        raise Refused(_("%(row)s has no change that waits.") % {"row": current})
    if pending.based_on != fingerprint(current):
        raise Refused(
            _("%(row)s has changed since this change was begun. Begin again from its present state.") % {"row": current}
        )
    touched = current.rows_touched()
    try:
        restore(pending.content, current)
    except SnapshotError as error:
        raise Refused(str(error)) from error
    _refuse_if(current, current.refusals())  # before the recount: the database refuses a published row without evidence
    current.recount()
    current.changed_at, current.changed_by = timezone.now(), by
    current.save(update_fields=["changed_at", "changed_by"])
    pending.delete()
    for other in touched:
        other.recount()
    announce(current, before=touched)


@transaction.atomic
def discard_pending(*, row: Publishable) -> None:
    """Drop the change that waits."""
    PendingVersion.objects.filter(model=row._meta.label_lower, key=key_of(row)).delete()
