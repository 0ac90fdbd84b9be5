"""Reviews, learning points and recommendations as things that can be searched for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from reviews.attach import attach, attach_evidence
from reviews.models import CaseReview, LearningPoint, Recommendation
from search.kinds import Kind, Shown
from search.kinds import register as register_kind
from themes.attach import attach_terms


def shown_point(point: LearningPoint) -> Shown:
    about = [point.code, point.evidence_view.words, point.evidence_view.flag]
    return Shown(
        point.statement, point.get_absolute_url(), point.code, str(point.get_kind_display()), [x for x in about if x]
    )


def shown_review(review: CaseReview) -> Shown:
    about = [review.kind_words, review.published_text]
    return Shown(review.title, review.get_absolute_url(), review.reference, _t("Review"), about)


def shown_recommendation(one: Recommendation) -> Shown:
    addressed = ", ".join(sector.name for sector in one.addressed_list)
    about = [one.code, _t("For %(sectors)s") % {"sectors": addressed} if addressed else ""]
    return Shown(one.text, one.get_absolute_url(), one.code, _t("Recommendation"), [x for x in about if x])


def ready_to_show(*groups: Sequence[Any]) -> None:
    """Evidence for the learning points, terms for the recommendations; a review shows facts of its own row."""
    attach_evidence([row for group in groups for row in group if isinstance(row, LearningPoint)])
    attach_terms(*([row for row in group if isinstance(row, Recommendation)] for group in groups))


def register() -> None:
    """Make the three kinds searchable; called once the apps are ready."""
    reviews = CaseReview.objects.published().select_related("review_type").all
    points = LearningPoint.objects.published
    register_kind(Kind("learning", _("Learning points"), LearningPoint, points, shown_point, attach, ready_to_show))
    register_kind(Kind("review", _("Reviews"), CaseReview, reviews, shown_review, attach, ready_to_show))
    register_kind(
        Kind(
            "recommendation",
            _("Recommendations"),
            Recommendation,
            Recommendation.objects.published,
            shown_recommendation,
            attach,
            ready_to_show,
        )
    )
