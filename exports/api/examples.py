"""The examples of the documentation. The tests run each of them against the shipped content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Example:
    """`path`: what is asked for; `answer`: the beginning of what comes (the tests look for it in what does); `status`."""

    about: Any
    path: str
    answer: dict[str, Any]
    status: int = 200

    @property
    def command(self) -> str:
        return f"curl '{settings.SITE_URL}{self.path}'"


EXAMPLES = (
    Example(
        _("Learning points about both of two themes that several reviews found, two to a page"),
        "/api/v1/learning-points?theme=multi-agency-join-up&also=information-sharing-and-recording&strength=several&limit=2",
        {"results": [{"kind": "finding", "strength": "several"}]},
    ),
    Example(
        _("One learning point, with the reviews it was learned from, the document and the place in it"),
        "/api/v1/learning-points/LP-0320",
        {"code": "LP-0320", "evidence": [{"source": "review", "document": "", "place": ""}]},
    ),
    Example(
        _("Reviews published from 2020 on, the newest first"),
        "/api/v1/reviews?from=2020&sort=newest",
        {"next": None, "results": [{"nation": "england"}]},
    ),
    Example(
        _("A word in recommendations to one sector"), "/api/v1/recommendations?q=training&sector=police", {"next": None}
    ),
    Example(_("A vocabulary, with what each term is also called"), "/api/v1/themes", {"results": [{"retired": False}]}),
    Example(
        _("A filter that is not known: nothing is left out in silence"),
        "/api/v1/reviews?colour=red",
        {"title": "Bad Request", "status": 400},
        status=400,
    ),
)
