"""Who follows which list, what is new on it, and the mails that say so.

Rows are written by actions.py (what a subscriber asks), queueing.py (what is new), sending.py (what has left) and
bounces.py (what came back).
"""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: An alert that nobody confirmed is forgotten after so many days; its link works as long.
DAYS_TO_CONFIRM = 7


class Frequency(models.TextChoices):
    """How often a list is looked through for a subscriber."""

    AT_ONCE = "at-once", _("At once")
    WEEKLY = "weekly", _("Weekly, on Mondays")
    MONTHLY = "monthly", _("Monthly, on the first")


class FollowedList(models.Model):
    """A list with its filters, once, however many follow it: the identity of a filter is its canonical query string."""

    kind = models.CharField(max_length=20, help_text="Of the listing.")
    query = models.CharField(max_length=1500, blank=True, help_text="Canonical (following.py), without '?'.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "query"], name="followedlist_once")]

    def __str__(self) -> str:
        return f"{self.kind}?{self.query}"


def new_key() -> str:
    return secrets.token_urlsafe(12)


class Subscriber(models.Model):
    """An address, kept for its alerts alone. It goes with the last of them."""

    address = models.CharField(max_length=254, unique=True, help_text="As addresses.py writes it.")
    key = models.CharField(max_length=24, default=new_key, help_text="Part of every link; a new row has a new one.")
    created_at = models.DateTimeField(default=timezone.now)
    refusals = models.PositiveSmallIntegerField(
        default=0, help_text="Times that the address was refused since a mail last arrived."
    )
    last_refusal = models.CharField(max_length=300, blank=True, help_text="In the words of the mail server.")
    bounces = models.PositiveSmallIntegerField(default=0, help_text="The last mails that came back, in a row.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="When its alerts were ended for refusals.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="subscriber_address_is_lower_case", condition=Q(address=Lower("address")))
        ]

    def __str__(self) -> str:
        """Not the address: this text may stand in a log."""
        return f"subscriber {self.pk}"


class Alert(models.Model):
    """One list that one subscriber follows, once she has confirmed it."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="alerts")
    followed = models.ForeignKey(FollowedList, models.PROTECT, related_name="alerts")
    frequency = models.CharField(max_length=8, choices=Frequency)
    language = models.CharField(max_length=8, help_text="Of the page on which it was asked for.")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    after = models.BigIntegerField(default=0, help_text="Number of the last addition that was looked at for it.")
    since = models.DateTimeField(default=timezone.now, help_text="When that was: a mail says what came after it.")
    due_on = models.DateField(null=True, blank=True, help_text="When it is looked at next; blank: at every run.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "followed"], name="alert_once_per_list"),
            models.CheckConstraint(name="alert_frequency_known", condition=Q(frequency__in=Frequency.values)),
        ]
        indexes = [models.Index(fields=["followed", "confirmed_at"], name="alert_by_list")]

    def __str__(self) -> str:
        return f"alert {self.pk}"


class Ledger(models.Model):
    """One row, locked by whoever numbers additions: so that a number is never seen before a smaller one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="ledger_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return "ledger"


class Addition(models.Model):
    """A thing that was published for the first time, as far as alerts know; withdrawn and published again, it stays this."""

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="addition_once")]
        indexes = [models.Index(fields=["kind", "number"], name="addition_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Batch(models.Model):
    """What is new on a list after one addition and up to another: matched once, for all who are due."""

    followed = models.ForeignKey(FollowedList, models.CASCADE, related_name="batches")
    ids = models.JSONField(help_text="Primary keys, in the order of publication.")

    def __str__(self) -> str:
        return f"batch {self.pk}"


class MailQuerySet(models.QuerySet["Mail"]):
    def unfinished(self) -> MailQuerySet:
        """Mails that may still be sent."""
        return self.filter(state__in=[Mail.State.QUEUED, Mail.State.CLAIMED, Mail.State.SENDING])

    def in_doubt(self) -> MailQuerySet:
        """Mails that may have arrived twice, or not at all."""
        return self.filter(doubts__gt=0)


class Mail(models.Model):
    """The outbox: one mail to one subscriber, from the moment it is decided on until after it has left (docs/adr/0010)."""

    class What(models.TextChoices):
        CONFIRM = "confirm", "asks to confirm an alert"
        LINK = "link", "the link to manage alerts"
        NEWS = "news", "what is new on a list"

    class State(models.TextChoices):
        QUEUED = "queued", "waits"
        CLAIMED = "claimed", "taken by a sender, which has not handed it over"
        SENDING = "sending", "being handed over: from here the server may have it"
        SENT = "sent", "the server has taken it"
        UNCERTAIN = "uncertain", "handed over twice without an answer; not tried again"
        DROPPED = "dropped", "nothing was left to say"
        FAILED = "failed", "refused until the limit"
        BOUNCED = "bounced", "taken by the server, and came back later"

    what = models.CharField(max_length=8, choices=What)
    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, null=True, related_name="mails", help_text="Blank: nobody; goes nowhere."
    )
    alert = models.ForeignKey(Alert, models.CASCADE, null=True, related_name="mails")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="mails")
    since = models.DateTimeField(null=True, help_text="When the alert had been looked at before.")
    language = models.CharField(max_length=8)
    message_id = models.CharField(max_length=150, unique=True, help_text="The same however often it is tried.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True, help_text="Of the sender that has it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="That ended in a pause.")
    doubts = models.PositiveSmallIntegerField(default=0, help_text="Times handed over without an answer.")
    last_error = models.CharField(max_length=300, blank=True)
    left_out = models.JSONField(default=list, help_text="Of the batch, what was not published when the mail left.")

    objects = MailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mail_leased_while_it_is_held",
                condition=Q(state__in=["claimed", "sending"], lease_until__isnull=False) & ~Q(lease="")
                | ~Q(state__in=["claimed", "sending"]) & Q(lease="", lease_until__isnull=True),
            ),
            models.UniqueConstraint(fields=["alert", "batch"], name="mail_once_per_batch"),
        ]
        indexes = [
            models.Index(fields=["state", "not_before", "id"], name="mail_that_waits"),
            models.Index(fields=["subscriber", "id"], name="mail_by_subscriber"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def recipient(self) -> str:
        return self.subscriber.address if self.subscriber else ""


class Allowance(models.Model):
    """How often something was asked for, by the keyed hash of an address or a network, until it is forgotten."""

    what = models.CharField(max_length=64, unique=True)
    used = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until"], name="allowance_until")]

    def __str__(self) -> str:
        return self.what[:8]


#: An alert that is served: confirmed, and its subscriber not stopped.
SERVED = Q(confirmed_at__isnull=False, subscriber__stopped_at__isnull=True)
