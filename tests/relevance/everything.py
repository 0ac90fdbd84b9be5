"""Whether all of the real texts is found once every file was brought in: make bench-relevance, after the measures.

Each cell that says something is asked for by its own words: eight in a row, in quotation marks, up to the last one; what
holds several names, name by name. It is found where the search gives the row that came of it (by its id), among whatever
else. What of the files is not looked for stands here, with the reason. Nothing of the texts is printed: file, id, column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from tests.relevance.draw import rows_of

#: What is brought in after the measures, since it holds their answers.
ANSWERS = (("themes.csv", "themes-of-others"), ("pfd_child_theme_tags.csv", "pfd-child-theme-tags"))
#: Words that are asked for in a row.
AT_ONCE = 8
Key = tuple[str, int]

NUMBER = "a number of the place or the row"
KEPT_OUT = "may tell who somebody was: no column takes it"
WHERE_FROM = "where the row was found, no part of it"
DATE = "a date: lists are put in order and narrowed by the year"
CODED = "a word for a choice: it is a filter, or a kind"
KEY = "names another row"


def phrases(cell: str) -> Iterator[str]:
    """All words of each paragraph, so many at a time; the last ones with those before them."""
    from search import words

    for paragraph in cell.split("\n"):
        found = words.WORD.findall(paragraph)
        for start in range(0, len(found), AT_ONCE):
            yield f'"{" ".join(found[max(0, min(start, len(found) - AT_ONCE)) : start + AT_ONCE])}"'


def typed(cell: str) -> Iterator[str]:
    yield cell


def parts(cell: str) -> Iterator[str]:
    """Several names, each by itself."""
    yield from filter(None, (part.strip() for part in re.split("[;|]", cell)))


def names(cell: str) -> Iterator[str]:
    """Several names between commas, but for those that name nothing by themselves: a comma stands within some of them."""
    yield from (part for one in cell.split(",") if (part := one.strip()).casefold() not in ("", "city of", "county of"))


@dataclass(frozen=True)
class File:
    """`row`: what a row of the file is called, or why it is not here; the columns, and how each is asked for or why it is
    not."""

    name: str
    row: Callable[[dict[str, str]], str]
    asked: dict[str, Callable[[str], Iterator[str]]]
    not_asked: dict[str, str] = field(default_factory=dict)


class Missed(NamedTuple):
    file: str
    id: str
    column: str

    @property
    def why(self) -> str:
        return EXPLAINED.get(self, "")


def column(name: str) -> Callable[[dict[str, str]], str]:
    return lambda row: row[name]


_ITEM = {"item_id": KEY, "review_id": KEY, "kind": CODED, "seq": NUMBER, "page": NUMBER}
_PFD = {"sex": KEPT_OUT}
FILES = (
    File(
        "ofsted_reviews.csv",
        column("review_id"),
        {
            "review_id": typed, "review_type": typed, "title": typed, "printed_title": typed, "publisher": parts,
            "local_authority": phrases, "region": phrases, "theme": phrases, "theme_text": phrases,
            "overall_effectiveness": phrases, "summary": phrases,
        },
        {
            "urn": WHERE_FROM, "gss_code": "is in the file and the programming interface of the review, on no page",
            "inspection_start_date": DATE, "inspection_end_date": DATE, "publication_date": DATE,
            "action_statement_due": DATE, "pages": NUMBER, "source_url": "a link", "licence": "shown, and the same for all",
            "source_repo": WHERE_FROM, "source_path": WHERE_FROM,
        },
    ),
    File("ofsted_full_text.csv", column("review_id"), {"title": typed, "full_text": phrases}, {"review_id": KEY}),
    File(
        "ofsted_findings.csv",
        lambda row: f"{row['item_id']} {row['kind']}",
        {"text": phrases},
        {**_ITEM, "section": "the place in the document: shown, and the same for most", "addressee": "always blank"},
    ),
    File(
        "ofsted_recommendations.csv",
        column("item_id"),
        {"text": phrases, "addressee": phrases},
        {**_ITEM, "section": "the heading in the document: shown, searched where it is of a recommendation"},
    ),
    File(
        "pfd_child_reports.csv",
        column("report_id"),
        {
            "report_id": typed, "ref": typed, "title": phrases, "area": phrases, "category": phrases, "receiver": phrases,
            "investigation": phrases, "circumstances": phrases, "concerns": phrases, "research_tags": phrases,
        },
        {**_PFD, "date_of_report": DATE, "coroner": KEPT_OUT, "age_at_death": KEPT_OUT, "source_dataset": WHERE_FROM},
    ),
    File(
        "pfd_child_index.csv",
        column("report_id"),
        {"report_id": typed, "ref": typed, "area": phrases, "category": phrases, "sent_to": phrases, "research_tags": phrases},
        {
            **_PFD, "date_of_report": DATE, "date_as_published": DATE, "age": KEPT_OUT, "is_child": "always yes",
            "has_text": WHERE_FROM,
        },
    ),
    File(
        "adolescent_reports.csv",
        column("report_id"),
        {
            "report_id": typed, "pfd_ref": typed, "title": phrases, "coroner_area": phrases, "category": phrases,
            "this_report_is_being_sent_to": phrases, "response_status": phrases, "location_death": phrases,
            "coroner_conclusion": phrases, "social_history": phrases, "medical_history": phrases,
        },
        {
            **_PFD, "date_of_report": DATE, "year_of_death": DATE, "number_of_deceased": KEPT_OUT, "age": KEPT_OUT,
            "coroner_name": KEPT_OUT, "coroner_title": KEPT_OUT, "no_recipients": NUMBER, "no_replies": NUMBER,
        },
    ),
    File("adolescent_concerns.csv", column("concern_id"), {"concern": phrases}, {"concern_id": KEY, "report_id": KEY, "seq": NUMBER}),
    File(
        "adolescent_actions.csv",
        column("action_id"),
        {"organisation": phrases, "action_taken": phrases},
        {"action_id": KEY, "report_id": KEY, "date_due": DATE, "received": CODED, "overdue_days": NUMBER, "seq": NUMBER},
    ),
    File(
        "case_review_listing_facts.csv",
        column("heading_as_listed"),
        {
            "heading_as_listed": phrases, "year": typed, "date_as_listed": typed, "publisher_or_area": phrases,
            "label": phrases, "review_model": phrases, "keywords": phrases, "listed_at": phrases,
        },
        {"record_type": CODED},
    ),
    File("themes.csv", lambda row: f"theme {row['code']}", {"label": phrases, "description": phrases}, {"scheme": WHERE_FROM, "code": KEY, "parent_code": KEY}),
    File(
        "areas_uk_local_authorities.csv",
        lambda row: f"area {row['official-name'].casefold()}",
        {
            "official-name": phrases, "nice-name": phrases, "alt-names": names, "nation": phrases, "region": phrases,
            "local-authority-type-name": phrases, "gss-code": typed, "former-gss-codes": names,
        },
        {
            **dict.fromkeys(("local-authority-code", "replaced-by", "local-authority-type", "county-la", "combined-authority"), CODED),
            "start-date": DATE, "end-date": DATE, "current-authority": CODED, "lower-or-unitary": CODED, "pop-2020": NUMBER,
            "gov-uk-slug": "an address of another site",
        },
    ),
    File(
        "areas_childrens_services_england.csv",
        lambda row: f"area {row['local_authority_ons_name'].casefold()}",
        {
            "local_authority_ons_name": phrases, "also_known_as": names, "region_name": phrases, "domain": phrases,
            "la_code_new": typed, "ltla23nm": phrases, "utla23nm": phrases,
        },
        {
            **dict.fromkeys(("urn", "la_code", "region_code", "ofsted_ilacs_scrape_la_name", "rgn22cd", "lad23cd", "ltla23cd", "ltla23_ons"), CODED),
            **dict.fromkeys(("stat_neighbours", "stat_neighbours_la_code", "stat_neighbours_previous"), KEY),
            "rgn22nm": "the region once more", "ltla23nmw": "always blank", "country": "always England",
            "ons_population_0-25": NUMBER, "ons_la_type": "the kind once more",
        },
    ),
    File("areas_coroner.csv", lambda row: f"area coroner’s area of {row['area']}".casefold(), {"area": phrases}, {"reports": NUMBER}),
)  # fmt: skip
#: Rows that no mapping takes, by file and the value of a column, and why.
LEFT_OUT = {
    ("case_review_listing_facts.csv", "record_type"): {
        "research report": "research is no case review: a document, of which no page is made",
        "briefing": "a briefing of others is no case review",
    },
    ("themes.csv", "scheme"): {"finding_kind": "kinds of finding are kinds of learning points here"},
}

#: What is not found, and may not be.
EXPLAINED = {
    Missed("ofsted_reviews.csv", "JTAI-80508-20230131", "publisher"): (
        "the row ships with this site and names who did inspect; the file names one more"
    ),
}


def left_out(file: str, row: dict[str, str]) -> str:
    """Why no mapping takes the row; '' where one does."""
    return next((values.get(row[name], "") for (of, name), values in LEFT_OUT.items() if of == file), "")


class Looking:
    """Looks for all cells of the files; `rows`: what each id of the files is called here."""

    def __init__(self, folder: Path, rows: dict[str, Key]) -> None:
        self.folder, self.rows = folder, rows
        self.labels = {row["code"]: row["label"] for row in rows_of(folder, "themes.csv")}
        self.missed: list[Missed] = []
        self.left_out: list[tuple[str, str, str]] = []
        #: File -> rows, cells and searches.
        self.counts: dict[str, list[int]] = {}

    def everything(self) -> Looking:
        for file in FILES:
            for row in rows_of(self.folder, file.name):
                self._row(file, row)
        for row in rows_of(self.folder, ANSWERS[1][0]):
            self._count(ANSWERS[1][0], 1, 1, 1)
            self._ask(ANSWERS[1][0], row["report_id"], "theme_code", [self.labels[row["theme_code"]]])
        return self

    def _row(self, file: File, row: dict[str, str]) -> None:
        assert row.keys() == file.asked.keys() | file.not_asked.keys(), file.name
        name = file.row(row)
        if why := left_out(file.name, row):
            self.left_out.append((file.name, name, why))
            return
        cells = {column: list(asked(row[column])) for column, asked in file.asked.items() if row[column].strip()}
        self._count(file.name, 1, len(cells), sum(map(len, cells.values())))
        for column, searches in cells.items():
            self._ask(file.name, name, column, searches)

    def _count(self, file: str, *more: int) -> None:
        self.counts[file] = [a + b for a, b in zip(self.counts.get(file, [0, 0, 0]), more, strict=True)]

    def _ask(self, file: str, name: str, column: str, searches: list[str]) -> None:
        key = self.rows.get(name)
        if key is None or not all(is_found(text, key) or is_far_behind(text, key) for text in searches):
            self.missed.append(Missed(file, name, column))


def is_found(text: str, key: Key) -> bool:
    """Whether a search for the text gives that row, among whatever else."""
    from search.documents import span
    from search.matches import matches
    from search.understanding import understand

    kind, number = key
    query = understand(text)
    return bool(query.wanted) and number in matches(query).keys(span(kind))


def is_far_behind(text: str, key: Key) -> bool:
    """Whether its words are found without the quotes on PostgreSQL, which keeps the first 256 places of a word: in a very
    long text it does not see that words stand side by side behind them (docs/search.md)."""
    from django.db import connection

    return connection.vendor == "postgresql" and is_found(text.replace('"', ""), key)


def report(looking: Looking) -> dict[str, Any]:
    """As plain data, for the run that prints it."""
    return {"counts": looking.counts, "missed": looking.missed, "left out": looking.left_out}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """What was looked for and what was not found, for people."""
    for file, (rows, cells, searches) in found["counts"].items():
        missed = [Missed(*one) for one in found["missed"] if one[0] == file]
        yield f"{file}: {rows:,} rows, {cells:,} cells, {searches:,} searches, {len(missed)} cells not found"
        yield from (f"  {one.id}, {one.column}: {one.why or 'NOT EXPLAINED'}" for one in missed)
        yield from (f"  {name} is not here: {why}" for of, name, why in found["left out"] if of == file)
    for one in FILES:
        reasons = "; ".join(f"{column}: {why}" for column, why in one.not_asked.items())
        yield f"{one.name}, not looked for: {reasons}" if reasons else f"{one.name}: all columns"
