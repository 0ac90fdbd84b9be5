"""A small collection at random, for tests that compare what lists say with what queries find."""

import datetime
import random
from collections.abc import Sequence

from tests import factories as make


def random_collection(seed: int, words: Sequence[str] = ()) -> None:
    """Some reviews, points and recommendations, tied to terms at random; `words` stand in some of their texts."""
    chance = random.Random(seed)
    themes, sectors = [make.theme() for _ in range(3)], [make.sector() for _ in range(2)]
    ages, harms = [make.age_stage() for _ in range(2)], [make.harm() for _ in range(2)]
    types, boards = [make.review_type() for _ in range(2)], [make.publisher() for _ in range(2)]
    one = make.evidence_set()

    def some(rows):
        return chance.sample(rows, chance.randint(0, len(rows)))

    def text(name: str) -> str:
        return f"Fictional {name} {' '.join(some(words))}: {make.own_words(next(make.numbers))}."

    for _ in range(12):
        year = chance.choice([None, 2018, 2020, 2022])
        review = make.case_review(
            text("review"),
            themes=some(themes),
            sectors=some(sectors),
            age_stages=some(ages),
            harms=some(harms),
            publishers=some(boards),
            review_type=chance.choice(types),
            nation=chance.choice(["england", "wales", "not-stated"]),
            availability=chance.choice(["live", "expired"]),
            added_on=chance.choice([datetime.date(2010, 1, 1), datetime.date(2026, 1, 1)]),
            publication_date=datetime.date(year, 1, 1) if year else None,
            publication_precision="year" if year else "",
            draft=chance.random() < 0.2,
        )
        sources = [review if review.is_published else one, *some([one])]
        common = {"themes": some(themes), "sources": sources, "draft": chance.random() < 0.2}
        kind = chance.choice(["finding", "learning", "good-practice"])
        make.learning_point(text("point"), **common, sectors=some(sectors), age_stages=some(ages), kind=kind)
        make.recommendation(text("recommendation"), **common, addressed_to=some(sectors))
    for _ in range(4):
        make.briefing(
            text("briefing"),
            items=[],
            kind=chance.choice(["topic", "sector"]),
            themes=some(themes),
            sectors=some(sectors),
            publisher=chance.choice(boards),
            date=datetime.date(2020, 1, 1),
            date_precision="year",
        )
