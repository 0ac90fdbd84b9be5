"""A briefing or a pack as a tagged PDF (PDF/UA-1)."""

from __future__ import annotations

from exports.briefing_forms import writer
from exports.formats import Format
from exports.outline import Outline


def write(outline: Outline) -> bytes:
    from exports import documents

    return documents.pdf(outline)


FORMAT = Format(
    "pdf",
    "application/pdf",
    "PDF",
    things={"briefing": writer("pdf", write)},
    pack=lambda collected: write(collected.outline),
    order=10,
    shown=True,
    read=True,
)
