"""What says nearly the same: for whoever is about to say it once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

from publishing.checks import Draft, Finding
from search import index, words
from search.kinds import KINDS
from search.models import SearchWord
from search.query import FILLERS, Phrase, Query, Term

#: Rows of the index that are compared word by word, and the words they are found by: the rarest of the text, because
#: the index ranks the newest matches only (ranking.RANKED), and a common word has more.
CANDIDATES, RAREST = 60, 6
#: Rows that are not published stand in no index: so many of the newest are compared.
UNPUBLISHED = 20_000
#: From here on two texts are called nearly the same. Measured over the shipped content: no pair of its learning points
#: reaches 0.75, and a sentence with one word changed stays above it.
NEARLY = 0.75
#: Titles of reviews differ by one word, the name of a place.
NEARLY_OF_TITLES = 0.95


@dataclass(frozen=True)
class Similar:
    """A row, and how alike its text is: 1.0 has the same words."""

    row: Any
    score: float


def stems(text: str) -> frozenset[str]:
    """The text's words without fillers, as stems."""
    return frozenset(words.stem(word) for word in words.words(text) if word not in FILLERS) - {""}


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient: the words in common, of all words of both.

    >>> likeness(frozenset("ab"), frozenset("bc"))
    0.5
    """
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def similar(
    model: type[models.Model], text: str, *, besides: Any = None, limit: int = 5, least: float = 0.3
) -> list[Similar]:
    """The rows of the model, published or not, that say nearly what `text` says, the most alike first.

    `model.said_in` names the field in which its rows say it; `besides`: a row that is left out, usually the one that
    asks.
    """
    wanted = stems(text)
    if not wanted:
        return []
    scored = {}
    for pk, said in _texts(model, text):
        score = likeness(wanted, stems(said))
        if score >= least and pk != getattr(besides, "pk", None):
            scored[pk] = score
    best = sorted(scored, key=lambda pk: (-scored[pk], pk))[:limit]
    rows = model._default_manager.in_bulk(best)
    return [Similar(rows[pk], scored[pk]) for pk in best]


def _texts(model: Any, text: str) -> Iterator[tuple[int, str]]:
    """(primary key, text) of the rows that may be alike: those published by the index, the others all."""
    kind = next((kind for kind in KINDS.values() if kind.model is model), None)
    rows = model._default_manager.values_list("pk", model.said_in)
    if kind is None:
        yield from rows.order_by("-pk")[:UNPUBLISHED].iterator()
        return
    yield from rows.filter(pk__in=_candidates(kind.name, text))
    yield from rows.exclude(pk__in=kind.rows().values("pk")).order_by("-pk")[:UNPUBLISHED].iterator()


def _candidates(kind: str, text: str) -> list[int]:
    rarest = _rarest(words.words(words.clean(text)))
    options = tuple((Phrase((word,)),) for word in rarest)
    return index.matching_ids(Query((Term(options, quoted=True),)), kind)[:CANDIDATES] if options else []


def _rarest(typed: Iterable[str]) -> list[str]:
    """The words of a text that fewest others use: one statement."""
    asked = {word for word in typed if word not in FILLERS}
    uses = dict(SearchWord.objects.filter(word__in=asked).values_list("word", "uses"))
    return sorted(asked, key=lambda word: (uses.get(word, 0) == 0, uses.get(word, 0), word))[:RAREST]


def twins(draft: Draft) -> Iterator[Finding]:
    """Rows that say the same or nearly the same as the one that is to be published."""
    row: Any = draft.row
    field = getattr(type(row), "said_in", "")
    if not field:
        return
    least = NEARLY_OF_TITLES if field == "title" else NEARLY
    for one in similar(type(row), getattr(row, field), besides=row, limit=3, least=least):
        same = "Another row says the same" if one.score == 1 else f"Another row says nearly the same ({one.score:.0%})"
        yield Finding(
            str(row._meta.get_field(field).verbose_name),
            f"{same}: {one.row}, {one.row.get_status_display().lower()}.",
            "If it is one finding, add the evidence there, or merge the two.",
            str(getattr(one.row, field)),
        )
