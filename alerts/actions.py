"""What a subscriber asks for, and what follows from it. Each function is atomic and takes keyword arguments only."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from alerts.additions import lock_ledger, note_additions
from alerts.addresses import message_domain
from alerts.models import Alert, FollowedList, Frequency, Mail, Subscriber

#: Lists that one address may follow.
MOST_ALERTS = 30


@transaction.atomic
def ask(*, address: str, kind: str, query: str, frequency: str, language: str) -> Mail:
    """Keep a wish to follow a list until it is confirmed; gives the mail that asks for it.

    Whoever follows it already, or follows as many as may be, gets the link to manage her alerts instead.
    """
    lock_ledger()
    followed, _made = FollowedList.objects.get_or_create(kind=kind, query=query)
    # Held, so that it does not go with the end of another alert of hers meanwhile.
    subscriber, _made = Subscriber.objects.select_for_update().get_or_create(address=address)
    alert = Alert.objects.filter(subscriber=subscriber, followed=followed).first()
    if alert is None and subscriber.alerts.count() < MOST_ALERTS:
        alert = Alert(subscriber=subscriber, followed=followed)
    if alert is None or (alert.confirmed_at and not subscriber.stopped_at):
        return queue_mail(what=Mail.What.LINK, subscriber=subscriber, language=language)
    alert.frequency, alert.language, alert.asked_at = frequency, language, timezone.now()
    alert.save()
    return queue_mail(what=Mail.What.CONFIRM, subscriber=subscriber, alert=alert, language=language)


@transaction.atomic
def ask_for_link(*, address: str, language: str) -> Mail:
    """Queue the link to manage alerts. For an address that has none, the same is written, and goes nowhere: how long
    the answer takes must not tell the two apart."""
    subscriber = Subscriber.objects.filter(address=address).first()
    return queue_mail(what=Mail.What.LINK, subscriber=subscriber, language=language)


def queue_mail(*, what: str, subscriber: Subscriber | None, language: str, alert: Alert | None = None) -> Mail:
    return Mail.objects.create(
        what=what,
        subscriber=subscriber,
        alert=alert,
        language=language,
        message_id=new_message_id(),
        state=Mail.State.QUEUED if subscriber else Mail.State.DROPPED,
        finished_at=None if subscriber else timezone.now(),
    )


def new_message_id() -> str:
    return f"<{uuid.uuid4().hex}@{message_domain()}>"


@transaction.atomic
def confirm(*, alert: Alert) -> None:
    """Begin to serve an alert: from what is published after this moment. Twice is once; one that has ended stays so."""
    number = note_additions()
    held = Alert.objects.select_for_update(of=("self",)).select_related("subscriber").filter(pk=alert.pk).first()
    if held is None:
        return
    alert = held
    subscriber, now = alert.subscriber, timezone.now()
    if subscriber.stopped_at:
        # Her mailbox can be reached again: the rest goes on too, from now and not from when it was stopped.
        subscriber.alerts.filter(confirmed_at__isnull=False).update(after=number, since=now)
        alert.confirmed_at = None
    subscriber.stopped_at, subscriber.refusals, subscriber.bounces, subscriber.last_refusal = None, 0, 0, ""
    subscriber.save()
    if alert.confirmed_at is None:
        alert.confirmed_at, alert.after, alert.since = now, number, now
        alert.due_on = next_due(alert.frequency, timezone.localdate())
        alert.save()


@transaction.atomic
def change(*, alert: Alert, frequency: str) -> None:
    """Serve an alert at other times; what it has not been served yet comes with the next one."""
    due_on = next_due(frequency, timezone.localdate())
    Alert.objects.filter(pk=alert.pk).update(frequency=frequency, due_on=due_on)


@transaction.atomic
def end(*, alert: Alert) -> None:
    """End an alert. The address goes with the last one. Twice is once."""
    _hold(alert.subscriber_id)
    Alert.objects.filter(pk=alert.pk).delete()
    Subscriber.objects.filter(pk=alert.subscriber_id, alerts__isnull=True).delete()


@transaction.atomic
def erase(*, subscriber: Subscriber) -> None:
    """Forget an address, its alerts and its mails."""
    _hold(subscriber.pk)
    Subscriber.objects.filter(pk=subscriber.pk).delete()


def _hold(subscriber: int) -> None:
    """Let nobody ask for more in the name of an address while it goes."""
    Subscriber.objects.select_for_update().filter(pk=subscriber).first()


@transaction.atomic
def stop(*, subscriber: Subscriber, refusal: str) -> None:
    """Serve nothing to an address that refuses its mails, and show it to the administrator."""
    found = Subscriber.objects.filter(pk=subscriber.pk, stopped_at__isnull=True)
    found.update(stopped_at=timezone.now(), last_refusal=refusal)
    waiting = Mail.objects.filter(subscriber=subscriber, state=Mail.State.QUEUED)
    waiting.update(state=Mail.State.FAILED, finished_at=timezone.now())


def next_due(frequency: str, today: datetime.date) -> datetime.date | None:
    """The next day on which an alert is looked at; None: at every run.

    >>> next_due("weekly", datetime.date(2026, 11, 25)).isoformat()
    '2026-11-30'
    >>> next_due("monthly", datetime.date(2026, 12, 1)).isoformat()
    '2027-01-01'
    """
    if frequency == Frequency.WEEKLY:
        return today + datetime.timedelta(days=7 - today.weekday())
    if frequency == Frequency.MONTHLY:
        return (today.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    return None
