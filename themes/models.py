"""The vocabularies: what a review, a learning point or a recommendation can be about, for and from."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from publishing.addresses import address_of
from search.facets import query_string


class Nation(models.TextChoices):
    """Where a review was made. Not a Term: its values are fixed by law, not by curators."""

    ENGLAND = "england", _("England")
    WALES = "wales", _("Wales")
    SCOTLAND = "scotland", _("Scotland")
    NORTHERN_IRELAND = "northern-ireland", _("Northern Ireland")
    IRELAND = "ireland", _("Ireland")
    JERSEY = "jersey", _("Jersey")
    NOT_STATED = "not-stated", _("Not stated")


def list_of_texts(value: Any) -> None:
    """Validator of a JSON list of short texts."""
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise ValidationError(_('Give a list of texts, such as ["DV", "domestic violence"].'))


class TermQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Terms in use: those neither retired nor merged."""
        return self.filter(retired=False)


class Term(models.Model):
    """Abstract: a word of a controlled vocabulary. Never deleted: retired, or merged into another."""

    slug = models.SlugField(
        _("slug"), max_length=80, unique=True, help_text=_("Made from the label. Stays when the label changes.")
    )
    label = models.CharField(_("label"), max_length=120, unique=True)
    label_cy = models.CharField(_("label in Welsh"), max_length=120, blank=True)
    scope_note = models.TextField(
        _("scope note"), blank=True, help_text=_("One sentence: what belongs here, and what does not.")
    )
    alt_labels = models.JSONField(
        _("alternative labels"),
        default=list,
        blank=True,
        validators=[list_of_texts],
        help_text=_("What readers type for it. A search for any of these finds the others."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("No longer offered. Its page leads to the term that replaced it.")
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("replaced by"), related_name="replaces"
    )

    #: The role that keeps the vocabularies (publishing/roles.py).
    kept_by: ClassVar[str] = "administrator"
    #: Name of the URL of the term's own page; "" where it has none.
    page: ClassVar[str] = ""
    #: Name of the facet that this vocabulary is in lists.
    facet: ClassVar[str] = ""

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("order", "label")
        constraints = [
            models.CheckConstraint(
                name="%(class)s_only_a_retired_term_is_replaced",
                condition=Q(replaced_by__isnull=True) | Q(retired=True),
            ),
            models.CheckConstraint(
                name="%(class)s_does_not_replace_itself",
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @staticmethod
    def restored(then: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
        """What an earlier version brings back: its words. Where the term stands stays: a merge gave away what carried it."""
        return {**then, "retired": now["retired"], "replaced_by": now["replaced_by"]}

    @property
    def name(self) -> str:
        """The label in the reader's language, English where there is no other."""
        return self.label_cy if self.label_cy and get_language() == "cy" else self.label

    @property
    def lang(self) -> str:
        """'en' where an English label stands in a Welsh page, so that it can be marked."""
        return "en" if get_language() == "cy" and not self.label_cy else ""

    def get_absolute_url(self) -> str:
        return address_of(self.page, self.slug) if self.page else ""

    @property
    def is_published(self) -> bool:
        """Whether readers are offered it."""
        return not self.retired

    def search_components(self) -> dict[str, str]:
        """Of the kinds that are searched for by themselves: themes and areas."""
        return {"A": f"{self.label} {self.label_cy}".strip(), "B": ", ".join(self.alt_labels), "C": self.scope_note}


class Theme(Term):
    code = models.CharField(_("code"), max_length=40, unique=True, help_text=_("Short name, used by curators."))
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_mission = models.BooleanField(_("theme of the mission"), default=False, help_text=_("Shown first."))

    page = "themes:theme"

    facet = "theme"


class Sector(Term):
    is_agency = models.BooleanField(_("is an agency"), default=False, help_text=_("Can be involved in a case."))
    is_audience = models.BooleanField(_("is an audience"), default=False, help_text=_("Can be addressed."))

    page = "themes:sector"
    facet = "sector"

    class Meta(Term.Meta):
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                name="sector_is_agency_or_audience", condition=Q(is_agency=True) | Q(is_audience=True)
            ),
        ]


class AgeStage(Term):
    facet = "age"

    class Meta(Term.Meta):
        verbose_name = _("age stage")


class Harm(Term):
    facet = "harm"


class Principle(Term):
    def get_absolute_url(self) -> str:
        return f"{reverse('themes:principles')}#{self.slug}"


class ReviewType(Term):
    """A kind of review, with the nations that hold it and the years of its use (None: not known)."""

    abbreviation = models.CharField(
        _("abbreviation"), max_length=20, blank=True, help_text=_("Never a bare ‘SCR’: it means two things.")
    )
    nations = models.JSONField(_("nations"), default=list, blank=True)
    in_use_from = models.PositiveSmallIntegerField(_("in use from"), null=True, blank=True)
    in_use_to = models.PositiveSmallIntegerField(_("in use to"), null=True, blank=True)

    facet = "type"

    class Meta(Term.Meta):
        verbose_name = _("review type")
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(name="reviewtype_abbreviation_not_ambiguous", condition=~Q(abbreviation="SCR")),
            models.CheckConstraint(
                name="reviewtype_years_in_order",
                condition=Q(in_use_from__isnull=True) | Q(in_use_to__isnull=True) | Q(in_use_to__gte=F("in_use_from")),
            ),
        ]

    def clean(self) -> None:
        unknown = set(self.nations) - set(Nation.values)
        if unknown:
            raise ValidationError({"nations": _("Not a nation: %(names)s.") % {"names": ", ".join(sorted(unknown))}})


class Area(Term):
    """A place, and what else it is called. Reviews name theirs in words and carry none of these: it is not one of
    VOCABULARIES, but found, and finds what goes by another of its names."""

    class Meta(Term.Meta):
        verbose_name = _("area")

    def get_absolute_url(self) -> str:
        return address_of("search:search") + query_string([("q", self.label)])


VOCABULARIES: tuple[type[Term], ...] = (Theme, Sector, AgeStage, Harm, Principle, ReviewType)
