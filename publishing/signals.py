"""What a floor may listen to without being imported from below."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.dispatch import Signal

#: Sent inside the transaction after a row changed what readers can see: published, changed while published, withdrawn.
#: sender: the model; row: the row; it may be unpublished by now.
public_content_changed = Signal()
#: Sent once for many such changes, at the end of a `gathered()` block. rows: all of them, each once.
much_public_content_changed = Signal()

_rows: ContextVar[dict[tuple[Any, Any], Any] | None] = ContextVar("gathered_rows", default=None)


def keep_for_later(row: Any) -> bool:
    """Within `gathered()`, keep the row for its end and say so: for listeners that are quicker with many at once."""
    rows = _rows.get()
    if rows is not None:
        rows[type(row), row.pk] = row
    return rows is not None


@contextmanager
def gathered() -> Iterator[None]:
    """Many changes in one transaction, told to such listeners together. Nothing is told if the block fails."""
    rows: dict[tuple[Any, Any], Any] = {}
    token = _rows.set(rows)
    try:
        yield
    finally:
        _rows.reset(token)
    if rows:
        much_public_content_changed.send(sender=None, rows=list(rows.values()))
