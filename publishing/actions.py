"""The one way in which content is written, becomes public, changes while it is public, and is taken back.

Each function is atomic, takes keyword arguments only, raises Refused with sentences for the curator, and adds to the
row's history. `by` is the account that takes the step, None where a command does; `comment` what it says of the step.
Whether the account may take it is a question of its roles, which the forms ask (roles.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing import checks
from publishing.history import Step, is_still, record, writer_of
from publishing.models import PendingVersion, Publishable, Status, WithdrawnReason
from publishing.roles import may
from publishing.snapshots import SnapshotError, fingerprint, key_of, restore
from publishing.writes import Refused, announce, announced, locked, refuse_if, set_fields

# -- writing ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(
    *,
    row: Publishable,
    by: Any = None,
    comment: str = "",
    step: str = Step.SAVED,
    batch: str = "",
    relations: Callable[[], Any] | None = None,
) -> None:
    """Save a row that is not public, with who and when; `relations` saves its relations and parts, once it has a key.

    A draft that was to be published at a time no longer is, and what was in review goes back to draft unless whoever
    reviews it writes: it was sent for what it said then.
    """
    if not row._state.adding:
        row.status = locked(row).status  # the caller's copy may be older than a step that was taken
    if row.is_public:
        raise Refused(_("A published row is never edited in place."))
    if row.status == Status.IN_REVIEW and not (by is not None and may(by, "publish", type(row))):
        row.status = Status.DRAFT
    row.changed_at, row.changed_by, row.publish_at = timezone.now(), by, None
    if row.created_by is None:
        row.created_by = by
    row.save()
    if relations is not None:
        relations()
        row.recount()
    record(row=locked(row), step=step, by=by, comment=comment, batch=batch)


@transaction.atomic
def delete_draft(*, row: Publishable, by: Any = None, comment: str = "") -> None:
    """Delete a row that was never public. Its history stays."""
    current = locked(row)
    if current.published_at is not None:
        raise Refused(_("%(row)s was public: it can be withdrawn, never deleted.") % {"row": current})
    record(row=current, step=Step.DELETED, by=by, comment=comment)
    current.delete()


def pending_for(row: Publishable) -> PendingVersion | None:
    """The change that waits to be published, if there is one."""
    return PendingVersion.objects.filter(model=row._meta.label_lower, key=key_of(row)).first()


def waiting_for(row: Publishable) -> PendingVersion:
    found = PendingVersion.objects.select_for_update().filter(model=row._meta.label_lower, key=key_of(row)).first()
    if found is None:
        raise Refused(_("%(row)s has no change that waits.") % {"row": row})
    return found


@transaction.atomic
def save_pending(
    *,
    row: Publishable,
    content: dict[str, Any],
    by: Any = None,
    comment: str = "",
    step: str = Step.SAVED,
    batch: str = "",
) -> PendingVersion:
    """Keep `content` (a snapshot) as the row's pending version; readers see no change.

    What was in review goes back to draft, and off the schedule: it was sent for what it said then.
    """
    held = pending_for(row)
    if held is not None and held.content == content:
        return held
    pending, _made = PendingVersion.objects.update_or_create(
        model=row._meta.label_lower,
        key=key_of(row),
        defaults={
            "content": content,
            "changed_by": by,
            "changed_at": timezone.now(),
            "status": PendingVersion.Status.DRAFT,
            "publish_at": None,
        },
        create_defaults={
            "content": content,
            "changed_by": by,
            "changed_at": timezone.now(),
            "based_on": fingerprint(row),
        },
    )
    record(row=row, step=step, by=by, comment=comment, content=content, pending=True, batch=batch)
    return pending


@transaction.atomic
def discard_pending(*, row: Publishable, by: Any = None, comment: str = "") -> None:
    """Drop the change that waits; it stays in the history."""
    pending = pending_for(row)
    if pending is not None:
        record(row=row, step=Step.DISCARDED, by=by, comment=comment, content=pending.content, pending=True)
        pending.delete()


# -- review ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(*, row: Publishable, by: Any = None, comment: str = "") -> None:
    """Draft -> in review: the row, or the change to it that waits."""
    current = locked(row)
    if current.is_published:
        _move_pending(current, PendingVersion.Status.IN_REVIEW, Step.SUBMITTED, by, comment)
        return
    refuse_if(current, [] if current.status == Status.DRAFT else [_("Only a draft can be sent to review.")])
    set_fields(current, row, by, status=Status.IN_REVIEW)
    record(row=current, step=Step.SUBMITTED, by=by, comment=comment)


@transaction.atomic
def send_back(*, row: Publishable, by: Any = None, comment: str = "") -> None:
    """In review -> draft, and off the schedule: the row, or the change to it that waits."""
    current = locked(row)
    if current.is_published:
        _move_pending(current, PendingVersion.Status.DRAFT, Step.SENT_BACK, by, comment)
        return
    refuse_if(current, [] if current.status == Status.IN_REVIEW else [_("Only a row in review can be sent back.")])
    set_fields(current, row, by, status=Status.DRAFT, publish_at=None)
    record(row=current, step=Step.SENT_BACK, by=by, comment=comment)


def _move_pending(row: Publishable, status: str, step: str, by: Any, comment: str) -> None:
    pending = waiting_for(row)
    if pending.status == status:
        words = _("its change is in review already") if status == "in-review" else _("its change is not in review")
        refuse_if(row, [words])
    pending.status, pending.publish_at = status, None
    pending.save(update_fields=["status", "publish_at"])
    record(row=row, step=step, by=by, comment=comment, content=pending.content, pending=True)


def refuse_unreviewed(row: Publishable, status: str, by: Any, *, pending: bool) -> None:
    """Two pairs of eyes: what a person lets go was sent to review, and not written last by the same person."""
    if by is None or not settings.TWO_PAIRS_OF_EYES:
        return
    if status == Status.DRAFT:
        refuse_if(row, [_("send it to review first, so that a second person looks at it")])
    if writer_of(row, pending=pending) == by.pk:
        refuse_if(row, [_("you wrote last what would be published, so somebody else has to publish it")])


# -- publishing ------------------------------------------------------------------------------------------------------


def _with_note(row: Publishable, note: str) -> list[dict[str, str]]:
    """What changed for readers, the newest first."""
    note = note.strip()
    added = [{"date": timezone.localdate().isoformat(), "text": note}] if note else []
    return [*added, *row.changes]


@transaction.atomic
def publish(*, row: Publishable, by: Any = None, comment: str = "", note: str = "", again: bool = False) -> None:
    """Make the row public, or public again; refuses what breaks a rule (row.refusals()).

    `note`: what readers are told has changed, in words for them; `again`: whoever asks means a row that was withdrawn, so
    that none comes back among others, as one of a list.
    """
    current = locked(row)
    if current.is_published:
        raise Refused(_("%(row)s is published already.") % {"row": current})
    if current.is_withdrawn and by is not None and not again:
        refuse_if(current, ["it was withdrawn, and stays so until somebody takes the step ‘Publish again…’"])
    refuse_unreviewed(current, current.status, by, pending=False)
    let_go(current, row, by, comment, note)


def let_go(current: Publishable, row: Publishable, by: Any, comment: str, note: str) -> None:
    current.recount()
    refuse_if(current, current.refusals() + checks.blocking(current))
    set_fields(
        current,
        row,
        by,
        status=Status.PUBLISHED,
        withdrawn_on=None,
        withdrawn_reason="",
        publish_at=None,
        published_at=current.published_at or timezone.now(),
        changes=_with_note(current, note),
    )
    record(row=current, step=Step.PUBLISHED, by=by, comment=comment)
    announce(current)


@transaction.atomic
def withdraw(*, row: Publishable, reason: str, by: Any = None, comment: str = "") -> None:
    """Take a published row back: its page answers 410, everything else forgets it at once."""
    current = locked(row)
    refuse_if(current, [] if current.is_published else [_("Only a published row can be withdrawn.")])
    if reason not in WithdrawnReason.values:
        raise Refused(_("Say why: one of %(reasons)s.") % {"reasons": ", ".join(WithdrawnReason.values)})
    PendingVersion.objects.filter(model=row._meta.label_lower, key=key_of(row)).update(publish_at=None)
    set_fields(
        current,
        row,
        by,
        status=Status.WITHDRAWN,
        withdrawn_on=timezone.localdate(),
        withdrawn_reason=reason,
    )
    record(row=current, step=Step.WITHDRAWN, by=by, comment=comment)
    announce(current)


@transaction.atomic
def publish_pending(*, row: Publishable, by: Any = None, comment: str = "", note: str = "") -> None:
    """Swap the pending version in: fields, relations and parts, in one transaction.

    `note`: what readers are told has changed, in words for them; blank where it does not matter to them.
    """
    current = locked(row)
    pending = waiting_for(current)
    refuse_unreviewed(current, pending.status, by, pending=True)
    swap_in(current, pending, by, comment, note)


def swap_in(current: Publishable, pending: PendingVersion, by: Any, comment: str, note: str) -> None:
    if not current.is_published or not is_still(current, pending.based_on):
        raise Refused(
            _("%(row)s has changed since this change was begun. Begin again from its present state.") % {"row": current}
        )
    changes = current.changes
    with announced(current):
        try:
            restore(pending.content, current)
        except SnapshotError as error:
            raise Refused(str(error)) from error
        # Before the recount: the database refuses a published row without evidence.
        refuse_if(current, current.refusals() + checks.blocking(current))
        current.recount()
        current.changes = changes  # a version from earlier days would drop what readers were told since
        set_fields(current, current, by, changes=_with_note(current, note))
        pending.delete()
        record(row=current, step=Step.PUBLISHED, by=by, comment=comment)
