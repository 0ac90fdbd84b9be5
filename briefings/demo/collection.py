"""The fictional collection as a whole: written in one transaction, or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from briefings.demo.plan import Sizes, Terms
from briefings.demo.sources import Moment, Sources
from briefings.demo.statements import Statements
from briefings.demo.texts import Texts
from briefings.models import Briefing, Section, SectionItem
from publishing.bulk import Writer, reset_sequences, without_indexes
from publishing.models import move_on
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint, Publisher, Recommendation

#: Models with rows whose keys we choose, and models that get many rows.
MODELS = (Publisher, Document, CaseReview, EvidenceSet, LearningPoint, Recommendation, Evidence, Briefing, Section)
_MANY = (CaseReview, Document, EvidenceSet, LearningPoint, Recommendation, Evidence, SectionItem)


def exists() -> bool:
    """Whether there is a fictional collection already."""
    return CaseReview.objects.filter(fictional=True).exists()


def tables() -> list[str]:
    """Tables that get many rows, those of their relations among them."""
    relations = [field.remote_field.through for model in _MANY for field in model._meta.many_to_many]
    return sorted({model._meta.db_table for model in (*_MANY, *relations)})


def make(sizes: Sizes, seed: int, progress: Callable[[int], None]) -> None:
    """Write the collection. The same sizes, seed and vocabularies give the same collection.

    SQLite would look through all rows written so far for each that one of them leads to: it checks no keys meanwhile.
    """
    with connection.constraint_checks_disabled(), transaction.atomic():
        _write(sizes, seed, progress)


def _write(sizes: Sizes, seed: int, progress: Callable[[int], None]) -> None:
    chance = random.Random(seed)  # noqa: S311 - not a secret
    texts, terms = Texts(chance), Terms(chance)
    time = timezone.now()
    stored = connection.ops.adapt_datetimefield_value(time)
    moment = Moment(time, str(stored), time.date().isoformat())
    writer = Writer()
    with without_indexes(tables()):
        sources = Sources(sizes, texts, terms, chance, moment)
        sources.write_publishers(writer)
        for more in sources.write_reviews(writer):
            progress(more)
        sources.write_sets(writer)
        statements = Statements(sizes, texts, terms, chance, moment, sources)
        for more in statements.write_points(writer):
            progress(more)
        statements.write_recommendations(writer)
        statements.write_briefings(writer)
        writer.close()
    reset_sequences(MODELS)
    move_on()
