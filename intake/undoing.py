"""A run taken back: what it made goes, what it changed says again what it said. All of it or nothing.

What somebody has touched since, or readers have seen, is not taken back behind their backs: the undoing is refused and
names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone

from intake.actions import one_at_a_time
from intake.kinds import KINDS, Kind
from intake.models import Line, Reference, Run
from intake.writing import batch_of
from publishing import actions
from publishing.history import Step, as_one, record_many
from publishing.models import Publishable
from publishing.snapshots import key_field, restore, snapshot
from publishing.versions import PendingVersion, Version
from reviews.models import Document
from themes import actions as term_actions
from themes.models import Term

_BATCH, _NAMED = 500, 20
Outcome = Line.Outcome


class NotUndoneError(Exception):
    """The run stays as it is; `reasons` name the rows that stand in the way."""

    def __init__(self, reasons: list[str]) -> None:
        more = [f"and {len(reasons) - _NAMED} more"] if len(reasons) > _NAMED else []
        super().__init__("\n".join([*reasons[:_NAMED], *more]))
        self.reasons = reasons


@transaction.atomic
def undo(*, run: Run, by: Any = None, tell: Callable[[float, int], None] = lambda share, rows: None) -> None:
    """Undo a run; raises NotUndoneError, after which nothing has changed."""
    one_at_a_time()
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state not in (Run.State.DONE, Run.State.UNDOING):
        raise NotUndoneError(["Only a file that was imported can be undone, and only once."])
    undoing, reasons, done = Undoing(run, by), [], 0
    for lines in _chunks(run.lines.order_by("-number", "-pk")):
        reasons += undoing.undo(lines)
        done += len(lines)
        tell(done / max(1, sum(run.counts.get(name, 0) for name in _SOMETHING)), done)
    if reasons:
        raise NotUndoneError(reasons)
    run.state, run.undone_at, run.undone_by = Run.State.UNDONE, timezone.now(), by
    run.save(update_fields=["state", "undone_at", "undone_by"])


_SOMETHING = [Outcome.MADE, Outcome.CHANGED, Outcome.WAITS]


def _chunks(lines: models.QuerySet[Line]) -> Iterator[list[Line]]:
    waiting = lines.filter(outcome__in=_SOMETHING).exclude(key="").iterator(chunk_size=_BATCH)
    while some := list(islice(waiting, _BATCH)):
        yield some


class Undoing:
    """Takes lines of one run back, the last first."""

    def __init__(self, run: Run, by: Any) -> None:
        self.run, self.by, self.kind = run, by, KINDS[run.kind]
        self.model: Any = self.kind.model
        self.noted = {"by": by, "batch": batch_of(run), "comment": f"Undone: {run.file_name}"[:100]}

    def undo(self, lines: list[Line]) -> list[str]:
        """Undo these; says why it cannot be done."""
        # Held, so that nobody writes between the look at what was touched and the undoing.
        rows = self.model._default_manager.order_by("pk").select_for_update(of=("self",))
        rows = rows.in_bulk(list({one.key for one in lines}), field_name=key_field(self.model))
        touched = self._touched(self.model, rows)
        waiting = PendingVersion.objects.filter(model=self.model._meta.label_lower, key__in=list(rows))
        self._waiting = set(waiting.values_list("key", flat=True))
        reasons, made = [], []
        for one in lines:
            row = rows.get(one.key)
            if row is None:
                continue  # a curator has deleted the draft
            if why := touched.get(one.key) or self._stands_in_the_way(one, row):
                reasons.append(f"Row {one.number}, {one.key}: {why}")
            elif one.outcome == Outcome.MADE:
                made.append(row)
            elif not reasons:
                self._put_back(one, row)
        return reasons or self._delete(made, lines)

    def _stands_in_the_way(self, one: Line, row: Any) -> str:
        if one.outcome == Outcome.MADE and getattr(row, "published_at", None) is not None:
            return "it was published since: withdraw it instead"
        if one.outcome == Outcome.WAITS and (row.is_withdrawn or one.key not in self._waiting):
            seen = (
                "withdrawn since, and stays as it was" if row.is_withdrawn else "published since: change it in its form"
            )
            return f"it was {seen}"
        if one.outcome == Outcome.CHANGED and getattr(row, "is_public", False):
            return "it was published since: change it in its form"
        return f"it is used by {uses}" if one.outcome == Outcome.MADE and (uses := _uses(self.kind, row)) else ""

    def _touched(self, model: Any, rows: dict[str, Any]) -> dict[str, str]:
        """Keys of rows whose newest version is not the run's: somebody has written since."""
        label = model._meta.label_lower
        newest = Version.objects.filter(model=label, key__in=list(rows)).values("key", "pending")
        last = Version.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"))
        ours = batch_of(self.run)
        others = last.exclude(batch=ours).values_list("key", "pending", "by_name")
        waiting = set(last.filter(batch=ours, pending=True).values_list("key", flat=True))
        return {
            key: f"{name or 'somebody'} has changed it since"
            for key, pending, name in others
            if pending or key not in waiting
        }

    def _put_back(self, one: Line, row: Any) -> None:
        before = one.before or {}
        if one.outcome == Outcome.WAITS:
            if before == snapshot(row):
                actions.discard_pending(row=row, by=self.by, comment=self.noted["comment"])
            else:
                actions.save_pending(row=row, content=before, step=Step.UNDONE, **self.noted)
        elif isinstance(row, Publishable):
            actions.save_draft(row=row, relations=partial(restore, before, row), step=Step.UNDONE, **self.noted)
        elif self.kind.save:
            with as_one(step=Step.UNDONE, **self.noted):
                self.kind.save(restore(before, row), self.by)

    def _delete(self, made: list[Any], lines: list[Line]) -> list[str]:
        """What the run made goes, and the documents that came with it; its history stays."""
        keys = [str(getattr(row, key_field(self.model))) for row in made]
        record_many(rows=made, step=Step.UNDONE, **self.noted)
        try:
            for row in made:
                if isinstance(row, Term):
                    term_actions.retire(term=row, by=self.by, comment=self.noted["comment"])
            self.model._default_manager.filter(pk__in=[row.pk for row in made]).delete()
        except ProtectedError as error:
            uses = ", ".join(sorted({str(one) for one in islice(error.protected_objects, 5)}))
            return [f"{', '.join(keys[:3])} …: other rows rest on what the file made ({uses})"]
        Reference.objects.filter(model=self.model._meta.label_lower, key__in=keys).delete()
        return self._delete_documents({slug for one in lines for slug in one.made_beside})

    def _delete_documents(self, slugs: Iterable[str]) -> list[str]:
        documents = Document.objects.in_bulk(list(slugs), field_name="slug")
        touched = self._touched(Document, documents)
        try:
            record_many(rows=documents.values(), step=Step.UNDONE, **self.noted)
            Document.objects.filter(slug__in=documents).delete()
        except ProtectedError:
            return [f"Other rows rest on documents that the file brought: {', '.join(list(documents)[:5])}"]
        return [f"Document {slug}: {why}" for slug, why in touched.items()]


def _uses(kind: Kind, row: Any) -> str:
    """What carries a term, or rests on a publisher or a document; '' where nothing does, or the database asks itself."""
    if kind.save is None:
        return ""
    counts = []
    for relation in row._meta.related_objects:
        other = relation.related_model
        n = other._default_manager.filter(**{relation.field.name: row}).count()
        counts += [f"{n} {other._meta.verbose_name_plural if n > 1 else other._meta.verbose_name}"] if n else []
    return ", ".join(counts)
