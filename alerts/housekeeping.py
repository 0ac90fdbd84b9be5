"""What is kept no longer than it is needed."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from alerts.additions import lock_ledger
from alerts.models import DAYS_TO_CONFIRM, Alert, Allowance, Batch, FollowedList, Mail, Subscriber

#: A mail that has left is kept so long, because what it brought another must not bring again: a month, and a week's
#: tries, and as much again.
DAYS_OF_MAILS = 62
#: An address that was stopped is shown to the administrator so long, and then forgotten with its alerts.
DAYS_STOPPED = 90
#: A link that was sent, or that nobody was to get.
DAYS_OF_LINKS = 2


@transaction.atomic
def tidy() -> dict[str, int]:
    """Forget what is over: unconfirmed alerts, stopped addresses, old mails, counters; gives how many addresses went."""
    lock_ledger()
    now = timezone.now()

    def ago(days: int) -> datetime.datetime:
        return now - datetime.timedelta(days=days)

    unconfirmed, _per_model = Alert.objects.filter(confirmed_at=None, asked_at__lt=ago(DAYS_TO_CONFIRM)).delete()
    Subscriber.objects.filter(stopped_at__lt=ago(DAYS_STOPPED)).delete()
    gone, _per_model = Subscriber.objects.filter(alerts=None).delete()
    Mail.objects.filter(finished_at__lt=ago(DAYS_OF_MAILS)).delete()
    Mail.objects.exclude(what=Mail.What.NEWS).filter(finished_at__lt=ago(DAYS_OF_LINKS)).delete()
    Batch.objects.filter(mails=None).delete()
    FollowedList.objects.filter(alerts=None).delete()
    Allowance.objects.filter(until__lt=now).delete()
    return {"unconfirmed": unconfirmed, "addresses": gone}
