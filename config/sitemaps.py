"""Addresses of everything published, for search engines."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from briefings.models import Briefing
from publishing.models import Publishable
from reviews.models import CaseReview, EvidenceSet, LearningPoint, Recommendation
from themes.models import Sector, Theme


class Published(Sitemap):
    """The published rows of one model."""

    def __init__(self, model: type[Publishable]) -> None:
        self.model = model

    def items(self) -> QuerySet[Any]:
        return self.model.objects.published().order_by("pk")

    def lastmod(self, row: Publishable) -> Any:
        return row.changed_at


class Terms(Sitemap):
    def items(self) -> list[Any]:
        return [*Theme.objects.current(), *Sector.objects.current()]


class Fixed(Sitemap):
    def items(self) -> list[str]:
        names = "home briefings:list reviews:list reviews:learning-list reviews:recommendation-list themes:list themes:sector-list"
        return [
            *names.split(),
            "themes:principles",
            "themes:glossary",
            "briefings:help",
            "about",
            "accessibility",
            "privacy",
        ]

    def location(self, name: str) -> str:
        return reverse(name)


SITEMAPS: dict[str, Any] = {
    "pages": Fixed(),
    "terms": Terms(),
    **{
        model._meta.model_name: Published(model)
        for model in (Briefing, CaseReview, EvidenceSet, LearningPoint, Recommendation)
    },
}
