"""A row of a file beside the row that is here: what would change, and the snapshot that would be written."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django.db import models

from intake.columns import Column
from intake.kinds import Kind
from intake.models import Existing
from intake.planned import Outcome, Planned
from publishing.models import Publishable

_BLANK: tuple[Any, ...] = (None, "", [])


def merge(
    planned: Planned, kind: Kind, base: dict[str, Any], existing: str, known_pieces: list[dict[str, Any]]
) -> None:
    """Work out `content` and `changes` of a row that is here, whose state (or waiting change) is `base`."""
    row = planned.row
    if isinstance(row, Publishable) and row.is_withdrawn:
        planned.refuse("", "it was withdrawn here, and stays so: take the row out of the file")
        return
    content = deepcopy(base)
    if existing != Existing.KEEP:
        for name, value in planned.fields.items():
            old = base["fields"].get(name)
            if name == "slug" and old != value and getattr(row, "is_public", False):
                planned.warn(name, f"its address stays ‘{old}’: readers have it")
                continue
            # The key is no field of a snapshot: it stays what it is.
            if name in base["fields"] and old != value and (existing == Existing.UPDATE or old in _BLANK):
                content["fields"][name] = value
            elif existing == Existing.ADD and old:
                content["fields"][name] = together(kind.model, name, old, value)
        _show_changes(planned, kind.columns, base["fields"], content["fields"])
        if kind.is_statement:
            _add_pieces(planned, content, known_pieces, existing == Existing.UPDATE)
    if content == base:
        planned.outcome = Outcome.SAME
        return
    planned.content = content
    waits = isinstance(row, Publishable) and row.is_published
    planned.outcome = Outcome.WAITS if waits else Outcome.CHANGED


def together(model: type[models.Model], name: str, old: Any, value: Any) -> Any:
    """What a field says once the value is added: a list or a long text with what it had not; anything else as it was."""
    field = model._meta.get_field(name)
    if isinstance(old, list):
        both = list(dict.fromkeys([*old, *value]))
        in_any_order = isinstance(field, models.ManyToManyField) and field.remote_field.through._meta.auto_created
        return sorted(both) if in_any_order else both
    if isinstance(field, models.TextField) and value not in old:
        return f"{old}\n\n{value}"
    return old


def join_lists(planned: Planned, model: type[models.Model]) -> None:
    """Give a row what the rows joined to it add to its lists."""
    for more in planned.joined:
        for name, value in more.fields.items():
            if isinstance(value, list):
                planned.fields[name] = together(model, name, planned.fields.get(name, []), value)


def _show_changes(planned: Planned, columns: list[Column], old: dict[str, Any], new: dict[str, Any]) -> None:
    for column in columns:
        if any(old.get(name) != new.get(name) for name in column.blank if name in old):
            planned.changes[column.name] = [column.show(old)[:2000], column.show(new)[:2000]]


def same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two pieces of evidence say the same: by their code, else by source, document and place."""
    if one.get("code") and other.get("code"):
        return bool(one["code"] == other["code"])
    names = ("review", "evidence_set", "document", "passage" if one.get("passage") else "locator")
    return all((one.get(name) or "") == (other.get(name) or "") for name in names)


def _add_pieces(planned: Planned, content: dict[str, Any], pieces: list[dict[str, Any]], replaces: bool) -> None:
    """Evidence is added or mended, never taken away: that is a curator's decision, in the form."""
    held = content["parts"]["evidence"]
    added = mended = 0
    for piece in pieces:
        old = next((one for one in held if same_place(one, piece)), None)
        if old is None:
            held.append({"code": "", "evidence_set": None, "review": None, "passage": "", "note": ""} | piece)
            added += 1
        elif replaces and any(old.get(name) != value for name, value in piece.items() if name != "code"):
            old.update({name: value for name, value in piece.items() if name != "code"})
            mended += 1
    if added or mended:
        planned.changes["evidence"] = ["", f"{added} added, {mended} changed"]
