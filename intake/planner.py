"""What the rows of a file would do here, worked out without writing anything: the same for a trial and in earnest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from intake import cells, evidence
from intake.files.reading import Row
from intake.known import Known
from intake.making import complete
from intake.mapping import REFERENCE, Fit, is_left_out, texts
from intake.merge import join_lists, merge
from intake.models import Existing
from intake.naming import Naming
from intake.planned import Planned
from publishing.snapshots import key_field, snapshot_many
from publishing.versions import PendingVersion
from reviews.models import CaseReview

BATCH = 500


class Planner:
    """Plans batch by batch; what it keeps of earlier batches are names, so that memory does not grow with texts.

    `holds`: within a transaction that will write what is planned, the rows that are here are held until it ends, so that
    nobody's edit of them is overwritten.
    """

    def __init__(self, fit: Fit, existing: str, *, holds: bool = False) -> None:
        self.fit, self.existing, self.kind, self.known, self.holds = fit, existing, fit.kind, Known(), holds
        self.model: Any = fit.kind.model
        self.naming = Naming(fit, self.known)
        self.adds = existing == Existing.ADD and self.model is CaseReview
        #: Whether rows that follow each other and name the same thing are one.
        self.joins = self.adds or (self.kind.is_statement and fit.is_own)

    def batches(self, rows: Iterable[Row]) -> Iterator[list[Planned]]:
        """Every row of the file, planned; the rows of one statement stay in one batch."""
        batch: list[Planned] = []
        for row in rows:
            one = self._begun(row)
            full = len(batch) >= BATCH and (len(batch) >= 2 * BATCH or not self._belongs(one, batch[-1]))
            if full:
                yield self._plan(batch)
                batch = []
            batch.append(one)
        if batch:
            yield self._plan(batch)

    def _belongs(self, one: Planned, first: Planned) -> bool:
        return self.joins and evidence.belongs(one, first)

    def _begun(self, row: Row) -> Planned:
        one = Planned(row.number, row.cells, texts(self.fit, row.cells))
        one.reference = one.texts.get(REFERENCE, "") if self.kind.is_statement else ""
        for column, fault in row.faults.items():
            one.refuse(column, fault)
        if one.goes_on and (why := is_left_out(self.fit, row.cells)):
            one.leave_out(why)
        return one

    def _plan(self, batch: list[Planned]) -> list[Planned]:
        cells.look_up(batch, self.kind, self.known)
        for one in batch:
            if one.goes_on:
                cells.read(one, self.fit, self.known)
            if one.goes_on and self.kind.save:
                self.naming.promise(one)
        whole = evidence.join(batch) if self.joins else batch
        if self.adds:
            for one in whole:
                join_lists(one, self.model)
        self.naming.name(whole)
        self._find(whole)
        for one in whole:
            if one.goes_on:
                self._decide(one)
        self.naming.refuse_taken(whole)
        if self.kind.is_statement:
            evidence.warn_of_twins(whole)
        return whole

    def _find(self, batch: list[Planned]) -> None:
        """Give each its row that is here, and the state of it that a change begins from."""
        wanted = {one.key for one in batch if one.goes_on and one.key}
        found = self.model._default_manager.filter(**{f"{key_field(self.model)}__in": wanted})
        found = found.order_by("pk").select_for_update(of=("self",)) if self.holds else found
        pks = list(found.values_list("pk", flat=True))
        states = {state["key"]: (row, state) for row, state in snapshot_many(self.model, pks)} if pks else {}
        waiting = PendingVersion.objects.filter(model=self.model._meta.label_lower, key__in=list(states))
        pending = {one.key: one.content for one in waiting}
        for one in batch:
            if one.goes_on and one.key in states:
                one.row, state = states[one.key]
                one.before = pending.get(one.key, state)

    def _decide(self, one: Planned) -> None:
        pieces = self._pieces(one)
        refused = next((more for more in one.joined if more.refused), None)
        if refused and one.goes_on:
            one.refuse("", f"row {refused.number}, which belongs to it, is refused")
        if not one.goes_on:
            return
        if one.row is None:
            complete(one, self.fit, pieces)
        elif one.before is not None:
            merge(one, self.kind, one.before, self.existing, pieces)
            for more in one.joined:
                more.outcome = one.outcome

    def _pieces(self, one: Planned) -> list[dict[str, Any]]:
        if not self.kind.is_statement:
            return []
        own = {column.name for column in self.kind.columns}
        for more in one.joined:
            if column := evidence.differs(one, more, own):
                more.refuse(
                    column, f"says something else than row {one.number}, which has the same reference: make them one"
                )
        return evidence.pieces_of(one, self.known)
