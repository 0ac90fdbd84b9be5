"""Texts of one row of a file -> fields of the row it would be, with what is wrong with each cell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intake.columns import CellError, Column, Fields, parts
from intake.kinds import Kind
from intake.known import Known
from intake.mapping import Fit
from intake.planned import Planned

#: A blank cell never clears these: they name the row, or are given by the site.
_KEPT = frozenset(["slug", "code", "reference", "added_on"])


def look_up(planned: Iterable[Planned], kind: Kind, known: Known) -> None:
    """Ask at once for all rows that the cells of these rows name."""
    planned = list(planned)
    for column in kind.names.values():
        if column.names:
            named = (one.texts.get(column.name, "") for one in planned)
            known.look_up(column.names, {key for text in named for key in parts(text)} | {*named})


def read(planned: Planned, fit: Fit, known: Known) -> None:
    """Fill `fields` and `beside`; refuse the row for each cell that cannot be read."""
    _shorten(planned, fit)
    planned.fields = _fields(planned, fit.kind.columns, fit.is_own, known)
    if any(planned.texts.get(column.name) for column in fit.kind.beside):
        planned.beside = _fields(planned, fit.kind.beside, True, known)


def _fields(planned: Planned, columns: list[Column], clears: bool, known: Known) -> Fields:
    fields: Fields = {}
    for column in columns:
        text = planned.texts.get(column.name)
        if text is None or (not text and column.required):
            continue  # what is needed and missing is said once it is known whether the row is new
        if not text:
            fields |= column.blank if clears and column.name not in _KEPT else {}
            continue
        try:
            fields |= column.read(text, known)
        except CellError as error:
            planned.refuse(column.name, str(error))
    return fields


def _shorten(planned: Planned, fit: Fit) -> None:
    """Where the mapping says so, a text too long for its column goes whole to another one, and its beginning stays."""
    for name, rule in fit.columns.items():
        limit, rest_to = fit.kind.names[name].limit if name in fit.kind.names else None, rule.get("rest_to")
        text = planned.texts[name]
        if limit and rest_to and len(text) > limit:
            planned.texts[rest_to] = "\n\n".join(filter(None, [text, planned.texts.get(rest_to, "")]))
            planned.texts[name] = beginning(text, limit)
            planned.warn(name, f"{len(text):,} characters: the beginning stands here, the whole in ‘{rest_to}’")


def beginning(text: str, limit: int) -> str:
    """Whole sentences from the start of a text, as many as fit; else whole words and an ellipsis.

    >>> beginning("One thing. Another thing.", 15)
    'One thing.'
    """
    line = " ".join(text.split())
    ends = [match.end() for match in re.finditer(r"[.!?][’”)]*(?=\s)", line[: limit + 1]) if match.end() <= limit]
    if ends and ends[-1] >= limit // 8:
        return line[: ends[-1]]
    return f"{line[: limit - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"
