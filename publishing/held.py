"""What is read of the published content once for each version, and held in the memory of the process.

Vocabularies and names of publishers: small, needed by most pages, and the same until something is
published. Nothing held outlives the version that it was read for; a preview is a version of its own (preview.py).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from functools import cache
from typing import Generic, TypeVar

from django.conf import settings

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


def secret_hash(text: str) -> bytes:
    """A key that stands for words of a reader, from which nobody gets them back."""
    return hashlib.blake2b(text.encode(), key=_secret(), digest_size=16).digest()


@cache
def _secret() -> bytes:
    return hashlib.sha256(settings.SECRET_KEY.encode()).digest()
