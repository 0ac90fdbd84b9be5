"""What was learned: learning points, recommendations, and the evidence that ties them to their sources."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from publishing.addresses import address_of
from publishing.models import PERMISSIONS, Publishable, Status, publishable_constraints, publishable_indexes
from publishing.prepared import related
from reviews.dates import Precision, date_text, precision_constraint
from reviews.models.sources import CaseReview, Document, EvidenceSet
from reviews.presenters import EvidenceView
from reviews.strength import Strength, figures_of, mark_inside
from themes.models import AgeStage, Principle, Sector, Theme


def statement_constraints(label: str) -> list[models.BaseConstraint]:
    """Status rules and the provenance rule (design.md): nothing is published without evidence."""
    return [
        *publishable_constraints(label),
        models.CheckConstraint(
            name=f"{label}_published_has_evidence", condition=~Q(status=Status.PUBLISHED) | Q(evidence_count__gt=0)
        ),
        models.CheckConstraint(
            name=f"{label}_strength_known", condition=Q(strength="") | Q(strength__in=Strength.values)
        ),
    ]


class Statement(Publishable):
    """Abstract: something that was learned or asked, with its evidence and the strength of it."""

    code = models.CharField(_("code"), max_length=12, unique=True, help_text=_("Its permanent address. Never changes."))
    themes = models.ManyToManyField(Theme, related_name="%(class)ss", blank=True, verbose_name=_("themes"))
    evidence_count = models.PositiveIntegerField(_("evidence"), default=0, editable=False)
    review_count = models.PositiveIntegerField(_("reviews"), default=0, editable=False)
    strength = models.CharField(_("strength"), max_length=12, choices=Strength, blank=True, editable=False)
    first_year = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text=_("Of the earliest published review that it was learned from.")
    )

    natural_key_field = "code"
    derived_fields = ("evidence_count", "review_count", "strength", "first_year")
    parts = ("evidence",)

    class Meta:
        abstract = True
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code

    @property
    def sentence(self) -> str:
        """What it says, whatever its kind calls that."""
        raise NotImplementedError

    def recount(self) -> None:
        evidence = list(
            self.evidence.select_related("review", "evidence_set").prefetch_related("evidence_set__members")
        )
        mark_inside(evidence)
        Evidence.objects.bulk_update(evidence, ["inside"])
        figures = figures_of(evidence)
        for name, value in figures.items():
            setattr(self, name, value)
        type(self)._default_manager.filter(pk=self.pk).update(**figures)

    def preview_fields(self) -> dict[str, Any]:
        return {"evidence_count": max(1, self.evidence_count)}

    def refusals(self) -> list[str]:
        evidence = list(self.evidence.select_related("review", "evidence_set"))
        if not evidence:
            return [str(_("it has no evidence: say which review or set it was learned from, and where"))]
        hidden = [piece.source for piece in evidence if not piece.source.is_public]
        return [str(_("its source ‘%(title)s’ is not published")) % {"title": source} for source in hidden]

    def rows_touched(self) -> list[Publishable]:
        """The reviews that it cites: lists are put in order by how much was learned from each."""
        return list(CaseReview.objects.filter(**{f"evidence__{self._evidence_name}": self}).distinct())

    @property
    def _evidence_name(self) -> str:
        """What a piece of evidence calls it."""
        return "recommendation" if isinstance(self, Recommendation) else "learning_point"

    @cached_property
    def evidence_view(self) -> EvidenceView:
        return EvidenceView(related(self, "evidence"))

    @cached_property
    def texts_beside(self) -> list[str]:
        """Notes of its evidence, as far as readers see them. (searchable.py reads those of many rows at once.)"""
        noted = Evidence.objects.noted().filter(**{self._evidence_name: self})
        return list(noted.order_by("pk").values_list("note", flat=True))

    @property
    def theme_list(self) -> list[Theme]:
        return related(self, "themes")


class LearningPoint(Statement):
    """One statement of learning: the unit of the site."""

    class Kind(models.TextChoices):
        FINDING = "finding", _("Finding")
        LEARNING = "learning", _("Learning for practice")
        GOOD_PRACTICE = "good-practice", _("Good practice")
        PRINCIPLE = "principle", _("Principle")
        CONTEXT = "context", _("Context")

    statement = models.CharField(
        _("statement"), max_length=400, help_text=_("One sentence in our own words that stands alone, out of context.")
    )
    detail = models.TextField(
        _("detail"), blank=True, help_text=_("What else the source says of it, in our own words.")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.FINDING)
    sectors = models.ManyToManyField(Sector, related_name="learningpoints", blank=True, verbose_name=_("speaks to"))
    age_stages = models.ManyToManyField(
        AgeStage, related_name="learningpoints", blank=True, verbose_name=_("age stages")
    )
    principles = models.ManyToManyField(
        Principle, related_name="learningpoints", blank=True, verbose_name=_("principles")
    )
    questions = models.TextField(
        _("questions"), blank=True, help_text=_("To ask yourself or your team: open, no blame, one on each line.")
    )
    as_at = models.DateField(_("as at"), null=True, blank=True, help_text=_("When its newest source was published."))
    as_at_precision = models.CharField(_("precision"), max_length=5, choices=Precision, blank=True)
    context_note = models.CharField(
        _("context note"), max_length=300, blank=True, help_text=_("‘Written before the Domestic Abuse Act 2021.’")
    )
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # see Meta
        related_name="supersedes",
        verbose_name=_("superseded by"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        editable=False,
        related_name="+",
        help_text=_("Where the address of a withdrawn point leads (reviews/merging.py)."),
    )

    said_in = "statement"
    derived_fields = (*Statement.derived_fields, "merged_into")

    class Meta(Statement.Meta):
        default_permissions = PERMISSIONS
        verbose_name = _("learning point")
        # Few points have either key. SQLite reads all rows rather than ask an index of which nearly all is null.
        indexes = [
            *publishable_indexes("learningpoint"),
            *(
                models.Index(fields=[key], condition=Q(**{f"{key}__isnull": False}), name=f"learningpoint_{key}")
                for key in ("superseded_by", "merged_into")
            ),
        ]
        constraints = [
            *statement_constraints("learningpoint"),
            precision_constraint("learningpoint", "as_at", "as_at_precision"),
            models.CheckConstraint(
                name="learningpoint_does_not_supersede_itself",
                condition=Q(superseded_by__isnull=True) | ~Q(superseded_by=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.statement}"

    def get_absolute_url(self) -> str:
        return address_of("reviews:learning-point", self.code)

    def search_components(self) -> dict[str, Any]:
        """What a search looks through, by weight: the statement, its detail, and its code, themes, questions and notes."""
        return self.components_of(self, [theme.label for theme in self.themes.all()], self.texts_beside)

    @staticmethod
    def components_of(row: Any, themes: list[str], notes: list[str]) -> dict[str, Any]:
        """The same of plain columns, the labels of the terms and the notes, for many rows at once."""
        questions = [line.strip() for line in row.questions.splitlines() if line.strip()] if row.questions else []
        facts = ". ".join([row.code, *themes, *questions, *notes])
        return {"A": row.statement, "C": row.detail, "D": facts, "date": row.as_at}

    @property
    def sentence(self) -> str:
        return self.statement

    def refusals(self) -> list[str]:
        """What was merged has no page of its own any more: lists would lead past it."""
        merged = [f"it was merged into {self.merged_into.code}, to which its address leads"] if self.merged_into else []
        return merged + super().refusals()

    @property
    def as_at_text(self) -> str:
        date = date_text(self.as_at, self.as_at_precision)
        return str(_("As at %(date)s")) % {"date": date} if date else ""

    @property
    def question_list(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]

    @property
    def sector_list(self) -> list[Sector]:
        return related(self, "sectors")

    @property
    def age_stage_list(self) -> list[AgeStage]:
        return related(self, "age_stages")

    @property
    def principle_list(self) -> list[Principle]:
        return related(self, "principles")

    @property
    def newer(self) -> LearningPoint | None:
        """The point that takes its place, once readers may see it."""
        return self.superseded_by if self.superseded_by_id and self.superseded_by.is_published else None


class Recommendation(Statement):
    """What a review asked somebody to do."""

    text = models.CharField(_("text"), max_length=600, help_text=_("In our own words: what should be done."))
    group_heading = models.CharField(_("heading"), max_length=120, blank=True)
    addressed_to = models.ManyToManyField(
        Sector,
        related_name="recommendations",
        blank=True,
        limit_choices_to={"is_audience": True},
        verbose_name=_("addressed to"),
    )
    answers = models.ManyToManyField(
        LearningPoint, related_name="recommendations", blank=True, verbose_name=_("answers")
    )

    said_in = "text"

    class Meta(Statement.Meta):
        default_permissions = PERMISSIONS
        verbose_name = _("recommendation")
        indexes = publishable_indexes("recommendation")
        constraints = statement_constraints("recommendation")

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def get_absolute_url(self) -> str:
        return address_of("reviews:recommendation", self.code)

    def search_components(self) -> dict[str, Any]:
        """What a search looks through, by weight: the text, and its code, heading, addressees, themes and notes."""
        terms = [term.label for term in (*self.addressed_to.all(), *self.themes.all())]
        return self.components_of(self, terms, self.texts_beside)

    @staticmethod
    def components_of(row: Any, terms: list[str], notes: list[str]) -> dict[str, Any]:
        """The same of plain columns, the labels of the terms and the notes, for many rows at once."""
        return {"A": row.text, "D": ". ".join(filter(None, [row.code, row.group_heading, *terms, *notes]))}

    @property
    def sentence(self) -> str:
        return self.text

    @property
    def addressed_list(self) -> list[Sector]:
        return related(self, "addressed_to")

    @property
    def answer_list(self) -> list[LearningPoint]:
        """The learning points it answers that readers may see."""
        return [point for point in self.answers.all() if point.is_published]


class EvidenceQuerySet(models.QuerySet[Any]):
    def noted(self) -> Self:
        """Those with a note that readers see: not where their source is withdrawn (presenters.py)."""
        shown = Q(review__status=Status.PUBLISHED) | Q(evidence_set__status=Status.PUBLISHED)
        return self.filter(shown).exclude(note="")


class Evidence(models.Model):
    """Ties one statement to one source, in one document, at one place."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    learning_point = models.ForeignKey(
        LearningPoint, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("learning point")
    )
    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("recommendation")
    )
    review = models.ForeignKey(
        CaseReview, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("case review")
    )
    evidence_set = models.ForeignKey(
        EvidenceSet, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("evidence set")
    )
    document = models.ForeignKey(
        Document, models.PROTECT, related_name="evidence", help_text=_("The text in which it was read.")
    )
    locator = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Page and heading: page 3, ‘What needs to improve?’")
    )
    passage = models.CharField(
        _("passage"), max_length=60, blank=True, db_index=True, help_text=_("The curator’s code of the place: S1-23.")
    )
    note = models.TextField(_("note"), blank=True, help_text=_("A nuance of this source, for readers."))
    inside = models.BooleanField(
        default=False, editable=False, help_text=_("Its review is a member of a set that the statement cites too.")
    )
    order = models.PositiveSmallIntegerField(default=1)

    objects = EvidenceQuerySet.as_manager()
    natural_key_field = "code"
    derived_fields = ("inside",)

    @cached_property
    def document_hidden(self) -> bool:
        """Whether its document belongs to sources alone that readers may not see (attach.py reads it for a whole page)."""
        return Document.objects.hidden().filter(pk=self.document_id).exists()

    class Meta:
        ordering = ("order", "code")
        verbose_name = verbose_name_plural = _("evidence")
        # What rests on a review is counted without a look at the rows (attach.py).
        indexes = [models.Index(fields=["review", "learning_point", "recommendation"], name="evidence_by_review")]
        constraints = [
            models.CheckConstraint(
                name="evidence_for_exactly_one_statement",
                condition=Q(learning_point__isnull=False, recommendation__isnull=True)
                | Q(learning_point__isnull=True, recommendation__isnull=False),
            ),
            models.CheckConstraint(
                name="evidence_from_exactly_one_source",
                condition=Q(review__isnull=False, evidence_set__isnull=True)
                | Q(review__isnull=True, evidence_set__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def source(self) -> CaseReview | EvidenceSet:
        """The review or the set that it was learned from."""
        name = "review" if self.review_id else "evidence_set"
        # Quicker than the field, which is asked hundreds of times a page.
        source: Any = self._state.fields_cache.get(name)
        return source if source is not None else getattr(self, name)
