"""Pages of a list by cursor: where the last page ended, so that nothing is told twice when something new comes first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from rest_framework.exceptions import NotFound

DEFAULT, MOST = 20, 100


#: How many of the things that were told last a cursor remembers: some may be withdrawn before it is used.
REMEMBERED = 5


@dataclass(frozen=True)
class Cursor:
    """The keys of the things that were told last, the very last one first, and how many had been told with them."""

    keys: tuple[int, ...]
    told: int

    @classmethod
    def read(cls, text: str) -> Cursor:
        try:
            told, *keys = base64.urlsafe_b64decode(text.encode() + b"==").decode().split(".")
            if not (
                keys and len(keys) <= REMEMBERED and all(one.isdecimal() and len(one) < 20 for one in (told, *keys))
            ):
                raise ValueError
        except (ValueError, binascii.Error) as error:
            raise NotFound("This cursor is none of ours. Begin again without it.") from error
        return cls(tuple(map(int, keys)), int(told))

    def write(self) -> str:
        return base64.urlsafe_b64encode(".".join(map(str, (self.told, *self.keys))).encode()).decode().rstrip("=")

    def start(self, keys: Sequence[int]) -> int:
        """Where to go on in the keys as they are now: after the last thing that was told and still stands.

        Where none of them stands any more, before where they stood: rather twice than not at all.
        """
        if keys[self.told - 1 : self.told] == [self.keys[0]]:
            return self.told
        for key in self.keys:
            if key in keys:
                return keys.index(key) + 1
        return max(0, min(self.told - len(self.keys), len(keys)))


def page_of(keys: Sequence[int], cursor: str, limit: int) -> tuple[Sequence[int], str | None]:
    """The keys of a page, and the cursor of the next one. Raises NotFound for a cursor that is none."""
    start = Cursor.read(cursor).start(keys) if cursor else 0
    shown = keys[start : start + limit]
    more = start + limit < len(keys)
    last = tuple(reversed(shown[-REMEMBERED:]))
    return shown, Cursor(last, start + limit).write() if more else None
