"""What of a row is drawn the same on every page: made once for a version of the content, the day and the language, and held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from publishing.held import Shelf
from publishing.models import content_version

K = TypeVar("K", bound=tuple[Any, ...])

_DRAWN: Shelf[Any] = Shelf(settings.ROW_CACHE_BYTES)


def held(keys: Iterable[K]) -> dict[K, Any]:
    """By their keys, which are of the whole site, those of the things that were drawn already."""
    state, language = _state(), get_language()
    return {key: thing for key in keys if (thing := _DRAWN.get(state, (language, *key))) is not None}


def hold(things: Mapping[K, Any], size_of: Callable[[Any], int]) -> None:
    """Hold what was drawn; `size_of` says how many bytes a thing takes."""
    state, language = _state(), get_language()
    if state[0][:1].isdigit():  # a preview's are nobody else's
        for key, thing in things.items():
            _DRAWN.put(state, (language, *key), thing, size_of(thing))


def _state() -> tuple[str, str]:
    return content_version(), timezone.localdate().isoformat()
