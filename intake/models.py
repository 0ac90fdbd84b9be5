"""What is known of files that came in: how their columns are named, each run, and what it did row by row."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from publishing.roles import CONTRIBUTOR


class Existing(models.TextChoices):
    """What a file may do to a row that is here already."""

    UPDATE = "update", "The file replaces what differs"
    FILL = "fill", "The file fills what is blank, and changes nothing else"
    ADD = "add", "The file fills what is blank, and adds to lists and long texts"
    KEEP = "keep", "Rows that are here already stay as they are"


def valid_kind(value: str) -> None:
    from intake.kinds import KINDS

    if value not in KINDS:
        raise ValidationError(f"Not a kind of row: choose one of {', '.join(KINDS)}.")


class Mapping(models.Model):
    """How the columns of a file from elsewhere are called here, kept so that it is said once."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField("name", max_length=120, unique=True, help_text="Of the spreadsheet or its maker.")
    kind = models.CharField("what each row is", max_length=20, validators=[valid_kind])
    columns = models.JSONField(
        "columns",
        help_text="For each column here, where its text comes from: {“title”: {“from”: “Name of report”}}.",
    )
    only = models.JSONField(
        "only rows where", default=dict, blank=True, help_text="{“Status”: [“final”]}; other rows are left out."
    )
    existing = models.CharField("rows that are here already", max_length=6, choices=Existing, default=Existing.FILL)
    note = models.TextField("note", blank=True, help_text="Shown with every trial run of such a file.")

    natural_key_field = "slug"
    kept_by = CONTRIBUTOR

    class Meta:
        ordering = ("name",)
        verbose_name = "mapping of columns"
        verbose_name_plural = "mappings of columns"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from intake.mapping import faults_of

        if faults := faults_of(self):
            raise ValidationError({"columns": faults})


class Run(models.Model):
    """One file, from its arrival to what became of it. Kept for good; the file itself is not."""

    class State(models.TextChoices):
        MATCHING = "matching", "Its columns are to be matched"
        WAITING = "waiting", "Waits to be tried"
        CHECKING = "checking", "Being tried"
        CHECKED = "checked", "Tried; nothing is imported yet"
        QUEUED = "queued", "Waits to be imported"
        IMPORTING = "importing", "Being imported"
        DONE = "done", "Imported"
        REFUSED = "refused", "Refused; nothing was changed"
        DISCARDED = "discarded", "Discarded; nothing was changed"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    kind = models.CharField("what each row is", max_length=20)
    mapping = models.CharField("mapping", max_length=60, blank=True)
    existing = models.CharField("rows that are here already", max_length=6, choices=Existing)
    good_rows_only = models.BooleanField("good rows only", default=False)
    publish = models.BooleanField("published at once", default=False)
    file_name = models.CharField("file", max_length=200)
    file_hash = models.CharField("SHA-256 of the file", max_length=64, db_index=True)
    file_size = models.PositiveBigIntegerField("bytes")
    sheet = models.CharField("sheet", max_length=100, blank=True)
    encoding = models.CharField("encoding", max_length=20, blank=True)
    read_as = models.CharField("read as", max_length=200, blank=True)
    unused = models.JSONField("columns not used", default=list)
    state = models.CharField("state", max_length=9, choices=State, default=State.WAITING)
    counts = models.JSONField("rows", default=dict)
    message = models.TextField("message", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="author"
    )
    created_at = models.DateTimeField("begun", default=timezone.now)
    finished_at = models.DateTimeField("finished", null=True)
    undone_at = models.DateTimeField("undone", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="undone by"
    )

    kept_by = CONTRIBUTOR
    UNDER_WAY = (State.WAITING, State.CHECKING, State.QUEUED, State.IMPORTING, State.UNDOING)

    class Meta:
        ordering = ("-pk",)
        verbose_name = "file brought in"
        verbose_name_plural = "files brought in"

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        """Whether a process has to do something with it, or is doing it."""
        return self.state in self.UNDER_WAY


class Line(models.Model):
    """What became of one row of a file, or would become of it; with what an undoing needs."""

    class Outcome(models.TextChoices):
        MADE = "made", "new, as a draft"
        CHANGED = "changed", "changed"
        WAITS = "waits", "change that waits"
        SAME = "same", "as it is here"
        LEFT_OUT = "left-out", "left out"
        REFUSED = "refused", "refused"

    run = models.ForeignKey(Run, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("row")
    outcome = models.CharField("outcome", max_length=8, choices=Outcome)
    key = models.CharField("reference", max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    messages = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    cells = models.JSONField(default=list, help_text="Of a refused row, name and text, so that it can be mended.")
    before = models.JSONField(null=True, help_text="The row as it was.")
    made_beside = models.JSONField(default=list, help_text="Keys of documents that the row brought with it.")

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


def counted(counts: dict[str, int]) -> str:
    """'266 new, as a draft; 3 refused'."""
    labels = dict(Line.Outcome.choices) | {"warned": "with a warning"}
    return "; ".join(f"{counts[name]:,} {label}" for name, label in labels.items() if counts.get(name)) or "–"
