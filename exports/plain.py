"""An outline as plain text for an e-mail: no line longer than 72 characters but an address, which is never broken."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from exports.blocks import Block
from exports.labels import labels
from exports.outline import Item, Link, Outline, Reference, Section, Source, both_texts

#: What mail programs show without wrapping again, with room for a mark of quotation (RFC 3676: 78 at most, 66 to 72).
WIDTH = 72
LONG_WORD = re.compile(r"\S{61,}")


def filled(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """The text as lines, the first begun by `first`, the others by `rest` (else by as many spaces)."""
    indent = " " * len(first) if rest is None else rest
    text = LONG_WORD.sub(lambda found: found[0] if "://" in found[0] else " ".join(textwrap.wrap(found[0], 60)), text)
    lines = textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return lines or ([first.rstrip()] if first.strip() else [])


def ruled(text: str, stroke: str) -> list[str]:
    lines = filled(" ".join(text.split()))
    return [*lines, stroke * min(WIDTH, max((len(line) for line in lines), default=1))]


def block_lines(block: Block, first: str = "", rest: str = "") -> Iterator[str]:
    """A block of a section's text; items of a list one step in."""
    if block.kind == "table":
        for row in block.children:
            yield from filled(" | ".join(cell.text for cell in row.children), first, rest + "  ")
        return
    mark = "> " if block.kind == "quote" else ""
    words = "".join(f"{run.text} <{run.href}>" if run.href else run.text for run in block.runs)
    yield from filled(words, first + mark, rest + mark)
    for number, child in enumerate(block.children, 1):
        if child.kind == "item":
            sign = f"{number}. " if block.ordered else "- "
            yield from block_lines(child, rest + sign, rest + " " * len(sign))
        else:
            yield from block_lines(child, rest + mark, rest + mark)


def source_lines(source: Source, words: dict[str, str]) -> Iterator[str]:
    about = f"{words['source_withdrawn']}. {source.withdrawn}" if source.withdrawn else source.kind_words
    yield from filled(f"{source.title} ({about})" if about else source.title, "  - ")
    for place in source.places:
        number = f" [{place.number}]" if place.number else ""
        yield from filled(f"{place.text}{number} {place.code}".strip(), "    ")
        yield from filled(place.note, "    ") if place.note else []


def item_lines(item: Item, words: dict[str, str]) -> Iterator[str]:
    """A statement, what is said of it, and what it rests on."""
    if item.gone:
        yield from filled(f"{item.code}. {item.gone}")
        return
    yield from filled(f"{words['to']} {item.to}") if item.to else []
    yield from filled(item.text)
    about = [item.code, item.kind_words, *item.about, words["fictional"] if item.fictional else ""]
    yield from filled(", ".join(part for part in about if part))
    yield from filled(f"{words['answers']} {', '.join(one.label for one in item.answers)}") if item.answers else []
    for text, _is_note in both_texts(item):
        yield from filled(text)
    yield from filled(f"{words['newer']} {item.newer.label}") if item.newer else []
    if item.numbers and not item.sources:
        yield from filled(f"{words['references']} {' '.join(f'[{one}]' for one in item.numbers)}")
    evidence = ". ".join(part for part in (item.evidence, item.flag) if part)
    yield from filled(f"{evidence}:" if item.sources else evidence)
    yield from filled(item.flag_sentence)
    for source in item.sources:
        yield from source_lines(source, words)


def section_lines(section: Section, words: dict[str, str]) -> Iterator[str]:
    yield from ruled(section.heading, "-")
    for block in section.body:
        yield ""
        yield from block_lines(block)
    group = ""
    for item in section.items:
        if item.group and item.group != group:
            yield from ["", *filled(item.group)]
        group = item.group
        yield ""
        yield from item_lines(item, words)
    yield from ["", ""]


def link_lines(links: Iterable[Link]) -> Iterator[str]:
    for link in links:
        about = f" ({link.about})" if link.about else ""
        yield from filled(f"{link.label}{about}", "- ")
        yield from filled(link.note, "  ") if link.note else []
        yield from [f"  {link.url}"] if link.url else []


def reference_lines(references: Iterable[Reference]) -> Iterator[str]:
    for one in references:
        yield from filled(one.text, f"[{one.number}] ")
        yield from [f"    {one.url}"] if one.url else []


def head_lines(outline: Outline, words: dict[str, str], help_url: str) -> Iterator[str]:
    yield from filled(outline.kicker)
    yield from filled(words["fictional"]) if outline.fictional else []
    yield from ["", *ruled(outline.title, "="), ""]
    yield from filled(outline.summary)
    yield from ["", *filled(". ".join(outline.byline)), words["online"], outline.url, outline.as_at, ""]
    if outline.care:
        yield from [*filled(f"{words['care']}: {outline.care}"), *filled(words["danger"])]
        yield from [f"{words['help']}: {help_url}", ""]
    yield ""


def end_lines(outline: Outline, words: dict[str, str]) -> Iterator[str]:
    """References, sets, resources, words explained, how to cite, and what changed."""
    parts: list[tuple[str, list[str]]] = [
        (words["references"], list(reference_lines(outline.references))),
        (words["sets"], list(link_lines(outline.sets))),
        (words["resources"], list(link_lines(outline.resources))),
        (words["themes"], filled(", ".join(outline.themes))),
        (words["words"], [line for word, meaning in outline.words for line in filled(f"{word}: {meaning}", "- ")]),
        (words["cite"], filled(outline.citation)),
        (words["changes"], [line for date, what in outline.changes for line in filled(f"{date}: {what}", "- ")]),
    ]
    for heading, lines in parts:
        if lines:
            yield from [*ruled(heading, "-"), "", *lines, "", ""]


def text(outline: Outline, help_url: str) -> str:
    """The whole outline; lines end with a single '\\n'."""
    words = labels()
    lines = [*head_lines(outline, words, help_url)]
    for section in outline.sections:
        lines += section_lines(section, words)
    lines += end_lines(outline, words)
    return "\n".join(lines).strip() + "\n"
