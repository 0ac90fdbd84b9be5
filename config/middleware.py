"""Headers that neither Django nor django-csp sets, the language, and one version of the content for each request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from publishing.kept import DECIDES, READ
from publishing.models import one_version
from themes.glossary import one_page

HEADERS = {
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Compressed(GZipMiddleware):
    """Pages of one version of the content are compressed once, in front of Django (publishing/kept.py)."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        kept = READ in request.META and DECIDES in request.META
        return response if kept else super().process_response(request, response)


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
