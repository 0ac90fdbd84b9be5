"""Publishing at a time: an editor sets it, `manage.py publish_due` keeps it.

The time is set for what the row said when it was set: whoever writes takes the row off the schedule (actions.py).
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from publishing.actions import let_go, pending_for, refuse_unreviewed, swap_in, waiting_for
from publishing.history import Step, record
from publishing.models import PendingVersion, Publishable, Status, Version
from publishing.roles import may
from publishing.snapshots import find, key_of
from publishing.writes import Refused, locked, refuse_if, set_fields

logger = logging.getLogger(__name__)


@transaction.atomic
def schedule(
    *, row: Publishable, at: datetime.datetime, by: Any = None, comment: str = "", note: str = ""
) -> list[str]:
    """Let the row, or the change to it that waits, be published at that time.

    Gives back what would stand in the way if it were published now: it must be mended by then.
    `note`: what readers will be told has changed, of a change to a published row.
    """
    current = locked(row)
    if at <= timezone.now():
        raise Refused(f"{current}: choose a time to come, or publish now.")
    refuse_if(current, ["it is withdrawn"] if current.is_withdrawn else [])
    words = f"For {date_format(timezone.localtime(at), 'j F Y, H:i')}. {comment}".strip()
    if current.is_published:
        pending = waiting_for(current)
        refuse_unreviewed(current, pending.status, by, pending=True)
        pending.publish_at, pending.note = at, note.strip()
        pending.save(update_fields=["publish_at", "note"])
        record(row=current, step=Step.SCHEDULED, by=by, comment=words, content=pending.content, pending=True)
        return []
    refuse_unreviewed(current, current.status, by, pending=False)
    set_fields(current, row, by, publish_at=at)
    record(row=current, step=Step.SCHEDULED, by=by, comment=words)
    return current.refusals()


@transaction.atomic
def unschedule(*, row: Publishable, by: Any = None, comment: str = "") -> None:
    """Take the row, or the change to it, off the schedule. It stays in review."""
    current = locked(row)
    pending = pending_for(current) if current.is_published else None
    if (pending.publish_at if pending else current.publish_at) is None:
        refuse_if(current, ["it is not on the schedule"])
    if pending is None:
        set_fields(current, row, by, publish_at=None)
        record(row=current, step=Step.UNSCHEDULED, by=by, comment=comment)
        return
    pending.publish_at = None
    pending.save(update_fields=["publish_at"])
    record(row=current, step=Step.UNSCHEDULED, by=by, comment=comment, content=pending.content, pending=True)


@dataclass
class Outcome:
    """What a run did: the rows it published, and why it could not publish others."""

    published: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def publish_due(*, now: datetime.datetime | None = None) -> Outcome:
    """Publish all whose time has come. Safe to run twice at once: each row is locked, and looked at again.

    What is refused stays on the schedule, and is tried again at the next run. A briefing may be due together with what
    it includes: as long as something was published, what was refused is tried once more.
    """
    now, outcome = now or timezone.now(), Outcome()
    while True:
        outcome.refused = []
        done = [row for row in _due(now) if _publish(row, now, outcome)]
        if not done or not outcome.refused:
            return outcome


def _due(now: datetime.datetime) -> Iterator[Publishable]:
    for model in apps.get_models():
        if issubclass(model, Publishable):
            due = model._default_manager.filter(publish_at__lte=now, status__in=[Status.DRAFT, Status.IN_REVIEW])
            yield from due.order_by("publish_at", "pk")
    for pending in PendingVersion.objects.filter(publish_at__lte=now).order_by("publish_at", "pk"):
        row: Any = find(apps.get_model(pending.model), pending.key)
        if row is not None:
            yield row


def _publish(row: Publishable, now: datetime.datetime, outcome: Outcome) -> bool:
    try:
        with transaction.atomic():
            published = _publish_if_due(row, now)
    except Refused as error:
        outcome.refused += error.messages
        return False
    except ObjectDoesNotExist:  # a draft that was deleted meanwhile
        return False
    except Exception:  # one row must not keep the others from their time
        logger.exception("%s %s", row._meta.label_lower, row.pk)
        outcome.refused.append(f"{row}: an error of the site stopped it, which the log tells.")
        return False
    if published:
        outcome.published.append(str(row))
    return published


def _publish_if_due(row: Publishable, now: datetime.datetime) -> bool:
    """In the name of whoever set the time. False where another run was quicker, or the time was taken back."""
    current = locked(row)
    by = Version.objects.of(current).filter(step=Step.SCHEDULED).select_related("by").first()
    who, words = (by.by if by else None), "At the time that was set."
    if not current.is_published:
        if current.publish_at is None or current.publish_at > now:
            return False
        _refuse_if_gone(current, who)
        let_go(current, current, who, words, "")
        return True
    pending = (
        PendingVersion.objects.select_for_update().filter(key=key_of(current), model=row._meta.label_lower).first()
    )
    if pending is None or pending.publish_at is None or pending.publish_at > now:
        return False
    _refuse_if_gone(current, who)
    swap_in(current, pending, who, words, pending.note)
    return True


def _refuse_if_gone(row: Publishable, who: Any) -> None:
    """Whoever set the time still has to be somebody who may: an account can be switched off, or lose its role."""
    if who is not None and not may(who, "publish", type(row)):
        refuse_if(row, [f"{who}, who set the time, may not publish any more; somebody who may has to set it anew"])
