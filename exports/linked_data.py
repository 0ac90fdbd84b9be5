"""What a page says of its thing to machines: schema.org as JSON-LD, from the same reference as its citation."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from publishing.html import data_block
from reviews.citations import Reference, address
from reviews.models.learning import Statement


def schema_org(reference: Reference, row: Any) -> Markup:
    """The data block of the page of `row`, which the reference cites; a statement names what it is based on."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report" if reference.report else "CreativeWork",
        "identifier": reference.id,
        "name": reference.title,
        "url": reference.url,
        "inLanguage": "en-GB",
        "datePublished": reference.date,
        "dateModified": row.changed_at.date().isoformat(),
        "author": [{"@type": "Organization", "name": author} for author in reference.authors],
        "about": list(reference.keywords),
        "spatialCoverage": reference.place,
        "sameAs": reference.full_text,
    }
    if isinstance(row, Statement):
        basis = row.evidence_view.basis
        found["isBasedOn"] = [address(source) for source in (*basis.reviews, *basis.sets)]
    return data_block({name: value for name, value in found.items() if value}, "application/ld+json")
