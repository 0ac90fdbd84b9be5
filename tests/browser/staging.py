"""Run inside the served site, after its content is loaded: what the shipped content has none of.

A fictional review that was published and then withdrawn, so that a tombstone can be looked at. It stands in no list.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from publishing import actions  # noqa: E402
from publishing.models import WithdrawnReason  # noqa: E402
from reviews.models import CaseReview  # noqa: E402
from themes.models import ReviewType  # noqa: E402

review = CaseReview(
    reference="WITHDRAWN-SAMPLE",
    slug="withdrawn-sample",
    title="A sample for tests",
    review_type=ReviewType.objects.order_by("order").first(),
    nation="england",
    publication_date=timezone.localdate(),
    publication_precision="year",
    added_on=timezone.localdate(),
    fictional=True,
)
actions.save_draft(row=review)
actions.publish(row=review)
actions.withdraw(row=review, reason=WithdrawnReason.TIME_LIMIT)
