"""What the pages of this floor ask of the database, where it is large."""

import pytest
from django.db import connection
from django.utils import timezone

from reviews.models import LearningPoint

MANY = 5000


@pytest.mark.parametrize("key", ["superseded_by", "merged_into"])
def test_points_that_a_point_took_the_place_of_are_found_by_an_index(db, key):
    """Nearly none has the key, at which SQLite would rather read them all."""
    now = timezone.now()
    LearningPoint.objects.bulk_create(
        LearningPoint(code=f"LP-{n}", status="published", published_at=now, evidence_count=1) for n in range(MANY)
    )
    connection.cursor().execute("ANALYZE")
    plan = LearningPoint.objects.published().filter(**{f"{key}__in": [7]}).explain()
    assert f"learningpoint_{key}" in plan
    assert "Seq Scan" not in plan
