"""How well the search finds what is known to be there, in real texts: make bench-relevance.

REAL_DATA names a folder of published inspections and coroners' reports, whose texts are not ours to ship. They are
brought in by the app intake with the mappings that ship, into a fresh database of each engine, and asked for with the
queries beside this file. `known.csv`: four words that one text alone has, and its id. `themes.csv`: words for the theme
of a joint inspection, and the ids of the reports of that theme. Beside ours stand `icontains` and the database's own
full-text search as it comes.

MRR: mean of one divided by the place of the known text. P@10: of the first ten, the share that belongs to the theme: a
report, or what was learned from it.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

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
)
#: Places that are looked at for the known text.
DEPTH = 50
Key = tuple[str, int]
Search = Callable[[str, Iterable[str] | None, int], list[Key]]


def queries(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


# -- the collection --------------------------------------------------------------------------------------------------


def bring_in(folder: Path) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    for name, mapping in FILES:
        with Path(os.devnull).open("w") as nowhere:
            call_command("import_file", folder / name, mapping=mapping, publish=True, verbosity=0, stdout=nowhere)


def rows_of_ids() -> dict[str, Key]:
    """What each id of the files is called here."""
    from intake.models import Reference
    from reviews.models import CaseReview, LearningPoint, Recommendation
    from themes.models import Theme

    found = {reference: ("review", pk) for reference, pk in CaseReview.objects.values_list("reference", "pk")}
    for kind, model in (("learning", LearningPoint), ("recommendation", Recommendation)):
        keys = dict(model.objects.values_list("code", "pk"))
        names = Reference.objects.filter(model=model._meta.label_lower).values_list("reference", "key")
        found |= {reference: (kind, keys[key]) for reference, key in names}
    return found | {f"theme {code}": ("theme", pk) for code, pk in Theme.objects.values_list("code", "pk")}


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


def reciprocal_rank(search: Search, rows: dict[str, Key]) -> float:
    places = []
    for query in queries("known.csv"):
        found = search(query["words"], None, DEPTH)
        wanted = rows[query["id"]]
        places.append(1 / (found.index(wanted) + 1) if wanted in found else 0)
    return sum(places) / len(places)


def precision(search: Search, rows: dict[str, Key], kinds: list[str] | None) -> float:
    """Where a theme has fewer than ten, as many as it has are the most that can be right."""
    shares = []
    for query in queries("themes.csv"):
        wanted = belonging_to(query["ids"].split(), rows)
        wanted = {key for key in wanted if kinds is None or key[0] in kinds}
        found = search(query["words"], kinds, 10)
        shares.append(sum(key in wanted for key in found) / min(10, len(wanted)))
    return sum(shares) / len(shares)


def measure(folder: Path) -> None:
    import django

    django.setup()
    bring_in(folder)
    make_untuned()
    rows = rows_of_ids()
    table = {
        search.__name__: [
            reciprocal_rank(search, rows),
            precision(search, rows, None),
            precision(search, rows, ["review"]),
        ]
        for search in (ours, icontains, untuned)
    }
    unpublished = [one for one in searchable(rows) if one]
    print(json.dumps({"table": table, "rows": len(rows), "not searchable": unpublished[:5]}))


def searchable(rows: dict[str, Key]) -> Iterable[str]:
    """Ids of what was brought in and is in no index."""
    from search.models import SearchDocument

    known = set(SearchDocument.objects.values_list("kind", "object_id"))
    return (name for name, key in rows.items() if key not in known)


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
    known, themes = len(queries("known.csv")), len(queries("themes.csv"))
    print(f"{known} queries for a known text, {themes} for a theme.")
    print("| | MRR, known text | P@10, theme | P@10, theme, reviews alone |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="relevance-") as directory:
        for name in ("SQLite", "PostgreSQL"):
            found = measured(name, folder, directory)
            for search, figures in found["table"].items():
                print(f"| {name}, {search} | {' | '.join(f'{one:.3f}' for one in figures)} |", flush=True)
            missing = f"; not searchable: {', '.join(found['not searchable'])}" if found["not searchable"] else ""
            print(f"{found['rows']:,} rows of the files are searchable{missing}.", file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(Path(sys.argv[2]))
    else:
        main()
