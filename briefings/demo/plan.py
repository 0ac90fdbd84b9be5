"""What the fictional collection is made of: how many of each, and which terms and bodies they are tied to."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from briefings.demo.texts import weights
from themes.models import VOCABULARIES, AgeStage, Harm, Principle, ReviewType, Sector, Term, Theme

#: Nations by their share of reviews, in per cent.
NATIONS = {"england": 78, "wales": 10, "scotland": 7, "northern-ireland": 5}
PLACES_A = [
    "Alder",
    "Birch",
    "Cedar",
    "Dun",
    "Elder",
    "Fern",
    "Gorse",
    "Hazel",
    "Iron",
    "Juniper",
    "Kestrel",
    "Larch",
    "Marl",
    "Nettle",
    "Oak",
    "Pine",
    "Quarry",
    "Rowan",
    "Stone",
    "Thorn",
]
PLACES_B = ["ford", "mere", "wick", "ham", "stead", "by", "holm", "ley", "thorpe", "combe"]
PUBLISHERS = 150


class NoVocabularyError(Exception):
    """There are no terms that the collection could carry."""


@dataclass(frozen=True)
class Sizes:
    """How many published reviews there are, and what follows from it."""

    reviews: int

    @property
    def withdrawn(self) -> int:
        return self.reviews // 100

    @property
    def drafts(self) -> int:
        return self.reviews // 100

    @property
    def all_reviews(self) -> int:
        return self.reviews + self.withdrawn + self.drafts

    @property
    def points(self) -> int:
        return self.reviews * 10

    @property
    def sets(self) -> int:
        return max(1, self.reviews // 200)

    @property
    def briefings(self) -> int:
        return max(1, min(60, self.reviews // 30))

    @property
    def rows(self) -> int:
        """Reviews and learning points, for the progress bar."""
        return self.all_reviews + self.points + self.points // 100


class Choices:
    """Things of which a few are common and most are rare, in an order of chance."""

    def __init__(self, chance: random.Random, things: list[Any], power: float = 0.8) -> None:
        self.chance, self.things = chance, things
        chance.shuffle(things)
        self.weights = weights(len(things), power)

    def one(self) -> Any:
        return self.things[bisect(self.weights, self.chance.random() * self.weights[-1])]

    def some(self, count: int) -> list[Any]:
        """So many different ones."""
        found: dict[Any, None] = {}
        while len(found) < min(count, len(self.things)):
            found[self.one()] = None
        return list(found)


class Weighted:
    """Things with their shares."""

    def __init__(self, chance: random.Random, shares: dict[Any, float]) -> None:
        self.chance, self.things = chance, list(shares)
        self.weights = list(accumulate(shares.values()))

    def one(self) -> Any:
        return self.things[bisect(self.weights, self.chance.random() * self.weights[-1])]


class Terms:
    """Keys of the site's own vocabularies, as they are drawn."""

    def __init__(self, chance: random.Random) -> None:
        found = {model: self._keys(model) for model in VOCABULARIES}
        if empty := [str(model._meta.verbose_name) for model, keys in found.items() if not keys]:
            raise NoVocabularyError(", ".join(empty))
        self.themes = Choices(chance, found[Theme])
        self.types = Choices(chance, found[ReviewType], 1.4)
        self.harms = Choices(chance, found[Harm], 1.0)
        self.stages = Choices(chance, found[AgeStage], 0.5)
        self.principles = Choices(chance, found[Principle], 0.5)
        self.agencies = Choices(chance, self._keys(Sector, is_agency=True), 0.3)
        self.audiences = Choices(chance, self._keys(Sector, is_audience=True), 0.6)
        self.type_labels: dict[int, str] = dict(ReviewType.objects.values_list("pk", "label"))
        #: Themes of a review: one as often as two and three and four together.
        self.theme_counts = weights(8, 1.0)

    @staticmethod
    def _keys(model: type[Term], **narrower: bool) -> list[int]:
        return list(model.objects.current().filter(**narrower).order_by("slug").values_list("pk", flat=True))
