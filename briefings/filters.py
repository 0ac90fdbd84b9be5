"""The list of briefings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from briefings.models import Briefing
from publishing.prepared import Rows
from reviews.attach import publishers as all_publishers
from reviews.filters import publishers
from search.facets import Facet, ListingFilter, Sort, Year
from search.listings import Listing
from search.listings import register as register_listing
from themes.attach import attach_terms
from themes.drawing import by_component
from themes.filters import terms
from themes.models import Sector, Theme


class BriefingFilter(ListingFilter):
    kind = Facet("kind", legend=_("Topic or sector"), labels=lambda: dict(Briefing.Kind.choices))
    theme = Facet("themes__slug", legend=_("Theme"), labels=terms(Theme))
    sector = Facet("sectors__slug", legend=_("For"), labels=terms(Sector))
    publisher = Facet("publisher__slug", legend=_("Publisher"), labels=publishers)
    vars()["from"] = Year("date", "gte")  # 'from' is a word of the language
    to = Year("date", "lte")

    class Meta:
        model = Briefing
        fields: list[str] = []


def _newest(row: dict[str, Any]) -> tuple[bool, int]:
    return row["date"] is None, -row["date"].toordinal() if row["date"] else 0


SORTS = {
    "newest": Sort(_("Newest first"), ("date",), _newest),
    "title": Sort(_("By title"), ("title",), lambda row: row["title"].casefold()),
}


#: What a list shows of a briefing.
COLUMNS = (
    "id", "status", "published_at", "changed_at", "fictional", "slug", "title", "kind", "date", "date_precision",
    "summary", "publisher_id",
)  # fmt: skip


_rows = Rows(Briefing.objects.published, COLUMNS)


def read(briefing: Sequence[int] = ()) -> dict[str, dict[int, Any]]:
    """Published briefings by kind and key: one statement."""
    return {"briefing": _rows(briefing)}


def attach_for_lists(briefings: Sequence[Briefing]) -> None:
    """Terms and publisher for every briefing."""
    attach_terms(briefings)
    bodies = all_publishers()
    for one in briefings:
        if one.publisher_id in bodies:  # else it is read when it is asked for
            one.publisher = bodies[one.publisher_id]


def register() -> None:
    """Make the list known; called once the apps are ready."""
    register_listing(
        Listing(
            kind="briefing",
            url_name="briefings:list",
            title=_("Briefings"),
            lead=_("What many reviews teach about a topic or for a sector, each statement traced to its source."),
            noun_filter=_("Filter these briefings"),
            count_words=lambda n: ngettext("One briefing", "%(n)d briefings", n) % {"n": n},
            filterset=BriefingFilter,
            rows=Briefing.objects.published,
            read=read,
            ready=attach_for_lists,
            ready_to_draw=attach_for_lists,
            draw=by_component("row", "BriefingRow"),
            sorts=SORTS,
        )
    )
