"""The part of a text that shows why it was found, with the matches between two control characters.

Never HTML: the template layer escapes first and then puts <mark> in their place. No indexed text has control
characters (words.clean).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TypeVar

from search import words
from search.models import SearchDocument
from search.query import Query
from search.understanding import understand

K = TypeVar("K", bound=Hashable)

START, END = "\x02", "\x03"
#: Characters of a snippet, of which so many at most stand before the first match.
LENGTH, _BEFORE = 200, 60
#: Characters of a text that are looked at, and those that are looked at before the others.
_LOOKED_AT, _BEGINNING = 60_000, 2_000


@dataclass(frozen=True)
class _Match:
    start: int
    end: int
    term: int


class _Wanted:
    """The stems of a query, to be found in texts."""

    def __init__(self, query: Query) -> None:
        self.count = len(query.wanted)
        self.phrases: dict[str, list[tuple[tuple[str, ...], bool, int]]] = {}
        prefixes = []
        for number, term in enumerate(query.wanted):
            for phrase in chain(*term.options):
                first = phrase.words[0]
                self.phrases.setdefault(first, []).append((phrase.words, phrase.prefix, number))
                if phrase.prefix and len(phrase.words) == 1:
                    prefixes.append(first)
        self.prefixes = tuple(prefixes)
        self.firsts = self.phrases.keys()
        self.letters = {""} if prefixes else set(map(words.letters_of, self.firsts))
        #: Whether each is one word, which can be told without those beside it.
        self.alone = all(len(phrase) == 1 for phrase, _prefix, _term in chain(*self.phrases.values()))

    def matches(self, text: str) -> list[_Match]:
        """Where the text has them, in order."""
        text = text[:_LOOKED_AT]
        found: list[_Match] = []
        for start, end in words.parts_with(text, self.letters, alone=self.alone):
            found += self._within(text[start:end], start)
        return sorted(found, key=lambda match: (match.start, -match.end)) if len(found) > 1 else found

    def _within(self, text: str, start: int) -> list[_Match]:
        """The same of a part of a text, which begins at `start`."""
        pieces = words.apart(text)  # words, and between them what is none
        stems = words.stems(pieces[1::2])
        found = self._joined(text, start)
        if self.prefixes or not self.firsts.isdisjoint(stems):
            numbers = [n for n, stem in enumerate(stems) if stem in self.firsts]
            if self.prefixes:
                numbers += [
                    n for n, stem in enumerate(stems) if stem.startswith(self.prefixes) and stem not in self.firsts
                ]
            if numbers:
                ends = list(accumulate(map(len, pieces), initial=start))[1:]
                found += chain(*(self._at(number, stems, ends) for number in numbers))
        return found

    def _at(self, number: int, stems: Sequence[str], ends: Sequence[int]) -> Iterator[_Match]:
        """What begins with word `number`, which is piece 2 * number + 1 of the text."""
        stem = stems[number]
        keys = [stem, *(prefix for prefix in self.prefixes if stem.startswith(prefix) and stem != prefix)]
        for phrase, prefix, term in chain(*(self.phrases.get(key, []) for key in keys)):
            here = tuple(stems[number : number + len(phrase)])
            longer = prefix and here[:-1] == phrase[:-1] and here[-1].startswith(phrase[-1])
            if here == phrase or (longer and len(here) == len(phrase)):
                yield _Match(ends[2 * number], ends[2 * (number + len(phrase)) - 1], term)

    def _joined(self, text: str, begins: int) -> list[_Match]:
        """Words with hyphens that are wanted as one."""
        if not words.has_compounds(text):
            return []
        return [
            _Match(begins + start, begins + end, term)
            for word, (start, end) in words.compounds(text)
            for phrase, _, term in self.phrases.get(words.stem(word), [])
            if len(phrase) == 1
        ]


def snippets(text: str | Query, rows: Mapping[K, SearchDocument]) -> dict[K, str]:
    """For each row of the index, about 200 characters of it with a match.

    Where only the title matches, it is the title; where only other labels of its terms do, the text's beginning.
    """
    wanted = _Wanted(understand(text))
    return {key: _snippet(wanted, (row.learning, row.summary, row.body, row.title)) for key, row in rows.items()}


def highlight(text: str | Query, value: str) -> str:
    """All of `value`, such as a title, with the matches marked."""
    value = words.clean(value)
    return _marked(value, _Wanted(understand(text)).matches(value), 0, len(value))


def _snippet(wanted: _Wanted, texts: Sequence[str]) -> str:
    """Of the first text that has most of what is wanted."""
    best: tuple[int, str, list[_Match], int] | None = None
    for text in filter(None, texts):
        matches, terms, first = _looked_through(wanted, text)
        if best is None or terms > best[0]:
            best = terms, text, matches, first
        if terms == wanted.count:
            break
    if best is None:
        return ""
    _, text, matches, first = best
    start, end = _cut(text, matches[first] if matches else _Match(0, 0, 0))
    return ("… " if start else "") + _marked(text, matches, start, end) + (" …" if end < len(text) else "")


def _looked_through(wanted: _Wanted, text: str) -> tuple[list[_Match], int, int]:
    """The matches of a text, the most terms that stand near each other, and where these begin: of a long text, if its
    beginning has all terms side by side, what the beginning has."""
    if len(text) > 2 * _BEGINNING:
        matches = wanted.matches(text[:_BEGINNING])
        terms, first = _densest(matches)
        if terms == wanted.count and matches[first].start + 2 * LENGTH < _BEGINNING:
            return matches, terms, first
    matches = wanted.matches(text)
    return matches, *_densest(matches)


def _densest(matches: Sequence[_Match]) -> tuple[int, int]:
    """The most terms that stand within the length of a snippet, and the number of the first match there."""
    best, first = 0, 0
    for number, match in enumerate(matches):
        near = {match.term}
        for other in matches[number + 1 : number + 30]:
            if other.end > match.start + LENGTH - _BEFORE:
                break
            near.add(other.term)
        if len(near) > best:
            best, first = len(near), number
    return best, first


def _cut(text: str, match: _Match) -> tuple[int, int]:
    """Where the snippet begins and ends: with a sentence if one begins near by, else between words."""
    if len(text) <= LENGTH:
        return 0, len(text)
    start = max(0, min(match.start - _BEFORE, len(text) - LENGTH))
    if start:
        sentence = max(text.rfind(mark, start, match.start) for mark in (". ", "? ", "! "))
        start = sentence + 2 if sentence >= 0 else text.find(" ", start - 1, match.start) + 1 or match.start
    end = max(start + LENGTH, match.end)
    if end < len(text):
        end = max(text.rfind(" ", start, end + 1), match.end)
    return start, min(end, len(text))


def _marked(text: str, matches: Iterable[_Match], start: int, end: int) -> str:
    parts = []
    for match in matches:
        if match.start >= start and match.end <= end:
            parts += [text[start : match.start], START, text[match.start : match.end], END]
            start = match.end
    return "".join([*parts, text[start:end]])
