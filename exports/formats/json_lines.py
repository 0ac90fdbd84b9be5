"""Lists as JSON Lines: one record a line, as the API has it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from exports.formats import Format
from exports.records import records
from search.listings import ListingPage


def listing(page: ListingPage) -> Iterator[bytes]:
    for some in records(page.kind, page.ids()):
        yield "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in some).encode()


FORMAT = Format("jsonl", "application/jsonl; charset=utf-8", "JSON Lines", listing=listing, order=62)
