"""How one cell becomes what a row says, and how what a row says becomes a cell again.

A column reads a text into fields of a snapshot (publishing/snapshots.py) and shows such fields as a text: what is shown
is read back as it was.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from intake.dates import DateError, read_date
from intake.known import Known
from publishing.snapshots import key_field

Fields = dict[str, Any]
SEPARATOR = "; "


class CellError(ValueError):
    """Says what is wrong with a cell and what would be right."""


@dataclass(frozen=True)
class Column:
    """`read` may raise CellError; `blank` is what an empty cell stands for; `limit`: characters that fit;
    `names`: the model of which each part of the cell names a row by its key.
    """

    name: str
    help: str
    read: Callable[[str, Known], Fields]
    show: Callable[[Fields], str]
    blank: Fields
    limit: int | None = None
    required: bool = False
    names: type[models.Model] | None = None


def parts(text: str) -> list[str]:
    """The parts of a cell that holds several: between semicolons, each once.

    >>> parts("Police; Health;Police")
    ['Police', 'Health']
    """
    return list(dict.fromkeys(part for one in text.split(";") if (part := one.strip())))


def text(model: type[models.Model], field: str, help: str, name: str = "", **more: Any) -> Column:  # noqa: A002
    """Words, as long as the model's field allows."""
    field_of_model: Any = model._meta.get_field(field)
    limit = field_of_model.max_length

    def read(cell: str, known: Known) -> Fields:
        if limit and len(cell) > limit:
            raise CellError(f"{len(cell):,} characters, at most {limit}: shorten it")
        try:
            field_of_model.run_validators(cell)
        except ValidationError as error:
            raise CellError(f"‘{cell[:60]}’: {' '.join(error.messages)}") from error
        return {field: cell}

    return Column(name or field, help, read, lambda of: of[field] or "", {field: ""}, limit, **more)


def choice(model: type[models.Model], field: str, help: str, name: str = "", **more: Any) -> Column:  # noqa: A002
    """One of the model's choices, by its value or its label."""
    field_of_model: Any = model._meta.get_field(field)
    by_word = {str(word).casefold(): value for value, label in field_of_model.choices for word in (value, label)}
    values = ", ".join(value for value, _label in field_of_model.choices)

    def read(cell: str, known: Known) -> Fields:
        if cell.casefold() not in by_word:
            raise CellError(f"‘{cell[:60]}’ is none of: {values}")
        return {field: by_word[cell.casefold()]}

    blank = field_of_model.get_default()
    return Column(name or field, f"{help} One of: {values}.", read, lambda of: of[field], {field: str(blank)}, **more)


def date(name: str, field: str, precision: str, help: str) -> Column:  # noqa: A002
    """A date with its precision: 2020-06-03, 2020-06 or 2020; without a precision the day is needed."""

    def read(cell: str, known: Known) -> Fields:
        try:
            day, known_to = read_date(cell)
        except DateError as error:
            raise CellError(str(error)) from error
        if not precision and known_to != "day":
            raise CellError(f"‘{cell[:40]}’: the day is needed, as in 2020-06-03")
        return {field: day.isoformat()} | ({precision: known_to} if precision else {})

    def show(of: Fields) -> str:
        length = {"year": 4, "month": 7}.get(of[precision] if precision else "day", 10)
        return str(of[field])[:length] if of[field] else ""

    return Column(name, help, read, show, {field: None} | ({precision: ""} if precision else {}))


def number(model: type[models.Model], field: str, help: str, name: str = "") -> Column:  # noqa: A002
    """A whole number that is not negative."""

    def read(cell: str, known: Known) -> Fields:
        if not cell.isascii() or not cell.isdigit() or int(cell) > 32767:
            raise CellError(f"‘{cell[:40]}’ is no whole number: write digits only, or leave it blank")
        return {field: int(cell)}

    optional = model._meta.get_field(field).null  # type: ignore[union-attr]
    blank = None if optional else 0
    return Column(
        name or field, help, read, lambda of: "" if of[field] is None else str(of[field]), {field: blank}, None
    )


def year(field: str, help: str, name: str = "") -> Column:  # noqa: A002
    """A year."""

    def read(cell: str, known: Known) -> Fields:
        if not cell.isascii() or not cell.isdigit() or not 1800 <= int(cell) <= 2100:
            raise CellError(f"‘{cell[:40]}’ is no year: write four digits, and never a date")
        return {field: int(cell)}

    return Column(name or field, help, read, lambda of: str(of[field] or ""), {field: None})


def flag(field: str, help: str, name: str = "", blank: bool = False) -> Column:  # noqa: A002
    """Yes or no."""
    words = dict.fromkeys(("yes", "y", "true", "1", "x", "on"), True) | dict.fromkeys(("no", "n", "false", "0"), False)

    def read(cell: str, known: Known) -> Fields:
        if cell.casefold() not in words:
            raise CellError(f"‘{cell[:40]}’ is neither yes nor no")
        return {field: words[cell.casefold()]}

    return Column(name or field, f"{help} yes or no.", read, lambda of: "yes" if of[field] else "no", {field: blank})


def words(field: str, help: str, name: str = "") -> Column:  # noqa: A002
    """Several words or phrases, between semicolons."""
    return Column(
        name or field, help, lambda cell, known: {field: parts(cell)}, lambda of: SEPARATOR.join(of[field]), {field: []}
    )


def _found(model: type[models.Model], names: Iterable[str], known: Known) -> list[str]:
    keys = {name: known.word(model, name) for name in names}
    missing = [name for name, key in keys.items() if key is None]
    if missing:
        what = str(model._meta.verbose_name)
        raise CellError(
            f"{', '.join(f'‘{name[:60]}’' for name in missing)}: no {what} is called so. Mend the name, let the mapping "
            f"say what it stands for, or bring in the {what} first"
        )
    return list(dict.fromkeys(key for key in keys.values() if key))


def terms(model: type[models.Model], field: str, help: str, name: str = "", ordered: bool = False) -> Column:  # noqa: A002
    """Several terms or publishers, by slug, label or other name; `ordered`: their order means something."""

    def read(cell: str, known: Known) -> Fields:
        found = _found(model, parts(cell), known)
        return {field: found if ordered else sorted(found)}

    return Column(name or field, help, read, lambda of: SEPARATOR.join(of[field]), {field: []})


def term(model: type[models.Model], field: str, help: str, name: str = "", required: bool = False) -> Column:  # noqa: A002
    """One term or publisher, by slug, label or other name."""

    def read(cell: str, known: Known) -> Fields:
        return {field: _found(model, [cell], known)[0]}

    return Column(name or field, help, read, lambda of: of[field] or "", {field: None}, required=required)


def row(model: type[models.Model], field: str, help: str, name: str = "", many: bool = False) -> Column:  # noqa: A002
    """One row, or several, named by the natural key."""
    what, key = str(model._meta.verbose_name), key_field(model)

    def read(cell: str, known: Known) -> Fields:
        keys = parts(cell) if many else [cell]
        missing = [one for one in keys if not known.has(model, one)]
        if missing:
            raise CellError(f"there is no {what} with the {key} ‘{missing[0][:80]}’: bring it in first")
        return {field: sorted(keys) if many else keys[0]}

    def show(of: Fields) -> str:
        return SEPARATOR.join(of[field]) if many else of[field] or ""

    return Column(name or field, help, read, show, {field: [] if many else None}, names=model)


def by_owner(model: type[models.Model], name: str, help: str) -> Column:  # noqa: A002
    """Names the row by another that has it (naming.py), and says nothing of it."""
    return replace(row(model, name, help), show=lambda of: "", blank={})


def today() -> str:
    return datetime.datetime.now(tz=datetime.UTC).date().isoformat()
