"""What is kept of every row beside the row itself: its versions, its change that waits, and what was shipped of it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone


class ShippedRow(models.Model):
    """What load_content once loaded: the row's natural key and the hash of what was loaded.

    While the row still hashes to it, a newer fixture may update the row; once a curator has touched or
    removed it, it is hers.
    """

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    hash = models.CharField(max_length=64, help_text="Of the row, as it was after loading.")
    source = models.CharField(max_length=64, help_text="Of what the fixture said of it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="shippedrow_once_per_key")]

    def __str__(self) -> str:
        return f"{self.model} {self.key}"


class PendingVersion(models.Model):
    """A change to a published row that readers do not see yet: the whole row as it will be."""

    class Status(models.TextChoices):
        """Where the change stands on its way to the readers."""

        DRAFT = "draft", "Draft"
        IN_REVIEW = "in-review", "In review"

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    content = models.JSONField()
    based_on = models.CharField(max_length=64, help_text="Hash of the published row when the change was begun.")
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    publish_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField("what changed, for readers", max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "key"], name="pendingversion_one_per_row"),
            models.CheckConstraint(
                name="pendingversion_status_known", condition=models.Q(status__in=["draft", "in-review"])
            ),
        ]
        verbose_name = "pending version"

    def __str__(self) -> str:
        return f"{self.model} {self.key}"


class NeverChanged(TypeError):
    """Somebody tried to change the history."""


class VersionQuerySet(models.QuerySet[Any]):
    """Adds and reads; nothing else."""

    def of(self, row: models.Model) -> VersionQuerySet:
        """The versions of one row, the newest first."""
        from publishing.snapshots import key_of

        return self.filter(model=row._meta.label_lower, key=key_of(row)).order_by("-pk")

    def newest(self) -> VersionQuerySet:
        """Of each row the newest version."""
        newer = self.model._default_manager.filter(
            model=models.OuterRef("model"), key=models.OuterRef("key"), pk__gt=models.OuterRef("pk")
        )
        return self.exclude(models.Exists(newer))

    def update(self, **values: Any) -> NoReturn:
        raise NeverChanged("The history is added to, never changed.")

    def delete(self) -> NoReturn:
        raise NeverChanged("The history is added to, never deleted.")


class Version(models.Model):
    """A row as it was after one step: what it said, who took the step, when, and what they said of it."""

    class Step(models.TextChoices):
        """What was done. For curators, in English as the admin is."""

        SAVED = "saved", "Saved"
        RESTORED = "restored", "Restored from an earlier version"
        LOADED = "loaded", "Loaded with the shipped content"
        IMPORTED = "imported", "Imported from a file"
        UNDONE = "undone", "Import undone"
        MERGED = "merged", "Merged"
        RETIRED = "retired", "Retired"
        SUBMITTED = "submitted", "Sent to review"
        SENT_BACK = "sent-back", "Sent back"
        SCHEDULED = "scheduled", "Scheduled"
        UNSCHEDULED = "unscheduled", "Taken off the schedule"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        DISCARDED = "discarded", "Change discarded"
        DELETED = "deleted", "Draft deleted"

    #: The steps that write what a row says; the others say where it stands.
    WRITES = (Step.SAVED, Step.RESTORED, Step.LOADED, Step.IMPORTED, Step.UNDONE, Step.MERGED)

    model = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=200, help_text="What the row was called then.")
    step = models.CharField(max_length=12, choices=Step)
    pending = models.BooleanField(default=False, help_text="Of the change that waits, not of what readers see.")
    status = models.CharField(max_length=12, blank=True, help_text="Of the row, after the step.")
    content = models.JSONField(help_text="The row as plain data (ADR 1).")
    hash = models.CharField(max_length=64, help_text="Of the content.")
    comment = models.TextField(blank=True)
    batch = models.CharField(max_length=60, blank=True, help_text="What it was part of: an import.")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=150, blank=True, help_text="Stays when the account goes.")

    objects = VersionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["model", "key", "-id"], name="version_of_row"),
            models.Index(fields=["batch"], name="version_of_batch", condition=~models.Q(batch="")),
            models.Index(fields=["step", "model"], name="version_by_step"),
            models.Index(fields=["-at"], name="version_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_step_display()}"  # type: ignore[attr-defined]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise NeverChanged("The history is added to, never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NeverChanged("The history is added to, never deleted.")

    @property
    def who(self) -> str:
        """Name of the account, or whose hand it was where there was none."""
        return self.by_name or "the site"
