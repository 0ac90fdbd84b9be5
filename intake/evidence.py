"""Pieces of evidence that rows of a file bring: for a learning point or a recommendation, the row itself and those below."""

from __future__ import annotations

from typing import Any

from intake.known import Known
from intake.planned import Planned
from reviews.models import Evidence


def join(batch: list[Planned]) -> list[Planned]:
    """Rows that follow each other and have the same code or reference are one statement with several pieces."""
    joined: list[Planned] = []
    for one in batch:
        if joined and belongs(one, joined[-1]):
            joined[-1].joined.append(one)
        else:
            joined.append(one)
    return joined


def belongs(one: Planned, first: Planned) -> bool:
    """Whether a row brings more evidence for the statement of the row before it."""
    return bool(_name(one)) and _name(one) == _name(first) and first.goes_on and one.goes_on


def _name(one: Planned) -> str:
    return one.texts.get("code") or one.texts.get("reference") or ""


def differs(first: Planned, one: Planned, own: set[str]) -> str:
    """The column in which a joined row says something else of the statement than its first row; '' if in none."""
    told = (name for name, text in one.texts.items() if name in own and text and text != first.texts.get(name))
    return next(told, "")


def pieces_of(planned: Planned, known: Known) -> list[dict[str, Any]]:
    """The evidence of a statement and of the rows joined to it; refuses rows that name no source or no document."""
    return [piece for one in (planned, *planned.joined) if one.beside and (piece := _piece(one, known))]


def _piece(one: Planned, known: Known) -> dict[str, Any] | None:
    piece = {name: value for name, value in one.beside.items() if name != "code" or value}
    review, evidence_set = piece.get("review"), piece.get("evidence_set")
    if bool(review) == bool(evidence_set):
        one.refuse("review", "evidence comes from exactly one review or one set: name one of them")
        return None
    if not piece.get("document"):
        documents = known.documents_of(review) if review else []
        if len(documents) != 1:
            one.refuse(
                "document",
                f"the source has {len(documents) or 'no'} documents here: name the one in which it was read",
            )
            return None
        piece["document"] = documents[0]
    return piece


def warn_of_twins(batch: list[Planned]) -> None:
    """Where other statements rest on the same passage already, say so: it may be the same finding."""
    passages = {
        one.beside["passage"]: one for one in batch if one.goes_on and not one.row and one.beside.get("passage")
    }
    cited = Evidence.objects.filter(passage__in=passages).order_by("code")
    codes: dict[str, list[str]] = {}
    for passage, point, asked in cited.values_list("passage", "learning_point__code", "recommendation__code"):
        codes.setdefault(passage, []).append(point or asked)
    for passage, found in codes.items():
        names = ", ".join(dict.fromkeys(found))
        passages[passage].warn("passage", f"{names} rests on this passage already: is it the same finding?")
