"""Headers that neither Django nor django-csp sets, and one version of the content for each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from publishing.models import one_version
from themes.glossary import one_page

HEADERS = {
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


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
        with one_version(), one_page():
            return get_response(request)

    return middleware
