"""The look before publishing, taken early: what may identify a person is said by the trial, before anything is stored."""

from __future__ import annotations

from typing import Any

from intake.kinds import Kind
from intake.planned import Planned
from publishing.checks import CHECKS, Draft, Finding, Text
from reviews.models import Document

#: Those of the checks that read texts, and nothing that is only known once the row is stored.
OF_TEXTS = ("identifying", "house style")
SHOWN = 6


class Unsaved(Draft):
    """A row that is not stored: its snapshot is the one that would be written."""

    def __init__(self, kind: Kind, content: dict[str, Any]) -> None:
        plain = {field.name for field in kind.model._meta.concrete_fields if not field.is_relation}
        fields = {name: value for name, value in content["fields"].items() if name in plain}
        super().__init__(kind.model(**fields))
        # In the place of the cached property of Draft, which asks the database.
        self.content = {**content, "fields": fields}


def warn(planned: Planned, kind: Kind) -> None:
    """Add what the checks find to the messages of a row that would be written."""
    if planned.content is None or (kind.save is not None and kind.model is not Document):
        return
    draft = Unsaved(kind, planned.content)
    if planned.document:
        draft.texts = [*draft.texts, Text("document, text", planned.document["fields"].get("text", ""))]
    found: list[Finding] = [one for name in OF_TEXTS if name in CHECKS for one in CHECKS[name](draft)]
    for one in list(dict.fromkeys(found))[:SHOWN]:
        excerpt = f" (“{one.excerpt}”)" if one.excerpt else ""
        planned.warn(str(one.place), f"{one.problem}{excerpt} {one.remedy}")
    if len(found) > SHOWN:
        planned.warn("", f"{len(found) - SHOWN} more such places: the look before publishing shows all of them")
