"""Which row here a row of a file means, and what a new one is called. No name is given twice, in the file or here."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import slugify

from intake.known import Known
from intake.mapping import Fit
from intake.models import Reference
from intake.planned import Planned
from publishing.snapshots import key_field
from reviews.models import CaseReview, Document


class Naming:
    """Keeps what the file has named so far."""

    def __init__(self, fit: Fit, known: Known) -> None:
        self.fit, self.kind, self.known = fit, fit.kind, known
        self.model: Any = fit.kind.model
        self._rows: dict[str, int] = {}  # what names a row -> the row of the file that had it first
        self._taken: dict[tuple[str, Any], str] = {}  # a value that only one row may have -> the key of its row

    def name(self, batch: list[Planned]) -> None:
        """Give each its key, '' where the site will give one; refuse those that name what an earlier row named."""
        going = [one for one in batch if one.goes_on]
        if self.kind.is_statement:
            self._name_statements(going)
        for one in going:
            if not self.kind.is_statement:
                one.key = self._key(one)
            self._refuse_repeated(one)

    def promise(self, one: Planned) -> None:
        """Let the rows below name this one: a theme its parent."""
        if self.model is Document:
            return
        key = self._key(one)
        names = [key, *(one.fields.get(name) for name in ("label", "name", "code"))]
        self.known.promise(self.model, [name for name in names if name], key)

    def _key(self, one: Planned) -> str:
        if self.model is CaseReview:
            return str(one.fields.get("reference", ""))
        if owner := one.fields.pop("review", ""):
            return self._only_document_of(owner, one)
        name = str(one.fields.get("label") or one.fields.get("name") or one.fields.get("title") or "")
        found = None if self.model is Document else self.known.word(self.model, name)
        limit = self.model._meta.get_field("slug").max_length
        return str(one.fields.get("slug") or found or slugify(name)[:limit])

    def _only_document_of(self, review: str, one: Planned) -> str:
        documents = self.known.documents_of(review)
        if len(documents) != 1:
            one.refuse("review", f"‘{review[:80]}’ has {len(documents) or 'no'} documents here: name one by its slug")
        return documents[0] if documents else ""

    def _name_statements(self, batch: list[Planned]) -> None:
        """By code; else by the reference of an earlier import; else, without a reference, by the same words."""
        label, words = self.model._meta.label_lower, "statement" if "statement" in self.kind.names else "text"
        asked = [one.reference for one in batch if one.reference]
        known = Reference.objects.filter(mapping=self.fit.mapping.slug, model=label, reference__in=asked)
        meant = dict(known.values_list("reference", "key"))
        texts = {one.fields.get(words, "") for one in batch if not one.reference and not one.fields.get("code")}
        rows = self.model._default_manager.filter(**{f"{words}__in": texts - {""}}) if texts - {""} else None
        same = dict(rows.values_list(words, "code")) if rows is not None else {}
        for one in batch:
            code = one.fields.get("code")
            one.key = str(
                code or meant.get(one.reference) or ("" if one.reference else same.get(one.fields.get(words), ""))
            )

    def _refuse_repeated(self, one: Planned) -> None:
        name = one.key or one.reference
        if self.kind.is_statement and not name:
            name = " ".join(str(one.fields.get("statement") or one.fields.get("text") or "").split()).casefold()
        name = one.reference or name
        if not name:
            return
        first = self._rows.setdefault(name, one.number)
        if first != one.number:
            column = "reference" if one.reference or self.model is CaseReview else self._key_column()
            one.refuse(
                column, f"‘{name[:80]}’ stands in row {first} already: keep one of the two, or give this one its own"
            )

    def _key_column(self) -> str:
        return "code" if self.kind.is_statement else "slug"

    def refuse_taken(self, batch: list[Planned]) -> None:
        """Refuse what another row has that only one may have: a label, a name, a slug."""
        for field in self.model._meta.concrete_fields:
            if field.unique and not field.primary_key and field.name != key_field(self.model):
                self._refuse_taken(batch, field)

    def _refuse_taken(self, batch: list[Planned], field: models.Field[Any, Any]) -> None:
        wanted = {
            one.content["fields"][field.name]: one
            for one in batch
            if one.content and one.content["fields"].get(field.name)
        }
        held = self.model._default_manager.filter(**{f"{field.name}__in": list(wanted)})
        self._taken |= {(field.name, value): key for value, key in held.values_list(field.name, key_field(self.model))}
        for one in batch:
            value = one.content["fields"].get(field.name) if one.content else None
            if not value:
                continue
            owner = self._taken.setdefault((field.name, value), one.key)
            if owner != one.key:
                one.refuse(field.name, f"‘{str(value)[:80]}’ belongs to ‘{owner[:80]}’: give this one its own")
