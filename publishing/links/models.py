"""What is known of each address of another site that the content names."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Link(models.Model):
    """One address, wherever it stands. Kept by `check_links`, which drops it when no row names it any longer."""

    class Status(models.TextChoices):
        UNCHECKED = "unchecked", "Not checked yet"
        WORKS = "works", "Works"
        FAILED = "failed", "Failed once"
        DEAD = "dead", "Dead"
        UNCLEAR = "unclear", "Unclear"

    #: So many runs in which it failed, one after the other, make an address a dead one.
    DEAD_AFTER: ClassVar[int] = 2
    #: Longer addresses are left alone: no index takes them, and nobody types them.
    LONGEST: ClassVar[int] = 1000

    url = models.CharField("address", max_length=LONGEST, unique=True)
    status = models.CharField("state", max_length=9, choices=Status, default=Status.UNCHECKED)
    answer = models.CharField(
        "answer",
        max_length=200,
        blank=True,
        help_text="Unclear: open it yourself. Failed once: the next run tries again.",
    )
    failures = models.PositiveSmallIntegerField("failed runs, one after the other", default=0)
    checked_at = models.DateTimeField("checked", null=True, blank=True)
    worked_at = models.DateTimeField("worked last", null=True, blank=True)

    kept_by = "contributor"

    class Meta:
        verbose_name = "link"
        indexes = [models.Index(fields=["status"], name="link_by_status")]

    def __str__(self) -> str:
        return self.url
