"""Terms for rows that are about to be shown: one statement for all relations of all of them.

A page shows many rows with several vocabularies each. Django's prefetch asks once for each relation; here one union
asks for the keys, and the terms themselves are held per process for one version of the published content.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast

from publishing.held import Held
from themes.models import VOCABULARIES, Term


def vocabulary(model: type[Term]) -> dict[int, Term]:
    """All terms of a vocabulary by primary key, in their order."""
    return _vocabularies()[model]


@Held
def _vocabularies() -> dict[type[Term], dict[int, Term]]:
    """All terms of all vocabularies: one statement. A column that a vocabulary lacks is null in its rows."""
    columns = {field.attname: field for model in VOCABULARIES for field in model._meta.concrete_fields}
    parts = []
    for number, model in enumerate(VOCABULARIES):
        own = {field.attname for field in model._meta.concrete_fields}
        values = [name if name in own else _null_of(of) for name, of in columns.items()]
        parts.append(model._default_manager.order_by().values_list(Value(number), *values))
    found: dict[type[Term], dict[int, Term]] = {model: {} for model in VOCABULARIES}
    for number, *given in parts[0].union(*parts[1:], all=True):
        values_of = dict(zip(columns, given, strict=True))
        model = VOCABULARIES[number]
        term = model(**{field.attname: values_of[field.attname] for field in model._meta.concrete_fields})
        term._state.adding = False
        found[model][term.pk] = term
    for model, terms in found.items():
        found[model] = dict(sorted(terms.items(), key=lambda pair: (pair[1].order, pair[1].label)))
        for term in terms.values():
            term.replaced_by = terms[term.replaced_by_id] if term.replaced_by_id else None  # type: ignore[attr-defined]
    return found


def _null_of(field: Any) -> Cast:
    """Null of the type of the column: PostgreSQL wants one type along a column of a union."""
    return Cast(Value(None), models.BigIntegerField() if field.is_relation else type(field)())


def synonym_groups() -> list[list[str]]:
    """For each term in use, the words that mean it: label, Welsh label, alternative labels, abbreviation."""
    groups = []
    for term in chain.from_iterable(vocabulary(model).values() for model in VOCABULARIES):
        words = [term.label, term.label_cy, *term.alt_labels, getattr(term, "abbreviation", "")]
        words = [word for word in words if word]
        if len(words) > 1 and not term.retired:
            groups.append(words)
    return groups


def term_relations(model: type[models.Model]) -> list[Any]:
    """The many-to-many relations of the model that lead to a vocabulary."""
    return [field for field in model._meta.many_to_many if field.related_model in VOCABULARIES]


def term_keys(*groups: tuple[type[models.Model], Sequence[int]]) -> dict[tuple[str, int], set[int]]:
    """('casereview.themes', key of the row) -> keys of its terms, for the rows of each (model, keys): one statement."""
    asked = [
        field.remote_field.through._default_manager.filter(**{f"{field.m2m_field_name()}__in": keys})
        .order_by()
        .annotate(label=Value(f"{field.model._meta.model_name}.{field.name}"))
        .values_list("label", f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id")
        for model, keys in groups
        for field in term_relations(model)
    ]
    found: dict[tuple[str, int], set[int]] = {}
    if asked:
        for label, owner, term in asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0]:
            found.setdefault((label, owner), set()).add(term)
    return found


def attach_terms(*groups: Sequence[models.Model]) -> None:
    """Give every row its terms, as a prefetch would; each group holds rows of one model."""
    found = term_keys(*((type(rows[0]), [row.pk for row in rows]) for rows in groups if rows))
    for rows in groups:
        for row in rows:
            for field in term_relations(type(row)):
                keys = found.get((f"{field.model._meta.model_name}.{field.name}", row.pk), set())
                terms = vocabulary(field.related_model)
                hold(row, field.name, [terms[key] for key in terms if key in keys])


def hold(row: Any, name: str, related: list[Any]) -> None:
    """Make `row.<name>.all()` answer `related` without asking the database."""
    rows = getattr(row, name).get_queryset()
    rows._result_cache, rows._prefetch_done = related, True
    if not hasattr(row, "_prefetched_objects_cache"):
        row._prefetched_objects_cache = {}
    row._prefetched_objects_cache[name] = rows
