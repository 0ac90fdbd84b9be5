"""A page of search results, ready to be drawn."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from publishing.addresses import address_of
from publishing.html import marked
from search import drawing, index
from search.facets import query_string, quoted
from search.kinds import KINDS, Shown, fetch
from search.panel import Pager
from search.understanding import left_out
from search.words import clean

PAGE_SIZE = 20
MOST_THEMES = 5


class Hit(NamedTuple):
    """A result as it is drawn."""

    kind: str
    shown: Shown
    snippet: str


class Way(NamedTuple):
    """Where to, and what it is called there."""

    title: str
    href: str


class _Frame(NamedTuple):
    """A row as a result: what stands before its snippet, and behind."""

    way: Way
    before: str
    after: str


#: In place of a snippet: no text has it.
_SIGN = "\x1asnippet\x1a"


class Drawn(NamedTuple):
    """A page of results. `themes`: those among the results, the best first: a way in that is broader than single
    statements."""

    themes: list[Way]
    results: Markup


class Results:
    """What a query string of /search/ asks for: q, kind, page. Unknown values are dropped and named."""

    def __init__(self, q: str, kind: str, page: int, ignored: list[str]) -> None:
        self.q, self.kind, self.asked_page, self._ignored = q, kind, page, ignored

    @classmethod
    def of(cls, query: QueryDict) -> Results:
        ignored = [
            _("We do not know a filter called ‘%(name)s’, so these results are without it.") % {"name": quoted(name)}
            for name in query
            if name not in ("q", "kind", "page") and not name.startswith("utm_")
        ]
        kind = query.get("kind", "")
        if kind and kind not in KINDS:
            ignored.append(
                _("We do not know a kind called ‘%(name)s’, so these results are of every kind.")
                % {"name": quoted(kind)}
            )
            kind = ""
        given = query.get("page", "")
        page = int(given[:9]) if given.isascii() and given.isdigit() else 1
        return cls(clean(query.get("q", "")), kind, max(1, page), ignored[:5])

    @property
    def ignored(self) -> list[str]:
        """What was asked for and not heeded, in sentences."""
        return [*self._ignored, *left_out(self._query)]

    @cached_property
    def _query(self) -> index.Query:
        return index.understand(self.q)

    @cached_property
    def _page(self) -> index.Page:
        kinds = [self.kind] if self.kind else None
        return index.search(self._query, kinds=kinds, offset=(self.asked_page - 1) * PAGE_SIZE, limit=PAGE_SIZE)

    @property
    def total(self) -> int:
        return self._page.total

    @cached_property
    def total_words(self) -> str:
        return ngettext("One result", "%(n)d results", self.total) % {"n": self.total}

    @cached_property
    def kinds(self) -> list[tuple[str, Any, int, str, bool]]:
        """(kind, label, count, address, chosen) for each kind that has results, and for all of them."""
        counts = self._page.counts_by_kind
        everything = ("", _("Everything"), sum(counts.values()), self._href(""), not self.kind)
        return [everything] + [
            (name, one.label, counts[name], self._href(name), name == self.kind)
            for name, one in KINDS.items()
            if counts.get(name)
        ]

    def _href(self, kind: str, page: int = 1) -> str:
        return address_of("search:search") + query_string(
            [("q", self.q), ("kind", kind), ("page", page if page > 1 else "")]
        )

    @cached_property
    def _themes(self) -> list[tuple[str, str, int]]:
        """The first themes that are found."""
        return [("hit", "theme", key) for key in self._page.of_kind("theme", MOST_THEMES)]

    def draw(self, draw: Callable[[Hit], str]) -> Drawn:
        """What was found, each result drawn once around its snippet, which alone differs from search to search.

        What is shown is read as published once more, so that the index alone opens no door.
        """
        shown = [("hit", kind, key) for kind, key, _rank in self._page.hits]
        documents = [index.document_id(kind, key) for _hit, kind, key in shown]
        frames = drawing.rows.held([*self._themes, *shown])
        ids: dict[str, list[int]] = {}
        for _hit, kind, key in dict.fromkeys(one for one in (*self._themes, *shown) if one not in frames):
            ids.setdefault(kind, []).append(key)
        rows, texts = fetch(ids, documents)
        frames |= _framed(draw, rows)
        snippets = index.snippets(self._query, texts)
        results = [
            f"{frames[one].before}{marked(snippets[document])}{frames[one].after}"
            for one, document in zip(shown, documents, strict=True)
            if one in frames and document in snippets
        ]
        themes = [frames[one].way for one in self._themes if one in frames]
        return Drawn(themes, Markup("".join(results)))  # noqa: S704 - drawn by a template; escaped by `marked`

    @cached_property
    def pager(self) -> Pager | None:
        count = math.ceil(self.total / PAGE_SIZE)
        if count < 2:
            return None
        return Pager(min(self.asked_page, count), count, lambda page: self._href(self.kind, page))

    @cached_property
    def suggestion(self) -> tuple[str, str] | None:
        """Another spelling, from the collection's own words, where nothing was found."""
        other = index.suggest(self.q) if not self.total else ""
        return (other, address_of("search:search") + query_string([("q", other)])) if other else None


def _framed(draw: Callable[[Hit], str], rows: Mapping[str, Mapping[int, Any]]) -> dict[tuple[str, str, int], _Frame]:
    """The rows, by kind and key, drawn around their snippets; from now on they are held."""
    found = {}
    for kind, some in rows.items():
        for key, row in some.items():
            shown = KINDS[kind].shown(row)
            before, _sign, after = str(draw(Hit(kind, shown, _SIGN))).partition(_SIGN)
            found["hit", kind, key] = _Frame(Way(shown.title, shown.href), before, after)
    drawing.rows.hold(found, lambda frame: sum(map(sys.getsizeof, (*frame, *frame.way))))
    return found
