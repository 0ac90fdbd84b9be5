"""An outline as the data of a document of pages: what the PDF's template takes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.urls import reverse

from exports import typesetting
from exports.labels import labels
from exports.outline import Outline
from reviews.citations import SITE


def by_source(outline: Outline) -> list[dict[str, Any]]:
    """Each source that may be named, with the codes of the statements that cite it, in the order of their first places."""
    found: dict[str, dict[str, Any]] = {}
    for item in outline.items:
        for source in item.sources:
            if source.withdrawn:
                continue
            row = {"title": source.title, "url": source.url, "kind_words": source.kind_words, "codes": []}
            found.setdefault(source.url, row)["codes"].append(item.code)
    return list(found.values())


def page_data(outline: Outline) -> dict[str, Any]:
    """Plain data for a template of exports/typesetting/."""
    data = asdict(outline)
    for section in data["sections"]:
        for item in section["items"]:
            for source in item["sources"]:
                source["is_set"] = "/sets/" in source["url"]
    for one in data["references"]:
        one["url_text"] = one["url"]
    return data | {
        "labels": labels(),
        "by_source": by_source(outline),
        "author": outline.publisher or SITE,
        "description": outline.summary,
        "lang": outline.language.partition("-")[0],
        "region": outline.language.partition("-")[2] or "GB",
        "foot": f"{SITE}: {outline.title}",
        "url_text": outline.url_text or outline.url,
        "help_url": f"{settings.SITE_URL}{reverse('briefings:help')}",
    }


def pdf(outline: Outline) -> bytes:
    """The outline as a tagged PDF; raises typesetting.NotSetError."""
    return typesetting.pdf("outline.typ", page_data(outline))
