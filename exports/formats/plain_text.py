"""A briefing or a pack as plain text, to be put into an e-mail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from exports import plain
from exports.briefing_forms import help_url, writer
from exports.formats import Format
from exports.outline import Outline


def write(outline: Outline) -> bytes:
    return plain.text(outline, help_url()).encode()


FORMAT = Format(
    "txt",
    "text/plain; charset=utf-8",
    _("Text for an e-mail"),
    things={"briefing": writer("txt", write)},
    pack=lambda collected: write(collected.outline),
    order=16,
    shown=True,
    read=True,
)
