"""One row of a file on its way: what it says, what it would do here, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from intake.columns import Fields
from intake.models import Line

Outcome = Line.Outcome
_TITLES = ("title", "statement", "text", "label", "name")


@dataclass
class Planned:
    """`content`: the snapshot to be written, None where nothing is; `row`: the row that is here already."""

    number: int
    cells: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    outcome: str = Outcome.MADE
    key: str = ""
    reference: str = ""
    messages: list[dict[str, str]] = field(default_factory=list)
    fields: Fields = field(default_factory=dict)
    beside: Fields = field(default_factory=dict)
    content: dict[str, Any] | None = None
    document: dict[str, Any] | None = None
    changes: dict[str, list[str]] = field(default_factory=dict)
    row: Any = None
    before: dict[str, Any] | None = None
    joined: list[Planned] = field(default_factory=list)  # the rows below that bring more evidence for the same thing

    def refuse(self, column: str, text: str) -> None:
        """Say why the row cannot be imported."""
        self.outcome = Outcome.REFUSED
        self.content = self.document = None
        self.messages.append({"level": "error", "column": column, "text": text})

    def warn(self, column: str, text: str) -> None:
        """Say what a curator should look at; the row is imported all the same."""
        self.messages.append({"level": "warning", "column": column, "text": text})

    def leave_out(self, text: str) -> None:
        self.outcome = Outcome.LEFT_OUT
        self.messages.append({"level": "note", "column": "", "text": text})

    @property
    def goes_on(self) -> bool:
        """Whether there is still something to work out."""
        return self.outcome not in (Outcome.REFUSED, Outcome.LEFT_OUT)

    @property
    def title(self) -> str:
        shown = next((self.fields[name] for name in _TITLES if self.fields.get(name)), "")
        return " ".join(str(shown).split())[:200]

    @property
    def refused(self) -> list[Planned]:
        """This row and those joined to it that are refused."""
        return [one for one in (self, *self.joined) if one.outcome == Outcome.REFUSED]

    def line(self, run: Any) -> list[Line]:
        """The record of the row, and of those joined to it."""
        kept = {"cells": list(map(list, self.cells.items()))} if self.outcome == Outcome.REFUSED else {}
        own = Line(
            run=run,
            number=self.number,
            outcome=self.outcome,
            key=self.key[:200],
            title=self.title,
            messages=self.messages,
            changes=self.changes,
            before=self.before if self.content and self.row else None,
            made_beside=[self.document["key"]] if self.document else [],
            **kept,
        )
        return [own, *(line for one in self.joined for line in one.line(run))]
