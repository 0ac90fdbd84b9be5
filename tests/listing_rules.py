"""What a list should count, written a second time: by hand, in SQL alone, without the code that it judges."""

import datetime
from collections.abc import Sequence
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


#: The column that a list's own search looks at first, for words that nothing else has.
TEXT = {"review": "title", "learning": "statement", "recommendation": "text", "briefing": "title"}
Choice = tuple[dict[str, list[str]], dict[str, int], str]


def condition(kind: str, facet: str, values: list[str]) -> Q:
    if facet == "added":
        today = timezone.localdate()
        return Q(added_on__gte=datetime.date(today.year - 5, today.month, min(today.day, 28)))
    found = Q()
    for path in PATHS[kind][facet]:
        found |= Q(**{f"{path}__in": values})
    return found


def keys(kind: str, choice: Choice, leaving_out: str = "") -> set[int]:
    """Primary keys of the published rows that have one of the values of each facet, a date within the years, the word."""
    chosen, years, word = choice
    rows = MODELS[kind].objects.filter(status="published")
    for facet, values in chosen.items():
        if values and facet != leaving_out:
            rows = rows.filter(condition(kind, facet, values))
    for name, year in years.items():
        rows = rows.filter(**{f"{DATES[kind]}__year__{'gte' if name == 'from' else 'lte'}": year})
    if word:
        rows = rows.filter(**{f"{TEXT[kind]}__icontains": word})
    return set(rows.values_list("pk", flat=True))


Rows = dict[int, dict[str, list[str]]]


def plain_rows(kind: str) -> Rows:
    """What the list shows, by plain queries: of each published row its values by facet, its year and its text."""
    shown = MODELS[kind].objects.filter(status="published").order_by("pk")
    found: Rows = {pk: {"text": [text]} for pk, text in shown.values_list("pk", TEXT[kind])}
    for facet, paths in PATHS[kind].items():
        if facet == "added":
            recent = shown.filter(condition(kind, facet, [])).values_list("pk", flat=True)
            values = [(pk, "last-five-years") for pk in recent]
        else:
            values = [
                pair
                for path in paths
                for pair in shown.filter(**{f"{path}__isnull": False}).values_list("pk", path).distinct()
            ]
        for pk, value in values:
            found[pk].setdefault(facet, []).append(str(value))
    if kind in DATES:
        for pk, date in shown.filter(**{f"{DATES[kind]}__isnull": False}).values_list("pk", DATES[kind]):
            found[pk]["year"] = [str(date.year)]
    return found


def keys_among(rows: Rows, choice: Choice, leaving_out: str = "") -> set[int]:
    """The same as `keys`, of rows that were read before."""
    chosen, years, word = choice
    found = set()
    for pk, row in rows.items():
        has = all(set(values) & set(row.get(name, ())) for name, values in chosen.items() if name != leaving_out)
        year = int(row["year"][0]) if "year" in row else None
        dated = not years or (year is not None and years.get("from", 0) <= year <= years.get("to", 9999))
        if has and dated and word in row["text"][0]:
            found.add(pk)
    return found


def counts_among(rows: Rows, choice: Choice, facet: str, value: str) -> int:
    rest = keys_among(rows, choice, leaving_out=facet)
    return sum(value in rows[pk].get(facet, ()) for pk in rest)


def choices(kind: str, words: Sequence[str] = ()) -> st.SearchStrategy[Choice]:
    """Selections of a list: every second one of values that one row has, so that most find something."""
    labels = {name: sorted(values) for name, values in LISTINGS[kind].index().labels.items()}
    assert labels.keys() == PATHS[kind].keys()
    offered = {name: values for name, values in labels.items() if values}
    names = [name for name in offered if name != "added"]
    own = [{name: row[name] for name in names if name in row} for row in plain_rows(kind).values()]
    rows = [offered, *([row for row in own if row] or [offered])]

    def of(row: dict[str, list[str]]) -> st.SearchStrategy[dict[str, list[str]]]:
        some = {name: st.lists(st.sampled_from(row[name]), min_size=1, max_size=2, unique=True) for name in row}
        facets = st.lists(st.sampled_from(sorted(row)), max_size=3, unique=True)
        return facets.flatmap(lambda names: st.fixed_dictionaries({name: some[name] for name in names}))

    ends = st.fixed_dictionaries({}, optional={"from": st.integers(2016, 2020), "to": st.integers(2020, 2026)})
    chosen = st.one_of(of(offered), st.sampled_from(rows).flatmap(of))
    return st.tuples(chosen, ends if kind in DATES else st.just({}), st.sampled_from(["", "", *words]))


def query_of(choice: Choice) -> QueryDict:
    chosen, years, word = choice
    pairs = [(name, value) for name, values in chosen.items() for value in values]
    return QueryDict(urlencode([*pairs, *years.items(), *([("q", word)] if word else [])]))


def check_against_queries(kind: str, choice: Choice, one_value: dict[tuple[str, str], set[int]]) -> int:
    """The list's rows, total and every count are those of queries, and of FilterSet.qs. Returns the total.

    `one_value`: the rows of each value, kept between checks of one collection.
    """
    listing, query, expected = LISTINGS[kind], query_of(choice), keys(kind, choice)
    page = ListingPage(listing, query)
    assert set(page.ids()) == expected
    assert page.total == len(page.ids()) == len(expected)
    if not choice[2]:
        narrowed = listing.filterset(query, MODELS[kind].objects.published()).qs
        assert set(narrowed.values_list("pk", flat=True)) == expected
    for facet in page.facets:
        rest = keys(kind, choice, leaving_out=facet.name) if facet.name in choice[0] else expected
        for option in facet.options:
            which = facet.name, option.value
            if which not in one_value:
                one_value[which] = keys(kind, ({facet.name: [option.value]}, {}, ""))
            assert option.count == len(rest & one_value[which]), which
    return page.total
