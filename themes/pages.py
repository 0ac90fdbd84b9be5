"""What the pages of the vocabularies show.

The things that carry a term live on the floors above: they are reached through reverse relations and through the
listings that those floors registered, and counted from the listings' bit sets, which costs no statement of their own.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from publishing.held import Held
from search.bitsets import FacetIndex
from search.listings import LISTINGS, drawn, indexes
from themes import charts
from themes.attach import vocabulary
from themes.models import Principle, Sector, Term, Theme

#: How many of each are shown on a term's own page, before 'all of them'.
SHOWN = 10


def counts(index: FacetIndex, facet: str) -> dict[str, int]:
    """How many published rows carry each value of the facet."""
    return {value: len(bits) for value, bits in index.bits[facet].items()}


def weakest(index: FacetIndex, bits: BitMap) -> str:
    """'one-review' or 'one-analysis' when that is the strength of every one of the learning points, else ''."""
    for strength in ("one-review", "one-analysis"):
        if bits and bits.issubset(index.of("strength", strength)):
            return strength
    return ""


def flag_words(strength: str) -> str:
    if strength == "one-review":
        return _("Thin evidence")
    return _("One analysis") if strength == "one-analysis" else ""


def of_themes() -> dict[str, Any]:
    """The themes of the mission, and the rest, each with its number of learning points and its flag."""
    index = LISTINGS["learning"].index()
    shown = []
    for theme in (one for one in vocabulary(Theme).values() if not one.retired):
        bits = index.of("theme", theme.slug)
        shown.append({"term": theme, "count": len(bits), "flag": flag_words(weakest(index, bits))})
    return {
        "mission_themes": [one for one in shown if one["term"].is_mission],
        "other_themes": sorted((one for one in shown if not one["term"].is_mission), key=lambda one: one["term"].name),
    }


def of_all_themes() -> dict[str, Any]:
    """The page of all themes: the same, and where those of the mission meet."""
    found = of_themes()
    mission = [one["term"] for one in found["mission_themes"]]
    return {**found, "matrix": charts.matrix(mission, LISTINGS["learning"].index())}


def of_theme(theme: Theme) -> dict[str, Any]:
    points, reviews, recommendations = indexes("learning", "review", "recommendation")
    bits = points.of("theme", theme.slug)
    review_bits = reviews.of("theme", theme.slug)
    asked = recommendations.of("theme", theme.slug)
    strength = weakest(points, bits)
    shown = _first(
        {"learning": (points, bits), "review": (reviews, review_bits), "recommendation": (recommendations, asked)}
    )
    return {
        "theme": theme,
        "points": shown["learning"],
        "point_count": len(bits),
        "evidence_words": _evidence_words(points, bits),
        "flag": flag_words(strength),
        "flag_sentence": _flag_sentence(strength),
        "reviews": shown["review"],
        "review_count": len(review_bits),
        "recommendations": shown["recommendation"],
        "recommendation_count": len(asked),
        "briefings": _briefings().get(theme, []),
        "together": charts.together(theme, points, bits),
        "chart": charts.by_year(theme, reviews, points),
        "links": {
            "points": charts.listing_href("learning", theme=theme.slug),
            "reviews": charts.listing_href("review", theme=theme.slug),
            "recommendations": charts.listing_href("recommendation", theme=theme.slug),
        },
    }


def _first(marked: dict[str, tuple[FacetIndex, BitMap]]) -> dict[str, list[Any]]:
    """The first marked rows of each kind, in the order of its list, drawn."""
    return drawn({kind: index.page(bits, "", 0, SHOWN) for kind, (index, bits) in marked.items()})


def _evidence_words(index: FacetIndex, bits: BitMap) -> str:
    """'17 learning points: 9 from several reviews, 6 from one analysis, 2 from one review.'"""
    total = len(bits)
    words = {
        "several": _("%(n)d from several reviews"),
        "one-analysis": _("%(n)d from one analysis"),
        "one-review": _("%(n)d from one review"),
        "none": _("%(n)d whose sources are all withdrawn"),
    }
    found = {strength: index.of("strength", strength).intersection_cardinality(bits) for strength in words}
    parts = [words[strength] % {"n": n} for strength, n in found.items() if n]
    counted = ngettext("One learning point", "%(n)d learning points", total) % {"n": total}
    return f"{counted}: {', '.join(parts)}." if parts else f"{counted}."


def _flag_sentence(strength: str) -> str:
    if not strength:
        return ""
    if strength == "one-review":
        return _(
            "Everything here was learned from one review at a time. It can still be true. Look for it where you work."
        )
    return _("Everything here rests on one analysis at a time. It can still be true. Look for it where you work.")


@Held
def _briefings() -> dict[Term, list[Any]]:
    """Published briefings by the themes and sectors that they carry, newest first. (A floor above: by reverse relation.)"""
    model: Any = Theme._meta.get_field("briefings").related_model
    found: dict[Term, list[Any]] = {}
    for briefing in model.objects.published().newest_first().prefetch_related("themes", "sectors"):
        for term in [*briefing.themes.all(), *briefing.sectors.all()]:
            found.setdefault(term, []).append(briefing)
    return found


def of_sectors() -> list[dict[str, Any]]:
    """Sectors that readers can choose as their role, with how many statements are for each."""
    asked, learned = (counts(index, "sector") for index in indexes("recommendation", "learning"))
    sectors = [
        one for one in vocabulary(Sector).values() if isinstance(one, Sector) and one.is_audience and not one.retired
    ]
    return [{"term": one, "count": asked.get(one.slug, 0) + learned.get(one.slug, 0)} for one in sectors]


def of_sector(sector: Sector) -> dict[str, Any]:
    """What is addressed to the sector first, then the learning that speaks to it."""
    points, recommendations = indexes("learning", "recommendation")
    asked = recommendations.of("sector", sector.slug)
    learned = points.of("sector", sector.slug)
    shown = _first({"recommendation": (recommendations, asked), "learning": (points, learned)})
    return {
        "sector": sector,
        "recommendations": shown["recommendation"],
        "points": shown["learning"],
        "briefings": _briefings().get(sector, []),
        "counts": {"recommendations": len(asked), "points": len(learned)},
        "links": {
            "points": charts.listing_href("learning", sector=sector.slug),
            "recommendations": charts.listing_href("recommendation", sector=sector.slug),
        },
    }


def of_principles() -> list[dict[str, Any]]:
    """The practice principles, each with the learning points that say what it asks for."""
    listing = LISTINGS["learning"]
    keys = listing.rows().filter(principles__isnull=False).distinct().order_by("code").values_list("pk", flat=True)
    points = listing.in_order(list(keys))
    listing.ready(points)
    return [
        {"principle": one, "points": [point for point in points if one in point.principle_list]}
        for one in vocabulary(Principle).values()
        if not one.retired
    ]
