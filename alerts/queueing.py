"""What is new, for whom: each distinct filter is matched once, and a mail is put into the outbox for all who are due.

The cursor of an alert and its mail move in one transaction, under a lock on the followed list: killed anywhere, a run
that comes after it does the rest and nothing twice.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from alerts.actions import new_message_id, next_due
from alerts.additions import note_additions
from alerts.following import matching
from alerts.models import SERVED, Addition, Alert, Batch, FollowedList, Mail
from publishing.models import one_version
from search.listings import LISTINGS

#: Items of one mail; more are divided among several.
MOST_ITEMS = 500


@dataclass
class Queued:
    """What a run has found so far."""

    lists: int = 0
    of_lists: int = 0
    matched: int = 0
    alerts: int = 0
    mails: int = 0
    returned: int = 0


@dataclass(frozen=True)
class News:
    """All additions of one kind after the oldest cursor: numbers and keys, in order."""

    numbers: list[int]
    ids: list[int]

    def after(self, number: int) -> list[int]:
        return self.ids[bisect_right(self.numbers, number) :]


def queue_news(queued: Queued, *, tell: Callable[[Queued], None] = lambda queued: None) -> Queued:
    """Put a mail into the outbox for every alert that is due and has something new."""
    last, today = note_additions(), timezone.localdate()
    with one_version():
        for kind in LISTINGS:
            due = _due(last, today).filter(followed__kind=kind)
            pks = list(due.order_by().values_list("followed", flat=True).distinct())
            queued.of_lists += len(pks)
            news = _news(kind, due) if pks else News([], [])
            for pk in pks:
                _serve(pk, news, last, today, queued)
                queued.lists += 1
                tell(queued)
        queued.returned = _queue_returned()
    return queued


def _due(last: int, today: datetime.date) -> models.QuerySet[Alert]:
    return Alert.objects.filter(SERVED).filter(Q(due_on__lte=today) | Q(due_on=None, after__lt=last))


def _news(kind: str, due: models.QuerySet[Alert]) -> News:
    oldest = due.order_by("after").values_list("after", flat=True)[0]
    pairs = Addition.objects.filter(kind=kind, number__gt=oldest).order_by("number").values_list("number", "object_id")
    numbers, ids = zip(*pairs, strict=True) if pairs else ((), ())
    return News(list(numbers), list(ids))


@transaction.atomic
def _serve(pk: int, news: News, last: int, today: datetime.date, queued: Queued) -> None:
    """One followed list, for all its alerts that are due: those of one cursor share a batch."""
    followed = FollowedList.objects.select_for_update().filter(pk=pk).first()
    if followed is None:
        return
    alerts = list(_due(last, today).filter(followed=followed).select_for_update(of=("self",)).order_by("pk"))
    if not alerts:
        return
    within = set(matching(followed, news.after(min(alert.after for alert in alerts))))
    queued.matched += 1
    now = timezone.now()
    groups: dict[int, list[Alert]] = {}
    for alert in alerts:
        groups.setdefault(alert.after, []).append(alert)
    for after, group in groups.items():
        found = [one for one in news.after(after) if one in within]
        for start in range(0, len(found), MOST_ITEMS):
            batch = Batch.objects.create(followed=followed, ids=found[start : start + MOST_ITEMS])
            Mail.objects.bulk_create(_mail(alert, batch, alert.since) for alert in group)
            queued.mails += len(group)
    for alert in alerts:
        alert.after, alert.since, alert.due_on = max(alert.after, last), now, next_due(alert.frequency, today)
    Alert.objects.bulk_update(alerts, ["after", "since", "due_on"], batch_size=200)
    queued.alerts += len(alerts)


def _mail(alert: Alert, batch: Batch, since: datetime.datetime | None) -> Mail:
    now = timezone.now()
    return Mail(
        what=Mail.What.NEWS,
        subscriber_id=alert.subscriber_id,
        alert=alert,
        batch=batch,
        since=since,
        language=alert.language,
        message_id=new_message_id(),
        queued_at=now,
        not_before=now,
    )


def _queue_returned() -> int:
    """What was withdrawn when a mail left, and is published again, was never announced to that subscriber: it is now."""
    mails = Mail.objects.filter(finished_at__isnull=False, batch__isnull=False).exclude(left_out=[])
    return sum(map(_queue_what_returned, list(mails.filter(_SERVED_MAIL).values_list("pk", flat=True))))


_SERVED_MAIL = Q(alert__confirmed_at__isnull=False, subscriber__stopped_at__isnull=True)


@transaction.atomic
def _queue_what_returned(pk: int) -> int:
    locked = Mail.objects.select_for_update(of=("self",)).select_related("alert__followed")
    mail = locked.filter(pk=pk).first()
    if mail is None or mail.alert is None:
        return 0
    later = Mail.objects.filter(alert=mail.alert, pk__gt=mail.pk, batch__isnull=False).values_list(
        "batch__ids", flat=True
    )
    taken_up = {one for ids in later for one in ids}
    back = matching(mail.alert.followed, [one for one in mail.left_out if one not in taken_up])
    if not back:
        return 0
    batch = Batch.objects.create(followed=mail.alert.followed, ids=back)
    _mail(mail.alert, batch, mail.since).save()
    return 1
