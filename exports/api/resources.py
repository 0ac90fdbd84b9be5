"""What the API serves: each resource with its records, its filters (those of its list page) and its keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404

from exports.fields import Field, Record
from exports.records import SOURCES, vocabularies
from exports.things import THINGS
from search.listings import LISTINGS, RELEVANCE, ListingPage
from themes.attach import vocabulary


@dataclass(frozen=True)
class Resource:
    """`name`: its part of the address; `item`: what one is called in the description; `kind`: of its list and its
    thing, '' for a vocabulary; `key`: the field by which one is asked for; `all_keys`: keys of all, where it has no list;
    `find`: the row with that key (Http404 where there is none), which may be withdrawn."""

    name: str
    item: str
    about: str
    fields: tuple[Field, ...]
    read: Callable[[Sequence[int]], list[Record]]
    find: Callable[[str], Any]
    key: str
    kind: str = ""
    all_keys: Callable[[], list[int]] | None = None

    def keys(self, page: ListingPage | None) -> list[int]:
        """Keys of what the list has found, in its order; of everything, where there is no list."""
        return page.ids() if page is not None else self.all()

    def all(self) -> list[int]:
        """Keys of everything that is published."""
        return self.all_keys() if self.all_keys else list(LISTINGS[self.kind].index().ids)

    def example(self) -> str:
        """The key of one that there is, for the description; '' where there is none."""
        records = self.read(self.all()[:1])
        return str(records[0][self.key]) if records else ""

    def parameters(self) -> list[dict[str, Any]]:
        """The filters of the list as OpenAPI has them: each with the values that it has at present."""
        if self.kind not in LISTINGS:
            return []
        listing = LISTINGS[self.kind]
        index = listing.index()
        found = [_parameter("q", "Words to search for.", {"type": "string"})]
        for name, facet in index.facets.items():
            values = {"type": "array", "items": {"type": "string", "enum": sorted(index.labels[name])}}
            about = f"{facet.legend}: any of the values. Give the parameter once for each."
            found.append(_parameter(name, about, values) | {"style": "form", "explode": True})
        year = {"type": "integer", "minimum": 1, "maximum": 9999}
        for name, one in listing.filterset.years().items():
            about = "The first year." if one.lookup == "gte" else "The last year."
            found.append(_parameter(name, f"{about} What has no date is in no year.", year))
        orders = [*listing.sorts, RELEVANCE]
        about = f"The order; {orders[0]} unless something is searched for, then {RELEVANCE}."
        return [*found, _parameter("sort", about, {"type": "string", "enum": orders})]


def _parameter(name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": schema}


def _row(kind: str, key: str) -> Any:
    thing = THINGS[kind]
    # PostgreSQL has no texts with NUL, and refuses the question.
    row = thing.model.objects.public().filter(**{thing.key: key}).first() if "\0" not in key else None
    if row is None:
        raise Http404
    return row


def _term(model: Any, slug: str) -> Any:
    found = next((term for term in vocabulary(model).values() if term.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _set_keys() -> list[int]:
    return list(THINGS["set"].model.objects.published().order_by("title", "pk").values_list("pk", flat=True))


def _of_things(name: str, item: str, kind: str, about: str) -> Resource:
    source, all_keys = SOURCES[kind], _set_keys if kind == "set" else None
    return Resource(
        name, item, about, source.fields, source.read, partial(_row, kind), THINGS[kind].key, kind, all_keys
    )


def _of_terms(name: str, model: Any) -> Resource:
    read, keys = partial(vocabularies.read, model), partial(vocabularies.keys_of, model)
    about = f"The vocabulary of {model._meta.verbose_name_plural}, with terms that are retired or merged."
    fields = vocabularies.fields_of(model)
    return Resource(name, model.__name__, about, fields, read, partial(_term, model), "slug", "", keys)


RESOURCES: dict[str, Resource] = {
    one.name: one
    for one in (
        _of_things("reviews", "Review", "review", "Case reviews, and inspections of such work."),
        _of_things("sets", "EvidenceSet", "set", "Sets of reviews that one analysis read together."),
        _of_things(
            "learning-points", "LearningPoint", "learning", "What was learned, each statement with its evidence."
        ),
        _of_things("recommendations", "Recommendation", "recommendation", "What reviews asked agencies to do."),
        _of_things("briefings", "Briefing", "briefing", "What many reviews teach about a topic or for a sector."),
        *(_of_terms(name, model) for name, model in vocabularies.NAMES.items()),
    )
}
