"""Pages of reviews, sets of reviews, learning points and recommendations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from publishing.answers import of_version
from publishing.prepared import ByName
from reviews import pages
from reviews.models import CaseReview, EvidenceSet, LearningPoint, Recommendation
from search.listings import LISTINGS, ListingPage

#: Published ones and tombstones, by what stands in their addresses.
_review = ByName(CaseReview.objects.public, "slug")
_recommendation = ByName(Recommendation.objects.public, "code")
_point = ByName(
    LearningPoint.objects.public,
    "code",
    *(f"{key}__{name}" for key in ("superseded_by", "merged_into") for name in ("id", "status", "code")),
)


@of_version
def review_list(request: HttpRequest) -> HttpResponse:
    listing = ListingPage(LISTINGS["review"], request.GET)
    return render(request, "search/list.html", {"listing": listing, "section": "reviews"})


@of_version
def learning_list(request: HttpRequest) -> HttpResponse:
    listing = ListingPage(LISTINGS["learning"], request.GET)
    return render(request, "search/list.html", {"listing": listing, "section": "learning"})


@of_version
def recommendation_list(request: HttpRequest) -> HttpResponse:
    listing = ListingPage(LISTINGS["recommendation"], request.GET)
    return render(request, "search/list.html", {"listing": listing, "section": "recommendations"})


@of_version
def review_detail(request: HttpRequest, slug: str) -> HttpResponse:
    review = _review(slug)
    if review.is_withdrawn:
        return gone(request, pages.tombstone_of_review(review))
    return render(request, "reviews/review_detail.html", {**pages.of_review(review), "section": "reviews"})


@of_version
def set_detail(request: HttpRequest, slug: str) -> HttpResponse:
    one = get_object_or_404(EvidenceSet.objects.public().select_related("size_document"), slug=slug)
    if one.is_withdrawn:
        return gone(request, pages.tombstone_of_set(one))
    return render(request, "reviews/set_detail.html", {**pages.of_set(one), "section": "reviews"})


@of_version
def learning_detail(request: HttpRequest, code: str) -> HttpResponse:
    point = _point(code)
    if point.merged_into_id:
        return redirect(point.merged_into, permanent=True)
    if point.is_withdrawn:
        return gone(request, pages.tombstone_of_statement(point, "learning"))
    return render(request, "reviews/learning_detail.html", {**pages.of_point(point), "section": "learning"})


@of_version
def recommendation_detail(request: HttpRequest, code: str) -> HttpResponse:
    recommendation = _recommendation(code)
    if recommendation.is_withdrawn:
        return gone(request, pages.tombstone_of_statement(recommendation, "recommendation"))
    context = {**pages.of_recommendation(recommendation), "section": "recommendations"}
    return render(request, "reviews/recommendation_detail.html", context)


def gone(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """The tombstone of a withdrawn thing."""
    return render(request, "reviews/tombstone.html", {"section": "", **context}, status=410)
