"""What every page needs to know of the site itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse, translate_url
from django.utils import translation
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Site:
    """The site as templates see it. `languages`: (code, label, address of this page) for each but the present one."""

    name: str
    exit_url: str
    contact_email: str
    languages: list[tuple[str, str, str]]


def address_in(code: str, path: str) -> str:
    """This page in another language; the home page where there is no such page."""
    path, begun, query = path.partition("?")
    found = _translated(path, code, translation.get_language(), get_script_prefix())
    if found != path:
        return f"{found}{begun}{query}"
    with translation.override(code):
        return reverse("home")


@lru_cache(maxsize=10_000)
def _translated(path: str, code: str, *_now: str | None) -> str:
    """Of the path alone: what a reader searched for stands behind it."""
    return translate_url(path, code)


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the public pages."""
    languages = [
        (code, label, address_in(code, request.get_full_path()))
        for code, label in settings.LANGUAGES
        if code != getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    ]
    found = Site(_("Learning Repository"), settings.EXIT_URL, settings.CONTACT_EMAIL, languages)
    return {"site": found}
