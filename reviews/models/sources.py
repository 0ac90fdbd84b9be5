"""What learning was learned from: publishers, documents, case reviews, and sets of reviews."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from publishing.addresses import address_of
from publishing.models import (
    PERMISSIONS,
    Labelled,
    Publishable,
    PublishableQuerySet,
    Status,
    publishable_constraints,
    publishable_indexes,
)
from publishing.prepared import related
from reviews.dates import Precision, date_text, precision_constraint
from reviews.texts import Block, blocks_of, plain
from themes.models import AgeStage, Harm, Nation, ReviewType, Sector, Theme, list_of_texts


class Publisher(models.Model):
    """A body that publishes reviews, under the name that it had at the time."""

    class Kind(models.TextChoices):
        INSPECTORATE = "inspectorate", _("Inspectorate")
        PARTNERSHIP = "partnership", _("Safeguarding partnership or board")
        PANEL = "panel", _("National panel")
        CHARITY = "charity", _("Charity")
        GOVERNMENT = "government", _("Government")
        CORONER = "coroner", _("Coroner")
        BOARD = "board", _("Other statutory board")
        OTHER = "other", _("Other")

    slug = models.SlugField(max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=80, blank=True, help_text=_("For references and lists."))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind, default=Kind.PARTNERSHIP)
    nation = models.CharField(_("nation"), max_length=16, choices=Nation, default=Nation.NOT_STATED)
    active_from = models.PositiveSmallIntegerField(_("active from"), null=True, blank=True, help_text=_("Year."))
    active_to = models.PositiveSmallIntegerField(_("active to"), null=True, blank=True, help_text=_("Year."))
    alt_labels = models.JSONField(_("other names"), default=list, blank=True, validators=[list_of_texts])

    kept_by = "contributor"

    class Meta:
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(
                name="publisher_years_in_order",
                condition=Q(active_from__isnull=True) | Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name


class DocumentQuerySet(models.QuerySet[Any]):
    def hidden(self) -> Self:
        """Those that belong to reviews or sets of which readers may see none: withdrawn, or not published yet."""
        return self.filter(is_hidden())

    def shown(self) -> Self:
        """Those that a page may name. Asked of each document that a page has, not of all that are hidden."""
        return self.exclude(is_hidden()).select_related("publisher")


def is_hidden(document: str = "pk") -> Q:
    """Whether readers may see none of what a document belongs to; `document`: the column of its key. (That something shown
    has it comes first: it is so of nearly all, and then nothing else is looked at.)"""
    reviews, sets = (
        CaseReview.objects.filter(documents=OuterRef(document)),
        EvidenceSet.objects.filter(documents=OuterRef(document)),
    )
    return ~Exists(reviews.published()) & ~Exists(sets.published()) & (Exists(reviews) | Exists(sets))


class Document(Labelled):
    """A published text in which learning was read."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        LETTER = "letter", _("Letter")
        BRIEFING = "briefing", _("Briefing")
        SUMMARY = "summary", _("Summary")
        SLIDES = "slides", _("Slides")
        WEB_PAGE = "web-page", _("Web page")
        LITERATURE_REVIEW = "literature-review", _("Literature review")

    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=18, choices=Kind)
    publisher = models.ForeignKey(
        Publisher, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name=_("publisher")
    )
    date = models.DateField(_("date"), null=True, blank=True)
    date_precision = models.CharField(_("precision of the date"), max_length=5, choices=Precision, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    url = models.URLField(
        _("link"), max_length=500, blank=True, help_text=_("Blank where none is known. Never a guess.")
    )
    licence = models.CharField(_("licence"), max_length=300, blank=True)
    checked_on = models.DateField(_("link checked on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    text = models.TextField(
        _("text"),
        blank=True,
        help_text=_(
            "What it says, where its licence allows that it is read here: on the page of the review, and found by a "
            "search. ## begins a heading, - an item of a list, an empty line a paragraph."
        ),
    )

    objects = DocumentQuerySet.as_manager()
    kept_by = "contributor"

    class Meta:
        ordering = ("title",)
        constraints = [precision_constraint("document", "date", "date_precision")]
        # Resources of briefings are looked up by it.
        indexes = [models.Index(fields=["url"], name="document_by_url")]

    def __str__(self) -> str:
        return self.title

    @property
    def publisher_name(self) -> str:
        return self.publisher.label if self.publisher else ""

    @property
    def date_text(self) -> str:
        return date_text(self.date, self.date_precision)

    @property
    def blocks(self) -> list[Block]:
        return blocks_of(self.text)

    @property
    def citation(self) -> str:
        """'NSPCC, Domestic abuse: learning from case reviews, June 2020', as far as it is known."""
        return ", ".join(part for part in (self.publisher_name, self.title, self.date_text) if part)


def count_of(related: models.QuerySet[Any], owner: str, what: str) -> Coalesce:
    """Subquery: how many distinct `what` the rows of `related` have whose `owner` is the outer row."""
    counted = related.filter(**{owner: OuterRef("pk")}).order_by().values(owner)
    return Coalesce(Subquery(counted.annotate(n=Count(what, distinct=True)).values("n")), 0)


class CaseReviewQuerySet(PublishableQuerySet):
    def newest_first(self) -> Self:
        """By publication date; those without one last, on every database."""
        return self.order_by(F("publication_date").desc(nulls_last=True), "-pk")

    def with_counts(self) -> Self:
        """With how many published learning points, recommendations and briefings rest on each."""
        evidence = self.model._meta.get_field("evidence").related_model.objects
        published = Status.PUBLISHED
        briefing = "learning_point__section_items__section__briefing"
        return self.annotate(
            point_count=count_of(evidence.filter(learning_point__status=published), "review", "learning_point"),
            recommendation_count=count_of(
                evidence.filter(recommendation__status=published), "review", "recommendation"
            ),
            briefing_count=count_of(
                evidence.filter(**{"learning_point__status": published, f"{briefing}__status": published}),
                "review",
                briefing,
            ),
        )


class CaseReview(Publishable):
    """A review of how agencies worked before a child died or was seriously harmed, or an inspection of such work."""

    class Availability(models.TextChoices):
        LIVE = "live", _("Can be read now")
        EXPIRED = "expired", _("Time limit has passed")
        WITHDRAWN = "withdrawn", _("Withdrawn by its publisher")
        NEVER_PUBLISHED = "never-published", _("Never published")
        NOT_KNOWN = "not-known", _("No working link known")

    reference = models.CharField(
        _("reference"),
        max_length=80,
        unique=True,
        help_text=_("The publisher’s own, or one made by us. Never changes."),
    )
    slug = models.SlugField(_("slug"), max_length=120, unique=True, help_text=_("The address of its page. Stays."))
    title = models.CharField(_("title"), max_length=300, help_text=_("The pseudonym of the report only, never a name."))
    review_type = models.ForeignKey(ReviewType, models.PROTECT, related_name="reviews", verbose_name=_("review type"))
    publishers = models.ManyToManyField(
        Publisher, through="ReviewPublisher", related_name="reviews", blank=True, verbose_name=_("publishers")
    )
    nation = models.CharField(_("nation"), max_length=16, choices=Nation, default=Nation.NOT_STATED)
    area_name = models.CharField(_("area"), max_length=120, blank=True, help_text=_("Blank where it would identify."))
    area_code = models.CharField(_("area code"), max_length=9, blank=True, help_text=_("GSS code, such as E10000020."))
    publication_date = models.DateField(_("published"), null=True, blank=True)
    publication_precision = models.CharField(_("precision"), max_length=5, choices=Precision, blank=True)
    incident_year = models.PositiveSmallIntegerField(
        _("year of the incident"), null=True, blank=True, help_text=_("The year only, never a date.")
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("In our own words. No detail that identifies."))
    content_note = models.TextField(_("before you read"), blank=True, help_text=_("Warns of grave matter."))
    age_stages = models.ManyToManyField(AgeStage, related_name="reviews", blank=True, verbose_name=_("age stages"))
    harms = models.ManyToManyField(Harm, related_name="reviews", blank=True, verbose_name=_("harms"))
    sectors = models.ManyToManyField(
        Sector,
        related_name="reviews",
        blank=True,
        limit_choices_to={"is_agency": True},
        verbose_name=_("agencies involved"),
    )
    themes = models.ManyToManyField(Theme, related_name="reviews", blank=True, verbose_name=_("themes"))
    documents = models.ManyToManyField(Document, related_name="reviews", blank=True, verbose_name=_("documents"))
    identified = models.BooleanField(
        _("named by its source"),
        default=True,
        help_text=_("Off for a review that a document describes without naming."),
    )
    added_on = models.DateField(
        _("added to the collection"), help_text=_("‘Added in the last five years’ goes by this.")
    )
    availability = models.CharField(
        _("full report"), max_length=15, choices=Availability, default=Availability.NOT_KNOWN
    )

    objects = CaseReviewQuerySet.as_manager()
    natural_key_field = "reference"
    said_in = "title"
    #: Fields that say where it was (publishing/identifying.py).
    place_fields = ("area_name",)

    class Meta:
        verbose_name = _("case review")
        default_permissions = PERMISSIONS
        # What came last: the home page. Not by status first: SQLite would take it for every look at published rows.
        indexes = [
            *publishable_indexes("casereview"),
            models.Index(
                fields=["published_at", "publication_date"],
                condition=Q(status=Status.PUBLISHED),
                name="casereview_came_last",
            ),
        ]
        constraints = [
            *publishable_constraints("casereview"),
            precision_constraint("casereview", "publication_date", "publication_precision"),
            models.CheckConstraint(name="casereview_nation_known", condition=Q(nation__in=Nation.values)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self, at: tuple[str | None, str] | None = None) -> str:
        return address_of("reviews:review", self.slug, at)

    @property
    def year(self) -> int | None:
        return self.publication_date.year if self.publication_date else None

    @property
    def published_text(self) -> str:
        return date_text(self.publication_date, self.publication_precision) or str(_("Date not known"))

    @property
    def nation_label(self) -> str:
        return str(_("Nation not stated")) if self.nation == Nation.NOT_STATED else self.get_nation_display()

    @property
    def citation_label(self) -> str:
        """'Norfolk, 2025'; the title where no area is stated."""
        if not self.area_name:
            return self.title
        return f"{self.area_name}, {self.year}" if self.year else self.area_name

    @property
    def kind_words(self) -> str:
        """'Joint targeted area inspection, England'."""
        kind = self.review_type
        return _kind_words(kind.label, kind.label_cy, self.nation, self.identified, get_language())

    @property
    def publisher_names(self) -> str:
        names = [publisher.label for publisher in related(self, "publishers")]
        return ", ".join(names)

    @property
    def theme_list(self) -> list[Theme]:
        return related(self, "themes")

    @property
    def age_stage_list(self) -> list[AgeStage]:
        return related(self, "age_stages")

    @property
    def sector_list(self) -> list[Sector]:
        return related(self, "sectors")

    @property
    def harm_list(self) -> list[Harm]:
        return related(self, "harms")

    @property
    def document_list(self) -> list[Document]:
        return list(self.documents.all())

    def search_components(self) -> dict[str, Any]:
        """What a search looks through, by weight: title, nothing, summary, and the facts that readers know it by with
        the texts of its documents."""
        labels = [one.label for one in (*self.themes.all(), *self.publishers.all())]
        return self.components_of(self, self.review_type, labels, self.texts_beside)

    @staticmethod
    def components_of(row: Any, review_type: ReviewType, labels: list[str], texts: list[str]) -> dict[str, Any]:
        """The same of plain columns, the type, the labels of themes and publishers, and texts, for many rows at once."""
        date = row.publication_date
        facts = [row.reference, row.area_name, review_type.label, review_type.abbreviation, *labels]
        facts.append(str(date.year) if date else "")
        facts += texts
        return {"A": row.title, "C": row.summary, "D": ". ".join(filter(None, facts)), "date": date}

    @cached_property
    def texts_beside(self) -> list[str]:
        """Titles and texts of documents that say on its page what they say. (searchable.py reads those of many rows at
        once.)"""
        links = type(self).documents.through._default_manager.filter(casereview=self).exclude(document__text="")
        told = links.order_by("pk").values_list("document__title", "document__text")
        return [f"{title}. {plain(text)}" for title, text in told]

    def rows_touched(self) -> list[Publishable]:
        """The statements that cite the review, or a set of which it is a member."""
        from reviews.models.learning import LearningPoint, Recommendation

        rests = Q(evidence__review=self) | Q(evidence__evidence_set__members=self)
        return [row for model in (LearningPoint, Recommendation) for row in model.objects.filter(rests).distinct()]


@lru_cache(maxsize=2000)
def _kind_words(label: str, label_cy: str, nation: str, identified: bool, language: str | None) -> str:
    """Once for each type and nation: a page says it of each source that it names."""
    if not identified:
        return str(_("A case review that its source does not name"))
    review = CaseReview(review_type=ReviewType(label=label, label_cy=label_cy), nation=nation)
    return f"{review.review_type.name}, {review.nation_label}"


class ReviewPublisher(models.Model):
    """The publishers of a review, in the order of its title page."""

    review = models.ForeignKey(CaseReview, models.CASCADE)
    publisher = models.ForeignKey(Publisher, models.PROTECT)
    order = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["review", "publisher"], name="reviewpublisher_once_per_review")]

    def __str__(self) -> str:
        return str(self.publisher)


class EvidenceSetQuerySet(PublishableQuerySet):
    def for_detail(self) -> Self:
        """With all that its own page shows of the row itself."""
        documents = models.Prefetch("documents", Document.objects.shown())
        members = models.Prefetch("members", CaseReview.objects.select_related("review_type").with_counts())
        return self.select_related("size_document__publisher").prefetch_related(documents, members, "briefings")


class EvidenceSet(Publishable):
    """The group of reviews, or of research, that one analysis looked at."""

    class Kind(models.TextChoices):
        REVIEWS = "reviews", _("A set of reviews")
        LITERATURE = "literature", _("A review of research")

    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REVIEWS)
    description = models.TextField(_("description"), blank=True)
    documents = models.ManyToManyField(Document, related_name="sets", blank=True, verbose_name=_("documents"))
    analysis = models.SlugField(
        _("analysis"),
        max_length=60,
        blank=True,
        help_text=_("Sets of one report share this word: they are one analysis."),
    )
    reported_size = models.PositiveIntegerField(
        _("reported size"), null=True, blank=True, help_text=_("Only where a document states it. Blank: not stated.")
    )
    size_document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document that states the size"),
    )
    members = models.ManyToManyField(
        CaseReview, related_name="sets", blank=True, verbose_name=_("member reviews"), help_text=_("As far as known.")
    )

    objects = EvidenceSetQuerySet.as_manager()
    said_in = "title"

    class Meta:
        default_permissions = PERMISSIONS
        verbose_name = _("evidence set")
        ordering = ("title",)
        constraints = [
            *publishable_constraints("evidenceset"),
            models.CheckConstraint(
                name="evidenceset_size_has_its_source",
                condition=Q(reported_size__isnull=True) | Q(size_document__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self, at: tuple[str | None, str] | None = None) -> str:
        return address_of("reviews:set", self.slug, at)

    @property
    def analysis_key(self) -> str:
        return self.analysis or self.slug

    @property
    def size_words(self) -> str:
        """'A set of 72 reviews', 'A set of reviews, number not stated', 'A review of research'."""
        if self.kind == self.Kind.LITERATURE:
            return str(_("A review of research"))
        if self.reported_size is None:
            return str(_("A set of reviews, number not stated"))
        return str(_("A set of %(n)d reviews")) % {"n": self.reported_size}

    @property
    def document_list(self) -> list[Document]:
        return list(self.documents.all())

    @property
    def member_list(self) -> list[CaseReview]:
        """Members that readers may see."""
        return [review for review in self.members.all() if review.is_published]

    def refusals(self) -> list[str]:
        hidden = [review for review in self.members.all() if not review.is_public] if self.pk else []
        return [str(_("its member ‘%(title)s’ is not published")) % {"title": review} for review in hidden]

    def rows_touched(self) -> list[Publishable]:
        from reviews.models.learning import LearningPoint, Recommendation

        return [
            row
            for model in (LearningPoint, Recommendation)
            for row in model.objects.filter(evidence__evidence_set=self).distinct()
        ]
