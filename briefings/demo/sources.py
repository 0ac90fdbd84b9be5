"""Fictional reviews with their publishers and documents, and sets of them."""

from __future__ import annotations

import datetime
import random
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from briefings.demo.plan import NATIONS, PLACES_A, PLACES_B, PUBLISHERS, Choices, Sizes, Terms, Weighted
from briefings.demo.texts import DRAFTS_ONLY, Texts
from publishing.bulk import Table, Writer, table_of
from publishing.models import Status, WithdrawnReason
from reviews.models import CaseReview, Document, EvidenceSet, Publisher, ReviewPublisher

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2026, 10, 31)
#: Members of a set, at least and at most.
MEMBERS = 10, 80


def first_key(model: Any) -> int:
    """The first primary key that no row has."""
    return (model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1


def through(model: Any, relation: str) -> Table:
    """The table of a many-to-many relation; rows are (owner, related)."""
    field = model._meta.get_field(relation)
    names = [field.m2m_field_name(), field.m2m_reverse_field_name()]
    columns = [field.remote_field.through._meta.get_field(name).column for name in names]
    return table_of(field.remote_field.through, *columns)


@dataclass(frozen=True)
class Moment:
    """When the collection was made; `now` and `today` as the database stores them."""

    time: datetime.datetime
    now: str
    today: str


class Sources:
    """Writes publishers, documents, reviews and sets. Review n of the collection has the key first_review + n; those that
    are published come first, then those withdrawn, then the drafts."""

    def __init__(self, sizes: Sizes, texts: Texts, terms: Terms, chance: random.Random, moment: Moment) -> None:
        self.sizes, self.texts, self.terms, self.chance, self.moment = sizes, texts, terms, chance, moment
        self.first_publisher, self.first_document = first_key(Publisher), first_key(Document)
        self.first_review, self.first_set = first_key(CaseReview), first_key(EvidenceSet)
        self.first_set_document = self.first_document + sizes.all_reviews
        self.members: list[frozenset[int]] = []
        self.years: list[int] = []
        made = {"fictional": True, "created_at": moment.time, "changed_at": moment.time}
        self.review_table = table_of(
            CaseReview, "id", "reference", "slug", "title", "review_type_id", "nation", "publication_date", "summary",
            "status", "published_at", "withdrawn_on", "withdrawn_reason", "availability",
            publication_precision="day", added_on=moment.today, **made,
        )  # fmt: skip
        self.document_table = table_of(
            Document, "id", "slug", "title", "kind", "publisher_id", "date", "pages", date_precision="day"
        )
        self.set_table = table_of(
            EvidenceSet, "id", "slug", "title", "description", "reported_size", "size_document_id",
            status=Status.PUBLISHED, published_at=moment.time, **made,
        )  # fmt: skip

    def write_publishers(self, writer: Writer) -> None:
        names = [a + b for b in PLACES_B for a in PLACES_A]
        self.chance.shuffle(names)
        nations = Weighted(self.chance, {**NATIONS})
        self.nation_of = [nations.one() for _ in range(PUBLISHERS)]
        writer.add(
            table_of(Publisher, "id", "slug", "name", "nation", kind=Publisher.Kind.PARTNERSHIP),
            [
                (
                    self.first_publisher + n,
                    f"fictional-partnership-{n + 1:03d}",
                    f"{names[n]} Fictional Safeguarding Partnership",
                    nation,
                )
                for n, nation in enumerate(self.nation_of)
            ],
        )
        self.publishers = Choices(self.chance, list(range(PUBLISHERS)), 0.6)

    def _status(self, n: int) -> tuple[str, str | None, str | None, str]:
        """Status, when published, when withdrawn, and why."""
        if n < self.sizes.reviews:
            return Status.PUBLISHED, self.moment.now, None, ""
        if n < self.sizes.reviews + self.sizes.withdrawn:
            return Status.WITHDRAWN, self.moment.now, self.moment.today, WithdrawnReason.TIME_LIMIT
        return Status.DRAFT, None, None, ""

    def write_reviews(self, writer: Writer) -> Iterator[int]:
        """Yields after each few thousand, saying how many."""
        tables = {name: through(CaseReview, name) for name in ("themes", "age_stages", "harms", "sectors", "documents")}
        publishers = table_of(ReviewPublisher, "review_id", "publisher_id")
        for n in range(self.sizes.all_reviews):
            key, publisher = self.first_review + n, self.publishers.one()
            self._write_review(writer, n, key, publisher)
            for name, values in self._terms_of_review(n).items():
                writer.add(tables[name], [(key, value) for value in values])
            writer.add(publishers, [(key, self.first_publisher + publisher)])
            if n % 1000 == 999:
                yield 1000
        yield self.sizes.all_reviews % 1000

    def _write_review(self, writer: Writer, n: int, key: int, publisher: int) -> None:
        chance, status = self.chance, self._status(n)
        span = (LAST_DAY - FIRST_DAY).days
        day = (FIRST_DAY + datetime.timedelta(days=int(span * chance.random() ** 0.55))).isoformat()
        self.years.append(int(day[:4]))
        kind = self.terms.types.one()
        title = f"Fictional review {n + 1:06d}: Child {chr(65 + n % 26)}{n % 97} ({self.terms.type_labels[kind]})"
        body = self.texts.text(min(400, max(80, int(chance.lognormvariate(5.25, 0.42)))), 0.08)
        secret = f" {DRAFTS_ONLY.capitalize()}." if status[0] == Status.DRAFT else ""
        row = (
            key, f"FICTIONAL-{n + 1:06d}", f"fictional-review-{n + 1:06d}", title, kind, self.nation_of[publisher], day,
            f"Fictional summary. {body}{secret}", *status, "not-known",
        )  # fmt: skip
        writer.add(self.review_table, [row])
        document = (
            self.first_document + n, f"fictional-report-{n + 1:06d}", f"Fictional report {n + 1:06d}", "report",
            self.first_publisher + publisher, day, 10 + int(chance.random() * 80),
        )  # fmt: skip
        writer.add(self.document_table, [document])

    def _terms_of_review(self, n: int) -> dict[str, list[int]]:
        chance, terms = self.chance, self.terms
        counts = terms.theme_counts
        return {
            "themes": terms.themes.some(1 + bisect(counts, chance.random() * counts[-1])),
            "age_stages": terms.stages.some(1 if chance.random() < 0.75 else 2),
            "harms": [terms.harms.one()],
            "sectors": terms.agencies.some(2 + int(chance.random() * 5)),
            "documents": [self.first_document + n],
        }

    def write_sets(self, writer: Writer) -> None:
        members, documents = through(EvidenceSet, "members"), through(EvidenceSet, "documents")
        chance = self.chance
        for n in range(self.sizes.sets):
            key, document = self.first_set + n, self.first_set_document + n
            size = min(self.sizes.reviews, chance.randint(*MEMBERS))
            held = frozenset(int(chance.random() * self.sizes.reviews) for _ in range(size))
            self.members.append(held)
            title = f"Fictional set of reviews {n + 1}"
            stated = (len(held), document) if n % 3 else (None, None)
            writer.add(
                self.document_table,
                [
                    (
                        document,
                        f"fictional-analysis-{n + 1}",
                        f"Fictional analysis {n + 1}",
                        "literature-review",
                        self.first_publisher,
                        LAST_DAY.isoformat(),
                        60,
                    )
                ],
            )
            text = f"Fictional description. {self.texts.text(40)}"
            writer.add(self.set_table, [(key, f"fictional-set-{n + 1}", title, text, *stated)])
            writer.add(documents, [(key, document)])
            writer.add(members, [(key, self.first_review + member) for member in sorted(held)])
