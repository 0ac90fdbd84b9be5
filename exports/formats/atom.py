"""Lists as Atom feeds (RFC 4287): what came to this site last, of what the list has found."""

from __future__ import annotations

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
    """Django's, which says when it was updated: `updated`. (Django itself says: now, where there are no entries.)"""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """What is told is in English, in a Welsh feed too."""
        return {"xml:lang": "en-GB"}

    def latest_post_date(self) -> datetime:
        updated: datetime = self.feed["updated"]
        return updated


class Entry(NamedTuple):
    """An entry as it stands in a feed, and when its thing changed."""

    written: bytes
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
        _WRITTEN.put(state, (page.kind, row.pk, language), entry, len(entry.written))
    return [found[pk] for pk in keys if pk in found]


def _written(row: Any) -> bytes:
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
    feed.write_items(SimplerXMLGenerator(text, "utf-8", short_empty_elements=True))
    return text.getvalue().encode()


def updated(entries: list[Entry]) -> datetime:
    """When one of the entries last changed; where there are none, when anything here did."""
    if entries:
        return max(one.changed for one in entries)
    changed = ContentVersion.objects.values_list("changed_at", flat=True).first()
    return changed or datetime.fromtimestamp(0, tz=UTC)


def title_of(page: ListingPage) -> str:
    """'Reviews: Nation: England, Theme: Neglect - Learning Repository'."""
    chosen = ", ".join(f"{legend}: {label}" for legend, label, _href in page.tags)
    return " - ".join([f"{page.title}: {chosen}" if chosen else str(page.title), SITE])


def feed_of(page: ListingPage, entries: list[Entry]) -> Feed:
    """What the feed says of itself, and of when its entries changed; they are not in it."""
    query = query_string(page.selection.pairs())
    return Feed(
        title=title_of(page),
        link=absolute(page.href(page.selection.pairs())),
        feed_url=absolute(listing_href("atom", page.listing, query)),
        description="",
        subtitle=page.lead,
        language="cy" if get_language() == "cy" else "en-GB",
        author_name=SITE,
        updated=updated(entries),
    )


def listing(page: ListingPage) -> bytes:
    """The feed, its entries put in as they were written."""
    entries = newest(page)
    head, end, _nothing = feed_of(page, entries).writeString("utf-8").encode().rpartition(b"</feed>")
    return b"".join([head, *(one.written for one in entries), end])


FORMAT = Format(
    "atom", "application/atom+xml; charset=utf-8", _("Feed"), listing=listing, order=80, icon="follow", shown=True
)
