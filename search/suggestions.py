"""What a reader may want to type on, while she types: names of terms, titles, words of the collection.

All of it is public: labels of terms in use, titles and words of what is indexed. What was typed is neither kept nor
logged; the answer is made anew each time, of lists that are held for a version of the content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from django.utils.translation import get_language

from publishing.held import Held
from search import words
from search.engines import engine
from search.kinds import KINDS
from search.models import SearchDocument
from search.query import FILLERS

#: Shorter beginnings say nothing, and longer ones are no beginnings.
SHORTEST, LONGEST = 2, 80
MOST = 8
#: Of terms, and of titles; words fill the rest.
_MOST_OF_A_SORT = 3
#: The newest titles of a kind that are looked through.
_MOST_TITLES = 5000
#: Beginnings of words are looked up from so many letters on.
_SHORTEST_WORD = 3


class Suggestion(NamedTuple):
    """`text`: what to search for; `says`: what that is called here, where it is another name of it."""

    text: str
    says: str = ""


#: Callables that give groups of names of one thing, in the present language: the first is the name that is shown.
_sources: list[Callable[[], Iterable[Sequence[str]]]] = []


def register_names(source: Callable[[], Iterable[Sequence[str]]]) -> None:
    """Add names that are suggested; the source is asked once for each version of the content and each language."""
    _sources.append(source)


def suggestions(typed: str) -> list[Suggestion]:
    """At most eight, whatever was typed; two statements at most where nothing has changed."""
    asked = words.words(words.clean(typed[: LONGEST + 1]))
    if not asked or len(typed) > LONGEST or len("".join(asked)) < SHORTEST:
        return []
    beginning = f" {' '.join(asked)}"
    named = islice((one for folded, one in _names() if beginning in folded), _MOST_OF_A_SORT)
    titled = islice((one for folded, one in _titles() if beginning in folded), _MOST_OF_A_SORT)
    return list(_each_once(chain(named, titled, _worded(asked)), beginning.strip()))[:MOST]


def _each_once(found: Iterable[Suggestion], typed: str) -> Iterator[Suggestion]:
    """Without what says the same in other letters, or no more than what was typed."""
    said = {typed}
    for one in found:
        folded = _folded(one.text).strip()
        if folded not in said:
            said.add(folded)
            yield one


def _folded(text: str) -> str:
    return f" {' '.join(words.words(text))}"


def _worded(asked: Sequence[str]) -> Iterator[Suggestion]:
    """The last word typed on, the commonest first."""
    *before, last = asked
    if len(last) < _SHORTEST_WORD:
        return
    for word in engine().words_beginning([last], MOST):
        if word != last and word not in FILLERS:
            yield Suggestion(" ".join([*before, word]))


def _names() -> list[tuple[str, Suggestion]]:
    held, language = _names_of_languages(), get_language() or ""
    if language not in held:
        held[language] = list(_read_names())
    return held[language]


@Held
def _names_of_languages() -> dict[str, list[tuple[str, Suggestion]]]:
    return {}


def _read_names() -> Iterator[tuple[str, Suggestion]]:
    """Names that are shown before the others, so that they are suggested first."""
    groups = [group for source in _sources for group in source() if group]
    for shown, *_others in groups:
        yield _folded(shown), Suggestion(shown)
    for shown, *others in groups:
        yield from ((_folded(name), Suggestion(name, shown)) for name in others)


@Held
def _titles() -> list[tuple[str, Suggestion]]:
    found = []
    for kind in KINDS.values():
        if kind.titled:
            rows = SearchDocument.objects.filter(kind=kind.name).order_by("-object_id")
            titles = rows.values_list("title", flat=True)[:_MOST_TITLES]
            found += [(_folded(title), Suggestion(title)) for title in titles]
    return found
