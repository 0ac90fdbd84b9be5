"""Forms without a token, and pages that nobody may keep a copy of.

The pages that these forms stand on set no cookie, so Django's token, which needs one, cannot guard them. They give nobody
rights by a cookie either: what is allowed is decided by the key in a link, or is a reader's own collection. What is left
to guard against is a foreign page that has its visitors ask in their name, and browsers tell of that in every POST: by
Sec-Fetch-Site, and the older ones by Origin.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site's page sent this form. A client that is no browser says nothing, and acts for itself."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None or origin in settings.CSRF_TRUSTED_ORIGINS:
        return False
    return urlsplit(origin).netloc != request.get_host()


def own_forms_only(view: View[P]) -> View[P]:
    """Refuse (403) what another site's page sends."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and is_from_elsewhere(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def private(view: View[P]) -> View[P]:
    """A page that belongs to one reader: kept by no cache, found by no search engine."""

    @cache_control(private=True, no_store=True)
    @wraps(view)
    def kept_to_oneself(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return kept_to_oneself
