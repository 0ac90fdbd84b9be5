"""Files of lists and of single things."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from exports import links
from exports.api.examples import EXAMPLES
from exports.api.resources import RESOURCES
from exports.formats import all_formats
from exports.package import tables
from exports.records.vocabularies import NAMES
from exports.responses import as_file, busy_is_503, unchanged_is_304
from exports.things import THINGS, find
from publishing.answers import mark
from publishing.snapshots import key_of
from search.listings import LISTINGS, ListingPage


@require_safe
@unchanged_is_304
def listing_file(request: HttpRequest, kind: str, extension: str) -> HttpResponseBase:
    """What the list page at this address and query string has found: all pages of it."""
    found = all_formats()[extension]
    if kind not in LISTINGS or found.listing is None:
        raise Http404
    name = f"{THINGS[kind].folder}.{extension}"
    content = found.listing(ListingPage(LISTINGS[kind], request.GET))
    if isinstance(content, bytes):
        mark(request)
    return as_file(request, content, name=name, media_type=found.media_type, shown=found.shown)


@require_safe
@unchanged_is_304
@busy_is_503
def thing_file(request: HttpRequest, kind: str, key: str, extension: str) -> HttpResponseBase:
    """A single thing in another form; a withdrawn one answers as its page does."""
    found, row = all_formats()[extension], find(kind, key)
    if kind not in found.things:
        raise Http404
    if instead := getattr(row, "merged_into", None):
        address = reverse("exports:thing", kwargs={"kind": kind, "key": key_of(instead), "extension": extension})
        return redirect(address, permanent=True)
    if row.is_withdrawn:
        return THINGS[kind].tombstone(request, key)
    content = found.things[kind](row)
    return as_file(request, content, name=f"{key}.{extension}", media_type=found.media_type, shown=found.shown)


def api_page(request: HttpRequest) -> HttpResponse:
    """The documentation of the API."""
    return render(request, "exports/api.html", {"section": "", "examples": EXAMPLES, "resources": RESOURCES.values()})


def data_page(request: HttpRequest) -> HttpResponse:
    """What can be taken away as data, and what it means."""
    vocabularies = [(name, str(model._meta.verbose_name_plural)) for name, model in NAMES.items()]
    context = {"section": "", "lists": links.of_lists(), "tables": tables(), "vocabularies": vocabularies}
    return render(request, "exports/data.html", context)
