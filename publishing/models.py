"""What every published thing shares: a status, who and when, and the version of the published content.

No word of the domain stands here; the floors above say what is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from publishing.statements import text_of
from publishing.versions import PendingVersion, ShippedRow, Version

__all__ = [
    "GUARDED_REASONS", "PERMISSIONS", "ContentVersion", "PendingVersion", "Publishable", "PublishableQuerySet", "ShippedRow",
    "Status", "Version", "WithdrawnReason", "content_version", "move_on", "one_version", "publishable_constraints", "publishable_indexes",
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


def publishable_indexes(label: str) -> list[models.Index]:
    """What is told in the order in which it changed is found in it (OAI-PMH), named for the model `label`."""
    return [models.Index(fields=["changed_at", "id"], name=f"{label}_changed")]


class Labelled(models.Model):
    """Abstract: says the label of a choice without making all labels ready, which translates each at every call."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802 - Django's name: what get_kind_display() calls
        value = getattr(self, field.attname)
        return _labels_of(field, get_language()).get(value) or str(value)

    def label_in(self, language: str, name: str) -> str:
        """The label of the choice in that field, in that language."""
        value = getattr(self, name)
        return _labels_of(self._meta.get_field(name), language).get(value) or str(value)


@cache
def _labels_of(field: Any, language: str | None) -> dict[Any, str]:
    """The labels of a field's choices in a language."""
    with override(language):
        return {value: str(label) for value, label in field.flatchoices}


class Publishable(Labelled):
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


#: As one text, which the databases make quicker than Python reads a date.
_READ_VERSION = "SELECT number || ' ' || changed_at FROM publishing_contentversion WHERE id = 1"
_NOT_DIGITS = re.compile(r"\D")


def content_version() -> str:
    """The version of the published content, as a key for caches: one query a request.

    The time stands beside the number because a number can come again after a rolled-back transaction.
    """
    held = _version_of_request.get()
    if held:
        return held[0]
    version = read_version()
    if held is not None:
        held.append(version)
    return version


def read_version() -> str:
    """The version as the database has it at this moment. In plain SQL: this is all that a kept page asks."""
    number, _space, changed_at = text_of(_READ_VERSION).partition(" ")
    return f"{number or 0}.{_NOT_DIGITS.sub('', changed_at)}"


@contextmanager
def one_state() -> Iterator[None]:
    """Within this block all reads see one state of the database, and keep nobody from writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")  # not IMMEDIATE, which Django would begin with, and which waits for writers
            try:
                yield
            finally:
                cursor.execute("COMMIT")


@contextmanager
def one_version(version: str = "") -> Iterator[None]:
    """Within this block the version is read once, so that all parts of a page are of one version.

    `version`: the one that was read a moment ago; or the name of one that the database does not know, for a page that no
    cache may keep for another (preview.py).
    """
    token = _version_of_request.set([version] if version else [])
    try:
        yield
    finally:
        _version_of_request.reset(token)


class ContentChange(models.Model):
    """What one step of the version changed, so that what is kept of the content can follow it step by step."""

    number = models.PositiveBigIntegerField(primary_key=True)
    before = models.CharField(max_length=60, help_text=_("The version that it changed."))
    rows = models.JSONField(
        null=True, blank=True, help_text=_("[model, key] of each row that may differ; null: any may.")
    )

    def __str__(self) -> str:
        return str(self.number)


#: Steps that are remembered, and rows of one step; beyond either, whoever follows begins anew.
_MOST_STEPS, _MOST_ROWS = 500, 2000


@transaction.atomic
def move_on(rows: Iterable[models.Model] | None = None) -> None:
    """Say that what readers see has changed. Called inside the transaction that changes it.

    `rows`: those whose place in lists may have changed, where that is known; without it, any may have.
    """
    (_version_of_request.get() or []).clear()
    if not ContentVersion.objects.select_for_update().filter(pk=1).exists():
        ContentVersion.objects.get_or_create(pk=1, defaults={"number": 1})
        return
    before = read_version()
    number = int(before.partition(".")[0]) + 1
    ContentVersion.objects.filter(pk=1).update(number=number, changed_at=timezone.now())
    changed = None if rows is None else sorted({(row._meta.label_lower, row.pk) for row in rows})
    if changed is not None and len(changed) > _MOST_ROWS:
        changed = None
    ContentChange.objects.create(number=number, before=before, rows=changed)
    if number % 50 == 0:
        ContentChange.objects.filter(number__lt=number - _MOST_STEPS).delete()


def changes_since(held: Iterable[str], now: str) -> dict[str, dict[str, set[int]] | None]:
    """For each version held, keys of the rows, by model ('reviews.casereview'), that may differ now; None: any may.

    One statement for all of them. The text of the version that a step changed stands beside it: numbers come again
    after a rolled-back transaction.
    """
    numbers = {version: _number(version) for version in held}
    if not any(version != now for version in numbers):
        return {version: {} for version in numbers}
    read = ContentChange.objects.filter(number__gt=min(numbers.values()), number__lte=_number(now)).order_by("number")
    steps = list(read)
    return {
        version: {} if version == now else _gathered([one for one in steps if one.number > number], version, now)
        for version, number in numbers.items()
    }


def _number(version: str) -> int:
    return int(version.partition(".")[0])


def _gathered(steps: list[ContentChange], held: str, now: str) -> dict[str, set[int]] | None:
    """The rows of all those steps, where they lead from one version to the other without a gap."""
    whole = [step.number for step in steps] == list(range(_number(held) + 1, _number(now) + 1))
    if not (steps and whole and steps[0].before == held) or any(step.rows is None for step in steps):
        return None
    found: dict[str, set[int]] = {}
    for step in steps:
        for model, pk in step.rows or []:
            found.setdefault(model, set()).add(pk)
    return found
