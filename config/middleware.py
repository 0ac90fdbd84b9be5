"""Compression, headers that neither Django nor django-csp sets, the language, and one version of the content for each
request."""

import re
from collections.abc import Callable

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from publishing.answers import DECIDES, READ
from publishing.models import one_version
from themes.glossary import one_page

HEADERS = {
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
        accepted = re.search(r"\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", request.headers.get("Accept-Encoding", ""))
        small = response.streaming or len(response.content) < 200
        if small or not accepted or response.has_header("Content-Encoding"):
            answer: HttpResponse = super().process_response(request, response)
            return answer
        patch_vary_headers(response, ("Accept-Encoding",))
        response.content = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=5)
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "br"
        if response.headers.get("ETag", "").startswith('"'):
            response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def version_of_content(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """All parts of a page are of one version of the content, which is read once, and explain each word once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with one_version(request.META.get(READ, "")), one_page():
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
