"""Lists as Atom feeds (RFC 4287): what came to this site last, of what the list has found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from exports.formats import Format
from exports.links import listing_href
from exports.records.parts import absolute
from publishing.models import ContentVersion
from reviews.citations import SITE, address
from search.facets import query_string
from search.listings import ListingPage

#: Entries of a feed. A reader that asks once a week misses nothing unless more than these come in it.
ENTRIES = 100


class Feed(Atom1Feed):
    """Updated when one of its entries was; an empty one when anything here was. (Django's own says: now.)"""

    def __init__(self, *args: Any, changed: datetime, **kwargs: Any) -> None:
        self.changed = changed
        super().__init__(*args, **kwargs)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """What is told is in English, in a Welsh feed too."""
        return {"xml:lang": "en-GB"}

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=self.changed)


def newest(page: ListingPage) -> list[Any]:
    """The rows of the list that were published here last, ready to be shown."""
    found = set(page.ids())
    keys = page.listing.rows().order_by("-published_at", "-pk").values_list("pk", flat=True).iterator(chunk_size=2000)
    rows = page.listing.in_order(list(islice((key for key in keys if key in found), ENTRIES)))
    page.listing.ready(rows)
    return rows


def title_of(page: ListingPage) -> str:
    """'Reviews: Nation: England, Theme: Neglect - Learning Repository'."""
    chosen = ", ".join(f"{legend}: {label}" for legend, label, _href in page.tags)
    return " - ".join([f"{page.title}: {chosen}" if chosen else str(page.title), SITE])


def feed_of(page: ListingPage) -> Feed:
    query = query_string(page.selection.pairs())
    version = ContentVersion.objects.values_list("changed_at", flat=True).first()
    return Feed(
        title=title_of(page),
        link=absolute(page.href(page.selection.pairs())),
        feed_url=absolute(listing_href("atom", page.listing, query)),
        description="",
        subtitle=page.lead,
        language="cy" if get_language() == "cy" else "en-GB",
        author_name=SITE,
        changed=version or datetime.fromtimestamp(0, tz=UTC),
    )


def listing(page: ListingPage) -> Iterator[bytes]:
    feed = feed_of(page)
    for row in newest(page):
        title = getattr(row, "sentence", "") or row.title
        feed.add_item(
            title=f"{row.code}: {title}" if hasattr(row, "code") else title,
            link=absolute(row.get_absolute_url()),
            description=getattr(row, "summary", "") or getattr(row, "detail", "") or title,
            # The same in every language: a reader who follows both is told once.
            unique_id=address(row),
            pubdate=row.published_at,
            updateddate=row.changed_at,
            categories=[theme.name for theme in row.theme_list],
        )
    yield feed.writeString("utf-8").encode()


FORMAT = Format(
    "atom", "application/atom+xml; charset=utf-8", _("Feed"), listing=listing, order=80, icon="follow", shown=True
)
