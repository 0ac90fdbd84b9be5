"""What was planned, written: batch by batch, within the one transaction of the run, through the actions of the house."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import DatabaseError

from intake.kinds import Kind
from intake.models import Reference, Run
from intake.planned import Outcome, Planned
from publishing import actions
from publishing.history import Step, as_one, record_many
from publishing.many import make_drafts
from publishing.signals import gathered
from publishing.snapshots import SnapshotError, restore
from publishing.writes import Refused
from reviews.codes import next_code
from reviews.models import Evidence


class ImportStoppedError(Exception):
    """Something that no trial could foresee: the database, or a rule of publishing, refuses a row."""


def batch_of(run: Run) -> str:
    """The name by which the history knows the run."""
    return f"import {run.pk}"


class Codes:
    """Codes for what is new; the run holds the lock under which they are given."""

    def __init__(self) -> None:
        self._next: dict[type[Any], tuple[str, int]] = {}

    def give(self, model: type[Any]) -> str:
        if model not in self._next:
            prefix, _, number = next_code(model).partition("-")
            self._next[model] = prefix, int(number)
        prefix, number = self._next[model]
        self._next[model] = prefix, number + 1
        return f"{prefix}-{number:04d}"

    def fill(self, model: type[Any], content: dict[str, Any]) -> None:
        content["key"] = content["key"] or self.give(model)
        for piece in content["parts"].get("evidence", []):
            piece["code"] = piece.get("code") or self.give(Evidence)


class Writer:
    """Writes the batches of one run."""

    def __init__(self, run: Run, kind: Kind) -> None:
        self.run, self.kind, self.by = run, kind, run.author
        self.model: Any = kind.model
        self.codes = Codes()
        self._noted = {"by": self.by, "batch": batch_of(run), "comment": run.file_name[:100]}

    def write(self, batch: list[Planned]) -> None:
        """Write what the batch says; raises ImportStoppedError."""
        written = [one for one in batch if one.content]
        numbers = f"rows {written[0].number} to {written[-1].number}" if written else ""
        try:
            for one in written:
                if self.kind.is_statement and one.content:
                    self.codes.fill(self.model, one.content)
                    one.key = one.content["key"]
            new, held = ([one for one in written if (one.row is None) is is_new] for is_new in (True, False))
            self._make(new)
            for one in held:
                numbers = f"row {one.number}"
                self._change(one)
        except (SnapshotError, DatabaseError, Refused) as error:
            why = " ".join(error.messages) if isinstance(error, Refused) else str(error)
            raise ImportStoppedError(f"The database refuses {numbers}: {why.splitlines()[0] if why else ''}") from error
        if self.run.publish:
            self._publish(written)

    def _make(self, new: Sequence[Planned]) -> None:
        documents = make_drafts([one.document for one in new if one.document])
        record_many(rows=documents, step=Step.IMPORTED, **self._noted)
        if self.kind.save:
            for one in new:
                self._save(one)
            return
        rows = make_drafts([one.content for one in new if one.content], by=self.by)
        if self.kind.recount_many:
            self.kind.recount_many(rows)
        record_many(rows=rows, step=Step.IMPORTED, **self._noted)
        for one, row in zip(new, rows, strict=True):
            one.row = row
        self._remember(new)

    def _remember(self, new: Sequence[Planned]) -> None:
        """What they are called where they come from, so that a second import finds them."""
        label, named = self.model._meta.label_lower, [one for one in new if one.reference]
        Reference.objects.bulk_create(
            [
                Reference(mapping=self.run.mapping, model=label, reference=one.reference[:200], key=one.key)
                for one in named
            ],
            update_conflicts=True,
            update_fields=["key"],
            unique_fields=["mapping", "model", "reference"],
        )

    def _save(self, one: Planned) -> None:
        """A row that knows no draft: seen at once, as when it is saved in its form."""
        with as_one(step=Step.IMPORTED, **self._noted):
            one.row = restore(one.content or {}, one.row)
            assert self.kind.save is not None  # noqa: S101
            self.kind.save(one.row, self.by)

    def _change(self, one: Planned) -> None:
        if self.kind.save:
            self._save(one)
        elif one.outcome == Outcome.WAITS:
            actions.save_pending(row=one.row, content=one.content or {}, step=Step.IMPORTED, **self._noted)
        else:
            write = partial(restore, one.content or {}, one.row)
            actions.save_draft(row=one.row, relations=write, step=Step.IMPORTED, **self._noted)

    def _publish(self, written: Sequence[Planned]) -> None:
        """By the rules of publishing, row by row; the search index and the history are told of a batch at once."""
        if self.kind.save:
            return
        with gathered(), as_one(step=Step.PUBLISHED, **self._noted):
            for one in written:
                try:
                    publish = actions.publish_pending if one.outcome == Outcome.WAITS else actions.publish
                    publish(row=one.row, by=None)
                except Refused as error:
                    if not self.run.good_rows_only:
                        raise ImportStoppedError(f"Row {one.number}: {' '.join(error.messages)}") from error
                    one.warn("", f"not published, stays as it is: {' '.join(error.messages)}")
