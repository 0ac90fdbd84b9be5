"""What the coding screen shows: passages with what became of them, and learning points that may be the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from publishing.models import PendingVersion
from reviews.coding.models import Passage, Reading
from reviews.models import Evidence, LearningPoint
from search.similar import Similar, similar

#: Learning points offered for one passage.
OFFERED = 6


@dataclass
class Line:
    """A passage, and the codes of the statements that it is evidence of."""

    passage: Passage
    codes: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return not (self.codes or self.passage.set_aside)


def lines(reading: Reading) -> list[Line]:
    """All passages in order: three statements, however many they are."""
    found = {passage.code: Line(passage) for passage in _passages(reading)}
    pieces = Evidence.objects.filter(document=reading.document_id, passage__startswith=f"{reading.prefix}-")
    for piece in pieces.select_related("learning_point", "recommendation"):
        statement: Any = piece.learning_point or piece.recommendation
        if piece.passage in found:
            found[piece.passage].codes.append(statement.code)
    for pending in PendingVersion.objects.filter(model=LearningPoint._meta.label_lower):
        for piece in pending.content["parts"].get("evidence", []):
            line = found.get(piece["passage"])
            if line is not None and pending.key not in line.codes:
                line.codes.append(f"{pending.key} (waits)")
    return list(found.values())


def _passages(reading: Reading) -> list[Passage]:
    rows = list(reading.passages.all())
    for row in rows:
        row.reading = reading
    return rows


def after(all_lines: list[Line], number: int) -> int:
    """The next passage that nobody has settled; the first one where none comes after; the same where none is left."""
    still = [line.passage.number for line in all_lines if line.is_open]
    return next((n for n in still if n > number), still[0] if still else number)


def offered(passage: Passage, words: str) -> list[Similar]:
    """Learning points that may say the same as the passage, or as the curator's own words."""
    found = similar(LearningPoint, words or passage.text, limit=OFFERED + 4, least=0.05)
    return [one for one in found if not one.row.is_withdrawn][:OFFERED]
