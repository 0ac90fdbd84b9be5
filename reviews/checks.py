"""Checks of this floor before a row is published: dead links, ages that a cited review ties to its area, and texts of
documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from publishing import checks
from publishing.checks import Draft, Finding, Text
from publishing.identifying import age_with_place, exact_ages
from publishing.links.state import findings
from reviews.models import CaseReview, Document
from reviews.models.learning import Statement


def _documents(row: Any) -> Iterator[tuple[str, Document]]:
    """(place, document) of everything that the row names or cites."""
    if isinstance(row, Statement):
        for n, piece in enumerate(row.evidence.select_related("document").order_by("order", "pk"), 1):  # type: ignore[attr-defined]
            yield f"evidence {n}, document", piece.document
    elif hasattr(row, "documents"):
        for document in row.documents.all():
            yield "documents", document


def dead_links(draft: Draft) -> Iterator[Finding]:
    """Documents whose link is dead; what stands in the row itself is looked at by publishing/links/."""
    return findings((place, str(document), document.url) for place, document in _documents(draft.row))


def ages_in_a_known_area(draft: Draft) -> Iterator[Finding]:
    """An exact age in a statement that cites reviews of one area, or in a note on one: its page says both."""
    if not isinstance(draft.row, Statement):
        return
    pieces = list(draft.row.evidence.select_related("review").order_by("order", "pk"))  # type: ignore[attr-defined]
    areas = [piece.review.area_name if piece.review else "" for piece in pieces]
    of_all = areas[0] if len(set(areas)) == 1 else ""
    for text in draft.texts:
        number = re.match(r"evidence (\d+),", text.place)
        area = areas[int(number[1]) - 1] if number else of_all
        for match in exact_ages(text.text) if area else ():
            yield age_with_place(text, match, area)


def texts_of_documents(draft: Draft) -> Iterator[Finding]:
    """What may identify a person in the texts of its documents: they are read on the page of the review."""
    if not isinstance(draft.row, CaseReview):
        return
    beside = Draft(draft.row)
    beside.texts = [Text(f"document ‘{one}’, text", one.text) for one in draft.row.document_list if one.text]
    yield from checks.CHECKS["identifying"](beside)


def register() -> None:
    """Add them to what every row is given; called once the apps are ready."""
    checks.register("dead links of documents", dead_links)
    checks.register("ages in a known area", ages_in_a_known_area)
    checks.register("texts of documents", texts_of_documents)
