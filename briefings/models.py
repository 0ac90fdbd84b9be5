"""Briefings: what many reviews teach about a topic or for a sector, composed from learning points. And helplines."""

from __future__ import annotations

import datetime
from typing import Any, Self

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from briefings import checks
from publishing.addresses import address_of
from publishing.models import (
    PERMISSIONS,
    Publishable,
    PublishableQuerySet,
    publishable_constraints,
    publishable_indexes,
)
from publishing.prepared import related
from reviews.dates import Precision, date_text, precision_constraint
from reviews.models import Document, EvidenceSet, LearningPoint, Publisher, Recommendation
from themes.models import Nation, Sector, Theme, list_of_texts

#: Letters of a warning: every form of a briefing has room for it (exports/seven_minutes.py).
MOST_WARNING = 400


class BriefingQuerySet(PublishableQuerySet):
    def newest_first(self) -> Self:
        return self.order_by(F("date").desc(nulls_last=True), "-pk")

    def for_detail(self) -> Self:
        """With its sections, and all that they include."""
        items = SectionItem.objects.select_related("learning_point__superseded_by", "recommendation")
        return self.select_related("publisher").prefetch_related(
            "based_on",
            models.Prefetch("documents", Document.objects.shown()),
            models.Prefetch("sections__items", items),
            models.Prefetch("resources", Resource.objects.shown()),
        )


class Briefing(Publishable):
    """What reviews teach about one topic or for one sector."""

    class Kind(models.TextChoices):
        TOPIC = "topic", _("Topic")
        SECTOR = "sector", _("Sector")
        SUMMARY = "summary", _("Summary")

    slug = models.SlugField(_("slug"), max_length=120, unique=True, help_text=_("The address of its page. Stays."))
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    publisher = models.ForeignKey(Publisher, models.PROTECT, related_name="briefings", verbose_name=_("publisher"))
    documents = models.ManyToManyField(
        Document, related_name="briefings", blank=True, verbose_name=_("original documents")
    )
    date = models.DateField(_("date"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=5, choices=Precision, blank=True)
    summary = models.TextField(_("summary"), help_text=_("In our own words: what a reader takes away."))
    content_note = models.TextField(
        _("before you read"),
        blank=True,
        validators=[MaxLengthValidator(MOST_WARNING)],
        help_text=_("Warns of grave matter, in 400 characters at most: it stands in every form, the one-page one too."),
    )
    based_on = models.ManyToManyField(EvidenceSet, related_name="briefings", blank=True, verbose_name=_("based on"))
    # What the seven-minute briefing says; where a text is blank, exports/seven_minutes.py proposes one.
    why_it_matters = models.TextField(_("why it matters"), blank=True)
    what_happened = models.TextField(_("what happened"), blank=True)
    what_to_do = models.TextField(_("what to do"), blank=True, help_text=_("One thing on each line."))
    team_questions = models.TextField(
        _("questions for the team"), blank=True, help_text=_("One on each line: open, no blame.")
    )
    themes = models.ManyToManyField(Theme, related_name="briefings", blank=True, verbose_name=_("themes"))
    sectors = models.ManyToManyField(Sector, related_name="briefings", blank=True, verbose_name=_("sectors"))

    objects = BriefingQuerySet.as_manager()
    said_in = "title"
    parts = ("sections", "resources")

    class Meta:
        default_permissions = PERMISSIONS
        indexes = publishable_indexes("briefing")
        constraints = [
            *publishable_constraints("briefing"),
            precision_constraint("briefing", "date", "date_precision"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("briefings:briefing", self.slug)

    def search_components(self) -> dict[str, Any]:
        """What a search looks through, by weight: title, headings, summary, and the text of the sections."""
        sections = list(self.sections.all())
        return {
            "A": self.title,
            "B": ". ".join(section.heading for section in sections),
            "C": self.summary,
            "D": "\n".join([self.publisher.name, *(section.body for section in sections)]),
            "date": self.date,
        }

    @property
    def year(self) -> int | None:
        return self.date.year if self.date else None

    @property
    def published_text(self) -> str:
        return date_text(self.date, self.date_precision) or str(_("Date not known"))

    @property
    def kicker(self) -> str:
        words = {
            self.Kind.TOPIC: _("Briefing on a topic"),
            self.Kind.SECTOR: _("Briefing for a sector"),
            self.Kind.SUMMARY: _("Summary"),
        }
        return str(words[self.Kind(self.kind)])

    @property
    def theme_list(self) -> list[Theme]:
        return related(self, "themes")

    @property
    def sector_list(self) -> list[Sector]:
        return related(self, "sectors")

    @property
    def document_list(self) -> list[Document]:
        return list(self.documents.all())

    @property
    def based_on_list(self) -> list[EvidenceSet]:
        """The sets that readers may see."""
        return [one for one in self.based_on.all() if one.is_published]

    def refusals(self) -> list[str]:
        """Everything a briefing includes must be public before it is."""
        items = SectionItem.objects.filter(section__briefing=self).select_related("learning_point", "recommendation")
        reasons = [
            str(_("it includes %(item)s, which is not published")) % {"item": item.included.code}
            for item in items
            if not item.included.is_public
        ]
        hidden = [one for one in self.based_on.all() if not one.is_public]
        return (
            reasons
            + checks.reasons(self)
            + [str(_("it is based on ‘%(title)s’, which is not published")) % {"title": one} for one in hidden]
        )


class Section(models.Model):
    """A part of a briefing: a heading, some context, and learning points and recommendations in order."""

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="sections")
    slug = models.SlugField(_("slug"), max_length=80, help_text=_("The anchor in the page."))
    heading = models.CharField(_("heading"), max_length=200)
    body = models.TextField(
        _("text"), blank=True, help_text=_("Markdown. Context only: what was learned is a learning point.")
    )
    passages = models.JSONField(
        _("passages"),
        default=list,
        blank=True,
        validators=[list_of_texts],
        help_text=_("Places that the text draws on."),
    )
    speaker_notes = models.TextField(_("speaker notes"), blank=True, help_text=_("For the slides."))
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    natural_key_field = "slug"
    parts = ("items",)

    class Meta:
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["briefing", "slug"], name="section_slug_once_per_briefing")]

    def __str__(self) -> str:
        return self.heading


class SectionItem(models.Model):
    """A learning point or a recommendation in its place in a section."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="items")
    learning_point = models.ForeignKey(
        LearningPoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="section_items",
        verbose_name=_("learning point"),
    )
    recommendation = models.ForeignKey(
        Recommendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="section_items",
        verbose_name=_("recommendation"),
    )
    in_short_form = models.BooleanField(
        _("in the short forms"), default=False, help_text=_("Taken into the seven-minute briefing and the slides.")
    )
    short_text = models.CharField(_("short text"), max_length=200, blank=True, help_text=_("For the short forms."))
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        ordering = ("order",)
        constraints = [
            models.CheckConstraint(
                name="sectionitem_is_exactly_one_thing",
                condition=Q(learning_point__isnull=False, recommendation__isnull=True)
                | Q(learning_point__isnull=True, recommendation__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.included)

    @property
    def included(self) -> LearningPoint | Recommendation:
        included: Any = self.learning_point if self.learning_point_id else self.recommendation
        return included


class ResourceQuerySet(models.QuerySet[Any]):
    def shown(self) -> Self:
        """Without links to documents that may not be named (of a withdrawn review)."""
        return self.exclude(~Q(url="") & Exists(Document.objects.hidden().filter(url=OuterRef("url"))))


class Resource(models.Model):
    """Something to read or use next, named by a briefing."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        WEB_PAGE = "web-page", _("Web page")
        TRAINING = "training", _("Training")
        NEWSLETTER = "newsletter", _("Newsletter")
        PODCAST = "podcast", _("Podcast")
        SERVICE = "service", _("Service")
        LIBRARY = "library", _("Library")

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="resources")
    label = models.CharField(_("label"), max_length=200)
    url = models.URLField(
        _("link"), max_length=500, blank=True, help_text=_("Blank where none is known. Never a guess.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    passages = models.JSONField(_("passages"), default=list, blank=True, validators=[list_of_texts])
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=1)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ("order",)

    def __str__(self) -> str:
        return self.label


class HelplineQuerySet(models.QuerySet[Any]):
    def verified(self, today: datetime.date | None = None) -> Self:
        """Helplines that a person has checked and whose check has not expired: the only ones readers see."""
        today = today or timezone.localdate()
        return self.filter(verified_on__isnull=False, verified_on__lte=today, expires_on__gte=today)


class Helpline(models.Model):
    """A number to call. One that nobody has verified, or whose check has expired, is not shown."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number"), max_length=40)
    nation = models.CharField(_("nation"), max_length=16, choices=Nation, default=Nation.NOT_STATED)
    hours = models.CharField(_("hours"), max_length=200, blank=True)
    source_url = models.URLField(
        _("source"), max_length=500, help_text=_("The page of the helpline itself, where you read it.")
    )
    verified_on = models.DateField(
        _("verified on"), null=True, blank=True, help_text=_("The day you read the number there.")
    )
    expires_on = models.DateField(
        _("expires on"), null=True, blank=True, help_text=_("From the day after, it is hidden.")
    )

    objects = HelplineQuerySet.as_manager()
    kept_by = "editor"

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="helpline_verified_until",
                condition=Q(verified_on__isnull=True, expires_on__isnull=True)
                | Q(verified_on__isnull=False, expires_on__gt=F("verified_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def restored(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
        """What an earlier version brings back, hidden from readers: somebody has to read the number at its source again."""
        return {**then, "verified_on": None, "expires_on": None}

    @property
    def nation_label(self) -> str:
        return "" if self.nation == Nation.NOT_STATED else self.get_nation_display()
