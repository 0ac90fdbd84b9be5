"""What is drawn the same on every page that shows it: made once for a version of the content, the day and the language, and
held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from publishing.held import Shelf
from publishing.models import content_version

K = TypeVar("K", bound=tuple[Any, ...])


class Store:
    """Drawn things of one sort; `most_bytes` that they may take together."""

    def __init__(self, most_bytes: int) -> None:
        self._shelf: Shelf[Any] = Shelf(most_bytes)

    def held(self, keys: Iterable[K]) -> dict[K, Any]:
        """By their keys, which are of the whole site, those of the things that were drawn already."""
        state, language = _state(), get_language()
        return {key: thing for key in keys if (thing := self._shelf.get(state, (language, *key))) is not None}

    def hold(self, things: Mapping[K, Any], size_of: Callable[[Any], int]) -> None:
        """Hold what was drawn; `size_of` says how many bytes a thing takes."""
        state, language = _state(), get_language()
        if state[0][:1].isdigit():  # a preview's are nobody else's
            for key, thing in things.items():
                self._shelf.put(state, (language, *key), thing, size_of(thing))


def _state() -> tuple[str, str]:
    return content_version(), timezone.localdate().isoformat()


#: Rows of lists and results; panels of filters, which are twenty times as large, and would drive them out.
rows, panels = Store(settings.ROW_CACHE_BYTES), Store(settings.ROW_CACHE_BYTES // 4)
