"""What of a row is drawn the same on every page: made once for a version of the content, the day and the language, and held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from publishing.held import Shelf
from publishing.models import content_version

K = TypeVar("K", bound=tuple[Any, ...])


class Made(NamedTuple):
    """What was made for a key, and the bytes that it takes."""

    key: Any
    thing: Any
    size: int


_DRAWN: Shelf[Any] = Shelf(settings.ROW_CACHE_BYTES)


def drawn(keys: Sequence[K], make: Callable[[list[K]], Iterable[Made]]) -> dict[K, Any]:
    """What `make` makes of those keys, by key; it is asked for those that are not held. Keys are of the whole site."""
    version, language = content_version(), get_language()
    state = version, timezone.localdate().isoformat()
    found = {key: thing for key in keys if (thing := _DRAWN.get(state, (language, *key))) is not None}
    missing = [key for key in keys if key not in found]
    for key, thing, size in make(missing) if missing else ():
        found[key] = thing
        if version[:1].isdigit():  # a preview's are nobody else's
            _DRAWN.put(state, (language, *key), thing, size)
    return found
