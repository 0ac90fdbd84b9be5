"""Where the files stand: at the address of the page, with an extension in the place of its last stroke."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from exports import formats
from publishing.addresses import address_of
from search.listings import LISTINGS, Listing, represent


def listing_href(extension: str, listing: Listing, query: str) -> str:
    """'/reviews.csv?theme=x' for the list of reviews and the query string of its page."""
    return f"{address_of(listing.url_name).rstrip('/')}.{extension}{query}"


def thing_href(row: Any, extension: str) -> str:
    """'/learning/LP-0042.ris'."""
    return f"{row.get_absolute_url().rstrip('/')}.{extension}"


def forms_of(kind: str, row: Any) -> list[tuple[Any, str, str]]:
    """The forms of a thing as data, for machines and reference lists: (label, address, icon). A global of the templates."""
    return [(one.label, thing_href(row, one.extension), one.icon) for one in formats.of_thing(kind) if not one.read]


def handouts_of(kind: str, row: Any) -> list[tuple[Any, str, str]]:
    """Its forms to be read and handed round, in the same shape; of a briefing the seven-minute one comes first."""
    short = (
        [(_("Seven minutes"), reverse("exports:seven-minutes", args=[row.slug]), "file")] if kind == "briefing" else []
    )
    files = [(one.label, thing_href(row, one.extension), one.icon) for one in formats.of_thing(kind) if one.read]
    return [*short, *files]


def of_lists() -> list[tuple[Any, list[tuple[Any, str, str]]]]:
    """(title of the list, its files) for every list, as a whole."""
    return [
        (one.title, [(form.label, listing_href(form.extension, one, ""), form.icon) for form in formats.of_listings()])
        for one in LISTINGS.values()
    ]


def register() -> None:
    """Let every list page link its files."""
    for one in formats.of_listings():
        represent(one.label, partial(listing_href, one.extension), one.icon)
