"""Lists as Atom feeds (RFC 4287): what came to this site last, of what the list has found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any, NamedTuple

from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.utils.xmlutils import SimplerXMLGenerator

from exports.formats import Format
from exports.links import listing_href
from exports.records.parts import absolute
from publishing.held import Shelf
from publishing.models import ContentVersion
from reviews.citations import SITE, address
from search.facets import query_string
from search.listings import ListingPage
from themes.attach import attach_terms

#: Entries of a feed. A reader that asks once a week misses nothing unless more than these come in it.
ENTRIES = 30


class Feed(Atom1Feed):
    """Updated when one of its entries was; an empty one when anything here was. (Django's own says: now.)"""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """What is told is in English, in a Welsh feed too."""
        return {"xml:lang": "en-GB"}

    def latest_post_date(self) -> datetime:
        if self.items:
            return max(item["updateddate"] for item in self.items)
        changed = ContentVersion.objects.values_list("changed_at", flat=True).first()
        return changed or datetime.fromtimestamp(0, tz=UTC)

    def write_items(self, handler: Any) -> None:
        """The entries as they were written (SAX has no other name for what is not escaped again)."""
        for item in self.items:
            handler.ignorableWhitespace(item["written"])


class Entry(NamedTuple):
    """An entry as it stands in a feed, and when its thing changed."""

    written: str
    changed: datetime


#: Entries of one version of the content: those of many feeds are the same.
_WRITTEN: Shelf[Entry] = Shelf(4_000_000)


def newest(page: ListingPage) -> list[Entry]:
    """What was published here last of the list, each written once for each version of the content and language."""
    keys, state, language = page.last(ENTRIES), (page.index.version, ""), get_language()
    found = {pk: one for pk in keys if (one := _WRITTEN.get(state, (page.kind, pk, language)))}
    rows = page.listing.in_order([pk for pk in keys if pk not in found])
    attach_terms(rows)
    for row in rows:
        found[row.pk] = entry = Entry(_written(row), row.changed_at)
        _WRITTEN.put(state, (page.kind, row.pk, language), entry, 2 * len(entry.written))
    return [found[pk] for pk in keys if pk in found]


def _written(row: Any) -> str:
    """One entry, by Django's own feed of it alone."""
    title = getattr(row, "sentence", "") or row.title
    feed = Feed(title="", link="", description="")
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
    text = StringIO()
    Atom1Feed.write_items(feed, SimplerXMLGenerator(text, "utf-8", short_empty_elements=True))
    return text.getvalue()


def title_of(page: ListingPage) -> str:
    """'Reviews: Nation: England, Theme: Neglect - Learning Repository'."""
    chosen = ", ".join(f"{legend}: {label}" for legend, label, _href in page.tags)
    return " - ".join([f"{page.title}: {chosen}" if chosen else str(page.title), SITE])


def feed_of(page: ListingPage) -> Feed:
    query = query_string(page.selection.pairs())
    return Feed(
        title=title_of(page),
        link=absolute(page.href(page.selection.pairs())),
        feed_url=absolute(listing_href("atom", page.listing, query)),
        description="",
        subtitle=page.lead,
        language="cy" if get_language() == "cy" else "en-GB",
        author_name=SITE,
    )


def listing(page: ListingPage) -> Iterator[bytes]:
    feed = feed_of(page)
    feed.items += [{"written": one.written, "updateddate": one.changed} for one in newest(page)]
    yield feed.writeString("utf-8").encode()


FORMAT = Format(
    "atom", "application/atom+xml; charset=utf-8", _("Feed"), listing=listing, order=80, icon="follow", shown=True
)
