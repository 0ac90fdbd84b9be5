"""Listings: every list of the site is one, and its query string is the page, the file, the feed and the alert.

Each floor registers its own in its filters.py; edges above add representations (a file, a feed) with
`represent()`. Templates draw what is registered.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from pyroaring import BitMap

from publishing.addresses import address_of
from publishing.held import said
from publishing.models import content_version, one_version, read_version
from search import drawing, matches
from search import index as text_index
from search.bitsets import LAST, NONE, NOTHING, FacetIndex
from search.facets import WHOLE, Facet, ListingFilter, Sort, query_string
from search.panel import MOST_CHOICES, Option, Pager, ShownFacet, commonest, first_of, name_of
from search.selection import RELEVANCE, Selection
from search.standing import index_of, indexes_of
from search.understanding import left_out

PAGE_SIZE = 20
#: How often a search that others publish across is begun anew.
_TRIES = 10


class Drawn(Protocol):
    """A row as it was drawn; the page that it comes to stand on may have a say in it."""

    html: str

    def __html__(self) -> str: ...


@dataclass(frozen=True)
class Listing:
    """The definition of a list.

    `rows`: all published rows; `read`: takes keys by kind, read(review=[1, 2]), and gives {kind: {key: row}} of those that
    are published, in one statement, kinds that share it together; `ready`: gives rows, in groups of one model each, what
    belongs to them, in a fixed number of statements; `ready_to_draw`: the same, and what a page alone shows of them;
    `draw`: draws them.
    """

    kind: str
    url_name: str
    title: Any
    lead: Any
    noun_filter: Any
    count_words: Callable[[int], str]
    filterset: type[ListingFilter]
    rows: Callable[[], QuerySet[Any]]
    read: Callable[..., Mapping[str, Mapping[int, Any]]]
    ready: Callable[..., None]
    ready_to_draw: Callable[..., None]
    draw: Callable[[Sequence[Any]], Sequence[Drawn]]
    sorts: Mapping[str, Sort]
    #: Column by which rows stand that an order says nothing more of.
    ties: str = "-pk"
    #: Column of a year by which pages count the rows, where no filter names a date.
    year: str = ""

    def in_order(self, ids: list[int]) -> list[Any]:
        """The rows with those keys, in that order; those that are no longer published are left out."""
        rows = self.read(**{self.kind: ids})[self.kind]
        return [rows[pk] for pk in ids if pk in rows]

    def index(self) -> FacetIndex:
        return index_of(self.kind, self)


#: Listings by kind, and what else shows one: (label, function from a query string to an address, icon).
LISTINGS: dict[str, Listing] = {}
REPRESENTATIONS: list[tuple[Any, Callable[[Listing, str], str], str]] = []


def fetch(ids: Mapping[str, list[int]]) -> dict[str, list[Any]]:
    """Rows by kind, in the order of their keys, ready to be drawn. Kinds that are read or made ready alike are so together."""
    rows: dict[str, Mapping[int, Any]] = {}
    for read in dict.fromkeys(LISTINGS[kind].read for kind in ids):
        rows |= read(**{kind: keys for kind, keys in ids.items() if LISTINGS[kind].read is read})
    found = {kind: [rows[kind][pk] for pk in keys if pk in rows[kind]] for kind, keys in ids.items()}
    for ready in dict.fromkeys(LISTINGS[kind].ready_to_draw for kind in found):
        ready(*(rows for kind, rows in found.items() if LISTINGS[kind].ready_to_draw is ready))
    return found


def drawn(ids: Mapping[str, list[int]]) -> dict[str, list[Drawn]]:
    """The same as their lists draw them: once for each version of the content, day and language, and then held."""
    found = {kind: held(kind, keys) for kind, keys in ids.items()}
    missing = {kind: [pk for pk in keys if pk not in found[kind]] for kind, keys in ids.items()}
    for kind, rows in fetch({kind: keys for kind, keys in missing.items() if keys}).items():
        found[kind] |= draw(kind, rows)
    return {kind: [found[kind][pk] for pk in keys if pk in found[kind]] for kind, keys in ids.items()}


def held(kind: str, keys: Iterable[int]) -> dict[int, Drawn]:
    """By their keys, those of the rows that were drawn already."""
    return {pk: row for (_kind, pk), row in drawing.rows.held((kind, pk) for pk in keys).items()}


def draw(kind: str, rows: Sequence[Any]) -> dict[int, Drawn]:
    """By their keys, rows that are ready to be drawn, as their list draws them; from now on they are held."""
    found = {row.pk: one for row, one in zip(rows, LISTINGS[kind].draw(rows), strict=True)}
    drawing.rows.hold({(kind, pk): one for pk, one in found.items()}, lambda one: sys.getsizeof(one.html))
    return found


def indexes(*kinds: str) -> list[FacetIndex]:
    """The bit sets of those lists, all of one version of the content."""
    found = indexes_of({kind: LISTINGS[kind] for kind in kinds})
    return [found[kind] for kind in kinds]


def register(listing: Listing) -> None:
    LISTINGS[listing.kind] = listing


def represent(label: Any, address: Callable[[Listing, str], str], icon: str) -> None:
    REPRESENTATIONS.append((label, address, icon))


class ListingPage:
    """One page of a list, ready to be drawn: results, facets with counts, tags, pager, ways on."""

    def __init__(self, listing: Listing, query: QueryDict) -> None:
        self.listing, self.kind = listing, listing.kind
        self.title, self.lead, self.noun_filter = map(said, (listing.title, listing.lead, listing.noun_filter))
        self.action = address_of(listing.url_name)
        self._read(query)
        if self.q:
            self._search(query)

    def _read(self, query: QueryDict) -> None:
        self.index = self.listing.index()
        self.selection = Selection.read(query, self.listing, self.index)
        self.q, self.ignored = self.selection.q, self.selection.ignored

    def _search(self, query: QueryDict) -> None:
        """What the words find, of the version that the bit sets are of: both anew, if it has moved on meanwhile."""
        for _try in range(_TRIES):
            wanted = text_index.understand(self.q)
            self.ignored = [*self.selection.ignored, *left_out(wanted)]
            self._ranked = text_index.ranking(wanted, self.kind)
            if not self.index.version[:1].isdigit() or (now := read_version()) == self.index.version:
                return
            with one_version(now):
                self._read(query)

    @cached_property
    def _masks(self) -> dict[str, BitMap]:
        """For each thing that narrows the list, the rows it leaves."""
        index, selection = self.index, self.selection
        masks = {name: index.chosen(name, values) for name, values in selection.values.items() if values}
        if any(year is not None for year in selection.years.values()):
            years = self.listing.filterset.years()
            ends = {years[name].lookup: year for name, year in selection.years.items()}
            masks["years"] = index.between(ends.get("gte"), ends.get("lte"))
        if self.q:
            masks["q"] = index.found(self._ranked.key, self._ranked.keys)
        return masks

    def _narrowed(self, leaving_out: str = "") -> BitMap | None:
        """The rows that all that was chosen leaves; None: all of the list."""
        if leaving_out not in self._masks:
            return self._chosen
        masks = [rows for name, rows in self._masks.items() if name != leaving_out]
        return BitMap.intersection(*masks) if masks else None

    @cached_property
    def _chosen(self) -> BitMap | None:
        return BitMap.intersection(*self._masks.values()) if self._masks else None

    @cached_property
    def total(self) -> int:
        narrowed = self._narrowed()
        return len(self.index.ids) if narrowed is None else len(narrowed)

    @property
    def total_words(self) -> str:
        return self.listing.count_words(self.total)

    @property
    def rows(self) -> list[Drawn]:
        """The rows of the page, in order, drawn."""
        return drawn({self.kind: self.shown_ids})[self.kind]

    @property
    def shown_ids(self) -> list[int]:
        """Primary keys of the rows of the page, in order."""
        start = (self.number - 1) * PAGE_SIZE
        return self.ids(start, start + PAGE_SIZE)

    def ids(self, start: int = 0, stop: int | None = None) -> list[int]:
        """Primary keys of the results, in order."""
        mask = self._narrowed()
        stop = self.total if stop is None else stop
        if self.q and self.sort == RELEVANCE:
            if self.total == len(self._ranked):
                return self._ranked[start:stop]
            position = self.index.position
            return list(islice((pk for pk in self._ranked if mask and position(pk) in mask), start, stop))
        return self.index.page(mask, self.sort, start, stop)

    def last(self, n: int) -> list[int]:
        """Primary keys of the results that were published here last, those first."""
        return self.index.page(self._narrowed(), LAST, 0, n)

    def among(self, ids: Iterable[int]) -> list[int]:
        """Those of the given rows that are among the results, in the order given."""
        mask, position = self._narrowed(), self.index.position
        return [pk for pk in ids if (place := position(pk)) != NONE and (mask is None or place in mask)]

    @property
    def sort(self) -> str:
        """The order in force: by relevance when something is searched for, else the first of the list's orders."""
        if self.selection.sort and (self.selection.sort != RELEVANCE or self.q):
            return self.selection.sort
        return RELEVANCE if self.q else next(iter(self.listing.sorts))

    @property
    def sorts(self) -> list[tuple[str, Any, bool]]:
        found = [(RELEVANCE, _("Best match first"))] if self.q else []
        found += [(value, said(sort.label)) for value, sort in self.listing.sorts.items()]
        return [(value, label, value == self.sort) for value, label in found]

    @cached_property
    def facets(self) -> list[ShownFacet]:
        shown = [(name, facet) for name, facet in self.index.facets.items() if facet.in_panel]
        if self._masks or self.selection.sort or self.selection.whole:
            return [self._facet(name, facet) for name, facet in shown]
        return [self.index.choices(name).held("of all", partial(self._facet, name, facet)) for name, facet in shown]

    def panel(self, draw: Callable[[list[ShownFacet]], str]) -> str:
        """The facets as `draw` draws them. Held for whoever turns a page, or comes back: counting and drawing some 250 choices
        takes as long as all else of a narrowed page."""
        key = (self.kind, matches.key_of((self._query, self.selection.whole)))  # it may have a reader's words
        found = drawing.panels.held([key]).get(key)
        if found is None:
            found = draw(self.facets)
            if self.index.version == content_version():  # else something was published since this request began
                drawing.panels.hold({key: found}, sys.getsizeof)
        return found

    @property
    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of what is chosen and not offered in the panel: its form carries them along."""
        values, whole = self.selection.values, [(WHOLE, self.selection.whole)] if self.selection.whole else []
        facets = [name for name, facet in self.index.facets.items() if not facet.in_panel]
        return whole + [(name, one) for name in facets for one in values[name]]

    def _facet(self, name: str, facet: Facet) -> ShownFacet:
        mask, chosen = self._narrowed(leaving_out=name), self.selection.values[name]
        bits, choices = self.index.bits[name], self.index.choices(name)
        count = len if mask is None else mask.intersection_cardinality
        counted = [
            (value, label, lang, count(rows or NOTHING), value in chosen)
            for value, label, lang, rows in choices.held("rows", lambda: [(*one, bits.get(one[0])) for one in choices])
            if rows is not None or value in chosen
        ]
        legend, is_whole = said(facet.legend), self.selection.whole == name
        all_words = all_href = ""
        if len(counted) > MOST_CHOICES and not is_whole:
            all_words = _("All %(n)d choices") % {"n": len(counted)}
            all_href = self.href([*self.selection.pairs(), (WHOLE, name)]) + f"#{name}"
            counted = commonest(counted, MOST_CHOICES)
        first, rest = first_of([Option(*one) for one in counted], facet.first)
        return ShownFacet(name, legend, first, rest, choices, is_whole, all_words, all_href)

    @property
    def years(self) -> dict[str, Any] | None:
        """The two ends of the range of years, where the list has one."""
        if not self.selection.years:
            return None
        first, last = (self.selection.years.get(name) for name in self.listing.filterset.years())
        return {"from_value": first or "", "to_value": last or "", "error": ""}

    def href(self, pairs: list[tuple[str, Any]]) -> str:
        return self.action + query_string(pairs)

    @cached_property
    def tags(self) -> list[tuple[str, str, str]]:
        """(facet, choice, address without it) for each choice that stands."""
        tags = []
        if self.q:
            tags.append((_("Search"), self.q, self.href(self.selection.pairs(q=""))))
        for name, values in self.selection.values.items():
            for value in values:
                label = name_of(self.index.labels[name][value])
                href = self.href(self.selection.pairs(without=(name, value)))
                tags.append((said(self.index.facets[name].legend), label, href))
        for name, year in self.selection.years.items():
            if year is not None:
                starts = self.listing.filterset.years()[name].lookup == "gte"
                legend = _("From year") if starts else _("To year")
                tags.append((legend, str(year), self.href(self.selection.pairs(without=(name, str(year))))))
        return tags

    @property
    def chosen_count(self) -> int:
        return len(self.tags)

    @property
    def clear_href(self) -> str:
        return self.action

    @property
    def page_count(self) -> int:
        return max(1, math.ceil(self.total / PAGE_SIZE))

    @property
    def number(self) -> int:
        """The page in force: one past the last is the last."""
        return min(self.selection.page, self.page_count)

    @cached_property
    def pager(self) -> Pager | None:
        if self.page_count == 1:
            return None
        first = self.action + self._query
        further = f"{first}{'&' if self._query else '?'}page="
        return Pager(self.number, self.page_count, lambda n: f"{further}{n}" if n > 1 else first)

    @cached_property
    def _query(self) -> str:
        """What asks for this list, without the page."""
        return query_string(self.selection.pairs())

    @cached_property
    def shortcuts(self) -> list[tuple[str, str, bool]]:
        """Facets of one choice, offered as a click: (label, address, chosen)."""
        found = []
        for name, labels in self.index.labels.items():
            if len(labels) == 1 and name in self.index.facets:
                value, label = next(iter(labels.items()))
                chosen = value in self.selection.values[name]
                pairs = self.selection.pairs(without=(name, value) if chosen else None)
                found.append((name_of(label), self.href(pairs if chosen else [*pairs, (name, value)]), chosen))
        return found

    @cached_property
    def forms(self) -> list[tuple[Any, str, str]]:
        """Other forms of the same list: files, feeds, alerts."""
        return [(said(label), address(self.listing, self._query), icon) for label, address, icon in REPRESENTATIONS]

    @property
    def nothing(self) -> list[tuple[str, str]] | None:
        """Ways on from no results: (sentence, address), each with what leaving out one choice would bring."""
        if self.total:
            return None
        ways = []
        for legend, label, href in self.tags:
            left = ListingPage(self.listing, QueryDict(href.partition("?")[2])).total
            if left:
                found = self.listing.count_words(left)
                ways.append(
                    (
                        _("Without ‘%(facet)s: %(label)s’: %(found)s.")
                        % {"facet": legend, "label": label, "found": found},
                        href,
                    )
                )
        return ways
