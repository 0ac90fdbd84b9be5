"""Addresses of rows, made without asking Django's resolver for each: a list has some hundred of them."""

from __future__ import annotations

import re
from functools import cache

from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import get_language

#: In place of a key, while the form of an address is made; and what a key may be to stand in it as it is.
_SIGN, _PLAIN = "0-key-0", re.compile(r"[-\w]+", re.ASCII)


def here() -> tuple[str | None, str]:
    """What decides addresses beside route and key: the language in force, and the prefix of the site."""
    return get_language(), get_script_prefix()


def address_of(name: str, key: str = "", at: tuple[str | None, str] | None = None) -> str:
    """reverse(name, args=[key]), for a route with one part that differs; or with none. `at`: what `here` gives, where
    somebody has asked already. Raises NoReverseMatch as that."""
    form = _form(name, *(at or here()), bool(key)) if not key or _PLAIN.fullmatch(key) else None
    return f"{form[0]}{key}{form[1]}" if form else reverse(name, args=[key] if key else [])


@cache
def _form(name: str, language: str | None, prefix: str, has_key: bool) -> tuple[str, str] | None:
    """What stands before and after the key, in that language, under that prefix; None for a route that takes few keys."""
    try:
        before, _sign, after = reverse(name, args=[_SIGN] if has_key else []).partition(_SIGN)
    except NoReverseMatch:
        return None
    return before, after
