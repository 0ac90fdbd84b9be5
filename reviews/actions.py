"""Writes to what statements rest on and stand beside, outside the steps of publishing."""

from __future__ import annotations

from django.db import transaction

from publishing.models import move_on
from reviews.models import Document, Publisher


@transaction.atomic
def save_source(*, row: Document | Publisher) -> None:
    """Save a document or a publisher. Readers see both on the pages of others, so the published content moves on."""
    row.save()
    move_on([] if isinstance(row, Document) else None)
