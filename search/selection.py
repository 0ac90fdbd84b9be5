"""What a query string asks of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from search.bitsets import FacetIndex
from search.facets import RESERVED, WHOLE, Facet, quoted
from search.words import clean

if TYPE_CHECKING:
    from search.listings import Listing

#: The order by which the best match comes first.
RELEVANCE = "relevance"


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
