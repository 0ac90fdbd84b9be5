"""The lists of reviews, learning points and recommendations: a facet is one line here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from publishing.models import Status
from reviews.attach import attach, attach_for_lists, read_reviews, read_statements
from reviews.attach import publishers as all_publishers
from reviews.models import CaseReview, Evidence, EvidenceSet, LearningPoint, Recommendation
from reviews.strength import Strength
from search.facets import Facet, ListingFilter, Recent, Sort, Year
from search.listings import LISTINGS, Listing
from search.listings import register as register_listing
from themes.drawing import by_component
from themes.filters import Untranslated, terms
from themes.models import AgeStage, Harm, Nation, ReviewType, Sector, Theme


@dataclass(frozen=True)
class Named:
    """A publisher as a choice of a list: by its short name."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


def publishers() -> dict[str, Named]:
    return {publisher.slug: Named(pk, publisher.label) for pk, publisher in all_publishers().items()}


def sources() -> dict[str, Any]:
    """Kinds of review, and the sets of reviews that readers may see."""
    sets = {one.slug: Untranslated(one.title) for one in EvidenceSet.objects.published()}
    return terms(ReviewType)() | sets


class ReviewFilter(ListingFilter):
    theme = Facet("themes__slug", legend=_("Theme"), labels=terms(Theme))
    type = Facet("review_type__slug", legend=_("Type of review"), labels=terms(ReviewType))
    nation = Facet("nation", legend=_("Nation"), labels=lambda: dict(Nation.choices))
    publisher = Facet("publishers__slug", legend=_("Publisher"), labels=publishers)
    vars()["from"] = Year("publication_date", "gte")  # 'from' is a word of the language
    to = Year("publication_date", "lte")
    age = Facet("age_stages__slug", legend=_("Age and stage"), labels=terms(AgeStage))
    harm = Facet("harms__slug", legend=_("Harm"), labels=terms(Harm))
    sector = Facet("sectors__slug", legend=_("Agencies involved"), labels=terms(Sector))
    availability = Facet("availability", legend=_("Full report"), labels=lambda: dict(CaseReview.Availability.choices))
    added = Recent("added_on", legend=_("Added"), label=_("Added in the last five years"))

    class Meta:
        model = CaseReview
        fields: list[str] = []


class LearningFilter(ListingFilter):
    theme = Facet("themes__slug", legend=_("Theme"), labels=terms(Theme))
    kind = Facet("kind", legend=_("Kind"), labels=lambda: dict(LearningPoint.Kind.choices))
    sector = Facet("sectors__slug", legend=_("Speaks to"), labels=terms(Sector))
    age = Facet("age_stages__slug", legend=_("Age and stage"), labels=terms(AgeStage))
    strength = Facet("strength", legend=_("Learned from"), labels=lambda: dict(Strength.choices))
    # Both of two themes: `theme` alone takes either. Links of the theme pages use it.
    also = Facet("themes__slug", legend=_("And also"), labels=terms(Theme), in_panel=False)

    class Meta:
        model = LearningPoint
        fields: list[str] = []


class RecommendationFilter(ListingFilter):
    sector = Facet("addressed_to__slug", legend=_("Addressed to"), labels=terms(Sector))
    theme = Facet("themes__slug", legend=_("Theme"), labels=terms(Theme))
    source = Facet(
        "evidence__review__review_type__slug", "evidence__evidence_set__slug", legend=_("Source"), labels=sources
    )

    class Meta:
        model = Recommendation
        fields: list[str] = []


def _newest(row: dict[str, Any]) -> tuple[bool, int]:
    date: datetime.date | None = row["publication_date"]
    return date is None, -date.toordinal() if date else 0


def _oldest(row: dict[str, Any]) -> tuple[bool, int]:
    date: datetime.date | None = row["publication_date"]
    return date is None, date.toordinal() if date else 0


def point_counts() -> dict[int, int]:
    """How many published learning points rest on each review."""
    others = (
        LearningPoint.objects.exclude(status=Status.PUBLISHED).order_by().values("pk")
    )  # few: an index has the rest
    pieces = Evidence.objects.filter(review__isnull=False, learning_point__isnull=False).exclude(
        learning_point__in=others
    )
    return dict(pieces.order_by().values_list("review").annotate(n=Count("learning_point", distinct=True)))


REVIEW_SORTS = {
    "newest": Sort(_("Newest first"), ("publication_date",), _newest),
    "oldest": Sort(_("Oldest first"), ("publication_date",), _oldest, turned=True),
    "learning": Sort(
        _("Most learning points"),
        ("publication_date", "point_count"),
        lambda row: (-row["point_count"], *_newest(row)),
        counted={"point_count": point_counts},
    ),
}


def _strongest(row: dict[str, Any]) -> tuple[int, int]:
    """Several reviews before one analysis before one review; within each, most reviews first."""
    return _STRENGTHS.index(row["strength"]), -row["review_count"]


_STRENGTHS = list(Strength.values)


def well_founded(most_reviews: int, n: int) -> list[int]:
    """Keys of learning points on several reviews: the first `n` of all, and of those on `most_reviews` or fewer."""
    index = LISTINGS["learning"].index()
    start = index.start_of(_strongest({"strength": Strength.SEVERAL, "review_count": most_reviews}))
    return [*index.page(None, "", 0, n), *index.page(None, "", start, start + n)]


STRONGEST = Sort(_("Strongest evidence first"), ("strength", "review_count"), _strongest)
BY_CODE = Sort(_("By code"), (), lambda row: 0)
#: Sources that a row shows of a statement that rests on many more; its own page shows all.
MOST_SOURCES = 3
POINT_SORTS = {
    "strongest": STRONGEST,
    "newest": Sort(
        _("Newest first"),
        ("as_at",),
        lambda row: (row["as_at"] is None, -row["as_at"].toordinal() if row["as_at"] else 0),
    ),
    "code": BY_CODE,
}
RECOMMENDATION_SORTS = {"code": BY_CODE, "strongest": STRONGEST}


def register() -> None:
    """Make the three lists known; called once the apps are ready."""
    register_listing(
        Listing(
            kind="review",
            url_name="reviews:list",
            title=_("Reviews"),
            lead=_(
                "Every review and inspection that a learning point here was learned from. Some tell of violence or of "
                "a child’s death; none gives graphic detail."
            ),
            noun_filter=_("Filter these reviews"),
            count_words=lambda n: ngettext("One review", "%(n)d reviews", n) % {"n": n},
            filterset=ReviewFilter,
            rows=lambda: CaseReview.objects.published().with_counts(),
            read=read_reviews,
            ready=attach,
            ready_to_draw=attach_for_lists,
            draw=by_component("row", "ReviewRow"),
            sorts=REVIEW_SORTS,
        )
    )
    register_listing(
        Listing(
            kind="learning",
            url_name="reviews:learning-list",
            title=_("Learning points"),
            lead=_(
                "One statement at a time, each with the reviews it was learned from and the place where it was read. Some "
                "tell of violence or of a child’s death; none gives graphic detail."
            ),
            noun_filter=_("Filter these learning points"),
            count_words=lambda n: ngettext("One learning point", "%(n)d learning points", n) % {"n": n},
            filterset=LearningFilter,
            rows=LearningPoint.objects.published,
            read=read_statements,
            ready=attach,
            ready_to_draw=attach_for_lists,
            draw=by_component("point", "Point", most=MOST_SOURCES),
            sorts=POINT_SORTS,
            ties="code",
            year="first_year",
        )
    )
    register_listing(
        Listing(
            kind="recommendation",
            url_name="reviews:recommendation-list",
            title=_("Recommendations"),
            lead=_("What reviews asked agencies to do, with the learning that each one answers."),
            noun_filter=_("Filter these recommendations"),
            count_words=lambda n: ngettext("One recommendation", "%(n)d recommendations", n) % {"n": n},
            filterset=RecommendationFilter,
            rows=Recommendation.objects.published,
            read=read_statements,
            ready=attach,
            ready_to_draw=attach_for_lists,
            draw=by_component("rec", "Rec", group=True, most=MOST_SOURCES),
            sorts=RECOMMENDATION_SORTS,
            ties="code",
        )
    )
