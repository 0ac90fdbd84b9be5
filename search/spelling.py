"""Spelling suggestions, from the words of the published texts themselves."""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterator, Sequence
from itertools import chain

from search import words
from search.engines import engine
from search.models import SearchWord
from search.query import Query, parse

#: Words of a query that are looked up, and the lengths of those that may be wrong.
_MOST_WORDS, _SHORTEST, _LONGEST = 3, 4, 20
#: A word that no more texts use may be a slip that one of them made, if another is so many times as common.
_RARE, _TIMES = 2, 20
_MOST_NEIGHBOURS = 2000


def suggest(text: str) -> str | None:
    """The text with the words that no text has replaced by the nearest that one has; None where there is nothing to say.

    At most three statements, whatever the text.
    """
    typed = list(dict.fromkeys(_typed(parse(text))))
    known = _uses(typed)
    doubtful = [word for word in typed if known.get(word, 0) <= _RARE][:_MOST_WORDS]
    found = {word: better for word, better in _nearest(doubtful, known).items() if better}
    if not found:
        return None
    text = words.clean(text)
    return words.WORD.sub(lambda match: found.get("".join(words.words(match[0])), match[0]), text)


def _typed(query: Query) -> Iterator[str]:
    for term in query.wanted:
        for phrase in term.options[0]:
            whole = phrase.words[:-1] if phrase.prefix else phrase.words
            yield from (word for word in whole if word.isalpha() and _SHORTEST <= len(word) <= _LONGEST)


def _uses(of: Sequence[str]) -> dict[str, int]:
    return dict(SearchWord.objects.filter(word__in=of).values_list("word", "uses")) if of else {}


def _nearest(doubtful: Sequence[str], known: dict[str, int]) -> dict[str, str]:
    """For each word the most common that is one slip away; for words that no text has, else the most alike."""
    slips = {word: _one_slip(word) for word in doubtful}
    uses = _uses(sorted(set(chain(*slips.values()))))
    nearest = {}
    for word in doubtful:
        least = known[word] * _TIMES if word in known else 1
        near = [other for other in slips[word] if uses.get(other, 0) >= least and words.stem(other) != words.stem(word)]
        if near:
            nearest[word] = max(near, key=lambda other: (uses[other], other))
    unknown = [word for word in doubtful if word not in known and word not in nearest]
    return nearest | _most_alike(unknown)


def _one_slip(word: str) -> set[str]:
    """Everything that is one letter more, less, other or out of place.

    >>> {"neglect", "neglects"} <= _one_slip("negelct") | _one_slip("neglect")
    True
    """
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    fewer = {a + b[1:] for a, b in halves if b}
    turned = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    other = {a + letter + b[1:] for a, b in halves if b for letter in string.ascii_lowercase}
    more = {a + letter + b for a, b in halves for letter in string.ascii_lowercase}
    return (fewer | turned | other | more) - {word}


def _most_alike(unknown: Sequence[str]) -> dict[str, str]:
    """Among the words that begin with the same two letters."""
    if not unknown:
        return {}
    neighbours = engine().words_beginning(sorted({word[:2] for word in unknown}), _MOST_NEIGHBOURS)
    found = {}
    for word in unknown:
        near = [other for other in neighbours if other[:2] == word[:2] and abs(len(other) - len(word)) < 4]
        if alike := difflib.get_close_matches(word, near, n=1, cutoff=0.8):
            found[word] = alike[0]
    return found
