"""The audit log of the door: written here, read in the admin, changed by nobody."""

from __future__ import annotations

import ipaddress
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from publishing.signin import factors, sessions
from publishing.signin.models import AuditEntry

Kind = AuditEntry.Kind


def client_address(request: HttpRequest) -> str | None:
    """The reader's own address: behind a proxy that we trust, the last one that it wrote down; else the caller's.

    Addresses further left in X-Forwarded-For are whatever the caller sent.
    """
    caller = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    trusted = settings.TRUSTED_PROXIES
    if settings.HTTPS and forwarded and (caller in trusted or "*" in trusted):
        caller = forwarded.rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(caller))
    except ValueError:
        return None


def record(kind: str, *, request: HttpRequest | None, user: Any = None, by: Any = None) -> None:
    """Add one event: of `user`, done by `by` where that is somebody else."""
    AuditEntry.objects.create(
        kind=kind,
        account=user.pk if user is not None else None,
        name=user.get_username() if user is not None else "",
        by=by.get_username() if by is not None and by != user else "",
        address=client_address(request) if request is not None else None,
    )


def _account(name: Any) -> Any:
    """The account of that name. What was typed is not kept where there is none: people type passwords there."""
    return get_user_model()._default_manager.filter(username=str(name or "")[:150]).first()


def counted_as(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """By what django-axes counts tries: the name of an account; of any other text a keyed hash, for the same reason."""
    typed = str((credentials or {}).get("username") or request.POST.get("username") or "")[:150]
    if not typed or _account(typed) is not None:
        return typed
    return salted_hmac("publishing.signin.unknown", typed, algorithm="sha256").hexdigest()


def _signed_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    sessions.begin(request)
    record(Kind.PASSWORD if factors.asks(user) else Kind.SIGNED_IN, request=request, user=user)


def _signed_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(Kind.SIGNED_OUT, request=request, user=user)


def _failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    # The failure that locks, and those behind the lock, are told by django-axes (_locked).
    if request is not None and not getattr(request, "axes_locked_out", False):
        record(Kind.FAILED, request=request, user=_account(credentials.get("username")))


def _locked(sender: Any, request: HttpRequest, username: Any, **kwargs: Any) -> None:
    """Once for each lock: whoever hammers at the door must not fill the log."""
    user, since = _account(username), timezone.now() - settings.AXES_COOLOFF_TIME
    told = AuditEntry.objects.filter(
        kind=Kind.LOCKED, account=user.pk if user else None, address=client_address(request), at__gt=since
    )
    if not told.exists():
        record(Kind.LOCKED, request=request, user=user)


def listen() -> None:
    """Hear of what Django and django-axes say happened; called once the apps are ready, after those of django-axes."""
    user_logged_in.connect(_signed_in, dispatch_uid="signin.in")
    user_logged_out.connect(_signed_out, dispatch_uid="signin.out")
    user_login_failed.connect(_failed, dispatch_uid="signin.failed")
    user_locked_out.connect(_locked, dispatch_uid="signin.locked")
