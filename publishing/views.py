"""The one public page of this floor: what a curator shares with a reviewer who has no account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language

from publishing import preview


def shared_preview(request: HttpRequest) -> HttpResponse:
    shared = preview.shared_by(request.GET.get("link", "")[:2000])
    if shared is not None and shared.row is not None:
        if shared.ended:
            return preview.never_kept(HttpResponseRedirect(shared.row.get_absolute_url()))
        try:
            return preview.render(shared.row, request, get_language() or "en-gb")
        except preview.NoPreview:
            shared = preview.Shared(None, "changed")
    context = {"ended": shared.ended if shared else "", "section": ""}
    return preview.never_kept(render(request, "publishing/preview_ended.html", context, status=410 if shared else 404))
