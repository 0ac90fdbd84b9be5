"""How much one reader may ask for, and the headers that say so.

Counted in the memory of each process, by address: no reader's address is written down anywhere. Two processes allow up to
twice as much; the headers speak of the one that answered.
"""

from __future__ import annotations

import math
from typing import Any

from django.conf import settings
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from publishing.signin.audit import client_address


class Throttle(SimpleRateThrottle):
    """So many requests in any such time: settings.API_RATE ('600/minute')."""

    cache = caches["default"]
    scope = "api"

    def get_rate(self) -> str:
        return settings.API_RATE

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"api-rate-{client_address(request)}"

    def headers(self) -> dict[str, str]:
        """By the names of the IETF's draft on rate limit headers, up to its 7th version, which most clients know."""
        asked: list[float] = self.history
        left = max(0, self.num_requests - len(asked))
        reset = math.ceil(self.duration - (self.now - asked[-1])) if asked else self.duration
        return {
            "RateLimit-Limit": str(self.num_requests),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(max(0, reset)),
            "RateLimit-Policy": f"{self.num_requests};w={self.duration}",
        }
