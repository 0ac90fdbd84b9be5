"""What the cells of a file may name: terms, publishers, reviews, documents. Asked for in batches, and held for one run."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from publishing.snapshots import key_field
from reviews.models import CaseReview
from themes.models import Term


class Known:
    """Names to natural keys. Vocabularies and publishers are few and are read once, other rows by batch."""

    def __init__(self) -> None:
        self._words: dict[type[models.Model], dict[str, str]] = {}
        self._keys: dict[type[models.Model], set[str]] = {}
        self._documents: dict[str, list[str]] = {}

    def word(self, model: type[models.Model], text: str) -> str | None:
        """The natural key of the term or publisher that has this slug, label, short name or other name; None: no such."""
        if model not in self._words:
            self._words[model] = _words_of(model)
        return self._words[model].get(_plain(text))

    def look_up(self, model: type[models.Model], keys: Iterable[str]) -> None:
        """Ask, in one statement, which rows with these keys there are; of reviews also their documents."""
        asked = {key for key in keys if key}
        rows = model._default_manager.filter(**{f"{key_field(model)}__in": asked})
        self._keys[model] = set(rows.values_list(key_field(model), flat=True))
        if model is CaseReview:
            self._documents = {}
            links = rows.filter(documents__isnull=False).order_by("documents__pk")
            for reference, slug in links.values_list("reference", "documents__slug"):
                self._documents.setdefault(reference, []).append(slug)

    def has(self, model: type[models.Model], key: str) -> bool:
        """Whether there is such a row, among those asked for."""
        return key in self._keys.get(model, ())

    def documents_of(self, review: str) -> list[str]:
        """Slugs of the documents of a review that was asked for."""
        return self._documents.get(review, [])

    def promise(self, model: type[models.Model], names: Iterable[str], key: str) -> None:
        """A row that will be here once the rows above are written."""
        self.word(model, key)
        for name in names:
            self._words[model].setdefault(_plain(name), key)


def _words_of(model: type[models.Model]) -> dict[str, str]:
    """A slug, a label or a name comes before an abbreviation, that before other names, of which one that two rows share
    names neither.
    """
    sure: dict[str, str] = {}
    short: dict[str, str] = {}
    maybe: dict[str, set[str]] = {}
    for row in model._default_manager.all():
        if isinstance(row, Term) and row.retired and row.replaced_by_id is None:
            continue
        key = row.replaced_by.slug if isinstance(row, Term) and row.replaced_by else row.slug  # type: ignore[attr-defined]
        for name in (row.slug, getattr(row, "code", ""), row.label if isinstance(row, Term) else row.name):  # type: ignore[attr-defined]
            sure[_plain(name)] = key
        for name in filter(None, (getattr(row, "abbreviation", ""), getattr(row, "short_name", ""))):
            short.setdefault(_plain(name), key)
        for name in filter(None, (getattr(row, "label_cy", ""), *row.alt_labels)):  # type: ignore[attr-defined]
            maybe.setdefault(_plain(name), set()).add(key)
    return {name: next(iter(keys)) for name, keys in maybe.items() if len(keys) == 1} | short | sure


def _plain(name: str) -> str:
    return " ".join(str(name).casefold().replace("'", "’").split())
