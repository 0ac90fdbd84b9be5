"""The terms of the vocabularies as data, those that are retired or merged too: an old slug must still be understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exports.fields import Field, Record
from exports.records.parts import absolute
from themes.attach import vocabulary
from themes.models import VOCABULARIES, AgeStage, Harm, Principle, ReviewType, Sector, Term, Theme

#: The name of each vocabulary in addresses.
NAMES: dict[str, type[Term]] = {
    "themes": Theme,
    "sectors": Sector,
    "age-stages": AgeStage,
    "harms": Harm,
    "principles": Principle,
    "review-types": ReviewType,
}
assert set(NAMES.values()) == set(VOCABULARIES)  # noqa: S101 - a new vocabulary has no name yet

FIELDS = (
    Field("slug", "The short name of the term, which stays when its label changes."),
    Field("label", "Its label in English."),
    Field("label_cy", "Its label in Welsh; empty where there is none yet. Drafts until a speaker has checked them."),
    Field("scope_note", "What belongs here, and what does not."),
    Field("alt_labels", "What else it is called. A search for any of these finds it.", many=True),
    Field("url", "Its page on this site; null where it has none.", "uri", optional=True),
    Field("retired", "Whether it is no longer given to anything new.", "boolean"),
    Field("replaced_by", "The slug of the term that took its place.", optional=True),
)
#: What single vocabularies say beside that, and how it is read from a term.
MORE: dict[type[Term], dict[Field, Callable[[Any], Any]]] = {
    Theme: {
        Field("broader", "The slug of the broader theme.", optional=True): lambda one: _slug_of(Theme, one.parent_id),
        Field("mission", "Whether it is one of the themes of this site’s mission.", "boolean"): lambda one: (
            one.is_mission
        ),
    },
    Sector: {
        Field("agency", "Whether it can be involved in a case.", "boolean"): lambda one: one.is_agency,
        Field("audience", "Whether it can be addressed.", "boolean"): lambda one: one.is_audience,
    },
    ReviewType: {
        Field("abbreviation", "Its abbreviation, where it has one that means nothing else."): lambda one: (
            one.abbreviation
        ),
        Field("nations", "The nations that hold such reviews.", many=True): lambda one: one.nations,
        Field("in_use_from", "The first year of its use.", "integer", optional=True): lambda one: one.in_use_from,
        Field("in_use_to", "The last year of its use.", "integer", optional=True): lambda one: one.in_use_to,
    },
}


def fields_of(model: type[Term]) -> tuple[Field, ...]:
    return (*FIELDS, *MORE.get(model, {}))


def keys_of(model: type[Term]) -> list[int]:
    """All terms of the vocabulary, in its order."""
    return list(vocabulary(model))


def read(model: type[Term], keys: Sequence[int]) -> list[Record]:
    """Records of the terms with these keys, in their order: one statement at most."""
    terms = vocabulary(model)
    return [_record(model, terms[key]) for key in keys if key in terms]


def _record(model: type[Term], term: Any) -> Record:
    page = term.get_absolute_url()
    return {
        "slug": term.slug,
        "label": term.label,
        "label_cy": term.label_cy,
        "scope_note": term.scope_note,
        "alt_labels": term.alt_labels,
        "url": absolute(page) if page else None,
        "retired": term.retired,
        "replaced_by": term.replaced_by.slug if term.replaced_by else None,
        **{field.name: value(term) for field, value in MORE.get(model, {}).items()},
    }


def _slug_of(model: type[Term], key: int | None) -> str | None:
    return vocabulary(model)[key].slug if key else None
