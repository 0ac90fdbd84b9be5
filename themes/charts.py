"""What charts and tables of a theme show: numbers, and the sentence that says what they tell."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from pyroaring import BitMap

from publishing.addresses import address_of, here
from publishing.held import once
from search.bitsets import FacetIndex
from search.facets import query_string
from search.listings import LISTINGS
from themes.attach import vocabulary
from themes.models import Theme

#: Grounds of a cell of the matrix: for 1, for 2 or 3, for 4 to 7, for more.
DEPTHS = 4


def listing_href(kind: str, **choices: str) -> str:
    return address_of(LISTINGS[kind].url_name) + query_string(choices.items())


def both(index: FacetIndex, one: Theme, other: Theme) -> int:
    """How many learning points carry both themes."""
    key = "both", min(one.pk, other.pk), max(one.pk, other.pk)
    return once(key, lambda: index.of("theme", one.slug).intersection_cardinality(index.of("theme", other.slug)))


def both_href(one: Theme, other: Theme) -> str:
    """The list of the learning points that carry both."""
    return listing_href("learning", theme=one.slug, also=other.slug)


def together(theme: Theme, index: FacetIndex, bits: BitMap) -> list[dict[str, Any]]:
    """Themes that learning points of this one also carry, the commonest first."""
    return once(("together", theme.pk, *here()), lambda: _together(theme, index, bits))


def _together(theme: Theme, index: FacetIndex, bits: BitMap) -> list[dict[str, Any]]:
    others = [other for other in vocabulary(Theme).values() if other.pk != theme.pk and not other.retired]
    shared = [(other, both(index, theme, other)) for other in others]
    ranked = sorted((pair for pair in shared if pair[1]), key=lambda pair: -pair[1])[:8]
    total = len(bits)
    return [
        {"theme": other, "n": n, "of": total, "href": other.get_absolute_url(), "both_href": both_href(theme, other)}
        for other, n in ranked
    ]


def matrix(themes: list[Theme], index: FacetIndex) -> list[dict[str, Any]]:
    """A row for each theme, with a cell for each: learning points that carry both; on the diagonal all of the theme."""
    counts = {(one.pk, other.pk): both(index, one, other) for one in themes for other in themes}
    return [
        {
            "theme": one,
            "cells": [
                {
                    "theme": other,
                    "n": counts[one.pk, other.pk],
                    "own": one.pk == other.pk,
                    "depth": min(DEPTHS, counts[one.pk, other.pk].bit_length()),
                    "href": both_href(one, other),
                }
                for other in themes
            ],
        }
        for one in themes
    ]


def _years(index: FacetIndex, theme: Theme) -> dict[int, int]:
    """How many of the rows with the theme are of each year."""
    bits = index.of("theme", theme.slug)
    years = index.year_bits.items()
    return {year: n for year, found in years if (n := found.intersection_cardinality(bits))}


def by_year(theme: Theme, reviews: FacetIndex, points: FacetIndex) -> dict[str, Any] | None:
    """Reviews of a theme by year of publication, and its learning points by the year of the earliest review that
    each was learned from; None where no year is known."""
    return once(("years", theme.pk, get_language()), lambda: _by_year(theme, reviews, points))


def _by_year(theme: Theme, reviews: FacetIndex, points: FacetIndex) -> dict[str, Any] | None:
    carried, learned = _years(reviews, theme), _years(points, theme)
    known = sorted({*carried, *learned})
    if not known:
        return None
    years = [
        {"year": year, "reviews": carried.get(year, 0), "points": learned.get(year, 0)}
        for year in range(known[0], known[-1] + 1)
    ]
    return {
        "years": years,
        "sentence": _sentence(carried, learned),
        "rest": _rest(
            len(points.of("theme", theme.slug)) - sum(learned.values()),
            len(reviews.of("theme", theme.slug)) - sum(carried.values()),
        ),
    }


def _span(years: list[int]) -> str:
    """'in 2016', 'between 2016 and 2025'."""
    if len(years) == 1:
        return _("in %(year)d") % {"year": years[0]}
    return _("between %(first)d and %(last)d") % {"first": years[0], "last": years[-1]}


def _gaps(years: list[int]) -> list[tuple[int, int]]:
    """The runs of years in between that have nothing: [2016, 2017, 2020] -> [(2018, 2019)]."""
    missing = sorted(set(range(years[0], years[-1])) - set(years))
    runs = [[year for _n, year in run] for _d, run in groupby(enumerate(missing), lambda pair: pair[1] - pair[0])]
    return [(run[0], run[-1]) for run in runs]


def _sentence(carried: dict[int, int], learned: dict[int, int]) -> str:
    """The finding: reviews and learning points apart, each with its own years, and what the gaps mean."""
    parts = [_("No review with a date carries this theme.")]
    if carried:
        n = sum(carried.values())
        what = ngettext("One review carries this theme", "%(n)d reviews carry this theme", n) % {"n": n}
        parts = [_("%(what)s, published %(when)s.") % {"what": what, "when": _span(sorted(carried))}]
    if learned:
        n = sum(learned.values())
        what = ngettext("One learning point", "%(n)d learning points", n) % {"n": n}
        when = _span(sorted(learned))
        parts.append(_("%(what)s: first read in a review published %(when)s.") % {"what": what, "when": when})
    gaps = _gaps(sorted(carried)) if carried else []
    if gaps:
        runs = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in gaps)
        parts.append(
            _("No review here carries it in %(years)s; that says what was added, not what happened.") % {"years": runs}
        )
    return " ".join(parts)


def _rest(n: int, undated: int) -> str:
    """What the chart leaves out: learning points of sets and of reviews without a date, and those reviews."""
    parts = []
    if undated:
        words = ngettext(
            "One review of this theme has no date, and stands in no year.",
            "%(n)d reviews of this theme have no date, and stand in no year.",
            undated,
        )
        parts.append(words % {"n": undated})
    words = ngettext(
        "One more learning point was read in a set of reviews, or in a review without a date.",
        "%(n)d more learning points were read in sets of reviews, or in reviews without a date.",
        n,
    )
    if n:
        parts.append(words % {"n": n})
    return " ".join(parts)
