"""The second factor: an authenticator app (TOTP, RFC 6238), and recovery codes for the day it is lost.

django-otp keeps the devices and slows guessing down; this is what may be done with them. Each function is atomic.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from typing import Any

import qrcode
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp import devices_for_user, verify_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

#: Groups whose people must have a second factor, wherever one is required (superusers too).
GROUPS = ("editor", "administrator")
CODES = 10
#: Without letters and figures that are taken for each other.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def has_factor(user: Any) -> bool:
    """Whether an authenticator app is set up for the account."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_required(user: Any) -> bool:
    """Whether the account may not do without: editors and administrators, where the setting says so."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return bool(user.is_superuser or user.groups.filter(name__in=GROUPS).exists())


def asks(user: Any) -> bool:
    """Whether the password alone does not let this person in."""
    return has_factor(user) or is_required(user)


def unconfirmed(user: Any) -> TOTPDevice | None:
    """The app that is being set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


@transaction.atomic
def begin(*, user: Any) -> TOTPDevice:
    """Make a new secret, which counts for nothing until a code from the app confirms it."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="Authenticator app", confirmed=False)


@transaction.atomic
def confirm(*, user: Any, code: str) -> tuple[TOTPDevice, list[str]] | None:
    """Take the new app into use, in the place of an older one, if `code` is its code: the app, and recovery codes."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_plain(code)):
        return None
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return device, new_codes(user=user)


@transaction.atomic
def take_away(*, user: Any) -> None:
    """No second factor any more."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()


@transaction.atomic
def new_codes(*, user: Any) -> list[str]:
    """Recovery codes in the place of all older ones. They are shown once: only their hashes are kept."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="Recovery codes")
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(12)) for _ in range(CODES)]
    device.token_set.bulk_create(device.token_set.model(device=device, token=_hashed(code)) for code in codes)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def codes_left(user: Any) -> int:
    return StaticDevice.token_set.field.model.objects.filter(device__user=user).count()  # type: ignore[attr-defined]


def _plain(code: str) -> str:
    """As it was typed, without the spaces and dashes that help to read it."""
    return "".join(code.split()).replace("-", "").lower()


def _hashed(code: str) -> str:
    """django-otp keeps 16 characters: 64 bits of a keyed hash, of a code of 59 bits."""
    return salted_hmac("publishing.signin.recovery", _plain(code), algorithm="sha256").hexdigest()[:16]


def verify(user: Any, code: str) -> Any | None:
    """The device that takes the code, or None. A code works once; after each failure the device waits longer."""
    plain = _plain(code)
    app = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    spare = StaticDevice.objects.filter(user=user, confirmed=True).first()
    if len(plain) == 6 and plain.isascii() and plain.isdigit():
        return verify_token(user, app.persistent_id, plain) if app else None
    return verify_token(user, spare.persistent_id, _hashed(plain)) if spare else None


def wait(user: Any) -> int:
    """How many seconds guessing is slowed down for, after failures; 0 where it is not."""
    from django.utils import timezone

    seconds = [0.0]
    for device in devices_for_user(user):
        allowed, why = device.verify_is_allowed()
        if not allowed and why and why.get("locked_until"):
            seconds.append((why["locked_until"] - timezone.now()).total_seconds())
    return round(max(seconds))


def key_text(device: TOTPDevice) -> str:
    """The secret as it is typed into an app that has no camera, in groups of four."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def qr(device: TOTPDevice) -> dict[str, Any]:
    """The QR code as one SVG path: no image file, no script, nothing that the content policy refuses."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(device.config_url)
    code.make(fit=True)
    matrix = code.get_matrix()
    return {"size": len(matrix), "path": "".join(_runs(matrix))}


def _runs(matrix: list[list[bool]]) -> Iterator[str]:
    """Each run of dark squares of a line as a rectangle."""
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            end = x
            while end < len(line) and line[end]:
                end += 1
            if end > x:
                yield f"M{x} {y}h{end - x}v1H{x}z"
            x = max(end, x + 1)
