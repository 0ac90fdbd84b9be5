"""Whether all of the real texts is found once every file was brought in: make bench-relevance, after the measures.

Each cell that says something is asked for by its own words: eight in a row, in quotation marks, up to the last one; what
holds several names, name by name. It is found where the search gives the row that came of it (by its id), among whatever
else. What of the files is not looked for stands here, with the reason. Nothing of the texts is printed: file, id, column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

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
)  # fmt: skip
#: Rows that no mapping takes, by file and the value of a column, and why.
LEFT_OUT = {
    ("case_review_listing_facts.csv", "record_type"): {
        "research report": "research is no case review: a document, of which no page is made",
        "briefing": "a briefing of others is no case review",
    },
    ("themes.csv", "scheme"): {"finding_kind": "kinds of finding are kinds of learning points here"},
}


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


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
        if name not in self.rows or not all(is_found(text, self.rows[name]) for text in searches):
            self.missed.append(Missed(file, name, column))


def is_found(text: str, key: Key) -> bool:
    """Whether a search for the text gives that row, among whatever else."""
    from search import index
    from search.documents import span

    kind, number = key
    found = index.search(text, [kind], limit=1).found
    return found is not None and number in found.keys(span(kind))


def report(looking: Looking) -> dict[str, Any]:
    """As plain data, for the run that prints it."""
    return {"counts": looking.counts, "missed": looking.missed, "left out": looking.left_out}
