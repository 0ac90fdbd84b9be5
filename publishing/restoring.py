"""What an earlier version said, brought back: as a draft, as a change that waits, or at once where no one publishes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from publishing.actions import save_pending
from publishing.history import Step, record
from publishing.models import Publishable, Status, Version
from publishing.snapshots import SnapshotError, key_of, restore, snapshot
from publishing.writes import Refused, announce_change, locked, set_fields


def _refuse_other(row: Model, version: Version) -> None:
    if (version.model, version.key) != (row._meta.label_lower, key_of(row)):
        raise Refused(_("That version belongs to another row."))


@transaction.atomic
def restore_version(*, row: Publishable, version: Version, by: Any = None, comment: str = "") -> None:
    """Bring back what an earlier version said: as the draft, or as a change to a published row. Never silently public."""
    current = locked(row)
    _refuse_other(current, version)
    if current.is_withdrawn:
        raise Refused(_("%(row)s is withdrawn, and stays as it was.") % {"row": current})
    if current.is_published:
        save_pending(row=current, content=version.content, by=by, comment=comment, step=Step.RESTORED)
        return
    try:
        restore(version.content, current)
    except SnapshotError as error:
        raise Refused(str(error)) from error
    current.recount()
    set_fields(current, row, by, status=Status.DRAFT, publish_at=None)
    record(row=current, step=Step.RESTORED, by=by, comment=comment)


@transaction.atomic
def restore_row(*, row: Model, version: Version, by: Any = None, comment: str = "") -> None:
    """Bring back what an earlier version said of a row that nobody publishes: a term, a document, a helpline.

    Readers see it at once, as they see any edit of such a row. A model's `restored(then, now)` says which fields stay as
    they are now, or must be filled in anew.
    """
    current: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    _refuse_other(current, version)
    content = dict(version.content)
    if hasattr(current, "restored"):
        content["fields"] = current.restored(content["fields"], snapshot(current)["fields"])
    try:
        restore(content, current)
    except SnapshotError as error:
        raise Refused(str(error)) from error
    record(row=current, step=Step.RESTORED, by=by, comment=comment)
    announce_change(current)
