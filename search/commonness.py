"""Which stems nearly all texts have: they say little of what a reader looks for, and cost most to count."""

from __future__ import annotations

from collections import Counter

from publishing.held import Held
from search import words
from search.models import SearchWord
from search.query import FILLERS

#: Uses from which a stem is common: counting what has it takes SQLite 2 ms.
COMMON = 60_000


def commonest() -> list[str]:
    """Stems of words that are used so often, the commonest first; none where the collection is small: there all words are
    quickly counted."""
    uses: Counter[str] = Counter()
    for word, count in SearchWord.objects.filter(uses__gt=COMMON // 4).values_list("word", "uses"):
        uses[words.stem(word)] += count
    found = [stem for stem, count in uses.most_common() if count > COMMON]
    short = map(words.stem, sorted(FILLERS)) if found else ()  # no short word stands among the words
    return list(dict.fromkeys([*found, *short]))


@Held
def common_stems() -> frozenset[str]:
    """The same, held: one statement for each version of the content."""
    return frozenset(commonest())
