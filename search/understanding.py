"""From what was typed to what is looked for: synonyms, beginnings of words, stems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.utils.translation import gettext as _

from search import words
from search.engines import engine
from search.facets import quoted
from search.query import FILLERS, MOST_DEAR, Option, Phrase, Query, expand, parse

#: Words of the index that are looked at to find what a prefix stands for.
_MOST_WORDS = 2000


@dataclass(frozen=True)
class Understood(Query):
    """A query as the engines take it: its words are stems. `typed`: those that were typed, as they were."""

    typed: tuple[str, ...] = ()


def understand(text: str | Query) -> Understood:
    """What the text looks for. Costs a statement for the version of the content, and one more where there are prefixes.

    Every function of the index takes the result in place of a text: a page understands once.
    """
    if isinstance(text, Understood):
        return text
    parsed = parse(text) if isinstance(text, str) else text
    query = expand(parsed)
    endings = _endings(query)
    terms = (
        replace(term, options=tuple(dict.fromkeys(chain(*(_stemmed(option, endings) for option in term.options)))))
        for term in query.terms
    )
    return Understood(
        tuple(dict.fromkeys(terms)), query.ignored, query.left_out, _typed(parsed)
    )  # the same word twice is looked for once


def _typed(query: Query) -> tuple[str, ...]:
    """Words that are wanted, without fillers and without beginnings."""
    found = (word for term in query.wanted for word in term.label if word not in FILLERS)
    return tuple(dict.fromkeys(found))


def _phrases(query: Query) -> Iterator[Phrase]:
    for term in query.terms:
        yield from chain(*term.options)


def _endings(query: Query) -> Mapping[str, Sequence[str]]:
    """For each prefix, the stems it means that do not begin with it: 'curiosi*' means 'curiosity', whose stem is shorter."""
    prefixes = sorted({phrase.words[-1] for phrase in _phrases(query) if phrase.prefix and len(phrase.words[-1]) > 3})
    if not prefixes:
        return {}
    found = engine().words_beginning(prefixes, _MOST_WORDS)
    return {
        prefix: sorted(
            {stem for word in found if word.startswith(prefix) and not (stem := words.stem(word)).startswith(prefix)}
        )
        for prefix in prefixes
    }


def _stemmed(option: Option, endings: Mapping[str, Sequence[str]]) -> Iterator[Option]:
    yield tuple(
        Phrase((*map(words.stem, phrase.words[:-1]), phrase.words[-1]), prefix=True)
        if phrase.prefix
        else Phrase(tuple(map(words.stem, phrase.words)))
        for phrase in option
    )
    if len(option) == 1 and option[0].prefix:
        *before, prefix = option[0].words
        for ending in endings.get(prefix, ()):
            yield (Phrase((*map(words.stem, before), ending)),)


def left_out(query: Query) -> list[str]:
    """What of a search text is not looked for, in a sentence."""
    if not query.left_out:
        return []
    given = {"n": MOST_DEAR, "text": quoted(" ".join(query.left_out))}
    return [
        _("We look for %(n)d phrases and beginnings of words at once, so these results are without ‘%(text)s’.") % given
    ]
