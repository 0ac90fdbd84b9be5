"""Texts of documents: headings, paragraphs and lists, as pages draw them, and the words alone, as the search wants them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

_HEADING = re.compile(r"#+[ \t]+")
_ITEM = re.compile(r"[-*•][ \t]+")
_MARK = re.compile(r"^[ \t]*(?:#+|[-*•])[ \t]+", re.MULTILINE)


class Block(NamedTuple):
    """'heading', 'text' or 'list', with its lines: of a list one for each item."""

    kind: str
    lines: list[str]


def blocks_of(text: str) -> list[Block]:
    """
    >>> [block.kind for block in blocks_of("## What they saw\\nChildren are heard.\\n\\n- by some\\n- by all")]
    ['heading', 'text', 'list']
    """
    found = []
    for (kind, _number), some in groupby(_lines(text), key=lambda line: line[:2]):
        lines = [line for *_key, line in some]
        found.append(Block(kind, lines if kind == "list" else [" ".join(lines)]))
    return found


def _lines(text: str) -> Iterator[tuple[str, int, str]]:
    """(kind, a number that lines of one block share, words)."""
    number = 0
    for line in map(str.strip, text.splitlines()):
        if mark := _HEADING.match(line):
            number += 1
            yield "heading", number, line[mark.end() :]
            number += 1
        elif mark := _ITEM.match(line):
            yield "list", 0, line[mark.end() :]
        elif line:
            yield "text", number, line
        else:
            number += 1


def plain(text: str) -> str:
    """The text without the marks of headings and items.

    >>> plain("## What they saw\\n\\n- children")
    'What they saw\\n\\nchildren'
    """
    return _MARK.sub("", text)
