"""Compression, headers that Django does not set, the language, and one version of the content for each request."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import brotli
from csp.utils import build_policy
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from isal import isal_zlib

from publishing.answers import AS_GZIP, DECIDES, GZIP_LEVEL, READ, encoding_of
from publishing.models import one_version
from themes.glossary import one_page

HEADERS = {
    # The same on every page: django-csp's own middleware would put it together twice for each, in 0.04 ms.
    "Content-Security-Policy": build_policy(),
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Compression(GZipMiddleware):
    """Brotli for whoever takes it, else Django's gzip.

    The longest briefing is 234 kB: 24.4 kB and 8 ms by brotli at 5, 28.4 kB and 11 ms by gzip at 6. whitenoise compresses
    the static files with the same library. Forms' tokens are masked afresh in each answer, so that sizes tell nothing of
    them (BREACH), with or without the padding that Django gives gzip. Pages of one version of the content are compressed
    once, in front of Django (publishing/answers.py).
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        if READ in request.META and DECIDES in request.META:
            return response
        if response.streaming:
            return self._stream(request, response)
        accepted = encoding_of(request.headers.get("Accept-Encoding", ""))
        if len(response.content) < 200 or accepted != "br" or response.has_header("Content-Encoding"):
            answer: HttpResponse = super().process_response(request, response)
            return answer
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=5)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
        _weaken(response)
        return response

    def _stream(self, request: HttpRequest, response: Any) -> HttpResponse:
        """A file, piece by piece and quickly: of 79 kB of text brotli at 2 makes 23 kB in 0.48 ms, gzip by ISA-L 25 in 0.21,
        by zlib at 1 27 in 0.87, and at 6, which Django would take, 22 in 4.4."""
        answer: HttpResponse = response
        patch_vary_headers(answer, ("Accept-Encoding",))
        encoding = encoding_of(request.headers.get("Accept-Encoding", ""))
        if encoding and not response.has_header("Content-Encoding"):
            response.streaming_content = packed(response.streaming_content, encoding)
            response.headers["Content-Encoding"] = encoding
            del response.headers["Content-Length"]
            _weaken(answer)
        return answer


def _weaken(response: HttpResponse) -> None:
    """What is compressed is no longer byte for byte what its ETag was made for."""
    if response.headers.get("ETag", "").startswith('"'):
        response.headers["ETag"] = f"W/{response.headers['ETag']}"


def packed(parts: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The parts compressed, each sent on when it was made."""
    if encoding == "br":
        brotli_packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=2)
        for part in parts:
            yield brotli_packer.process(part) + brotli_packer.flush()
        yield brotli_packer.finish()
    else:
        packer = isal_zlib.compressobj(GZIP_LEVEL, isal_zlib.DEFLATED, AS_GZIP)
        for part in parts:
            yield packer.compress(part) + packer.flush(isal_zlib.Z_SYNC_FLUSH)
        yield packer.flush()


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.DEBUG and response.status_code in (404, 500):
            return response  # Django's own pages for developers, styled by what the policy forbids
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def version_of_content(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """All parts of a page are of one version of the content, which is read once, and explain each word once.

    Where it was read in front of Django, over the connection that the page will use, Django need not try that connection out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        version = request.META.get(READ, "")
        if version:
            connection.health_check_done = True
        with one_version(version), one_page():
            return get_response(request)

    return middleware


def language_of_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Welsh under /cy/, English everywhere else: by the address alone.

    Django's LocaleMiddleware reads Accept-Language as well, and so makes every English page vary by it for a cache.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        code = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(code)
        request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware
