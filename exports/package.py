"""The whole collection as a Frictionless data package: tables, each with the meaning of its columns, in one archive.

The tables follow from the fields of the records (exports/fields.py): a list of terms becomes their slugs in one cell; a
list of things that say more (evidence, documents, sections) becomes a table of its own that names what each belongs to.
It is streamed from what is published at the moment, and kept nowhere: nothing that is withdrawn stays behind in a file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from exports.api.resources import RESOURCES
from exports.archives import zipped
from exports.fields import Field, Record
from exports.formats.csv_table import harmless
from exports.records import chunks
from exports.records.parts import LINKED, TERM
from publishing.models import ContentVersion
from reviews.citations import SITE

TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "moment": {"type": "datetime"},
    "uri": {"type": "string", "format": "uri"},
    "partial date": {"type": "string", "constraints": {"pattern": r"\d{4}(-\d{2}(-\d{2})?)?"}},
}
#: Fields of several texts that are codes, and so may stand in one cell with commas between them.
CODES = frozenset(["learning_points", "recommendations", "answers", "members", "includes", "nations"])
ABOUT = f"""Everything that is published on {SITE}: case reviews, what was learned from them and where it was read, what was
recommended, and briefings. The words are the site's own; each document named here belongs to its publisher and states its
own terms. What is withdrawn is not in here. If you keep a copy, take a new one at least once a day: a court may have
ordered something to be taken back."""


@dataclass(frozen=True)
class Table:
    """`rows`: the records of the table from those of the resource; `owner`: (column, table, its key) that each belongs to."""

    name: str
    about: str
    fields: tuple[Field, ...]
    resource: str
    rows: Callable[[Record], Iterable[Record]]
    owner: tuple[str, str, str] | None = None

    @property
    def path(self) -> str:
        return f"{self.name}.csv"


def is_part(field: Field) -> bool:
    """Whether a list says so much of each thing that it needs a table of its own."""
    return field.many and bool(field.of) and field.of not in (TERM, LINKED)


def _part(name: str, key: Field, field: Field) -> Table:
    owner = Field(name.rstrip("s"), f"The {key.name} of what it belongs to.")
    return Table(
        name=f"{name}_{field.name}",
        about=field.about,
        fields=(owner, *field.of),
        resource=name.replace("_", "-"),
        rows=lambda record: ({owner.name: record[key.name], **one} for one in record[field.name]),
        owner=(owner.name, name, key.name),
    )


def tables() -> list[Table]:
    found = []
    for resource in RESOURCES.values():
        name = resource.name.replace("-", "_")
        plain = tuple(field for field in resource.fields if not is_part(field))
        found.append(Table(name, resource.about, plain, resource.name, lambda record: [record]))
        found += [_part(name, resource.fields[0], field) for field in resource.fields if is_part(field)]
    return found


def column(field: Field) -> dict[str, Any]:
    """The column as Table Schema has it."""
    found: dict[str, Any] = {"name": field.name, "description": field.about}
    if field.many:
        listed = bool(field.of) or field.name in CODES
        return found | ({"type": "list", "delimiter": ","} if listed else {"type": "array"})
    found |= TYPES.get(field.type, {"type": "string"})
    if field.choices:
        found["constraints"] = {"enum": list(field.choices())}
    return found


def cell(field: Field, value: Any) -> Any:
    if value is None:
        return ""
    if field.many and (field.of or field.name in CODES):
        return ",".join(one["slug"] if field.of else one for one in value)
    if field.many:
        return json.dumps(value, ensure_ascii=False)
    return harmless(value["slug"] if field.of else value)


def content(table: Table) -> Iterator[bytes]:
    """The table as CSV, a chunk at a time."""
    resource = RESOURCES[table.resource]
    yield _lines([[field.name for field in table.fields]])
    for some in chunks(resource.all()):
        records = (row for record in resource.read(some) for row in table.rows(record))
        yield _lines([[cell(field, row[field.name]) for field in table.fields] for row in records])


def _lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def schema(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {"fields": [column(field) for field in table.fields], "missingValues": [""]}
    keys = []
    if table.owner:
        name, other, key = table.owner
        keys.append({"fields": [name], "reference": {"resource": other, "fields": [key]}})
    else:
        found["primaryKey"] = [table.fields[0].name]
    if table.name.endswith("_evidence"):
        keys.append({"fields": ["reference"], "reference": {"resource": "reviews", "fields": ["reference"]}})
        keys.append({"fields": ["set"], "reference": {"resource": "sets", "fields": ["slug"]}})
    return found | ({"foreignKeys": keys} if keys else {})


def description() -> dict[str, Any]:
    """datapackage.json: what is in the package, and what each column means."""
    version = ContentVersion.objects.first() or ContentVersion()
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "learning-repository",
        "title": SITE,
        "description": " ".join(ABOUT.split()),
        "homepage": f"{settings.SITE_URL}/data/",
        "version": f"{version.number}",
        "created": version.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "contributors": [{"title": SITE, "path": settings.SITE_URL}],
        "resources": [
            {
                "name": table.name,
                "path": table.path,
                "description": table.about,
                "type": "table",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": schema(table),
            }
            for table in tables()
        ],
    }


def archive() -> Iterator[bytes]:
    """The package as a ZIP, piece by piece."""
    text = json.dumps(description(), ensure_ascii=False, indent=1).encode()
    return zipped([("datapackage.json", [text]), *((table.path, content(table)) for table in tables())])
