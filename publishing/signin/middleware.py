"""Who is signed in: nobody whose session has ended, and nobody who owes the second step."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_otp.middleware import OTPMiddleware

from publishing.signin import audit, factors, sessions


class SignedIn(OTPMiddleware):
    """In the place of django-otp's own: `request.user` is a person only when nothing is missing.

    Whoever has given a password and owes the second step is `request.half_signed_in`, and for every other page, old or
    new, a stranger: no view can forget to ask. It stays lazy: a public page that does not look at the user reads no
    session.
    """

    def _verify_user_sync(self, request: HttpRequest, user: Any) -> Any:
        user = super()._verify_user_sync(request, user)
        if not user.is_authenticated:
            return user
        if sessions.has_ended(request.session):
            request.session.flush()
            audit.record(audit.Kind.ENDED, request=request, user=user)
            return self._stranger()
        sessions.touch(request.session)
        if not user.is_verified() and factors.asks(user):
            request.half_signed_in = user  # type: ignore[attr-defined]
            return self._stranger()
        return user

    def _stranger(self) -> AnonymousUser:
        stranger = AnonymousUser()
        self._init_user_fields(stranger)
        return stranger
