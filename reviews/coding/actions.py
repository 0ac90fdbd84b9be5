"""Writes of the coding screen: each one transaction, each recorded like a curator's own edit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from publishing.actions import pending_for, save_draft, save_pending
from publishing.snapshots import snapshot
from publishing.writes import Refused
from reviews.codes import next_code
from reviews.coding.extraction import Found
from reviews.coding.models import Passage, Reading
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint


@transaction.atomic
def begin(*, document: Document, source: CaseReview | EvidenceSet, found: Iterable[Found], by: Any = None) -> Reading:
    """Keep the passages of a document, so that the work can be continued."""
    name = "review" if isinstance(source, CaseReview) else "evidence_set"
    reading = Reading.objects.create(document=document, begun_by=by, **{name: source})
    Passage.objects.bulk_create(
        Passage(reading=reading, number=n, page=one.page, heading=one.heading, text=one.text)
        for n, one in enumerate(found, 1)
    )
    return reading


def _piece(passage: Passage, locator: str, note: str) -> dict[str, Any]:
    """The evidence of a passage: source, document, place and code are filled in."""
    reading = passage.reading
    return {
        "code": next_code(Evidence),
        "review": reading.review,
        "evidence_set": reading.evidence_set,
        "document": reading.document,
        "locator": locator or passage.locator,
        "passage": passage.code,
        "note": note,
    }


@transaction.atomic
def code_new(
    *, passage: Passage, statement: str, relations: dict[str, Any], locator: str = "", note: str = "", by: Any = None,
    **fields: Any,
) -> LearningPoint:  # fmt: skip
    """Make a draft of a new learning point whose evidence is this passage; `relations`: its themes and sectors."""
    _lock(passage)
    point = LearningPoint(code=next_code(LearningPoint), statement=statement, **fields)
    piece = _piece(passage, locator, note)

    def save_relations() -> None:
        for name, rows in relations.items():
            getattr(point, name).set(rows)
        Evidence.objects.create(learning_point=point, **piece)

    save_draft(row=point, by=by, comment=f"Coded from {passage.code}", relations=save_relations)
    return point


@transaction.atomic
def code_existing(*, passage: Passage, point: LearningPoint, locator: str = "", note: str = "", by: Any = None) -> bool:
    """Make the passage evidence of an existing learning point: of a published one as a change that waits (then True).

    Raises Refused where it is its evidence already, or where the point is withdrawn.
    """
    _lock(passage)
    point = LearningPoint.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if point.is_withdrawn:
        raise Refused(f"{point.code} is withdrawn, and stays as it was.")
    piece, comment = _piece(passage, locator, note), f"Evidence coded from {passage.code}"
    if not point.is_published:
        if point.evidence.filter(document=piece["document"], passage=passage.code).exists():  # type: ignore[attr-defined]
            raise Refused(f"{passage.code} is evidence of {point.code} already.")
        piece["order"] = point.evidence.count() + 1  # type: ignore[attr-defined]
        save_draft(
            row=point, by=by, comment=comment, relations=lambda: Evidence.objects.create(learning_point=point, **piece)
        )
        return False
    _propose(point, piece, by, comment)
    return True


def _propose(point: LearningPoint, piece: dict[str, Any], by: Any, comment: str) -> None:
    """Add the piece to the change that waits, or to a new one."""
    waiting = pending_for(point)
    content = waiting.content if waiting else snapshot(point)
    if any(
        one["passage"] == piece["passage"] and one["document"] == piece["document"].slug
        for one in content["parts"]["evidence"]
    ):
        raise Refused(f"{piece['passage']} is evidence of {point.code} already.")
    keys = {
        "review": piece["review"].reference if piece["review"] else None,
        "evidence_set": piece["evidence_set"].slug if piece["evidence_set"] else None,
        "document": piece["document"].slug,
    }
    content["parts"]["evidence"].append({**piece, **keys})
    save_pending(row=point, content=content, by=by, comment=comment)


def _lock(passage: Passage) -> None:
    """One at a time for each reading, so that no two pieces of evidence are given one code."""
    Reading.objects.select_for_update().get(pk=passage.reading_id)


@transaction.atomic
def set_aside(*, passage: Passage, aside: bool) -> None:
    """Say that there is nothing to learn from the passage, or take that back."""
    Passage.objects.filter(pk=passage.pk).update(set_aside=aside)
