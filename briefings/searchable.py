"""Briefings as things that can be searched for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from briefings.models import Briefing
from search.kinds import Kind, Shown
from search.kinds import register as register_kind


def shown(briefing: Briefing) -> Shown:
    about = [briefing.publisher.name, briefing.published_text]
    return Shown(briefing.title, briefing.get_absolute_url(), briefing.slug, briefing.kicker, about, briefing.fictional)


def ready(*groups: Sequence[Briefing]) -> None:
    for briefings in groups:
        prefetch_related_objects(briefings, "sections")


def register() -> None:
    """Make briefings searchable; called once the apps are ready."""
    register_kind(
        Kind(
            "briefing",
            _("Briefings"),
            Briefing,
            lambda: Briefing.objects.published().select_related("publisher"),
            shown,
            ready,
            lambda *groups: None,
            titled=True,
        )
    )
