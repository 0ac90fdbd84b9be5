"""What is read of the published content once for each version, and held in the memory of the process.

Vocabularies and names of publishers: small, needed by most pages, and the same until something is
published. Nothing held outlives the version that it was read for; a preview is a version of its own (preview.py).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from django.utils.translation import get_language

from publishing.models import content_version

T = TypeVar("T")


class Held(Generic[T]):
    """Calling it gives what `read` gave for the present version of the content; `read` is called once for each.

    As a decorator of a function without parameters. The answer is shared by all requests: nobody changes it.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._held: tuple[str, T] | None = None
        self._reading = threading.Lock()

    def __call__(self) -> T:
        version = content_version()
        held = self._held
        if held is None or held[0] != version:
            with self._reading:
                held = self._held
                if held is None or held[0] != version:
                    held = self._held = version, self._read()
        return held[1]


#: What was found for one version of the content, by what was asked.
_FOUND: Held[dict[Hashable, Any]] = Held(dict)


def once(key: Hashable, find: Callable[[], T]) -> T:
    """What `find` gives, asked once for each version of the content. `key`: all that decides it beside the version."""
    found = _FOUND()
    if key not in found:
        found[key] = find()
    answer: T = found[key]
    return answer


_SAID: dict[tuple[int, str | None], tuple[Any, str]] = {}


def said(text: Any) -> str:
    """What a lazy text that lives as long as the process (the label of a list) says in the language in force, looked up once
    for each language: Django looks for it at every use."""
    found = _SAID.get((id(text), get_language()))
    if found is None:
        found = _SAID[id(text), get_language()] = text, str(text)
    return found[1]


class Shelf(Generic[T]):
    """Things of one state (a version of the content, and the day), those used longest ago dropped first; bounded in bytes."""

    #: Keys and Python, beside what the thing itself takes.
    OVERHEAD = 500

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._state: tuple[str, str] = ("", "")
        self._things: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, state: tuple[str, str], key: Hashable) -> T | None:
        with self._lock:
            found = self._things.get(key) if state == self._state else None
            if found is None:
                return None
            self._things.move_to_end(key)
            return found[0]

    def put(self, state: tuple[str, str], key: Hashable, thing: T, size: int) -> None:
        """Keep the thing, which takes `size` bytes; one that takes an eighth of all that may be kept is not."""
        size += self.OVERHEAD
        if size > self.most_bytes // 8:
            return
        with self._lock:
            if state != self._state:
                self._things.clear()
                self._state, self.bytes = state, 0
            if key in self._things:
                return
            self._things[key] = thing, size
            self.bytes += size
            while self.bytes > self.most_bytes:
                _key, (_thing, freed) = self._things.popitem(last=False)
                self.bytes -= freed
