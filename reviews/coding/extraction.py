"""From a PDF, or from pasted text, to passages: paragraphs with their page and heading."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

WORKER = Path(__file__).with_name("pdf_worker.py")
#: A report of 100 pages is some 2 MB and takes 5 seconds; gunicorn waits 60.
MOST_BYTES, MOST_PAGES, SECONDS = 25_000_000, 300, 40
#: Longer paragraphs are taken apart at the end of a sentence.
LONGEST = 1500
SHORTEST_TEXT = 40


class Unreadable(ValueError):
    """The file or the text cannot be read: the message says why, and what to do."""


@dataclass(frozen=True)
class Page:
    """A page of a document; `number` is None for pasted text."""

    number: int | None
    text: str


@dataclass(frozen=True)
class Found:
    """A passage that was found."""

    page: int | None
    heading: str
    text: str


WRONG = {
    "encrypted": "This PDF is protected by a password. Save a copy without protection, or paste its text.",
    "memory": "This PDF needs too much memory to be read. Choose fewer pages, or paste its text.",
    "too long": "There is too much text in these pages. Choose fewer of them.",
    "broken": "This PDF is damaged and cannot be read. Download it again, or paste its text.",
}
SLOW = f"This PDF took more than {SECONDS} seconds to read. Choose fewer pages, or paste its text."


def pages_of_pdf(content: bytes, first: int = 1, last: int | None = None) -> list[Page]:
    """The text of these pages (the last: MOST_PAGES after the first); raises Unreadable. The file is kept nowhere."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"This file has more than {MOST_BYTES // 1_000_000} MB. Choose a smaller one, or paste its text."
        )
    if b"%PDF-" not in content[:1024]:
        raise Unreadable("This is no PDF. Choose the report as a PDF, or paste its text.")
    last = min(last or first + MOST_PAGES - 1, first + MOST_PAGES - 1)
    answer = _ask_worker(content, first, last)
    if wrong := answer.get("wrong"):
        raise Unreadable(WRONG[wrong])
    if first > answer["count"]:
        raise Unreadable(f"This PDF has {answer['count']} pages, so there is no page {first}.")
    pages = [Page(number, _clean(text)) for number, text in answer["pages"]]
    if sum(len(page.text.strip()) for page in pages) < SHORTEST_TEXT:
        raise Unreadable(
            "There is no text in these pages: they are pictures of text (a scan). Run text recognition (OCR) over the file"
            " first, or type or paste what you need."
        )
    return pages


def _ask_worker(content: bytes, first: int, last: int) -> dict:
    command = [sys.executable, "-I", str(WORKER), str(first), str(last), str(SECONDS)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS + 5, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unreadable(SLOW) from None
    if done.returncode < 0:  # killed by a limit
        raise Unreadable(SLOW)
    try:
        answer: dict = json.loads(done.stdout)
    except ValueError:
        raise Unreadable(WRONG["memory"] if b"MemoryError" in done.stderr else WRONG["broken"]) from None
    return answer


_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u200b-\u200f\u2060\ufeff]")
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00a0": " ", "\t": " "})


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_LIGATURES)


def page_of_text(text: str) -> list[Page]:
    """Pasted text as one page without a number; raises Unreadable where there is none, or far too much."""
    text = _clean(text)
    if not text.strip():
        raise Unreadable("Choose a PDF, or paste the text.")
    if len(text) > 2_000_000:
        raise Unreadable("This text is longer than any report. Paste a part of it.")
    return [Page(None, text)]


# -- paragraphs ------------------------------------------------------------------------------------------------------

_PAGE_NUMBER = re.compile(r"^(?:page\s+)?\d{1,4}(?:\s*(?:of|/|\|)\s*\d{1,4})?$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[•●▪■◼◦‣·–—*-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
#: A numbered paragraph, as inspectors and reviewers number them: ‘4.12 The child …’.
_NUMBERED = re.compile(r"^\s*\d{1,2}(?:\.\d{1,3}){1,3}\.?\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;”’\")]$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z‘“(])")


def passages(pages: Iterable[Page]) -> list[Found]:
    """The paragraphs of the pages, in order, each under the heading that came before it."""
    pages = list(pages)
    repeated = _running_lines(pages)
    found: list[Found] = []
    heading = ""
    for page in pages:
        for kind, text in _paragraphs(page.text, repeated):
            if kind == "heading":
                heading = text[:160]
            elif found and found[-1].page != page.number and _goes_on(found[-1].text, text):
                found[-1] = replace(found[-1], text=_joined([found[-1].text, text]))
            else:
                found += [Found(page.number, heading, part) for part in _parts(text)]
    if not found:
        raise Unreadable("No paragraph was found in this text. Paste whole sentences.")
    return found


def _goes_on(before: str, text: str) -> bool:
    """A paragraph that was divided by the end of a page."""
    return text[0].islower() and not re.search(r"[.!?:;]$", before) and len(before) + len(text) <= LONGEST


def _running_lines(pages: list[Page]) -> set[str]:
    """Heads and feet: lines that stand on at least half of the pages, but for their numbers."""
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [line.strip() for line in page.text.splitlines() if line.strip()]
        counts.update({_without_figures(line) for line in [*lines[:3], *lines[-3:]]})
    least = max(2, len(pages) / 2)
    return {line for line, count in counts.items() if count >= least}


def _without_figures(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _is_heading(line: str, following: str, longest: int) -> bool:
    """Short, without a full stop, and before a line that begins anew."""
    plain = len(line) <= longest and len(line.split()) <= longest / 7 and not re.search(r"[.,;:!]$", line)
    return plain and (line[0].isupper() or line[0].isdigit()) and bool(following) and not following[0].islower()


def _paragraphs(text: str, repeated: set[str]) -> Iterator[tuple[str, str]]:
    """('heading' or 'text', one paragraph)"""
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if not (_PAGE_NUMBER.match(line) or (line and _without_figures(line) in repeated))]
    held: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        begins = bool(_BULLET.match(line) or _NUMBERED.match(line))
        if held and (not line or begins or (_ENDS.search(held[-1]) and _starts_anew(held, line))):
            yield "text", _joined(held)
            held = []
        size = 0 if held or begins or not line else _heading_at(lines, number)
        if size:
            yield "heading", _joined(lines[number : number + size])
        elif line:
            held.append(_NUMBERED.sub("", _BULLET.sub("", line)) if begins else line)
        number += size or 1
    if held:
        yield "text", _joined(held)


def _heading_at(lines: list[str], number: int) -> int:
    """How many lines from here are a heading: a short block between empty lines, or one line that stands out."""
    end = next((n for n in range(number, len(lines)) if not lines[n]), len(lines))
    block = _joined(lines[number:end])
    following = next((one for one in lines[end:] if one), "")
    if end - number <= 3 and end < len(lines) and _is_heading(block, following, 160):
        return end - number
    following = next((one for one in lines[number + 1 :] if one), "")
    return int(_is_heading(lines[number], following, 110) and _stands_alone(lines, number))


def _starts_anew(held: list[str], line: str) -> bool:
    """After a full stop, a line that begins with a capital begins a paragraph if the line before it was short."""
    longest = max(len(one) for one in held)
    return line[0].isupper() and len(held) > 1 and len(held[-1]) < 0.8 * longest


def _stands_alone(lines: list[str], number: int) -> bool:
    """With an empty line before or after it, or followed by a longer line: not the first line of a paragraph."""
    before = lines[number - 1] if number else ""
    after = lines[number + 1] if number + 1 < len(lines) else ""
    return not after or (not before and len(lines[number]) < 0.6 * len(after)) or len(lines[number]) < 0.5 * len(after)


def _joined(lines: list[str]) -> str:
    """Lines as one; a word that was divided at the end of a line is whole again."""
    text = ""
    for line in lines:
        divided = re.search(r"[a-z]-$", text) and line[:1].islower()
        text = text[:-1] + line if divided else f"{text} {line}"
    return " ".join(text.split())


def _parts(text: str) -> Iterator[str]:
    """The paragraph, or parts of a very long one, each of whole sentences."""
    held = ""
    for sentence in _SENTENCE_END.split(text):
        if held and len(held) + len(sentence) > LONGEST:
            yield held
            held = ""
        held = f"{held} {sentence}".strip()
    if held:
        yield held
