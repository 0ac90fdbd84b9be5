"""A pack as a value: keys of things in their order, and a heading. An address holds all of it, and nothing is stored here.

A key is what stands last in the address of the thing: the code of a statement, the slug of a review. Of a review that was
withdrawn for a court or a family the slug may name the place; it goes by its number, as in '~17' (gathering.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exports.glyphs import seen

MOST_THINGS, LONGEST_HEADING = 60, 200
#: Letters of all keys together. With a heading, a cookie of 4,096 bytes and an address of 8,190 hold them (test_packs.py).
MOST_LETTERS = 2400
KEY = re.compile(r"[A-Za-z0-9_-]{1,120}|~[0-9]{1,18}")
CODE = re.compile(r"(LP|REC)-[0-9]{1,8}", re.IGNORECASE)
#: A heading comes with a link that anyone may have written: it shall not send readers anywhere, or have them call.
LEADS_AWAY = re.compile(r"https?:|www\.|@|(?:\+?[0-9][ ()./-]{0,2}){9,}|\b0[0-9]{2,}[0-9 ()-]{3,}", re.IGNORECASE)


def key_of(text: str) -> str:
    """The key in a text that may be a code in small letters, or a whole address; '' where there is none."""
    last = urlsplit(text.strip()).path.rstrip("/").rpartition("/")[2] if "/" in text else text.strip()
    if CODE.fullmatch(last):
        return last.upper()
    return last if KEY.fullmatch(last) else ""


def heading_of(text: str) -> str:
    """The text on one line, without what draws nothing."""
    return " ".join(seen(text[:5000]).split())


def trouble_with(heading: str) -> str:
    """What is wrong with a heading, and what to do; ''."""
    if len(heading) > LONGEST_HEADING:
        over = len(heading) - LONGEST_HEADING
        words = ngettext(
            "A heading holds 200 characters. Take out one.", "A heading holds 200 characters. Take out %(n)d.", over
        )
        return words % {"n": over}
    if LEADS_AWAY.search(heading):
        return _("A heading holds no address and no telephone number: a pack may be passed on, and they may be wrong.")
    return ""


@dataclass(frozen=True)
class Pack:
    keys: tuple[str, ...] = ()
    heading: str = ""

    @property
    def query(self) -> str:
        """'?things=LP-0042,norfolk-2025&heading=For+our+team'; '' for an empty pack."""
        pairs = [("things", ",".join(self.keys)), ("heading", self.heading)]
        return f"?{urlencode([pair for pair in pairs if pair[1]], safe=',~')}" if self.keys else ""

    @property
    def address(self) -> str:
        """The page that shows this pack to whoever has the link."""
        return f"{reverse('exports:pack')}{self.query}"

    def file(self, extension: str) -> str:
        return f"{reverse('exports:pack-file', args=[extension])}{self.query}"

    def takes(self, key: str) -> bool:
        """Whether there is room for one more."""
        return len(self.keys) < MOST_THINGS and sum(map(len, self.keys)) + len(key) <= MOST_LETTERS

    def added(self, keys: Iterable[str]) -> tuple[Pack, list[str]]:
        """The pack with these at its end, each once; and those for which there is no room."""
        pack, left_out = self, []
        for key in keys:
            if key in pack.keys:
                continue
            if pack.takes(key):
                pack = replace(pack, keys=(*pack.keys, key))
            else:
                left_out.append(key)
        return pack, left_out

    @classmethod
    def read(cls, things: str, heading: str) -> tuple[Pack, list[str]]:
        """The pack that an address tells of, and in words what of it was left out."""
        heading, found = heading_of(heading), [key_of(text) for text in things[:20_000].split(",")]
        wrong = trouble_with(heading)
        pack, over = cls().added(filter(None, found))
        without = _("The heading was left out.")
        troubles = [f"{without} {wrong}"] if wrong else []
        if over:
            text = ngettext(
                "One more thing was left out: a pack holds 60.",
                "%(n)d more things were left out: a pack holds 60.",
                len(over),
            )
            troubles.append(text % {"n": len(over)})
        return replace(pack, heading="" if wrong else heading), troubles

    @classmethod
    def of_query(cls, query: QueryDict | dict[str, Any]) -> tuple[Pack, list[str]]:
        return cls.read(query.get("things", ""), query.get("heading", ""))
