"""A row of a file that is not here yet: the snapshot of the draft that it would become."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify

from intake.columns import Fields, today
from intake.mapping import Fit
from intake.planned import Planned
from publishing.snapshots import key_field
from reviews.codes import PREFIXES
from reviews.models import CaseReview, Document


def complete(one: Planned, fit: Fit, pieces: list[dict[str, Any]]) -> None:
    """Work out `content` of a row that will be new; refuse it where something is missing."""
    for column in fit.kind.columns:
        if column.required and not one.texts.get(column.name):
            known = "the cell is blank" if column.name in fit.columns else "no column of the file gives it"
            one.refuse(column.name, f"is needed for what is new, and {known}")
    if not one.goes_on:
        return
    model, fields = fit.kind.model, dict(one.fields)
    if model is CaseReview:
        _complete_review(one, fields)
    if fit.kind.is_statement:
        fields.pop("code", None)
        _check_code(one, model)
        if not pieces:
            one.warn("", "no evidence: it cannot be published before it has a source, a document and a place")
    if not one.goes_on:
        return
    fields.pop(key_field(model), None)
    evidence = [{"code": "", "evidence_set": None, "review": None} | piece for piece in pieces]
    one.content = {
        "model": model._meta.label_lower,
        "key": one.key,
        "fields": fields,
        "parts": {"evidence": evidence} if fit.kind.is_statement else {},
    }
    if fit.kind.save:
        _check_rules(one, model, one.content["fields"])


def _check_code(one: Planned, model: type[models.Model]) -> None:
    prefix = PREFIXES[str(model._meta.model_name)]
    if one.key and not re.fullmatch(rf"{prefix}-\d{{4,7}}", one.key):
        one.refuse("code", f"‘{one.key[:40]}’: a code looks like {prefix}-5000; leave it blank, and the site gives one")


def _complete_review(one: Planned, fields: dict[str, Any]) -> None:
    fields["slug"] = fields.get("slug") or slugify(one.key)[:120] or "review"
    fields["added_on"] = fields.get("added_on") or today()
    if (fields.get("publication_date") or "") > today():
        one.warn("published", f"{fields['publication_date']} is yet to come: it cannot be published before")
    if one.beside.get("title"):
        body = {"kind": Document.Kind.REPORT.value, **one.beside}
        slug = slugify(f"document {one.key}")[:120]
        one.document = {"model": Document._meta.label_lower, "key": slug, "fields": body, "parts": {}}
        fields["documents"] = sorted({*fields.get("documents", []), slug})


def _check_rules(one: Planned, model: type[models.Model], fields: Fields) -> None:
    """The named rules of the database, asked before it has to refuse: for kinds of which there are few."""
    single = {field.name for field in model._meta.concrete_fields if not field.is_relation}
    row = model(slug=one.key, **{name: value for name, value in fields.items() if name in single})
    try:
        row.clean()
        row.validate_constraints()
    except ValidationError as error:
        one.refuse("", " ".join(error.messages))
