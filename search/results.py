"""A page of search results, ready to be drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from publishing.addresses import address_of
from publishing.html import marked
from search import index
from search.facets import query_string, quoted
from search.kinds import KINDS, Shown, fetch
from search.listings import Pager
from search.understanding import left_out
from search.words import clean

PAGE_SIZE = 20
MOST_THEMES = 5


@dataclass(frozen=True)
class Hit:
    kind: str
    shown: Shown
    snippet: str

    @property
    def kind_words(self) -> str:
        return self.shown.kind_words

    @property
    def title(self) -> str:
        return self.shown.title

    @property
    def href(self) -> str:
        return self.shown.href

    @property
    def about(self) -> list[str]:
        return self.shown.about

    @property
    def id(self) -> str:
        return self.shown.id


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
    def _themes(self) -> list[int]:
        """Keys of the first themes that are found."""
        return self._page.of_kind("theme", MOST_THEMES)

    @cached_property
    def _read(self) -> tuple[dict[str, dict[int, Any]], dict[tuple[str, int], Any]]:
        """Rows and texts of all that the page shows: as published once more, so that the index alone opens no door."""
        ids: dict[str, list[int]] = {"theme": [*self._themes]} if self._themes else {}
        for hit in self._page.hits:
            ids.setdefault(hit.kind, []).append(hit.object_id)
        return fetch({name: list(dict.fromkeys(keys)) for name, keys in ids.items()})

    @cached_property
    def hits(self) -> list[Hit]:
        """The results of the page."""
        rows, texts = self._read
        snippets = index.snippets(self._query, texts)
        return [
            Hit(kind, KINDS[kind].shown(rows[kind][key]), marked(snippets.get((kind, key), "")))
            for kind, key, _rank in self._page.hits
            if key in rows[kind]
        ]

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

    @cached_property
    def themes(self) -> list[Any]:
        """Themes among the results, the best first: a way in that is broader than single statements."""
        if not self._themes:
            return []
        found = self._read[0]["theme"]
        return [found[pk] for pk in self._themes if pk in found]
