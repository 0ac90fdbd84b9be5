"""The text of a document while it is read: for curators alone, and never for a page, a file or the search index.

What readers see of it is what a curator made of it: a learning point in our own words, and the place of its evidence.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import CaseReview, Document, EvidenceSet


class Reading(models.Model):
    """One document, or some pages of it, taken apart into passages and read for one source."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="readings")
    review = models.ForeignKey(CaseReview, models.PROTECT, null=True, blank=True, related_name="readings")
    evidence_set = models.ForeignKey(EvidenceSet, models.PROTECT, null=True, blank=True, related_name="readings")
    begun_at = models.DateTimeField("begun", default=timezone.now)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    #: Contributors keep these (publishing/roles.py).
    kept_by = "contributor"

    class Meta:
        ordering = ("-begun_at",)
        verbose_name = "report being coded"
        verbose_name_plural = "reports being coded"
        constraints = [
            models.CheckConstraint(
                name="reading_for_exactly_one_source",
                condition=Q(review__isnull=False, evidence_set__isnull=True)
                | Q(review__isnull=True, evidence_set__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.document)

    @property
    def source(self) -> CaseReview | EvidenceSet:
        return self.review or self.evidence_set  # type: ignore[return-value]

    @property
    def prefix(self) -> str:
        """Of the codes of its passages: no other reading has it."""
        return f"C{self.pk}"


class Passage(models.Model):
    """One paragraph of the document, with its place."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="passages")
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True, blank=True)
    heading = models.CharField(max_length=160, blank=True)
    text = models.TextField()
    set_aside = models.BooleanField(default=False, help_text="Read, and nothing to learn from.")

    kept_by = "contributor"

    class Meta:
        ordering = ("reading", "number")
        constraints = [models.UniqueConstraint(fields=["reading", "number"], name="passage_number_once_per_reading")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"{self.reading.prefix}-{self.number}"

    @property
    def locator(self) -> str:
        """'page 3, ‘What needs to improve?’', as far as it is known."""
        page = f"page {self.page}" if self.page else ""
        return ", ".join(part for part in (page, f"‘{self.heading}’" if self.heading else "") if part)
