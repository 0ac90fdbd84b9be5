"""What a list should count, written a second time: by hand, in SQL alone, without the code that it judges."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from hypothesis import strategies as st

from briefings.models import Briefing
from reviews.models import CaseReview, LearningPoint, Recommendation
from search.listings import LISTINGS, ListingPage

MODELS: dict[str, Any] = {
    "review": CaseReview,
    "learning": LearningPoint,
    "recommendation": Recommendation,
    "briefing": Briefing,
}
# kind -> facet -> the columns in which a value may stand
PATHS: dict[str, dict[str, tuple[str, ...]]] = {
    "review": {
        "theme": ("themes__slug",),
        "type": ("review_type__slug",),
        "nation": ("nation",),
        "publisher": ("publishers__slug",),
        "age": ("age_stages__slug",),
        "harm": ("harms__slug",),
        "sector": ("sectors__slug",),
        "availability": ("availability",),
        "added": ("added_on",),
    },
    "learning": {
        "theme": ("themes__slug",),
        "kind": ("kind",),
        "sector": ("sectors__slug",),
        "age": ("age_stages__slug",),
        "strength": ("strength",),
        "also": ("themes__slug",),
    },
    "recommendation": {
        "sector": ("addressed_to__slug",),
        "theme": ("themes__slug",),
        "source": ("evidence__review__review_type__slug", "evidence__evidence_set__slug"),
    },
    "briefing": {
        "kind": ("kind",),
        "theme": ("themes__slug",),
        "sector": ("sectors__slug",),
        "publisher": ("publisher__slug",),
    },
}
DATES = {"review": "publication_date", "briefing": "date"}


def condition(kind: str, facet: str, values: list[str]) -> Q:
    if facet == "added":
        today = timezone.localdate()
        return Q(added_on__gte=datetime.date(today.year - 5, today.month, min(today.day, 28)))
    found = Q()
    for path in PATHS[kind][facet]:
        found |= Q(**{f"{path}__in": values})
    return found


def keys(kind: str, chosen: dict[str, list[str]], years: dict[str, int], leaving_out: str = "") -> set[int]:
    """Primary keys of the published rows that have one of the values of each facet, and a date within the years."""
    rows = MODELS[kind].objects.filter(status="published")
    for facet, values in chosen.items():
        if values and facet != leaving_out:
            rows = rows.filter(condition(kind, facet, values))
    for name, year in years.items():
        rows = rows.filter(**{f"{DATES[kind]}__year__{'gte' if name == 'from' else 'lte'}": year})
    return set(rows.values_list("pk", flat=True))


def check_against_queries(kind: str, data: Any) -> None:
    """Draw a selection; the list's rows, total and every count must be those of the queries, and of FilterSet.qs."""
    listing = LISTINGS[kind]
    labels = {name: sorted(values) for name, values in listing.index().labels.items()}
    assert labels.keys() == PATHS[kind].keys()
    some = {
        name: st.lists(st.sampled_from(values), max_size=2, unique=True) for name, values in labels.items() if values
    }
    facets = data.draw(st.lists(st.sampled_from(sorted(some)), max_size=3, unique=True))
    chosen = {name: data.draw(some[name], label=name) for name in facets}
    ends = st.fixed_dictionaries({}, optional={"from": st.integers(2016, 2020), "to": st.integers(2020, 2026)})
    years = data.draw(ends) if kind in DATES else {}
    query = QueryDict(urlencode([*((n, v) for n, values in chosen.items() for v in values), *years.items()]))

    page = ListingPage(listing, query)
    expected = keys(kind, chosen, years)
    assert set(page.ids()) == expected
    assert page.total == len(page.ids()) == len(expected)
    assert set(listing.filterset(query, MODELS[kind].objects.published()).qs.values_list("pk", flat=True)) == expected
    for facet in page.facets:
        for option in facet.options:
            rest = keys(kind, chosen, years, leaving_out=facet.name)
            narrowed = keys(kind, {facet.name: [option.value]}, {})
            assert option.count == len(rest & narrowed), (facet.name, option.value)
