"""Sessions end: some time after the last page (idle), and some time after sign-in whatever happens (absolute)."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest

BEGAN, SEEN = "signin.began", "signin.seen"
#: The time of the last page is written down this often at the most, in seconds: not at every request.
GRAIN = 60


def begin(request: HttpRequest) -> None:
    """Start both clocks; called at sign-in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def has_ended(session: Any) -> bool:
    """Whether either clock has run out. A session without clocks (from before there were any) has ended."""
    now = time.time()
    began, seen = session.get(BEGAN, 0), session.get(SEEN, 0)
    return now - began > settings.SESSION_LONGEST or now - seen > settings.SESSION_IDLE


def touch(session: Any) -> None:
    """Start the idle clock anew."""
    now = int(time.time())
    if now - session.get(SEEN, 0) >= GRAIN:
        session[SEEN] = now
