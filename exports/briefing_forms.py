"""The forms of one briefing, each drawn from its outline and kept until the content changes."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from briefings.models import Briefing
from exports import store
from exports.gather import of_briefing
from exports.outline import Outline


def help_url() -> str:
    return f"{settings.SITE_URL}{reverse('briefings:help')}"


def writer(name: str, write: Callable[[Outline], bytes]) -> Callable[[Briefing], bytes]:
    """A function of a published briefing (fetched with for_detail()), for exports.formats.Format."""

    def written(briefing: Briefing) -> bytes:
        return store.kept(lambda: write(of_briefing(briefing)), name, briefing.slug)

    return written
