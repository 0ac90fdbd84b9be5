"""A briefing or a pack as slides for a team meeting."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exports.briefing_forms import help_url, writer
from exports.formats import Format
from exports.outline import Outline


def write(outline: Outline) -> bytes:
    from exports import deck

    return deck.pptx(outline, help_url())


FORMAT = Format(
    "pptx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    _("Slides"),
    things={"briefing": writer("pptx", write)},
    pack=lambda collected: write(collected.outline),
    order=14,
    read=True,
)
