"""Case reviews as data. Read as tuples, not as rows of the model: a file may hold a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from exports.fields import Field, Record
from exports.records.parts import (
    DOCUMENT,
    FICTIONAL,
    LINKED,
    MOMENTS,
    TERM,
    absolute,
    as_document,
    as_term,
    grouped,
    moment,
    partial_date,
    term_lists,
    terms,
)
from publishing.models import Status
from reviews.models import CaseReview, Evidence, EvidenceSet, ReviewPublisher
from themes.attach import vocabulary
from themes.models import Nation, ReviewType

FIELDS = (
    Field("reference", "The review’s reference: the publisher’s own, or one made by this site. It never changes."),
    Field("slug", "The last part of its address."),
    Field("url", "Its page on this site.", "uri"),
    Field("title", "Its title. A pseudonym where its report uses one, never a name."),
    Field("type", "What kind of review it is.", of=TERM),
    Field("nation", "Where it was made.", choices=lambda: dict(Nation.choices)),
    Field("area", "The area; empty where it is not stated, or would identify a child."),
    Field("area_code", "The area’s GSS code; empty where there is none."),
    Field("publishers", "Who published it, in the order of its title page.", of=TERM, many=True),
    Field("published", "When it was published, as far as that is known.", "partial date", optional=True),
    Field("incident_year", "The year of what happened; the year alone, never a date.", "integer", optional=True),
    Field("summary", "What it is about, in this site’s words."),
    Field("content_note", "A warning of grave matter, to be read before the rest."),
    terms("age_stages", "Ages and stages of the children."),
    terms("harms", "What the children suffered."),
    terms("sectors", "The agencies involved."),
    terms("themes", "What it teaches about."),
    Field("named", "Whether its source names it. Some documents describe a review without naming it.", "boolean"),
    Field(
        "availability", "Whether the full report can be read.", choices=lambda: dict(CaseReview.Availability.choices)
    ),
    Field("added_on", "When it was added to the collection.", "date"),
    Field("documents", "What was read of it.", of=DOCUMENT, many=True),
    Field("sets", "The sets of reviews of which it is known to be a member.", of=LINKED, many=True),
    Field("learning_points", "Codes of the learning points that cite it.", many=True),
    Field("recommendations", "Codes of the recommendations that cite it.", many=True),
    FICTIONAL,
    *MOMENTS,
)

COLUMNS = (
    "pk",
    "reference",
    "slug",
    "title",
    "review_type_id",
    "nation",
    "area_name",
    "area_code",
    "publication_date",
    "publication_precision",
    "incident_year",
    "summary",
    "content_note",
    "identified",
    "availability",
    "added_on",
    "fictional",
    "published_at",
    "changed_at",
)


def read(keys: Sequence[int]) -> list[Record]:
    """Records of the published reviews with these keys, in their order: seven statements."""
    found = CaseReview.objects.published().filter(pk__in=keys).order_by().values_list(*COLUMNS)
    rows = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in found}
    keys = [key for key in keys if key in rows]
    related = term_lists(CaseReview, keys) | _related(keys)
    types = {key: as_term(term) for key, term in vocabulary(ReviewType).items()}
    address = reverse("reviews:review", args=["slug"])
    return [_record(rows[key], types, address, {name: of.get(key, []) for name, of in related.items()}) for key in keys]


def _related(keys: Sequence[int]) -> dict[str, dict[int, list[Any]]]:
    """What other tables say of the reviews: name of the field -> key of the review -> values."""
    publisher = ("publisher__slug", "publisher__short_name", "publisher__name")
    links = ReviewPublisher.objects.filter(review__in=keys).order_by("order").values_list("review", *publisher)
    documents = CaseReview.documents.through._default_manager.filter(casereview__in=keys)
    members = EvidenceSet.objects.published().filter(members__in=keys).order_by("title")
    cited = Evidence.objects.filter(review__in=keys).order_by()
    points = cited.filter(learning_point__status=Status.PUBLISHED).values_list("review", "learning_point__code")
    asked = cited.filter(recommendation__status=Status.PUBLISHED).values_list("review", "recommendation__code")
    learned, recommended = grouped(points), grouped(asked)
    return {
        "publishers": _each(((owner, (slug, short or name)) for owner, slug, short, name in links), _linked),
        "documents": _each(
            (
                (link.casereview_id, link.document)
                for link in documents.select_related("document__publisher").defer("document__text")
            ),
            as_document,
        ),
        "sets": _each(
            ((owner, (slug, title)) for owner, slug, title in members.values_list("members", "slug", "title")), _linked
        ),
        "learning_points": {owner: sorted(codes) for owner, codes in learned.items()},
        "recommendations": {owner: sorted(codes) for owner, codes in recommended.items()},
    }


def _linked(pair: tuple[str, str]) -> dict[str, str]:
    return {"slug": pair[0], "label": pair[1]}


def _each(pairs: Any, shown: Any) -> dict[int, list[Any]]:
    return {owner: [shown(one) for one in values] for owner, values in grouped(pairs).items()}


def _record(row: Record, types: dict[int, Any], address: str, related: dict[str, list[Any]]) -> Record:
    record = {
        "reference": row["reference"],
        "slug": row["slug"],
        "url": absolute(address.replace("slug", row["slug"])),
        "title": row["title"],
        "type": types[row["review_type_id"]],
        "nation": row["nation"],
        "area": row["area_name"],
        "area_code": row["area_code"],
        "published": partial_date(row["publication_date"], row["publication_precision"]),
        "incident_year": row["incident_year"],
        "summary": row["summary"],
        "content_note": row["content_note"],
        "named": row["identified"],
        "availability": row["availability"],
        "added_on": row["added_on"].isoformat(),
        "fictional": row["fictional"],
        "added_at": moment(row["published_at"]),
        "changed_at": moment(row["changed_at"]),
        **related,
    }
    return {one.name: record[one.name] for one in FIELDS}
