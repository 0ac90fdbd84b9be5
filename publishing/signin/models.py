"""What happened at the door: one row for each sign-in, each that failed, and each change of a second factor."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone


class Kept(Exception):
    """The audit log is added to, and nothing else."""


class AuditQuerySet(models.QuerySet[Any]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise Kept("A row of the audit log is never changed.")

    def delete(self) -> NoReturn:
        raise Kept("A row of the audit log is never deleted.")


class AuditEntry(models.Model):
    """One event. It names its person by number and by name, so that it outlives the account."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", "Signed in"
        PASSWORD = "password", "Password accepted, second step asked for"
        FAILED = "failed", "Sign-in failed"
        LOCKED = "locked", "Locked out after too many failures"
        SIGNED_OUT = "signed-out", "Signed out"
        ENDED = "ended", "Session ended by its time limit"
        SECOND_STEP = "second-step", "Second step passed"
        SECOND_FAILED = "second-failed", "Second step failed"
        CODE_USED = "code-used", "Second step passed with a recovery code"
        FACTOR_ON = "factor-on", "Second factor set up"
        FACTOR_OFF = "factor-off", "Second factor taken away"
        CODES_NEW = "codes-new", "New recovery codes made"

    at = models.DateTimeField("when", default=timezone.now, db_index=True)
    kind = models.CharField("what", max_length=16, choices=Kind)
    account = models.BigIntegerField("number of the account", null=True, blank=True)
    name = models.CharField("account", max_length=150, blank=True)
    by = models.CharField("done by", max_length=150, blank=True, help_text="Where another person did it.")
    address = models.GenericIPAddressField("from", null=True, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = "entry of the sign-in log"
        verbose_name_plural = "sign-in log"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name or 'no such account'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Kept("A row of the audit log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Kept("A row of the audit log is never deleted.")
