"""How files are answered: in pieces, in the reader's language, and not again while nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response

from exports import store
from publishing.answers import is_numbered
from publishing.models import content_version, one_version

View = Callable[..., HttpResponseBase]


def pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts, each made in the language of the request and from one version of the content.

    A stream is read when the middleware that sets both has done its work.
    """
    language, parts = translation.get_language(), iter(parts)
    while True:
        with translation.override(language), one_version():
            part = next(parts, None)
        if part is None:
            return
        yield part


def as_file(
    request: HttpRequest, content: bytes | Iterable[bytes], *, name: str, media_type: str, shown: bool = False
) -> HttpResponseBase:
    """The answer that brings a file called `name`; `shown`: for the browser to open."""
    if isinstance(content, bytes):
        response: HttpResponseBase = HttpResponse(content, content_type=media_type)
    else:
        body = [] if request.method == "HEAD" else pieces(content)
        response = StreamingHttpResponse(body, content_type=media_type)
    response["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}"'
    # Files of lists are as many as there are choices: search engines are given the pages alone.
    response["X-Robots-Tag"] = "noindex"
    return response


def etag(request: HttpRequest) -> str:
    """Names what this address answers: it changes with the published content, and with the day ('read on ...')."""
    parts = (
        content_version(),
        timezone.localdate().isoformat(),
        request.get_full_path(),
        request.headers.get("Accept", ""),
    )
    return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:24]}"'


def unchanged_is_304(view: View) -> View:
    """Decorator: whoever has the answer already is told so, before any of it is made. What is kept in front of Django has
    its ETag from there."""

    @wraps(view)
    def conditional(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        tag = etag(request)
        fresh = get_conditional_response(request, etag=tag)
        if fresh is not None and fresh.status_code == 304:
            return fresh
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            if not is_numbered(request):
                response["ETag"] = tag
            response.headers.setdefault("Cache-Control", "no-cache")
        return response

    return conditional


def busy_is_503(view: View) -> View:
    """Decorator: where too many files are being made at once, a page says so and when to ask again."""

    @wraps(view)
    def patient(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except store.Busy:
            response = render(request, "exports/busy.html", {"section": ""}, status=503)
            response["Retry-After"] = "15"
            response["Cache-Control"] = "no-store"
            return response

    return patient
