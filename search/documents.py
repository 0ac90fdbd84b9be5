"""What is indexed: entries, as the apps give them, and documents, as the engines store them."""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from search import words

#: Words beyond this are not indexed: PostgreSQL's text vectors end at 1 MB, and their positions at 16,383.
MOST_WORDS = 16_000
#: Bits of a document's id that hold the id of its object, and of those above that hold the code of its kind. Together
#: they must stay below 56: beyond that, FTS5 loses rows when it reads a long list of them backwards (SQLite 3.40).
OBJECT_BITS, KIND_BITS = 36, 16

#: Names of the kinds by their code; a kind becomes known when its source is registered or something of it is indexed.
_kinds: dict[int, str] = {}


class Entry(NamedTuple):
    """One published thing to index. Components by weight: A title, B learning, C summary, D body.

    `alt` holds other labels of the terms that it carries: searched with the weight of the body, never shown.
    """

    kind: str
    object_id: int
    components: Mapping[str, str]
    alt: str = ""
    date: datetime.date | None = None


class Row(NamedTuple):
    """The columns of SearchDocument."""

    id: int
    kind: str
    object_id: int
    title: str
    learning: str
    summary: str
    body: str
    alt: str
    date: datetime.date | None


class Document(NamedTuple):
    """A row, the stems of its columns title, learning, summary, body and alt, and all its words, unfolded."""

    row: Row
    stems: list[list[str]]
    raw: list[str]


def kind_code(kind: str) -> int:
    """The number that stands for a kind in ids: from its name, so that it is the same in every process and database."""
    code = zlib.crc32(kind.encode()) >> 32 - KIND_BITS
    if _kinds.setdefault(code, kind) != kind:
        raise ValueError(f"The kinds {kind!r} and {_kinds[code]!r} have the same code: rename one.")
    return code


def kind_of(document_id: int) -> str:
    return _kinds[document_id >> OBJECT_BITS]


def object_of(document_id: int) -> int:
    return document_id & (1 << OBJECT_BITS) - 1


def key_of(document_id: int) -> tuple[str, int]:
    """(kind, id of the object)."""
    return kind_of(document_id), object_of(document_id)


def document_id(kind: str, object_id: int) -> int:
    """
    >>> kind_of(document_id("review", 7)), object_of(document_id("review", 7))
    ('review', 7)
    """
    return kind_code(kind) << OBJECT_BITS | object_id


def span(kind: str) -> tuple[int, int]:
    """The lowest and the highest id that documents of the kind can have."""
    return document_id(kind, 0), document_id(kind, (1 << OBJECT_BITS) - 1)


def known_kinds() -> list[str]:
    return sorted(_kinds.values())


def row_of(entry: Entry) -> Row:
    """The row that stores the entry, its texts cleaned."""
    texts = [entry.components.get(letter) for letter in "ABCD"]
    title, learning, summary, body = (words.clean(text) if text else "" for text in texts)
    number = document_id(entry.kind, entry.object_id)
    return Row(number, entry.kind, entry.object_id, title, learning, summary, body, words.clean(entry.alt), entry.date)


def document_of(row: Row) -> Document:
    """The row with its stems; the same row always gives the same stems."""
    stems: list[list[str]] = []
    words_of_all: list[str] = []
    joined: list[str] = []
    left = MOST_WORDS
    for text in (row.title, row.learning, row.summary, row.body, row.alt):
        found, raw = words.analyse(text) if text else ([], [])
        stems.append(found[:left])
        words_of_all += raw
        if words.has_compounds(text):
            joined += [words.stem(word) for word, _ in words.compounds(text)]
        left -= len(stems[-1])
    stems[-1] += joined[:left]
    return Document(row, stems, words_of_all)
