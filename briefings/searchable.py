"""Briefings as things that can be searched for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from briefings.models import Briefing
from publishing.prepared import hold_one
from reviews.attach import publishers
from search.kinds import Kind, Shown
from search.kinds import register as register_kind


def shown(briefing: Briefing) -> Shown:
    about = [briefing.publisher.name, briefing.published_text]
    return Shown(briefing.title, briefing.get_absolute_url(), briefing.slug, briefing.kicker, about, briefing.fictional)


def ready(*groups: Sequence[Briefing]) -> None:
    for briefings in groups:
        prefetch_related_objects(briefings, "sections")


def publisher_of(briefings: Mapping[int, Briefing]) -> None:
    bodies = publishers() if briefings else {}
    for one in briefings.values():
        hold_one(one, "publisher", bodies.get(one.publisher_id))


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
            ("slug", "title", "kind", "date", "date_precision", "publisher_id", "fictional"),
            together=publisher_of,
            titled=True,
        )
    )
