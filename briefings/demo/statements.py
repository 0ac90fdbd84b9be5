"""Fictional learning points and recommendations with their evidence, and briefings that include them."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence

from briefings.demo.plan import Sizes, Terms
from briefings.demo.sources import Moment, Sources, first_key, through
from briefings.demo.texts import DRAFTS_ONLY, Texts, weights
from briefings.models import Briefing, Section, SectionItem
from publishing.bulk import Writer, table_of
from publishing.models import Status
from reviews.codes import next_code
from reviews.models import Evidence, LearningPoint, Recommendation
from reviews.strength import Strength

#: One in so many learning points rests on a set too.
RESTS_ON_A_SET = 25
#: Sources of a learning point, at the most.
MOST_SOURCES = 12
_KINDS = [kind.value for kind in LearningPoint.Kind]


def strength_of(alone: int, analyses: int) -> str:
    """The rule of reviews/strength.py, from counts: published reviews outside the cited sets, and cited sets."""
    if alone + analyses > 1:
        return Strength.SEVERAL
    if analyses:
        return Strength.ONE_ANALYSIS
    return Strength.ONE_REVIEW if alone else Strength.NONE


class Codes:
    """The next free codes of a kind: codes(3) is the fourth."""

    def __init__(self, model: type[LearningPoint] | type[Recommendation] | type[Evidence]) -> None:
        self.prefix, _, number = next_code(model).partition("-")
        self.first = int(number)

    def __call__(self, n: int) -> str:
        return f"{self.prefix}-{self.first + n:04d}"


class Statements:
    """Writes learning points, recommendations and briefings; their sources are written already."""

    def __init__(
        self, sizes: Sizes, texts: Texts, terms: Terms, chance: random.Random, moment: Moment, sources: Sources
    ) -> None:
        self.sizes, self.texts, self.terms, self.chance, self.sources = sizes, texts, terms, chance, sources
        self.first_point, self.first_asked = first_key(LearningPoint), first_key(Recommendation)
        self.point_codes, self.asked_codes = Codes(LearningPoint), Codes(Recommendation)
        self.evidence_codes, self.pieces = Codes(Evidence), 0
        self.source_counts = weights(MOST_SOURCES, 1.6)
        made = {"fictional": True, "created_at": moment.time, "changed_at": moment.time}
        self.moment = moment
        self.point_table = table_of(
            LearningPoint, "id", "code", "statement", "detail", "kind", "status", "published_at", "evidence_count",
            "review_count", "strength", "first_year", **made,
        )  # fmt: skip
        self.asked_table = table_of(
            Recommendation, "id", "code", "text", "evidence_count", "review_count", "strength", "first_year",
            status=Status.PUBLISHED, published_at=moment.time, **made,
        )  # fmt: skip
        self.evidence_table = table_of(
            Evidence, "code", "learning_point_id", "recommendation_id", "review_id", "evidence_set_id", "document_id",
            "locator", "inside", "order",
        )  # fmt: skip
        self.made = made

    def write_points(self, writer: Writer) -> Iterator[int]:
        """Yields after each few thousand, saying how many."""
        names = ("themes", "sectors", "age_stages", "principles")
        tables = {name: through(LearningPoint, name) for name in names}
        total = self.sizes.points + self.sizes.points // 100
        for n in range(total):
            draft = n >= self.sizes.points
            self._write_point(writer, n, draft)
            for name, values in self._terms_of_point().items():
                if values:
                    writer.add(tables[name], [(self.first_point + n, value) for value in values])
            if n % 2000 == 1999:
                yield 2000
        yield total % 2000

    def _write_point(self, writer: Writer, n: int, draft: bool) -> None:
        reviews, sets = self._reviews_cited(draft), self._sets_cited()
        figures = self._evidence(writer, (self.first_point + n, None), reviews, sets)
        words = 15 + int(self.chance.random() * 46)
        first, *rest = self.texts.sentences(words, 0.03)
        secret = f" {DRAFTS_ONLY}" if draft else ""
        status = (Status.DRAFT, None) if draft else (Status.PUBLISHED, self.moment.now)
        row = (
            self.first_point + n, self.point_codes(n), f"Fictional: {first[:1].lower()}{first[1:]}{secret}",
            " ".join(rest), _KINDS[min(int(self.chance.expovariate(0.8)), len(_KINDS) - 1)], *status, *figures,
        )  # fmt: skip
        writer.add(self.point_table, [row])

    def _reviews_cited(self, draft: bool) -> Sequence[int]:
        """Numbers of different reviews; only what is a draft itself cites drafts."""
        chance = self.chance
        count = 1 + bisect(self.source_counts, chance.random() * self.source_counts[-1])
        among = self.sizes.all_reviews if draft else self.sizes.reviews + self.sizes.withdrawn
        return list(dict.fromkeys(int(chance.random() * among) for _ in range(count)))

    def _sets_cited(self) -> Sequence[int]:
        chance = self.chance
        return [int(chance.random() * self.sizes.sets)] if chance.random() * RESTS_ON_A_SET < 1 else []

    def _evidence(
        self, writer: Writer, owner: tuple[int | None, int | None], reviews: Sequence[int], sets: Sequence[int]
    ) -> tuple[int, int, str, int | None]:
        """Write the evidence; how many pieces, how many reviews known one by one, the strength, the earliest year."""
        sources, chance = self.sources, self.chance
        members = frozenset().union(*(sources.members[number] for number in sets))
        rows = []
        for order, number in enumerate(reviews, 1):
            source = sources.first_review + number, None, sources.first_document + number
            place = f"page {3 + int(chance.random() * 88)}"
            rows.append((self.evidence_codes(self.pieces), *owner, *source, place, number in members, order))
            self.pieces += 1
        for order, number in enumerate(sets, len(rows) + 1):
            source_set = None, sources.first_set + number, sources.first_set_document + number
            rows.append((self.evidence_codes(self.pieces), *owner, *source_set, "page 5", False, order))
            self.pieces += 1
        writer.add(self.evidence_table, rows)
        cited = {number for number in reviews if number < self.sizes.reviews}
        first = min((sources.years[number] for number in cited), default=None)
        return len(rows), len(cited | members), strength_of(len(cited - members), len(sets)), first

    def _terms_of_point(self) -> dict[str, list[int]]:
        chance, terms = self.chance, self.terms
        return {
            "themes": terms.themes.some(1 if chance.random() < 0.7 else 2),
            "sectors": [terms.audiences.one()] if chance.random() < 0.6 else [],
            "age_stages": [terms.stages.one()] if chance.random() < 0.3 else [],
            "principles": [terms.principles.one()] if self.sizes.points * chance.random() < 200 else [],
        }

    def write_recommendations(self, writer: Writer) -> None:
        """One to five for each published review, from that review."""
        themes, addressed = through(Recommendation, "themes"), through(Recommendation, "addressed_to")
        answers = through(Recommendation, "answers")
        chance, n = self.chance, 0
        for review in range(self.sizes.reviews):
            for _ in range(1 + int(chance.random() * 5)):
                key = self.first_asked + n
                figures = self._evidence(writer, (None, key), [review], [])
                text = f"Fictional recommendation. {self.texts.text(12 + int(chance.random() * 29))}"
                writer.add(self.asked_table, [(key, self.asked_codes(n), text, *figures)])
                writer.add(themes, [(key, self.terms.themes.one())])
                writer.add(addressed, [(key, self.terms.audiences.one())])
                writer.add(answers, [(key, self.first_point + int(chance.random() * self.sizes.points))])
                n += 1

    def write_briefings(self, writer: Writer) -> None:
        first, section = first_key(Briefing), first_key(Section)
        table = table_of(
            Briefing, "id", "slug", "title", "kind", "publisher_id", "date", "summary",
            date_precision="day", status=Status.PUBLISHED, published_at=self.moment.time, **self.made,
        )  # fmt: skip
        themes, sets = through(Briefing, "themes"), through(Briefing, "based_on")
        for n in range(self.sizes.briefings):
            summary = f"Fictional summary. {self.texts.text(40)}"
            kind = Briefing.Kind.TOPIC if n % 3 else Briefing.Kind.SECTOR
            row = (
                first + n, f"fictional-briefing-{n + 1}", f"Fictional briefing {n + 1}", kind,
                self.sources.first_publisher, f"2026-{1 + n % 9:02d}-15", summary,
            )  # fmt: skip
            writer.add(table, [row])
            writer.add(themes, [(first + n, theme) for theme in self.terms.themes.some(2)])
            writer.add(sets, [(first + n, self.sources.first_set + n % self.sizes.sets)])
            section += self._write_sections(writer, first + n, section)

    def _write_sections(self, writer: Writer, briefing: int, first: int) -> int:
        """Write the sections of a briefing; how many they are."""
        chance = self.chance
        sections = table_of(Section, "id", "briefing_id", "slug", "heading", "body", "order")
        items = table_of(SectionItem, "section_id", "learning_point_id", "order")
        count = chance.randint(3, 6)
        for n in range(count):
            body = f"Fictional context. {self.texts.text(90)}"
            writer.add(sections, [(first + n, briefing, f"section-{n + 1}", f"Fictional section {n + 1}", body, n + 1)])
            points = {self.first_point + int(chance.random() * self.sizes.points) for _ in range(chance.randint(4, 9))}
            writer.add(items, [(first + n, point, order) for order, point in enumerate(sorted(points), 1)])
        return count
