"""What a reader typed, understood: any text gives a Query, none gives an error.

Words must all be found; "quoted words" side by side; -word or -"words" not at all; begin* as the beginning of a word;
OR, in capitals between two of these, either. Hyphens and apostrophes may be typed or left out. A query of nothing but
exclusions finds nothing: it does not say what to look for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, product

from search import words

#: What stands beyond is ignored, and named in Query.ignored.
LONGEST_TEXT = 300
MOST_TERMS = 24
#: Beginnings and phrases, for which the places of words are looked up: more are left out, and named in Query.left_out.
MOST_DEAR = 4
#: Other labels that one term can stand for.
MOST_SYNONYMS = 16

#: Left out where other words were typed: they stand in nearly every text. Within quotes they count.
FILLERS = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "did", "do", "does", "for", "from", "had", "has",
    "have", "how", "if", "in", "into", "is", "it", "its", "not", "of", "on", "or", "our", "that", "the", "their",
    "there", "these", "they", "this", "those", "to", "was", "were", "what", "when", "where", "which", "who", "why",
    "will", "with",
})  # fmt: skip

_QUOTES = '"“”„«»'
_PIECE = re.compile(
    rf"(?P<minus>(?<!\S)[-−–]+)?(?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<plain>[^\s{_QUOTES}]+))"
)
#: Shorter beginnings than of three letters are taken as whole words: half of all texts have a word that begins so.
_PREFIX = re.compile(r"[^\W_]{3}\*\W*$")
_HYPHENS = re.compile("[-‐‑]")


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side; the last of a prefix may go on."""

    words: tuple[str, ...]
    prefix: bool = False


#: Phrases that must all be found.
Option = tuple[Phrase, ...]


@dataclass(frozen=True)
class Term:
    """What was typed at one place: found where any option is. `exact`: these words and no others, as quotes ask."""

    options: tuple[Option, ...]
    excluded: bool = False
    quoted: bool = False
    exact: bool = False

    @property
    def is_dear(self) -> bool:
        """Whether it is the beginning of a word, or words in quotes."""
        return any(one.prefix or (self.quoted and len(one.words) > 1) for option in self.options for one in option)

    @property
    def label(self) -> tuple[str, ...]:
        """The words typed, if they can be a label, or part of one."""
        first = self.options[0]
        return () if len(first) > 1 or first[0].prefix else first[0].words


@dataclass(frozen=True)
class Query:
    """All terms must hold. `ignored`: the end of the text, where that was too long to be looked at; `left_out`: what was
    typed of further beginnings and phrases."""

    terms: tuple[Term, ...] = ()
    ignored: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.excluded)


def parse(text: str) -> Query:
    """The text's terms as typed: neither synonyms nor stems.

    >>> [term.options for term in parse("abus* -police").terms]
    [((Phrase(words=('abus',), prefix=True),),), ((Phrase(words=('police',), prefix=False),),)]
    """
    text = words.clean(text)
    end = _end(text)
    found: list[tuple[Term, bool]] = []
    left_out, dear = [], 0
    for piece in _PIECE.finditer(text, 0, end):
        term = _term(piece)
        if term and len(found) == MOST_TERMS:
            end = piece.start()
            break
        dear += bool(term and term.is_dear)
        if term and term.is_dear and dear > MOST_DEAR:
            left_out.append(piece[0])
        elif term:
            found.append((term, piece[0] == "OR"))
    return Query(tuple(_either(found)), text[end:].strip(), tuple(left_out))


def _end(text: str) -> int:
    """Where to stop reading: after the last whole word within bounds."""
    if len(text) <= LONGEST_TEXT:
        return len(text)
    gap = re.search(r"\s\S*$", text[: LONGEST_TEXT + 1])
    return gap.start() if gap else LONGEST_TEXT


def _term(piece: re.Match[str]) -> Term | None:
    quoted = piece["plain"] is None
    text = piece["quoted"] if quoted else piece["plain"]
    found = tuple(words.words(text))
    if not found:
        return None
    prefix = bool(_PREFIX.search(text))
    options: list[Option] = [(Phrase(found, prefix),)]
    if prefix and found[-1].endswith("y"):  # 'say' is kept as 'sai', which say* does not begin
        options.append((Phrase(found),))
    joined = words.words(_HYPHENS.sub("", text))
    if len(found) > len(joined) == 1:
        options.append((Phrase(tuple(joined), prefix),))
    return Term(tuple(options), bool(piece["minus"]), quoted, exact=quoted)


def _either(found: Sequence[tuple[Term, bool]]) -> Iterator[Term]:
    """The terms, those with OR between them as one."""

    def joins(number: int) -> bool:
        if not (0 < number < len(found) - 1 and found[number][1]):
            return False
        return not any(is_or or term.excluded for term, is_or in (found[number - 1], found[number + 1]))

    term: Term | None = None
    for number, (one, _) in enumerate(found):
        if joins(number):
            continue
        if term and joins(number - 1):
            term = Term(term.options + one.options, quoted=True, exact=term.exact and one.exact)
            continue
        if term:
            yield term
        term = one
    if term:
        yield term


#: Callables that give groups of labels that mean the same.
_sources: list[Callable[[], Iterable[Sequence[str]]]] = []
_Labels = dict[tuple[str, ...], tuple[Phrase, ...]]
_labels: tuple[str, _Labels] | None = None


def register_synonyms(source: Callable[[], Iterable[Sequence[str]]]) -> None:
    """Add a source of synonyms: a callable that gives groups of labels, such as [["DV", "domestic abuse"]].

    It is asked once for each version of the published content.
    """
    global _labels
    _sources.append(source)
    _labels = None


def expand(query: Query) -> Query:
    """The query with what else its terms are called, and without fillers.

    Words side by side that are a label match as that label, as any other label of its group, or each for itself: an
    expansion never loses what the words alone would find. Whoever quotes words wants these: they are not expanded.
    """
    terms = list(_with_synonyms(query.terms, _current_labels()) if _sources else query.terms)
    if any(not (term.excluded or _is_filler(term)) for term in terms):
        terms = [term for term in terms if not _is_filler(term)]
    return replace(query, terms=tuple(terms))


def _is_filler(term: Term) -> bool:
    return not term.quoted and len(term.options) == 1 and len(term.label) == 1 and term.label[0] in FILLERS


def _current_labels() -> _Labels:
    """Every label's words, with the other labels of its groups."""
    global _labels
    from publishing.models import content_version

    version = content_version()
    if _labels is None or _labels[0] != version:
        _labels = version, _read_labels()
    return _labels[1]


def _read_labels() -> _Labels:
    found: dict[tuple[str, ...], dict[Phrase, None]] = {}
    for group in chain.from_iterable(source() for source in _sources):
        labels = {_key(label): Phrase(label) for label in (tuple(words.words(text)) for text in group) if label}
        for key in labels:
            others = {phrase: None for other, phrase in labels.items() if other != key}
            found.setdefault(key, {}).update(others)
    return {key: tuple(others)[:MOST_SYNONYMS] for key, others in found.items() if others}


def _key(label: tuple[str, ...]) -> tuple[str, ...]:
    """The label in the singular, as far as that is easily told: 'rapid reviews' is 'rapid review'."""
    return tuple(_singular(word) for word in label)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def _with_synonyms(terms: Sequence[Term], labels: _Labels) -> Iterator[Term]:
    longest = max(map(len, labels), default=0)
    start = 0
    while start < len(terms):
        end = _end_of_label(terms, start, labels, longest)
        yield _as_label(terms[start:end], labels) if end > start + 1 else _with_others(terms[start], labels)
        start = max(end, start + 1)


def _end_of_label(terms: Sequence[Term], start: int, labels: _Labels, longest: int) -> int:
    """Where the longest label ends that begins with term `start`, of single terms that were not quoted."""
    best = start
    run: tuple[str, ...] = ()
    for end, term in enumerate(terms[start:], start + 1):
        run += term.label
        if term.excluded or term.quoted or not term.label or len(run) > longest:
            break
        if _key(run) in labels:
            best = end
    return best


def _with_others(term: Term, labels: _Labels) -> Term:
    """The term with what else each of its options is called."""
    if term.exact:
        return term
    found = [
        labels.get(_key(option[0].words), ()) for option in term.options if len(option) == 1 and not option[0].prefix
    ]
    return replace(term, options=(*term.options, *((phrase,) for phrase in dict.fromkeys(chain(*found)))))


def _as_label(run: Sequence[Term], labels: _Labels) -> Term:
    """Terms that make a label together: as that label, as any other of its group, or each for itself."""
    label = tuple(chain(*(term.label for term in run)))
    apart = product(*(term.options for term in run if not _is_filler(term)))
    options = [(Phrase(label),), *(tuple(chain(*options)) for options in islice(apart, 8))]
    return Term((*options, *((phrase,) for phrase in labels[_key(label)])))
