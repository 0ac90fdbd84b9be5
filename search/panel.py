"""The panel of filters beside a list: its facets with their choices, and the pager below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from markupsafe import Markup

from search.bitsets import Choices

#: A facet with more choices shows the commonest of them, and leads to the page that shows all (`?all=publisher`).
MOST_CHOICES = 24


#: In place of a number: nobody can write it.
_SIGN = "\x1a"


#: What an option is made of: value, name, language, how many rows, whether it is chosen.
Counted = tuple[str, str, str, int, bool]


class Option(NamedTuple):
    """A choice as it is drawn: `name` and `lang` in the reader's language."""

    value: str
    name: str
    lang: str
    count: int | str
    chosen: bool

    def __str__(self) -> str:
        return self.name


def name_of(label: Any) -> str:
    """A label as the reader sees it: a term's name in her language, any other label as text."""
    return str(getattr(label, "name", label))


@dataclass(frozen=True)
class ShownFacet:
    """A facet as it is drawn. `first`: the choices in view, those chosen and the first few of the rest that lead
    somewhere; `rest`: those that are folded; `all_href`: where all can be seen, if these are only the commonest."""

    name: str
    legend: Any
    first: list[Option]
    rest: list[Option]
    choices: Choices
    is_whole: bool = False
    all_words: str = ""
    all_href: str = ""

    @property
    def options(self) -> list[Option]:
        return [*self.first, *self.rest]

    def draw(self, draw: Callable[[str, Option], str], options: list[Option]) -> Markup:
        """The options, each drawn once around its number, which alone differs from page to page."""
        parts, drawn = [], self.choices.held("drawn", dict)
        for option in options:
            key = option.value, option.chosen
            if key not in drawn:
                drawn[key] = self._around(draw, option)
            before, after = drawn[key]
            parts += before, str(option.count), after
        return Markup("".join(parts))  # noqa: S704 - drawn by a template; numbers

    def _around(self, draw: Callable[[str, Option], str], option: Option) -> tuple[str, str]:
        before, _sign, after = str(draw(self.name, option._replace(count=_SIGN))).partition(_SIGN)
        return before, after

    @property
    def rest_words(self) -> str:
        return _("%(n)d more") % {"n": len(self.rest)}


def first_of(options: list[Option], most: int) -> tuple[list[Option], list[Option]]:
    """The options in view, and the others, each in the order of the options."""
    ranked = sorted(range(len(options)), key=lambda n: (not options[n].chosen, options[n].count == 0))
    first = set(ranked[: max(most, sum(option.chosen for option in options))])
    return [one for n, one in enumerate(options) if n in first], [
        one for n, one in enumerate(options) if n not in first
    ]


def commonest(counted: list[Counted], most: int) -> list[Counted]:
    """Those chosen and those with most rows, in their order."""
    ranked = sorted(range(len(counted)), key=lambda n: (not counted[n][4], -counted[n][3]))
    return [counted[n] for n in sorted(ranked[:most])]


@dataclass(frozen=True)
class Pager:
    number: int
    count: int
    href: Callable[[int], str]

    @property
    def previous(self) -> str:
        return self.href(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.href(self.number + 1) if self.number < self.count else ""

    @property
    def links(self) -> list[tuple[int | None, str, bool]]:
        """(page, address, is this one), with (None, '', False) where pages are left out."""
        near = {1, self.count, *range(max(1, self.number - 1), min(self.count, self.number + 1) + 1)}
        links: list[tuple[int | None, str, bool]] = []
        before = 0
        for number in sorted(near):
            if number > before + 1:
                links.append((None, "", False))
            links.append((number, self.href(number), number == self.number))
            before = number
        return links
