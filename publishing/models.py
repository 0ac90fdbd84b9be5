"""What every published thing shares: a status, who and when, and the version of the published content.

No word of the domain stands here; the floors above say what is published.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing.versions import PendingVersion, ShippedRow, Version

__all__ = [
    "GUARDED_REASONS", "PERMISSIONS", "ContentVersion", "PendingVersion", "Publishable", "PublishableQuerySet", "ShippedRow",
    "Status", "Version", "WithdrawnReason", "content_version", "move_on", "one_version", "publishable_constraints",
]  # fmt: skip

#: What a Publishable's Meta takes as `default_permissions`: 'publish' is the right to let it go to the readers.
PERMISSIONS = ("add", "change", "delete", "view", "publish")


class Status(models.TextChoices):
    """The steps of the way from a draft to a tombstone."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class WithdrawnReason(models.TextChoices):
    """Why a published thing was taken back. The first two say least on the tombstone."""

    COURT_ORDER = "court-order", _("Court order")
    FAMILY_REQUEST = "family-request", _("The family’s request")
    TIME_LIMIT = "time-limit", _("Time limit of the publisher")
    ERROR = "error", _("Error")
    SUPERSEDED = "superseded", _("Superseded")


#: Reasons for which the tombstone shows no more than type and nation (design.md, 'Nothing public is deleted').
GUARDED_REASONS = frozenset({WithdrawnReason.COURT_ORDER, WithdrawnReason.FAMILY_REQUEST})


class PublishableQuerySet(models.QuerySet[Any]):
    """The only door to public content."""

    def published(self) -> Self:
        """Rows that a reader may see."""
        return self.filter(status=Status.PUBLISHED)

    def withdrawn(self) -> Self:
        """Rows of which only a tombstone may be seen."""
        return self.filter(status=Status.WITHDRAWN)

    def public(self) -> Self:
        """Rows that have a page: the published ones and the tombstones."""
        return self.filter(status__in=[Status.PUBLISHED, Status.WITHDRAWN])


def publishable_constraints(label: str) -> list[models.BaseConstraint]:
    """The rules of status that the database holds, named for the model `label`."""
    withdrawn = Q(status=Status.WITHDRAWN)
    return [
        models.CheckConstraint(name=f"{label}_status_known", condition=Q(status__in=Status.values)),
        models.CheckConstraint(
            name=f"{label}_withdrawn_says_when_and_why",
            condition=(withdrawn & Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason=""))
            | (~withdrawn & Q(withdrawn_on__isnull=True, withdrawn_reason="")),
        ),
        models.CheckConstraint(
            name=f"{label}_published_says_when",
            condition=~Q(status__in=[Status.PUBLISHED, Status.WITHDRAWN]) | Q(published_at__isnull=False),
        ),
    ]


class Publishable(models.Model):
    """Abstract: a row that goes from draft to published to withdrawn, by actions.py alone."""

    status = models.CharField(
        _("status"),
        max_length=12,
        choices=Status,
        default=Status.DRAFT,
        editable=False,
        help_text=_("Changed by the actions of the list, never by hand."),
    )
    published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(
        _("reason for withdrawal"), max_length=16, choices=WithdrawnReason, blank=True, editable=False
    )
    fictional = models.BooleanField(
        _("fictional"), default=False, editable=False, help_text=_("Made by a command for demonstration; says so.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    changes = models.JSONField(
        _("what changed"),
        default=list,
        blank=True,
        editable=False,
        help_text=_(
            "For readers, the newest first: dates and words of the changes that matter. Added to by publishing."
        ),
    )

    #: Names of reverse relations that belong to the row (evidence, sections): a version carries them with it.
    parts: ClassVar[tuple[str, ...]] = ()

    objects = PublishableQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN

    @property
    def is_public(self) -> bool:
        """Published now or once: an edit must not reach readers before it is published itself."""
        return self.status in (Status.PUBLISHED, Status.WITHDRAWN)

    def refusals(self) -> list[str]:
        """Reasons, in words a curator can act on, why this row may not be published now."""
        return []

    def rows_touched(self) -> list[Publishable]:
        """Other rows whose derived figures change when this one is published or withdrawn."""
        return []

    def preview_fields(self) -> dict[str, Any]:
        """Derived fields that the database asks of a published row, with values for the preview of one that lacks them."""
        return {}

    def recount(self) -> None:
        """Bring the row's derived figures up to date (strength of evidence)."""


class ContentVersion(models.Model):
    """One row. Its number moves on whenever anything that readers can see changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="contentversion_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)


#: The version as this request has read it; None outside requests, where every look asks the database.
_version_of_request: ContextVar[list[str] | None] = ContextVar("version_of_request", default=None)


def content_version() -> str:
    """The version of the published content, as a key for caches: one query a request.

    The time stands beside the number because a number can come again after a rolled-back transaction.
    """
    held = _version_of_request.get()
    if held:
        return held[0]
    row = ContentVersion.objects.values_list("number", "changed_at").first()
    version = f"{row[0]}.{row[1].timestamp()}" if row else "0"
    if held is not None:
        held.append(version)
    return version


@contextmanager
def one_version(version: str = "") -> Iterator[None]:
    """Within this block the version is read once, so that all parts of a page are of one version.

    `version`: the name of one that the database does not know, for a page that no cache may keep for another (preview.py).
    """
    token = _version_of_request.set([version] if version else [])
    try:
        yield
    finally:
        _version_of_request.reset(token)


def move_on() -> None:
    """Say that what readers see has changed. Called inside the transaction that changes it."""
    (_version_of_request.get() or []).clear()
    if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1, changed_at=timezone.now()):
        ContentVersion.objects.get_or_create(pk=1, defaults={"number": 1})
