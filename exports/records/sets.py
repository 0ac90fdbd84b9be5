"""Sets of reviews as data."""

from __future__ import annotations

from collections.abc import Sequence

from exports.fields import Field, Record
from exports.records.parts import DOCUMENT, FICTIONAL, LINKED, MOMENTS, absolute, as_document, grouped, moment
from publishing.models import Status
from reviews.models import Evidence, EvidenceSet

FIELDS = (
    Field("slug", "The short name of the set: the last part of its address."),
    Field("url", "Its page on this site.", "uri"),
    Field("title", "Its title."),
    Field("kind", "Whether reviews were read, or research.", choices=lambda: dict(EvidenceSet.Kind.choices)),
    Field("description", "What the analysis looked at, in this site’s words."),
    Field("analysis", "Sets of one report share this word: they are one analysis."),
    Field(
        "size", "How many reviews it has, where a document states it; null where none does.", "integer", optional=True
    ),
    Field("size_stated_in", "The document that states the size."),
    Field("members", "References of the reviews in it that are known one by one.", many=True),
    Field("documents", "What was read of it.", of=DOCUMENT, many=True),
    Field("learning_points", "Codes of the learning points that cite it.", many=True),
    Field("recommendations", "Codes of the recommendations that cite it.", many=True),
    Field("briefings", "The briefings that are based on it.", of=LINKED, many=True),
    FICTIONAL,
    *MOMENTS,
)


def read(keys: Sequence[int]) -> list[Record]:
    """Records of the published sets with these keys, in their order: six statements."""
    found = EvidenceSet.objects.published().for_detail().in_bulk(keys)
    cited = Evidence.objects.filter(evidence_set__in=found).order_by("code")
    points = cited.filter(learning_point__status=Status.PUBLISHED)
    learned = grouped(points.values_list("evidence_set", "learning_point__code"))
    asked = cited.filter(recommendation__status=Status.PUBLISHED)
    recommended = grouped(asked.values_list("evidence_set", "recommendation__code"))
    return [
        {
            "slug": one.slug,
            "url": absolute(one.get_absolute_url()),
            "title": one.title,
            "kind": one.kind,
            "description": one.description,
            "analysis": one.analysis_key,
            "size": one.reported_size,
            "size_stated_in": one.size_document.title if one.size_document else "",
            "members": sorted(review.reference for review in one.member_list),
            "documents": [as_document(document) for document in one.document_list],
            "learning_points": sorted(learned.get(one.pk, [])),
            "recommendations": sorted(recommended.get(one.pk, [])),
            "briefings": [{"slug": b.slug, "label": b.title} for b in one.briefings.all() if b.is_published],
            "fictional": one.fictional,
            "added_at": moment(one.published_at),
            "changed_at": moment(one.changed_at),
        }
        for one in (found[key] for key in keys if key in found)
    ]
