"""Pages of themes, of sectors ('for your role') and of the practice principles."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from publishing.answers import of_version
from themes import glossary, pages
from themes.attach import vocabulary
from themes.models import Sector, Term, Theme

T = TypeVar("T", bound=Term)


def moved(term: Term) -> HttpResponse | None:
    """The way from a merged term to the one that replaced it."""
    return redirect(term.replaced_by, permanent=True) if term.replaced_by else None


def term_at(model: type[T], slug: str) -> T:
    """The term of that address, of the vocabulary that the process holds. Raises Http404."""
    for term in vocabulary(model).values():
        if term.slug == slug:
            return term  # type: ignore[return-value]
    raise Http404


@of_version
def theme_list(request: HttpRequest) -> HttpResponse:
    return render(request, "themes/theme_list.html", {**pages.of_all_themes(), "section": "themes"})


@of_version
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    theme = term_at(Theme, slug)
    context = {} if theme.replaced_by else {**pages.of_theme(theme), "section": "themes"}
    return moved(theme) or render(request, "themes/theme_detail.html", context)


@of_version
def sector_list(request: HttpRequest) -> HttpResponse:
    return render(request, "themes/sector_list.html", {"sectors": pages.of_sectors(), "section": "roles"})


@of_version
def sector_detail(request: HttpRequest, slug: str) -> HttpResponse:
    sector = term_at(Sector, slug)
    context = {} if sector.replaced_by else {**pages.of_sector(sector), "section": "roles"}
    return moved(sector) or render(request, "themes/sector_detail.html", context)


@of_version
def principles(request: HttpRequest) -> HttpResponse:
    return render(request, "themes/principles.html", {"principles": pages.of_principles(), "section": "themes"})


@of_version
def glossary_page(request: HttpRequest) -> HttpResponse:
    return render(request, "themes/glossary.html", {"words": glossary.words(), "section": "help"})
