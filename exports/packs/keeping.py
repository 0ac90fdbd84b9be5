"""Where a pack is kept while it grows: a signed cookie that no page but the pack's own is sent, and that no script reads.

It goes when the browser is closed: whoever reads here may share the computer. Pages everywhere else are the same for
everyone and never see it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from exports.packs.contents import Pack

SALT = "exports.packs"


def places() -> Iterator[tuple[str, str]]:
    """Name and path of the cookie in each language: a browser sends each to the page in that language alone."""
    for code, _label in settings.LANGUAGES:
        with translation.override(code):
            yield f"pack-{code}", reverse("exports:pack")


def kept(request: HttpRequest) -> Pack:
    """The reader's pack; an empty one where there is no cookie, or one that we did not sign."""
    sent = next((request.COOKIES[name] for name, _path in places() if name in request.COOKIES), "")
    try:
        things, heading = signing.loads(sent, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return Pack()
    return Pack.read(things, heading)[0]


def keep(response: HttpResponse, pack: Pack) -> HttpResponse:
    """Put the pack into the cookies; of an empty one nothing stays."""
    value = signing.dumps([",".join(pack.keys), pack.heading], salt=SALT, compress=True)
    for name, path in places():
        if pack == Pack():
            response.delete_cookie(name, path=path, samesite="Lax")
        else:
            response.set_cookie(name, value, path=path, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
