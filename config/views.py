"""The home page, the pages about the site, and its vital signs."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from briefings.models import Briefing
from publishing.addresses import here
from publishing.answers import of_version
from publishing.held import Held, once
from reviews.attach import attach_evidence
from reviews.filters import well_founded
from reviews.models import CaseReview, EvidenceSet, LearningPoint
from search.listings import indexes
from themes import pages as theme_pages

#: When the accessibility statement was last brought in line with docs/accessibility.md.
STATEMENT_WRITTEN = datetime.date(2026, 11, 25)
#: Things shown under 'new here'.
NEWEST = 5
#: Sources of the learning point that the home page opens with, at the most.
SAMPLE_SOURCES = 4
#: It is looked for among so many of the best founded: among a million the database would take a second.
AMONG = 200


@of_version
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "config/home.html", {**once(("home", *here()), front), "section": ""})


def front() -> dict[str, Any]:
    """What the home page shows."""
    counted = figures()  # first: it brings up the lists that all the rest asks
    rows = read_for_home()
    return {
        **theme_pages.of_themes(),
        "figures": counted | {"briefings": len(rows.briefings), "sets": rows.sets},
        "sample": rows.sample,
        "changes": newest(rows.briefings, rows.reviews),
        "roles": theme_pages.of_sectors(),
        "briefings": rows.briefings,
    }


class Front(NamedTuple):
    """Rows of the home page: all briefings, the reviews published last, how many sets there are, a learning point."""

    briefings: list[Briefing]
    reviews: list[CaseReview]
    sets: int
    sample: LearningPoint | None


@Held
def read_for_home() -> Front:
    briefings = list(Briefing.objects.published().select_related("publisher").newest_first())
    return Front(briefings, newest_reviews(), EvidenceSet.objects.published().count(), sample())


def figures() -> dict[str, int]:
    """How much of each kind is published."""
    points, reviews, recommendations = (len(index.ids) for index in indexes("learning", "review", "recommendation"))
    return {"points": points, "reviews": reviews, "recommendations": recommendations}


def sample() -> LearningPoint | None:
    """A well founded learning point whose thread is short enough to be read at a glance: the thread on a real one."""
    best = well_founded(SAMPLE_SOURCES, AMONG)
    short = LearningPoint.objects.published().filter(evidence_count__lte=SAMPLE_SOURCES)
    short = short.select_related("superseded_by").order_by("-review_count", "code")
    found: LearningPoint | None = short.filter(pk__in=best).first() or short.first()
    attach_evidence([found] if found else [])
    return found


def newest_reviews() -> list[CaseReview]:
    """The reviews that were published last, counted for those alone."""
    last = CaseReview.objects.published().order_by("-published_at", "-publication_date").values("pk")[:NEWEST]
    reviews = CaseReview.objects.filter(pk__in=last).select_related("review_type").with_counts()
    return list(reviews.order_by("-published_at", "-publication_date"))


def newest(briefings: list[Briefing], reviews: list[CaseReview]) -> list[dict[str, Any]]:
    """What was published last: briefings and reviews, the newest first."""
    last = sorted([*briefings, *reviews], key=lambda one: one.published_at, reverse=True)[:NEWEST]
    return [
        {
            "date": one.published_at,
            "text": one.title if isinstance(one, Briefing) else one.citation_label,
            "what": _("a briefing") if isinstance(one, Briefing) else review_words(one),
            "href": one.get_absolute_url(),
        }
        for one in last
    ]


def review_words(review: Any) -> str:
    """'joint targeted area inspection, with 14 learning points'."""
    points = ngettext("one learning point", "%(n)d learning points", review.point_count) % {"n": review.point_count}
    return _("%(type)s, with %(points)s") % {"type": review.review_type.name, "points": points}


@of_version
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "config/about.html", {"section": ""})


@of_version
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "config/accessibility.html", {"written_on": STATEMENT_WRITTEN, "section": ""})


@of_version
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "config/privacy.html", {"section": ""})


@of_version
def cover_your_tracks(request: HttpRequest) -> HttpResponse:
    return render(request, "config/cover_your_tracks.html", {"section": "help"})


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the site can answer: it asks the database for one row. Takes no host name of the reader into account."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /alerts/",
        "Disallow: /cy/alerts/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("favicon.svg"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", {"section": ""}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request: whatever broke must not break this page too."""
    return HttpResponseServerError(render_to_string("500.html", {"section": ""}))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"section": ""}, status=403)
