"""Pages of briefings, and help."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from briefings import pages
from briefings.models import Briefing, Helpline
from publishing.answers import of_version
from publishing.prepared import ByName
from search.listings import LISTINGS, ListingPage

_briefing = ByName(Briefing.objects.public, "slug")


@of_version
def briefing_list(request: HttpRequest) -> HttpResponse:
    listing = ListingPage(LISTINGS["briefing"], request.GET)
    return render(request, "search/list.html", {"listing": listing, "section": "briefings"})


@of_version
def briefing_detail(request: HttpRequest, slug: str) -> HttpResponse:
    briefing = _briefing(slug)
    if briefing.is_withdrawn:
        context = {"section": "briefings", **pages.tombstone_of(briefing)}
        return render(request, "reviews/tombstone.html", context, status=410)
    pages.read_parts(briefing)
    return render(request, "briefings/briefing_detail.html", {**pages.of_briefing(briefing), "section": "briefings"})


@of_version
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "briefings/help.html", {"helplines": list(Helpline.objects.verified()), "section": "help"})
