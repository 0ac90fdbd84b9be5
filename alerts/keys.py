"""The keys in the links of mails: signed, each for one purpose, most of them for a time."""

from __future__ import annotations

import datetime
from typing import Literal

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from alerts.models import DAYS_TO_CONFIRM, Alert, Subscriber

Purpose = Literal["confirm", "manage", "end"]
#: Longer than a month, so that the link of one monthly mail works until the next. To end an alert must always work.
LIFETIMES: dict[str, datetime.timedelta | None] = {
    "confirm": datetime.timedelta(days=DAYS_TO_CONFIRM),
    "manage": datetime.timedelta(days=40),
    "end": None,
}


def address(purpose: Purpose, row: Alert | Subscriber) -> str:
    """The whole address that a mail gives, in the language in force.

    The key stands in the query string, which no log of the site holds (config/logs.py).
    """
    secret = row.subscriber.key if isinstance(row, Alert) else row.key
    key = _signer(purpose).sign(f"{row.pk}.{secret}")
    return f"{settings.SITE_URL}{reverse(f'alerts:{purpose}')}?key={key}"


def alert_of(purpose: Purpose, key: str) -> Alert | None:
    """The alert of a link that is genuine and not too old, if it still exists."""
    pk, secret = _read(purpose, key)
    found = Alert.objects.select_related("subscriber", "followed").filter(pk=pk).first()
    return found if found and constant_time_compare(found.subscriber.key, secret) else None


def subscriber_of(key: str) -> Subscriber | None:
    pk, secret = _read("manage", key)
    found = Subscriber.objects.filter(pk=pk).first()
    return found if found and constant_time_compare(found.key, secret) else None


def _signer(purpose: Purpose) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"alerts.{purpose}")


def _read(purpose: Purpose, key: str) -> tuple[int, str]:
    try:
        pk, _dot, secret = _signer(purpose).unsign(key, max_age=LIFETIMES[purpose]).partition(".")
    except signing.BadSignature:
        return 0, ""
    return int(pk), secret
