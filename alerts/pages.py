"""What the page for following a list shows of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.urls import Resolver404, resolve, reverse

from alerts.following import address_of, canonical
from search.listings import ListingPage


@dataclass(frozen=True)
class FollowPage:
    """`feed`: the address of the list's Atom feed; '' where this site has none."""

    listing: ListingPage
    feed: str
    too_long: bool = False

    @property
    def action(self) -> str:
        """The address of this page for the list, its filters in their one order."""
        query = canonical(self.listing)
        path = reverse("alerts:follow", args=[self.listing.kind])
        return f"{path}?{query}" if query else path

    @property
    def href(self) -> str:
        return address_of(self.listing)

    @property
    def ignored(self) -> list[str]:
        return self.listing.ignored

    @property
    def tags(self) -> list[tuple[str, str, str]]:
        """(facet, choice, address of this page without it)."""
        found = [(legend, label, href.partition("?")) for legend, label, href in self.listing.tags]
        return [(legend, label, self.clear_href + mark + query) for legend, label, (_path, mark, query) in found]

    @property
    def clear_href(self) -> str:
        return reverse("alerts:follow", args=[self.listing.kind])


def feed_of(page: ListingPage) -> str:
    """The feed stands beside the list: /reviews/?theme=x -> /reviews.atom?theme=x.

    Whatever makes it is beside this app in the house, and not known here; so the route is asked for by its address.
    """
    path, query = f"{page.action.rstrip('/')}.atom", canonical(page)
    with suppress(Resolver404):
        resolve(path)
        return f"{path}?{query}" if query else path
    return ""
