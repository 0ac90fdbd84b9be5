"""The glossary: words of the field, explained where a page first uses them.

The words come from fixtures/glossary.json, read once at the start. What a page has explained already is kept for that
page alone (`one_page`); outside a page nothing is explained, and texts pass as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from django.conf import settings
from django.utils.text import slugify
from markupsafe import Markup, escape

from publishing.html import with_expansions

FILE = settings.BASE_DIR / "fixtures" / "glossary.json"


@dataclass(frozen=True)
class Word:
    """A word or an abbreviation: what it stands for ('' where it is no abbreviation), and what it means."""

    term: str
    expansion: str
    meaning: str
    expansion_cy: str

    @cached_property
    def slug(self) -> str:
        return slugify(self.term)

    def is_exact(self, name: str) -> bool:
        """Whether case tells the name from common words: MARAC, Clare’s Law, Panel; not 'front door'."""
        return any(letter.isupper() for letter in name[1:]) or (" " not in name and bool(self.expansion))

    @property
    def names(self) -> list[str]:
        """How a text may call it: 'DVPN and DVPO' are two names, and so are a phrase and its abbreviation."""
        names = self.term.split(" and ") if self.term.replace(" and ", "").isupper() else [self.term]
        return [*names, self.expansion] if self.expansion.isupper() else names


@cache
def words() -> tuple[Word, ...]:
    """All words, in the order of the file."""
    return tuple(Word(**entry) for entry in json.loads(FILE.read_text()))


@cache
def by_name() -> dict[str, Word]:
    """Each name as it is looked up: as written where case matters, else in small letters."""
    return {name if word.is_exact(name) else name.lower(): word for word in words() for name in word.names}


@cache
def pattern() -> re.Pattern[str]:
    """Finds every name, the longest first, and its plural."""
    names = [(name, word.is_exact(name)) for word in words() for name in word.names]
    names.sort(key=lambda pair: -len(pair[0]))
    choices = "|".join(re.escape(name) if exact else f"(?i:{re.escape(name)})" for name, exact in names)
    return re.compile(rf"(?<!\w)(?:{choices})(?=s?(?!\w))")


@dataclass
class Page:
    """What one page has met so far, and what of it still has to be shown."""

    met: set[Word] = field(default_factory=set)
    new: list[Word] = field(default_factory=list)

    def meet(self, name: str) -> str:
        """Note the word of that name; what it stands for, at its first use."""
        word = by_name().get(name) or by_name()[name.lower()]
        if word in self.met:
            return ""
        self.met.add(word)
        self.new.append(word)
        return word.expansion if word.is_exact(name) and not word.expansion.isupper() else ""


_page: ContextVar[Page | None] = ContextVar("page", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Within this block each word is explained at its first use, and not again."""
    token = _page.set(Page())
    try:
        yield
    finally:
        _page.reset(token)


class Recorded(Page):
    """What a part has met that will stand on pages yet to come: in place of what a word stands for, its sign."""

    def meet(self, name: str) -> str:
        """Note the word of that name; at its first use its sign, where it is an abbreviation that is spelt out."""
        return f"{_SIGN}{self.new[-1].slug}" if super().meet(name) else ""


#: Stands where nobody can write it (html.py): before the slug of a word, and alone where meanings belong.
_SIGN = "\x1a"
_INDENT = re.compile(r"\n\s+")
_SPELT = re.compile(rf'<abbr title="{_SIGN}([\w-]+)">(.*?)</abbr>')


def explained(text: str | Markup) -> str | Markup:
    """The text with its abbreviations spelt out in <abbr>; their meanings wait for `new_words`."""
    page = _page.get()
    return escape(text) if page is None else with_expansions(text, pattern(), page.meet)


def new_words() -> list[Word] | Markup:
    """Words that were met since this was last asked: their meanings belong beside the text that used them. Of a part that
    is drawn ahead, the sign of their place."""
    page = _page.get()
    if page is None:
        return []
    if isinstance(page, Recorded):
        return Markup(_SIGN)  # noqa: S704 - a control character
    found, page.new = page.new, []
    return found


class Part(NamedTuple):
    """A part of pages, drawn before it stands on one: each page explains what it has not met before."""

    html: str
    words: tuple[Word, ...]
    meanings: Callable[[list[Word]], Markup]

    def __html__(self) -> str:
        if not self.words:
            return self.html
        page = _page.get()
        new = [word for word in self.words if word not in page.met] if page else []
        if page:
            page.met.update(new)
        spelt = {word.slug: word.expansion for word in new}
        html = _SPELT.sub(lambda found: _spelt(found[2], spelt.get(found[1], "")), self.html)
        return html.replace(_SIGN, self.meanings(new) if new else "")


def _spelt(name: str, expansion: str) -> str:
    return f'<abbr title="{escape(expansion)}">{name}</abbr>' if expansion else name


def drawn_ahead(draw: Callable[[], str], meanings: Callable[[list[Word]], Markup]) -> Part:
    """What `draw` draws, for any page; `meanings` draws those of the words that a page has not explained before."""
    page = Recorded()
    token = _page.set(page)
    try:
        html = _INDENT.sub("\n", str(draw()))
    finally:
        _page.reset(token)
    return Part(html if page.new else html.replace(_SIGN, ""), tuple(page.new), meanings)
