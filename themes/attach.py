"""Terms for rows that are about to be shown: one statement for all relations of all of them.

A page shows many rows with several vocabularies each. Django's prefetch asks once for each relation; here one union
asks for the keys, and the terms themselves are held per process for one version of the published content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django.db import models
from django.db.models import QuerySet, Value

from publishing.held import Held
from publishing.prepared import Columns, Part, Prepared, Several, hold
from themes.models import VOCABULARIES, Term


def vocabulary(model: type[Term]) -> dict[int, Term]:
    """All terms of a vocabulary by primary key, in their order."""
    return _vocabularies()[model]


@Held
def _vocabularies() -> dict[type[Term], dict[int, Term]]:
    """All terms of all vocabularies: one statement."""
    found: dict[type[Term], dict[int, Term]] = {}
    for model, rows in zip(VOCABULARIES, _all_terms(), strict=True):
        terms = sorted((term for _key, term in rows), key=lambda term: (term.order, term.label))
        found[model] = {term.pk: term for term in terms}
        for term in terms:
            term.replaced_by = found[model][term.replaced_by_id] if term.replaced_by_id else None
    return found


_all_terms = Several(
    *(
        Part(model._default_manager.all, Columns(model, [field.attname for field in model._meta.concrete_fields]))
        for model in VOCABULARIES
    )
)


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


class Link(NamedTuple):
    """What else rows lead to, read along with their terms. `rows`: of their keys, a queryset; `owner`, `other`: its paths to
    both keys; `order`: by which the others stand, if they do."""

    label: str
    model: type[models.Model]
    rows: Callable[[Sequence[int]], QuerySet[Any]]
    owner: str
    other: str
    order: str = ""


def term_keys(*groups: tuple[type[models.Model], Sequence[int]]) -> dict[tuple[str, int], list[int]]:
    """('casereview.themes', key of the row) -> keys of its terms, for the rows of each (model, keys): one statement."""
    return linked(groups)


def linked(
    groups: Sequence[tuple[type[models.Model], Sequence[int]]], *further: Link
) -> dict[tuple[str, int], list[int]]:
    """The same, and by its label what each further link gives for the rows of its model."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    read = _links_of(tuple(model for model, _keys in groups), further)
    for label, owner, order, other in read(*(keys for _model, keys in groups)):
        found.setdefault((label, owner), []).append((order, other))
    return {owner: [other for _order, other in sorted(rows)] for owner, rows in found.items()}


@cache
def _links_of(owners: tuple[type[models.Model], ...], further: tuple[Link, ...]) -> Callable[..., list[Any]]:
    """All links of rows of those models, by one list of keys for each model."""
    links = [(n, _link_of(field)) for n, model in enumerate(owners) for field in term_relations(model)]
    links += [(owners.index(link.model), link) for link in further if link.model in owners]
    if not links:
        return lambda *lists: []

    def build(*lists: Sequence[int]) -> QuerySet[Any]:
        first, *others = [
            link.rows(lists[n])
            .order_by()
            .values_list(Value(link.label), link.owner, link.order or link.other, link.other)
            for n, link in links
        ]
        return first.union(*others, all=True) if others else first

    return Prepared(build)


def _link_of(field: Any) -> Link:
    through, owner = field.remote_field.through._default_manager, field.m2m_field_name()
    return Link(
        f"{field.model._meta.model_name}.{field.name}",
        field.model,
        lambda keys: through.filter(**{f"{owner}__in": keys}),
        f"{owner}_id",
        f"{field.m2m_reverse_field_name()}_id",
    )


def attach_terms(*groups: Sequence[models.Model], further: Sequence[Link] = ()) -> dict[tuple[str, int], list[int]]:
    """Give every row its terms, as a prefetch would; each group holds rows of one model. What `linked` found."""
    asked = [(type(rows[0]), [row.pk for row in rows]) for rows in groups if rows]
    found = linked(asked, *further)
    for rows in groups:
        for field in term_relations(type(rows[0])) if rows else []:
            label, terms = f"{field.model._meta.model_name}.{field.name}", vocabulary(field.related_model)
            order = {key: n for n, key in enumerate(terms)}
            for row in rows:
                keys = (key for key in found.get((label, row.pk), ()) if key in order)  # of this version
                hold(row, field.name, [terms[key] for key in sorted(keys, key=order.__getitem__)])
    return found
