"""The history of every row: what it said after each step, who took it, when, and why.

A version is a snapshot (ADR 1), so relations and parts travel with it, and what it says can be restored as it was.
Versions are added, never changed. Whoever writes content records it, within the transaction that writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from publishing.snapshots import fingerprint, hash_of, key_of, said, snapshot, snapshot_many
from publishing.versions import Version

Step = Version.Step
_BATCH = 500
#: model -> primary keys of the rows written within `as_one`, in order (a dict for its order).
_gathered: ContextVar[dict[type[Model], dict[Any, None]] | None] = ContextVar("gathered_history", default=None)


def record(
    *,
    row: Model,
    step: str,
    by: Any = None,
    comment: str = "",
    content: dict[str, Any] | None = None,
    pending: bool = False,
    batch: str = "",
) -> Version | None:
    """Add what the row says now, or `content` (a snapshot), to its history.

    None within `as_one`, and where a step only writes, and writes what the newest version says already.
    """
    gathered = _gathered.get()
    if gathered is not None and not pending and step != Step.DELETED:
        gathered.setdefault(type(row), {})[row.pk] = None
        return None
    version = _version(row, content or snapshot(row), step, by, comment, pending, batch)
    if step == Step.SAVED and not comment:
        newest = Version.objects.of(row).values_list("hash", "status", "pending").first()
        if newest == (version.hash, version.status, pending):
            return None
    version.save()
    return version


@transaction.atomic
def record_many(*, rows: Iterable[Model], step: str, by: Any = None, comment: str = "", batch: str = "") -> int:
    """The same for many rows of any models, in few statements and a steady memory; says how many versions were added."""
    found: dict[type[Model], dict[Any, None]] = {}
    for row in rows:
        found.setdefault(type(row), {})[row.pk] = None
    return _record_keys(found, step, by, comment, batch)


@contextmanager
def as_one(*, step: str, by: Any = None, comment: str = "", batch: str = "") -> Iterator[None]:
    """Within this block, in which many rows are written by actions, each gets one version: of this step, as it ends.

    The block stands within a transaction. Nothing is recorded where it fails. Changes that wait are recorded one by one.
    """
    found: dict[type[Model], dict[Any, None]] = {}
    token = _gathered.set(found)
    try:
        yield
    finally:
        _gathered.reset(token)
    _record_keys(found, step, by, comment, batch)


def _record_keys(found: dict[type[Model], dict[Any, None]], step: str, by: Any, comment: str, batch: str) -> int:
    count = 0
    for model, pks in found.items():
        waiting = iter(pks)
        while some := list(islice(waiting, _BATCH)):
            rows = snapshot_many(model, some)
            made = [_version(row, content, step, by, comment, False, batch) for row, content in rows]
            count += len(Version.objects.bulk_create(made))
    return count


def _version(
    row: Model, content: dict[str, Any], step: str, by: Any, comment: str, pending: bool, batch: str
) -> Version:
    return Version(
        model=row._meta.label_lower,
        key=key_of(row),
        title=str(row)[:200],
        step=step,
        pending=pending,
        status=getattr(row, "status", ""),
        content=content,
        hash=hash_of(content),
        comment=comment.strip(),
        batch=batch,
        at=timezone.now(),
        by=by,
        by_name=by.get_username() if by else "",
    )


def is_still(row: Model, known: str) -> bool:
    """Whether the row says today what it said when its fingerprint was `known`.

    Before fingerprints left out what a new row says anyway they were taken of whole snapshots, so that each field that a
    model gained made another one: such an old one is looked for among the versions, which are as they were.
    """
    if known == fingerprint(row):
        return True
    status, present = {"status": getattr(row, "status", "")}, snapshot(row)
    contents = [present, *Version.objects.of(row).filter(pending=False).values_list("content", flat=True)[:_LOOKED_AT]]
    return any(hash_of(one | status) == known and said(one) == said(present) for one in contents)


#: Versions among which an old fingerprint is looked for.
_LOOKED_AT = 50


def writer_of(row: Model, *, pending: bool = False) -> int | None:
    """Primary key of the account that wrote last what the row says, or its change that waits; None where none did."""
    writes = Version.objects.of(row).filter(step__in=Version.WRITES, pending=pending)
    return writes.values_list("by", flat=True).first()
