"""Search over everything that is published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from publishing.answers import of_version
from search.results import Results


@of_version
def search(request: HttpRequest) -> HttpResponse:
    results = Results.of(request.GET)
    context = {"q": results.q, "results": results if results.q else None, "section": ""}
    return render(request, "search/search.html", context)
