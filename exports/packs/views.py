"""The pack that a reader is putting together, a pack that somebody has shared, and its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_cookie

from exports import formats, store
from exports.gather import as_at, whole
from exports.packs.changing import Change, change
from exports.packs.contents import LONGEST_HEADING, MOST_THINGS, Pack, heading_of, key_of
from exports.packs.gathering import Collected, kicker
from exports.packs.keeping import keep, kept
from exports.responses import as_file, busy_is_503
from publishing.guard import own_forms_only, private
from search.facets import query_string


@own_forms_only
@private
@vary_on_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: HttpRequest) -> HttpResponse:
    """With a pack in the address: that pack, to read and take away. Without one: the reader's own, to put in order."""
    if request.method == "POST":
        return _changed(request)
    if "things" in request.GET:
        return _shared(request)
    return _own(request, Change(kept(request), request.GET.get("said", ""), key_of(request.GET.get("key", ""))))


@require_safe
@private
@busy_is_503
def pack_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The pack in the address as a file. It holds a reader's words, so no copy of it is kept."""
    found = formats.all_formats()[extension]
    shown, _troubles = Pack.of_query(request.GET)
    if found.pack is None:
        raise Http404
    if not shown.keys:
        return redirect("exports:pack")
    collected = Collected(shown)
    writes = found.pack
    content = store.in_passing(lambda: writes(collected), shown.address, extension) if found.read else writes(collected)
    return as_file(request, content, name=f"evidence-pack.{extension}", media_type=found.media_type, shown=found.shown)


def _shared(request: HttpRequest) -> HttpResponse:
    shown, troubles = Pack.of_query(request.GET)
    collected = Collected(shown)
    context = {
        "collected": collected,
        "kicker": kicker(shown),
        "troubles": troubles,
        "forms": _forms(collected.pack),
        "as_at": as_at(),
        "begun": len(kept(request).keys),
    }
    return _page(request, "pack_shared", context)


def _own(request: HttpRequest, done: Change, given: str | None = None) -> HttpResponse:
    collected = Collected(done.pack)
    context = {
        "collected": collected,
        "done": done,
        "heading": done.pack.heading if given is None else given,
        "back": _way_back(request.GET.get("back", "")),
        "address": whole(collected.pack.address),
        "forms": _forms(collected.pack),
        "most": {"things": MOST_THINGS, "heading": LONGEST_HEADING},
    }
    return _page(request, "pack", context)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"exports/{name}.html", {"section": "", **context})


def _forms(shown: Pack) -> list[tuple[Any, str, str]]:
    """The files of a pack: (label, address, icon)."""
    return [(one.label, shown.file(one.extension), one.icon) for one in formats.of_packs()] if shown.keys else []


def _changed(request: HttpRequest) -> HttpResponse:
    """Do what was pressed, keep it, and show the page anew: a second look sends nothing twice."""
    held, form = kept(request), request.POST
    if "add" in form:
        return _added(request, held, form["add"].replace(",", " ").split()[:MOST_THINGS])
    if "copy" in form or "join" in form:
        given, _troubles = Pack.of_query(form)
        if "join" in form:
            return _added(request, held, list(given.keys))
        return keep(redirect(_said("copied")), given)
    done = change(Collected(held).pack, form)
    if done.trouble:
        return keep(_own(request, done, heading_of(form.get("heading", ""))), done.pack)
    place = f"#place-{done.key}" if done.said == "moved" else ""
    return keep(redirect(f"{_said(done.said, done.key)}{place}"), done.pack)


def _added(request: HttpRequest, held: Pack, given: list[str]) -> HttpResponse:
    """Put what is published of these at the end."""
    keys = [key for text in given if (key := key_of(text))]
    new = [entry.key for entry in Collected(Pack(tuple(dict.fromkeys(keys)))).shown]
    pack, left_out = held.added(new)
    said = "full" if left_out else "unknown" if len(new) < len(given) else "added" if pack != held else "there"
    key = new[0] if len(new) == 1 else ""
    return keep(redirect(_said(said, key, back=_came_from(request, key))), pack)


def _said(said: str, key: str = "", back: str = "") -> str:
    return f"{reverse('exports:pack')}{query_string([('said', said), ('key', key), ('back', back)])}"


def _came_from(request: HttpRequest, key: str) -> str:
    """The page on which the button stands, at the place of the thing; '' where the browser does not tell, or it is ours."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or came.path == reverse("exports:pack"):
        return ""
    path = f"{came.path}?{came.query}" if came.query else came.path
    return path if len(path) < 2000 else came.path


def _way_back(path: str) -> str:
    """The address within this site, to be led back to; '' for anything else."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith(("//", "/\\")):
        return ""
    try:
        resolve(parts.path)
    except Resolver404:
        return ""
    return path
