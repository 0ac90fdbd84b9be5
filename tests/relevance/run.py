"""How well the search finds what is known to be there, in real texts: make bench-relevance.

REAL_DATA names a folder of published inspections and coroners' reports, whose texts are not ours to ship. They are
brought in by the app intake with the mappings that ship, into a fresh database of each engine, and asked for with the
queries beside this file. `known.csv`: four words that one text alone has, and its id. `themes.csv`: words for the theme
of a joint inspection, and the ids of the reports of that theme. `held_*.csv`: queries on which nothing is tuned, drawn by
a rule (draw.py). Beside ours stand `icontains` and the database's own full-text search as it comes. In the end the files
that hold the answers are brought in too, and every cell of all of them is looked for (everything.py).

MRR: mean of one divided by the place of the known text. P@10: of the first ten, the share that belongs to the theme: a
report, or what was learned from it.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.relevance import everything
from tests.relevance.draw import rows_of

HERE = Path(__file__).parent
#: Files in the order in which they are brought in, and their mappings.
FILES = (
    ("ofsted_reviews.csv", "ofsted-reviews"),
    ("ofsted_reviews.csv", "ofsted-facts"),
    ("ofsted_full_text.csv", "ofsted-full-text"),
    ("ofsted_findings.csv", "ofsted-findings"),
    ("ofsted_recommendations.csv", "ofsted-areas-for-improvement"),
    ("ofsted_recommendations.csv", "ofsted-recommendations"),
    ("pfd_child_reports.csv", "pfd-child-reports"),
    ("pfd_child_index.csv", "pfd-child-index"),
    ("pfd_child_index.csv", "pfd-child-index-of-texts"),
    ("adolescent_reports.csv", "adolescent-reports"),
    ("adolescent_concerns.csv", "adolescent-concerns"),
    ("adolescent_actions.csv", "adolescent-actions"),
    ("adolescent_actions.csv", "adolescent-actions-not-answered"),
    ("case_review_listing_facts.csv", "case-review-listing"),
    ("areas_uk_local_authorities.csv", "areas-uk"),
    ("areas_childrens_services_england.csv", "areas-childrens-services"),
    ("areas_coroner.csv", "areas-coroner"),
)
#: Places that are looked at for the known text.
DEPTH = 50
Key = tuple[str, int]
Search = Callable[[str, Iterable[str] | None, int], list[Key]]


def queries(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


# -- the collection --------------------------------------------------------------------------------------------------


def prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)


def bring_in(folder: Path, files: Iterable[tuple[str, str]] = FILES) -> None:
    """Bring the files in, and publish them."""
    from django.core.management import call_command

    for name, mapping in files:
        with Path(os.devnull).open("w") as nowhere:
            call_command("import_file", folder / name, mapping=mapping, publish=True, verbosity=0, stdout=nowhere)


def rows_of_ids() -> dict[str, Key]:
    """What each id of the files is called here."""
    from intake.models import Reference
    from reviews.models import CaseReview, LearningPoint, Recommendation
    from themes.models import Area, Theme

    found = {reference: ("review", pk) for reference, pk in CaseReview.objects.values_list("reference", "pk")}
    for kind, model in (("learning", LearningPoint), ("recommendation", Recommendation)):
        keys = dict(model.objects.values_list("code", "pk"))
        names = Reference.objects.filter(model=model._meta.label_lower).values_list("reference", "key")
        found |= {reference: (kind, keys[key]) for reference, key in names}
    found |= {f"theme {code}": ("theme", pk) for code, pk in Theme.objects.values_list("code", "pk")}
    areas = list(Area.objects.order_by("-order").values_list("pk", "label", "alt_labels"))
    found |= {f"area {name.casefold()}": ("area", pk) for pk, _label, names in areas for name in names}
    return found | {f"area {label.casefold()}": ("area", pk) for pk, label, _names in areas}


def belonging_to(ids: list[str], rows: dict[str, Key]) -> set[Key]:
    """Those reviews, and what was learned from them."""
    from reviews.models import Evidence

    keys = [rows[one][1] for one in ids]
    evidence = Evidence.objects.filter(review__in=keys)
    found = {("review", key) for key in keys}
    found |= {("learning", key) for key in evidence.values_list("learning_point", flat=True) if key}
    return found | {("recommendation", key) for key in evidence.values_list("recommendation", flat=True) if key}


# -- three ways to search --------------------------------------------------------------------------------------------


def ours(words: str, kinds: Iterable[str] | None, limit: int) -> list[Key]:
    from search import index

    return [(hit.kind, hit.object_id) for hit in index.search(words, kinds, limit=limit).hits]


def icontains(words: str, kinds: Iterable[str] | None, limit: int) -> list[Key]:
    """Every word somewhere in the texts, the newest first."""
    from django.db.models import Q

    from search.models import SearchDocument

    rows = SearchDocument.objects.filter(kind__in=kinds) if kinds else SearchDocument.objects.all()
    for word in words.split():
        anywhere = Q()
        for column in ("title", "learning", "summary", "body"):
            anywhere |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(anywhere)
    return list(rows.order_by("-date", "-pk").values_list("kind", "object_id")[:limit])


def untuned(words: str, kinds: Iterable[str] | None, limit: int) -> list[Key]:
    """FTS5, or PostgreSQL with its English dictionary, over the same texts joined into one, every word wanted."""
    from django.db import connection

    kind = "" if kinds is None else f" AND kind IN ({', '.join(repr(one) for one in kinds)})"
    if connection.vendor == "sqlite":
        found = " ".join(f'"{word}"' for word in words.replace('"', "").split())
        sql = f"SELECT kind, object_id FROM untuned WHERE untuned MATCH %s{kind} ORDER BY rank LIMIT %s"
        values: list[Any] = [found, limit]
    else:
        asked = "plainto_tsquery('english', %s)"
        sql = (
            f"SELECT kind, object_id FROM untuned WHERE vector @@ {asked}{kind}"
            f" ORDER BY ts_rank(vector, {asked}) DESC LIMIT %s"
        )
        values = [words, words, limit]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [tuple(row) for row in cursor.fetchall()]


def make_untuned() -> None:
    from django.db import connection

    text = "title || ' ' || learning || ' ' || summary || ' ' || body"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("CREATE VIRTUAL TABLE untuned USING fts5(text, kind UNINDEXED, object_id UNINDEXED)")
            cursor.execute(f"INSERT INTO untuned SELECT {text}, kind, object_id FROM search_searchdocument")
        else:
            cursor.execute(
                f"CREATE TABLE untuned AS SELECT to_tsvector('english', {text}) AS vector, kind, object_id"
                " FROM search_searchdocument"
            )


# -- measures --------------------------------------------------------------------------------------------------------


def reciprocal_rank(search: Search, rows: dict[str, Key], name: str = "known.csv") -> float:
    places = []
    for query in queries(name):
        found = search(query["words"], None, DEPTH)
        wanted = rows[query["id"]]
        places.append(1 / (found.index(wanted) + 1) if wanted in found else 0)
    return sum(places) / len(places)


Theme = tuple[str, set[Key]]


def tuned_themes(rows: dict[str, Key]) -> list[Theme]:
    """Words for each theme, and what belongs to it."""
    return [(query["words"], belonging_to(query["ids"].split(), rows)) for query in queries("themes.csv")]


def held_themes(rows: dict[str, Key], folder: Path) -> list[Theme]:
    """The same of themes that the files say of coroners' reports."""
    files = [
        rows_of(folder, f"{name}.csv") for name in ("pfd_child_theme_tags", "pfd_child_reports", "pfd_child_index")
    ]
    said = [row for file in files for row in file]
    found = []
    for query in queries("held_themes.csv"):
        column, value = query["column"], query["value"]
        ids = {row["report_id"] for row in said if value in re.split(r"\s*\|\s*", row.get(column, ""))}
        found.append((query["words"], belonging_to(sorted(ids), rows)))
    return found


def precision(search: Search, themes: list[Theme], kinds: list[str] | None) -> float:
    """Where a theme has fewer than ten, as many as it has are the most that can be right."""
    shares = []
    for words, belonging in themes:
        wanted = {key for key in belonging if kinds is None or key[0] in kinds}
        found = search(words, kinds, 10)
        shares.append(sum(key in wanted for key in found) / min(10, len(wanted)))
    return sum(shares) / len(shares)


def measure(folder: Path) -> None:
    import django

    django.setup()
    prepare()
    bring_in(folder)
    make_untuned()
    rows = rows_of_ids()
    tuned, held = tuned_themes(rows), held_themes(rows, folder)
    table = {
        search.__name__: [
            *(reciprocal_rank(search, rows, name) for name in ("known.csv", "held_known.csv")),
            *(precision(search, themes, kinds) for themes in (tuned, held) for kinds in (None, ["review"])),
        ]
        for search in (ours, icontains, untuned)
    }
    bring_in(folder, everything.ANSWERS)
    looking = everything.Looking(folder, rows_of_ids()).everything()
    print(json.dumps({"table": table, **everything.report(looking)}))


# -- both databases --------------------------------------------------------------------------------------------------


def measured(name: str, folder: str, directory: str) -> dict[str, Any]:
    var = Path(directory) / name
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(var),
        "TWO_PAIRS_OF_EYES": "0",
    }
    command = [sys.executable, "-m", "tests.relevance.run", "--measure", folder]
    if name == "PostgreSQL":
        command = [sys.executable, "tests/postgres.py", *command]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    folder = os.environ.get("REAL_DATA", "").strip()
    if not (folder and (Path(folder) / FILES[0][0]).exists()):
        print(
            "Nothing was measured: REAL_DATA names no folder with the real texts (tests/relevance/run.py says which)."
        )
        return
    known, themes = (sum(len(queries(f"{held}{name}.csv")) for held in ("", "held_")) for name in ("known", "themes"))
    print(f"{known} queries for a known text, {themes} for a theme; of each the second figure is of those held out.")
    print(
        "| | MRR, known text | held out | P@10, theme | reviews alone | held out | reviews alone |\n|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory(prefix="relevance-") as directory:
        for name in ("SQLite", "PostgreSQL"):
            found = measured(name, folder, directory)
            for search, figures in found["table"].items():
                print(f"| {name}, {search} | {' | '.join(f'{one:.3f}' for one in figures)} |", flush=True)
            for line in everything.lines(found):
                print(line, file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main()
