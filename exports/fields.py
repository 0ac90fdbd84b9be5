"""What is said of each thing as data: one definition for spreadsheets, data files, the dictionary and the API.

A record is a dict of plain values by these names, as JSON has them. A table gives each value as the text of one cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

#: Types of JSON by our own.
JSON_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "uri": {"type": "string", "format": "uri"},
    # A date as far as it is known, in the forms of ISO 8601: a year, a month or a day.
    "partial date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
}


@dataclass(frozen=True)
class Field:
    """`about`: the sentence of the data dictionary; `of`: the fields of an object; `many`: a list of such; `choices`:
    {value: label}; `optional`: may be null; `cell`: the text of a cell, where it is not the plain one."""

    name: str
    about: str
    type: str = "string"
    of: tuple[Field, ...] = ()
    many: bool = False
    choices: Callable[[], Mapping[str, Any]] | None = None
    optional: bool = False
    cell: Callable[[Any], Any] | None = None

    def column(self) -> Callable[[Any], Any]:
        """Makes a value one cell: a number, a truth value or a text, in the reader's language; '' for nothing."""
        write = self._writer()
        return lambda value: "" if value is None else write(value)

    def _writer(self) -> Callable[[Any], Any]:
        if self.cell:
            return self.cell
        if self.many:
            return _labels if self.of else _texts
        if self.of:
            return lambda value: value["label"]
        if self.choices:
            labels = {name: str(label) for name, label in self.choices().items()}
            return lambda value: labels.get(value, value)
        return lambda value: value

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the value (2020-12, as OpenAPI 3.1 has it)."""
        found: dict[str, Any] = object_schema(self.of) if self.of else dict(JSON_TYPES[self.type])
        if self.choices:
            found["enum"] = list(self.choices())
        if self.many:
            found = {"type": "array", "items": found}
        if self.optional:
            found = {"anyOf": [found, {"type": "null"}]} if self.of else {**found, "type": [found["type"], "null"]}
            if "enum" in found:
                found["enum"] = [*found["enum"], None]
        return {**found, "description": self.about}


def object_schema(fields: Iterable[Field]) -> dict[str, Any]:
    """The JSON Schema of an object with these fields, all of which are always there."""
    fields = tuple(fields)
    return {
        "type": "object",
        "properties": {one.name: one.schema() for one in fields},
        "required": [one.name for one in fields],
        "additionalProperties": False,
    }


def header(fields: Iterable[Field]) -> list[str]:
    return [one.name for one in fields]


def rows_of(fields: Iterable[Field], some: Iterable[Record]) -> Iterator[list[Any]]:
    """Records as the rows of a table."""
    columns = [(one.name, one.column()) for one in fields]
    return ([write(record[name]) for name, write in columns] for record in some)


def _labels(value: list[Record]) -> str:
    return "; ".join([one["label"] for one in value])


def _texts(value: list[str]) -> str:
    return "; ".join(value)
