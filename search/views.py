"""Search over everything that is published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.answers import of_version
from search.results import Results
from search.suggestions import suggestions


@of_version
def search(request: HttpRequest) -> HttpResponse:
    results = Results.of(request.GET)
    context = {"q": results.q, "results": results if results.q else None, "section": ""}
    return render(request, "search/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What the box offers while a reader types, for its script. Nobody keeps it: neither we, nor a cache on the way."""
    found = [{"text": one.text, "says": one.says} for one in suggestions(request.GET.get("q", ""))]
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return JsonResponse({"suggestions": found}, headers=headers)
