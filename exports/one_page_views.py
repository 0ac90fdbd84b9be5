"""The seven-minute briefing, as a page and as files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from briefings.models import Briefing
from exports import one_page
from exports.responses import as_file, busy_is_503, unchanged_is_304
from exports.things import THINGS


@require_safe
@busy_is_503
def seven_minutes(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The seven-minute briefing as a page; where the briefing is withdrawn, its tombstone."""
    briefing = get_object_or_404(Briefing.objects.public().select_related("publisher"), slug=slug)
    if briefing.is_withdrawn:
        return THINGS["briefing"].tombstone(request, slug)
    return render(request, "exports/seven_minutes.html", {**one_page.page_of(briefing), "section": "briefings"})


@require_safe
@unchanged_is_304
@busy_is_503
def seven_minutes_file(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    """The same as one page of PDF, or as a Word document with an action plan."""
    briefing = get_object_or_404(Briefing.objects.public().select_related("publisher"), slug=slug)
    if briefing.is_withdrawn:
        return THINGS["briefing"].tombstone(request, slug)
    if extension not in one_page.FILES:
        raise Http404
    name, media_type = f"{slug}-seven-minute.{extension}", one_page.FILES[extension][0]
    return as_file(
        request, one_page.made(briefing, extension), name=name, media_type=media_type, shown=extension == "pdf"
    )
