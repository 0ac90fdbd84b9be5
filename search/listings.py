"""Listings: every list of the site is one, and its query string is the page, the file, the feed and the alert.

Each floor registers its own in its filters.py; edges above add representations (a file, a feed) with
`represent()`. Templates draw what is registered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from pyroaring import BitMap

from publishing.models import one_version, read_version
from search import index as text_index
from search.bitsets import NONE, NOTHING, FacetIndex, index_of, indexes_of
from search.facets import RESERVED, WHOLE, Facet, ListingFilter, Sort, query_string, quoted
from search.words import clean

PAGE_SIZE = 20
#: A facet with more choices shows the commonest of them, and leads to the page that shows all (`?all=publisher`).
MOST_CHOICES = 24
#: How often a search that others publish across is begun anew.
_TRIES = 10
#: Longest search text that is looked at; the rest is left out, and the page says so (search/query.py).
RELEVANCE = "relevance"


@dataclass(frozen=True)
class Listing:
    """The definition of a list.

    `rows`: all published rows; `read`: takes keys by kind, read(review=[1, 2]), and gives {kind: {key: row}} of those that
    are published, in one statement, kinds that share it together; `ready`: gives rows, in groups of one model each, what
    belongs to them, in a fixed number of statements; `drawn`: the same, and what a page alone shows of them.
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
    drawn: Callable[..., None]
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
    for drawn in dict.fromkeys(LISTINGS[kind].drawn for kind in found):
        drawn(*(rows for kind, rows in found.items() if LISTINGS[kind].drawn is drawn))
    return found


def indexes(*kinds: str) -> list[FacetIndex]:
    """The bit sets of those lists, all of one version of the content."""
    found = indexes_of({kind: LISTINGS[kind] for kind in kinds})
    return [found[kind] for kind in kinds]


def register(listing: Listing) -> None:
    LISTINGS[listing.kind] = listing


def represent(label: Any, address: Callable[[Listing, str], str], icon: str) -> None:
    REPRESENTATIONS.append((label, address, icon))


@dataclass(frozen=True)
class Selection:
    """What a query string asks of a list, read leniently: the unknown is dropped, and said.

    `whole`: the facet of which all choices are to be seen; it narrows nothing.
    """

    q: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    years: dict[str, int | None] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    whole: str = ""
    ignored: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, query: QueryDict, listing: Listing, index: FacetIndex) -> Selection:
        facets, years = listing.filterset.facets(), listing.filterset.years()
        ignored = [
            _("We do not know a filter called ‘%(name)s’, so these results are without it.") % {"name": quoted(name)}
            for name in query
            if name not in facets and name not in years and name not in RESERVED and not name.startswith("utm_")
        ]
        values = {
            name: _known(query.getlist(name), index.labels[name], facet, ignored) for name, facet in facets.items()
        }
        chosen_years = {name: _year(query.get(name, ""), ignored) for name in years}
        if None not in chosen_years.values() and len(chosen_years) == 2 and _turned(chosen_years, years):
            chosen_years = dict(zip(chosen_years, reversed(list(chosen_years.values())), strict=True))
            ignored.append(_("The years were in the wrong order. We have turned them round."))
        return cls(
            q=clean(query.get("q", "")),
            values=values,
            years=chosen_years,
            sort=_known_sort(query, listing, ignored),
            page=_page(query.get("page", ""), ignored),
            whole=_whole(query.get(WHOLE, ""), facets, ignored),
            ignored=ignored[:5],
        )

    def pairs(self, *, q: str | None = None, without: tuple[str, str] | None = None) -> list[tuple[str, Any]]:
        """Names and values of the query string, in one order whatever order they came in; never the page."""
        pairs: list[tuple[str, Any]] = [("q", self.q if q is None else q)]
        pairs += [(name, value) for name, values in self.values.items() for value in values]
        pairs += list(self.years.items())
        pairs.append(("sort", self.sort))
        return [(name, value) for name, value in pairs if (name, str(value)) != without]


def _known(given: list[str], labels: Mapping[str, Any], facet: Facet, ignored: list[str]) -> list[str]:
    """The values that exist, each once; a merged term's old slug stands for the term that replaced it."""
    known = []
    for value in filter(None, dict.fromkeys(given)):
        label = labels.get(value)
        successor = getattr(label, "replaced_by", None)
        if label is None:
            ignored.append(
                _("‘%(value)s’ is not one of the choices of ‘%(facet)s’, so these results are without it.")
                % {"value": quoted(value), "facet": facet.legend}
            )
        else:
            known.append(successor.slug if successor is not None else value)
    return list(dict.fromkeys(known))


def _year(given: str, ignored: list[str]) -> int | None:
    given = given.strip()
    if not given:
        return None
    if given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= 9999:
        return int(given)
    ignored.append(_("‘%(value)s’ is not a year. Give one such as 2020.") % {"value": quoted(given, 20)})
    return None


def _turned(chosen: dict[str, int | None], years: Mapping[str, Any]) -> bool:
    first = next((chosen[name] for name, one in years.items() if one.lookup == "gte"), None)
    last = next((chosen[name] for name, one in years.items() if one.lookup == "lte"), None)
    return first is not None and last is not None and first > last


def _known_sort(query: QueryDict, listing: Listing, ignored: list[str]) -> str:
    given = query.get("sort", "")
    if given in listing.sorts or given == RELEVANCE or not given:
        return "" if given == next(iter(listing.sorts)) and not query.get("q") else given
    ignored.append(_("We do not know the order ‘%(value)s’.") % {"value": quoted(given)})
    return ""


def _page(given: str, ignored: list[str]) -> int:
    if given in ("", "1"):
        return 1
    if given.isascii() and given.isdigit() and int(given[:9]) > 0:
        return int(given[:9])
    ignored.append(_("‘%(value)s’ is not the number of a page. This is the first.") % {"value": quoted(given, 20)})
    return 1


def _whole(given: str, facets: Mapping[str, Facet], ignored: list[str]) -> str:
    if given and (given not in facets or not facets[given].in_panel):
        ignored.append(_("There is no filter called ‘%(name)s’ to be shown whole.") % {"name": quoted(given)})
        return ""
    return given


@dataclass(frozen=True)
class Option:
    """A choice as it is drawn: `name` and `lang` in the reader's language."""

    value: str
    name: str
    lang: str
    count: int
    chosen: bool
    id: str

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
    is_whole: bool = False
    all_words: str = ""
    all_href: str = ""

    @property
    def options(self) -> list[Option]:
        return [*self.first, *self.rest]

    @property
    def rest_words(self) -> str:
        return _("%(n)d more") % {"n": len(self.rest)}


def _first_of(options: list[Option], most: int) -> tuple[list[Option], list[Option]]:
    """The options in view, and the others, each in the order of the options."""
    ranked = sorted(range(len(options)), key=lambda n: (not options[n].chosen, options[n].count == 0))
    first = set(ranked[: max(most, sum(option.chosen for option in options))])
    return [one for n, one in enumerate(options) if n in first], [
        one for n, one in enumerate(options) if n not in first
    ]


def _commonest(options: list[Option], most: int) -> list[Option]:
    """Those chosen and the options with most rows, in the order of the options."""
    ranked = sorted(range(len(options)), key=lambda n: (not options[n].chosen, -options[n].count))
    return [options[n] for n in sorted(ranked[:most])]


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


def _count(bits: BitMap, mask: BitMap | None) -> int:
    return len(bits) if mask is None else bits.intersection_cardinality(mask)


class ListingPage:
    """One page of a list, ready to be drawn: results, facets with counts, tags, pager, ways on."""

    def __init__(self, listing: Listing, query: QueryDict) -> None:
        self.listing, self.kind = listing, listing.kind
        self.title, self.lead, self.noun_filter = listing.title, listing.lead, listing.noun_filter
        self.action = reverse(listing.url_name)
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
            self._ranked = text_index.matching_ids(self.q, self.kind)
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
            masks["q"] = index.of_ids(self._ranked)
        return masks

    def _narrowed(self, leaving_out: str = "") -> BitMap | None:
        """The rows that all that was chosen leaves; None: all of the list."""
        masks = [rows for name, rows in self._masks.items() if name != leaving_out]
        return BitMap.intersection(*masks) if masks else None

    @cached_property
    def total(self) -> int:
        narrowed = self._narrowed()
        return len(self.index.ids) if narrowed is None else len(narrowed)

    @property
    def total_words(self) -> str:
        return self.listing.count_words(self.total)

    @cached_property
    def items(self) -> list[Any]:
        """The rows of the page, in order, as published at this moment."""
        start = (self.number - 1) * PAGE_SIZE
        return fetch({self.kind: self.ids(start, start + PAGE_SIZE)})[self.kind]

    def ids(self, start: int = 0, stop: int | None = None) -> list[int]:
        """Primary keys of the results, in order."""
        mask = self._narrowed()
        stop = self.total if stop is None else stop
        if self.q and self.sort == RELEVANCE:
            position = self.index.position
            return [pk for pk in self._ranked if mask and position(pk) in mask][start:stop]
        return self.index.page(mask, self.sort, start, stop)

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
        found += [(value, sort.label) for value, sort in self.listing.sorts.items()]
        return [(value, label, value == self.sort) for value, label in found]

    @cached_property
    def facets(self) -> list[ShownFacet]:
        return [self._facet(name, facet) for name, facet in self.index.facets.items() if facet.in_panel]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """(name, value) of what is chosen and not offered in the panel: its form carries them along."""
        values, whole = self.selection.values, [(WHOLE, self.selection.whole)] if self.selection.whole else []
        facets = [name for name, facet in self.index.facets.items() if not facet.in_panel]
        return whole + [(name, one) for name in facets for one in values[name]]

    def _facet(self, name: str, facet: Facet) -> ShownFacet:
        mask, chosen = self._narrowed(leaving_out=name), self.selection.values[name]
        bits = self.index.bits[name]
        options = [
            Option(value, label, lang, _count(bits.get(value, NOTHING), mask), value in chosen, f"{name}-{value}")
            for value, label, lang in self.index.choices(name)
            if value in bits or value in chosen
        ]
        if self.selection.whole == name:
            return ShownFacet(name, facet.legend, *_first_of(options, facet.first), is_whole=True)
        if len(options) <= MOST_CHOICES:
            return ShownFacet(name, facet.legend, *_first_of(options, facet.first))
        shown = _first_of(_commonest(options, MOST_CHOICES), facet.first)
        href = self.href([*self.selection.pairs(), (WHOLE, name)]) + f"#{name}"
        words = _("All %(n)d choices") % {"n": len(options)}
        return ShownFacet(name, facet.legend, *shown, all_words=words, all_href=href)

    @property
    def years(self) -> dict[str, Any] | None:
        """The two ends of the range of years, where the list has one."""
        if not self.selection.years:
            return None
        first, last = (self.selection.years.get(name) for name in self.listing.filterset.years())
        return {"from_value": first or "", "to_value": last or "", "error": ""}

    def href(self, pairs: list[tuple[str, Any]]) -> str:
        return self.action + query_string(pairs)

    @property
    def tags(self) -> list[tuple[str, str, str]]:
        """(facet, choice, address without it) for each choice that stands."""
        tags = []
        if self.q:
            tags.append((_("Search"), self.q, self.href(self.selection.pairs(q=""))))
        for name, values in self.selection.values.items():
            for value in values:
                label = name_of(self.index.labels[name][value])
                href = self.href(self.selection.pairs(without=(name, value)))
                tags.append((str(self.index.facets[name].legend), label, href))
        words = {"gte": _("From year"), "lte": _("To year")}
        for name, year in self.selection.years.items():
            if year is not None:
                legend = words[self.listing.filterset.years()[name].lookup]
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

    @property
    def pager(self) -> Pager | None:
        if self.page_count == 1:
            return None
        pairs = self.selection.pairs()
        return Pager(self.number, self.page_count, lambda n: self.href([*pairs, ("page", n if n > 1 else "")]))

    @property
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

    @property
    def forms(self) -> list[tuple[Any, str, str]]:
        """Other forms of the same list: files, feeds, alerts."""
        query = query_string(self.selection.pairs())
        return [(label, address(self.listing, query), icon) for label, address, icon in REPRESENTATIONS]

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
