"""CSL-JSON (Citation Style Language 1.0.2), which Pandoc and Zotero read: single things."""

from __future__ import annotations

import json
from typing import Any

from exports.formats import Format
from exports.references import MAKERS
from reviews.citations import SITE, Reference


def item(reference: Reference) -> dict[str, Any]:
    found = {
        "id": reference.id,
        "type": "report" if reference.report else "webpage",
        "title": reference.title,
        "author": [{"literal": author} for author in reference.authors],
        "issued": date_parts(reference.date),
        "accessed": date_parts(reference.read.isoformat()),
        "genre": reference.genre,
        "publisher": ", ".join(reference.authors),
        "publisher-place": reference.place,
        "container-title": "" if reference.report else SITE,
        "abstract": reference.abstract,
        "keyword": ", ".join(reference.keywords),
        "note": " ".join(filter(None, [reference.note, f"{reference.as_at}." if reference.as_at else ""])),
        "language": "en-GB",
        "URL": reference.url,
    }
    return {name: value for name, value in found.items() if value}


def date_parts(date: str) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def write(reference: Reference) -> bytes:
    return json.dumps([item(reference)], ensure_ascii=False, indent=1).encode()


FORMAT = Format(
    "json",
    "application/vnd.citationstyles.csl+json; charset=utf-8",
    "CSL-JSON",
    things={kind: lambda row, make=make: write(make(row)) for kind, make in MAKERS.items()},
    order=74,
)
