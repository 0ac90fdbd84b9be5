"""A briefing or a pack as an editable Word document."""

from __future__ import annotations

from exports.briefing_forms import help_url, writer
from exports.formats import Format
from exports.outline import Outline


def write(outline: Outline) -> bytes:
    from exports import word_outline

    return word_outline.docx(outline, help_url())


FORMAT = Format(
    "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "Word",
    things={"briefing": writer("docx", write)},
    pack=lambda collected: write(collected.outline),
    order=12,
    read=True,
)
