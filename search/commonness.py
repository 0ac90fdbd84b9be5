"""Which stems nearly all texts have: they say little of what a reader looks for, and cost most to count."""

from __future__ import annotations

from collections import Counter

from publishing.held import Held
from search import words
from search.models import SearchWord
from search.query import FILLERS

#: Uses from which a stem is common: counting what has it takes SQLite 2 ms.
COMMON = 60_000


@Held
def common_stems() -> frozenset[str]:
    """Stems of words that are used so often; none where the collection is small: there all words are quickly counted.

    One statement for each version of the content.
    """
    uses: Counter[str] = Counter()
    for word, count in SearchWord.objects.filter(uses__gt=COMMON // 4).values_list("word", "uses"):
        uses[words.stem(word)] += count
    found = {stem for stem, count in uses.items() if count > COMMON}
    return frozenset(found | set(map(words.stem, FILLERS)) if found else ())  # no short word stands among the words
