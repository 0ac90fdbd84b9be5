"""Parts that records share: terms, dates, documents, addresses."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import models

from exports.fields import Field
from reviews.models import Document
from themes.attach import term_keys, term_relations, vocabulary

TERM = (
    Field("slug", "The short name of the term, which stays when its label changes."),
    Field("label", "The label of the term."),
)
#: What is said of a thing that has a page here, where another one names it.
LINKED = (Field("slug", "The last part of its address."), Field("label", "Its title."))
DOCUMENT = (
    Field("label", "The title of the document."),
    Field("kind", "What kind of document it is.", choices=lambda: dict(Document.Kind.choices)),
    Field("publisher", "Who published it; empty where it is not known."),
    Field("published", "Its date, as far as it is known.", "partial date", optional=True),
    Field("pages", "How many pages it has.", "integer", optional=True),
    Field("url", "Where it can be read; empty where no address is known."),
    Field("licence", "Under which terms; empty where it does not say."),
)
FICTIONAL = Field(
    "fictional", "Whether it was made up for demonstration. Never in the content that is shipped.", "boolean"
)
MOMENTS = (
    Field("added_at", "When this site first published it.", "moment"),
    Field("changed_at", "When this site last changed it.", "moment"),
)


def terms(name: str, about: str) -> Field:
    return Field(name, about, of=TERM, many=True)


def absolute(path: str) -> str:
    """The address under which readers know it."""
    return f"{settings.SITE_URL}{path}"


def partial_date(date: datetime.date | None, precision: str) -> str | None:
    """'2020', '2020-06' or '2020-06-30', as far as it is known."""
    return date.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)] if date else None


def moment(value: datetime.datetime | None) -> str:
    """In UTC, to the second."""
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""


def term_lists(model: type[models.Model], keys: Sequence[int]) -> dict[str, dict[int, list[dict[str, str]]]]:
    """relation -> key of the row -> its terms, in the order of the vocabulary: one statement."""
    found = term_keys((model, keys))
    lists: dict[str, dict[int, list[dict[str, str]]]] = {}
    for field in term_relations(model):
        label = f"{field.model._meta.model_name}.{field.name}"
        shown = {key: (n, as_term(term)) for n, (key, term) in enumerate(vocabulary(field.related_model).items())}
        lists[field.name] = {
            owner: [term for _n, term in sorted([shown[key] for key in found[label, owner]], key=_first)]
            for owner in keys
            if (label, owner) in found
        }
    return lists


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def as_term(term: Any) -> dict[str, str]:
    return {"slug": term.slug, "label": term.name}


def as_document(document: Document) -> dict[str, Any]:
    return {
        "label": document.title,
        "kind": document.kind,
        "publisher": document.publisher_name,
        "published": partial_date(document.date, document.date_precision),
        "pages": document.pages,
        "url": document.url,
        "licence": document.licence,
    }


def grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    """owner -> what belongs to it, each once, in order."""
    found: dict[Any, dict[Any, None]] = {}
    for owner, value in pairs:
        found.setdefault(owner, {})[value] = None
    return {owner: list(values) for owner, values in found.items()}
