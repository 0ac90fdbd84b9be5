"""A list as it is followed: what identifies its filter, what it is called, and which things are in it."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from alerts.models import FollowedList
from search.facets import RESERVED, query_string
from search.listings import LISTINGS, ListingPage

#: Longest canonical query that can be followed; a filter of thirty choices has some 700 characters.
LONGEST_QUERY = 1500
#: The list of the newsletter: all case reviews.
NEWSLETTER = "review"


def canonical(page: ListingPage) -> str:
    """The one query string, without '?', of all that ask for the same results in whatever order."""
    pairs = [(name, value) for name, value in page.selection.pairs() if name != "sort"]
    return query_string(sorted((name, str(value)) for name, value in pairs if value not in (None, "")))[1:]


def page_of(followed: FollowedList) -> ListingPage:
    return ListingPage(LISTINGS[followed.kind], QueryDict(followed.query))


def has_lost_a_choice(page: ListingPage, query: str) -> bool:
    """Whether a filter of the query has no choice left that exists: without it the list would be wider than what was
    asked for, so that such a list is matched by nothing."""
    selection = page.selection
    for name in QueryDict(query):
        if name in selection.values:
            lost = not selection.values[name]
        elif name in selection.years:
            lost = selection.years[name] is None
        else:
            lost = name not in RESERVED
        if lost:
            return True
    return False


def matching(followed: FollowedList, ids: list[int]) -> list[int]:
    """Those of the things that are in the list at this moment, in the order given."""
    if followed.kind not in LISTINGS:
        return []
    page = page_of(followed)
    return [] if has_lost_a_choice(page, followed.query) else page.among(ids)


def chosen(page: ListingPage) -> list[str]:
    """The filters in words: ['Theme: Neglect', 'Nation: Wales']."""
    return [f"{legend}: {label}" for legend, label, _href in page.tags]


def in_words(page: ListingPage) -> str:
    """'Reviews, with Theme: Neglect; Nation: Wales'."""
    return "; ".join([str(page.title), *chosen(page)])


def address_of(page: ListingPage) -> str:
    """The path of the list itself, with its filters."""
    query = canonical(page)
    return f"{page.action}?{query}" if query else page.action


def described(followed: FollowedList) -> dict[str, Any]:
    """What a page shows of a followed list."""
    page = page_of(followed)
    return {
        "title": page.title,
        "chosen": chosen(page),
        "href": address_of(page),
        "lost": has_lost_a_choice(page, followed.query),
    }
