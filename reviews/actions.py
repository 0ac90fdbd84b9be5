"""Writes to what statements rest on and stand beside, outside the steps of publishing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from publishing.history import Step, record
from publishing.models import move_on
from reviews.models import Document, Publisher


@transaction.atomic
def save_source(*, row: Document | Publisher, by: Any = None, comment: str = "") -> None:
    """Save a document or a publisher. Readers see both on the pages of others, so the published content moves on."""
    row.save()
    record(row=row, step=Step.SAVED, by=by, comment=comment)
    move_on()
