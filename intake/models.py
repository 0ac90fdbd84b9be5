"""What is known of files that came in: how their columns are named, each run, and what it did row by row."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Existing(models.TextChoices):
    """What a file may do to a row that is here already."""

    UPDATE = "update", _("The file replaces what differs")
    FILL = "fill", _("The file fills what is blank, and changes nothing else")
    KEEP = "keep", _("Rows that are here already stay as they are")


def valid_kind(value: str) -> None:
    from intake.kinds import KINDS

    if value not in KINDS:
        raise ValidationError(_("Not a kind of row: choose one of %(kinds)s.") % {"kinds": ", ".join(KINDS)})


class Mapping(models.Model):
    """How the columns of a file from elsewhere are called here, kept so that it is said once."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("Of the spreadsheet or its maker."))
    kind = models.CharField(_("what each row is"), max_length=20, validators=[valid_kind])
    columns = models.JSONField(
        _("columns"),
        help_text=_("For each column here, where its text comes from: {“title”: {“from”: “Name of report”}}."),
    )
    only = models.JSONField(
        _("only rows where"), default=dict, blank=True, help_text=_("{“Status”: [“final”]}; other rows are left out.")
    )
    existing = models.CharField(_("rows that are here already"), max_length=6, choices=Existing, default=Existing.FILL)
    note = models.TextField(_("note"), blank=True, help_text=_("Shown with every trial run of such a file."))

    natural_key_field = "slug"

    class Meta:
        ordering = ("name",)
        verbose_name = _("mapping of columns")
        verbose_name_plural = _("mappings of columns")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from intake.mapping import faults_of

        if faults := faults_of(self):
            raise ValidationError({"columns": faults})


class Run(models.Model):
    """One file, from its arrival to what became of it. Kept for good; the file itself is not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be tried")
        CHECKING = "checking", _("Being tried")
        CHECKED = "checked", _("Tried; nothing is imported yet")
        QUEUED = "queued", _("Waits to be imported")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Refused; nothing was changed")
        DISCARDED = "discarded", _("Discarded; nothing was changed")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(_("what each row is"), max_length=20)
    mapping = models.CharField(_("mapping"), max_length=60, blank=True)
    existing = models.CharField(_("rows that are here already"), max_length=6, choices=Existing)
    good_rows_only = models.BooleanField(_("good rows only"), default=False)
    publish = models.BooleanField(_("published at once"), default=False)
    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(_("SHA-256 of the file"), max_length=64, db_index=True)
    file_size = models.PositiveBigIntegerField(_("bytes"))
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    read_as = models.CharField(_("read as"), max_length=200, blank=True)
    unused = models.JSONField(_("columns not used"), default=list)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    counts = models.JSONField(_("rows"), default=dict)
    message = models.TextField(_("message"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("file brought in")
        verbose_name_plural = _("files brought in")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        """Whether a process has to do something with it, or is doing it."""
        return self.state in (self.State.WAITING, self.State.CHECKING, self.State.QUEUED, self.State.IMPORTING)


class Line(models.Model):
    """What became of one row of a file, or would become of it; with what an undoing needs."""

    class Outcome(models.TextChoices):
        MADE = "made", _("new, as a draft")
        CHANGED = "changed", _("changed")
        WAITS = "waits", _("change that waits")
        SAME = "same", _("as it is here")
        LEFT_OUT = "left-out", _("left out")
        REFUSED = "refused", _("refused")

    run = models.ForeignKey(Run, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    key = models.CharField(_("reference"), max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    messages = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    cells = models.JSONField(default=dict, help_text=_("Of a refused row, so that it can be mended."))
    before = models.JSONField(null=True, help_text=_("The row as it was."))
    after = models.CharField(max_length=64, blank=True, help_text=_("Hash of the row as the run left it."))
    made_beside = models.JSONField(default=list, help_text=_("Keys of documents that the row brought with it."))

    class Meta:
        ordering = ("number", "pk")
        indexes = [models.Index(fields=["run", "outcome", "number"], name="line_of_run_by_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"

    @property
    def warned(self) -> bool:
        return any(message.get("level") == "warning" for message in self.messages)


class Reference(models.Model):
    """What a row of a file from elsewhere is called here: a second import finds it by this."""

    mapping = models.CharField(max_length=60)
    model = models.CharField(max_length=60)
    reference = models.CharField(max_length=200)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mapping", "model", "reference"], name="reference_means_one_row"),
        ]
        indexes = [models.Index(fields=["model", "key"], name="reference_by_row")]

    def __str__(self) -> str:
        return f"{self.mapping} {self.reference}: {self.key}"
