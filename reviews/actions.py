"""Writes to what statements rest on and stand beside, outside the steps of publishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from publishing.history import Step, record
from publishing.models import move_on
from publishing.roles import may
from publishing.signals import public_content_changed
from publishing.versions import Version
from publishing.writes import Refused
from reviews.models import CaseReview, Document, Evidence, Publisher, Statement
from reviews.strength import figures_of, mark_inside


@transaction.atomic
def save_source(*, row: Document | Publisher, by: Any = None, comment: str = "") -> None:
    """Save a document or a publisher. Readers see both on the pages of others, so the published content moves on; the
    text of a document is searched with its reviews. Raises Refused for a text that readers would see at once, by somebody
    who may not publish."""
    if isinstance(row, Document) and row.pk and not may_change_text(row, by) and row.text != _text_before(row):
        raise Refused(f"Readers see what ‘{row.title}’ says at once: somebody who may publish has to change it.")
    row.save()
    record(row=row, step=Step.SAVED, by=by, comment=comment)
    if not isinstance(row, Document):
        move_on()
        return
    reviews = list(CaseReview.objects.published().filter(documents=row))
    for review in reviews:
        public_content_changed.send(sender=CaseReview, row=review)
    move_on(reviews)


def may_change_text(document: Document, by: Any) -> bool:
    """Whether somebody may change what the document says: anybody who writes here, until readers see it; a command."""
    return (
        by is None
        or may(by, "publish", CaseReview)
        or not CaseReview.objects.published().filter(documents=document).exists()
    )


def _text_before(document: Document) -> str:
    """What its newest version says. (An import has written to the row already.)"""
    newest = Version.objects.of(document).first()
    text: str = newest.content["fields"].get("text", "") if newest else ""
    return text


@transaction.atomic
def recount_many(rows: Sequence[Statement]) -> None:
    """Bring the strength of the evidence of many statements of one kind up to date, as `recount` does for one."""
    if not rows:
        return
    owner = "recommendation" if hasattr(rows[0], "addressed_to") else "learning_point"
    evidence = Evidence.objects.filter(**{f"{owner}__in": [row.pk for row in rows]})
    pieces: dict[int, list[Evidence]] = {}
    for piece in evidence.select_related("review", "evidence_set").prefetch_related("evidence_set__members"):
        pieces.setdefault(getattr(piece, f"{owner}_id"), []).append(piece)
    alike: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        own = pieces.get(row.pk, [])
        mark_inside(own)
        figures = figures_of(own)
        for name, value in figures.items():
            setattr(row, name, value)
        alike.setdefault(tuple(figures.items()), []).append(row.pk)
    inside = [piece.pk for own in pieces.values() for piece in own if piece.inside]
    evidence.update(inside=False)
    Evidence.objects.filter(pk__in=inside).update(inside=True)
    # Most are alike, and Django's bulk_update takes 20 s for 500 rows.
    for same, keys in alike.items():
        type(rows[0])._default_manager.filter(pk__in=keys).update(**dict(same))
