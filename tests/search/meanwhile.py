"""Run by test_meanwhile.py in a process of its own, on a database of its own: pages are asked while another publishes.

A fork publishes, changes and withdraws without a pause, and notes after each step what plain queries find at that
version. The process itself asks for lists, and then holds each answer against the notes: total, rows and counts must be
those of one version, never of two.
"""

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from publishing import actions  # noqa: E402
from publishing.models import read_version  # noqa: E402
from publishing.snapshots import snapshot  # noqa: E402
from reviews.models import CaseReview, LearningPoint  # noqa: E402
from search import index  # noqa: E402
from search.listings import LISTINGS, ListingPage  # noqa: E402
from tests.listing_rules import Choice, counts_among, keys_among, plain_rows, query_of  # noqa: E402
from tests.pages import counts_of_choices, hooks, parsed, total  # noqa: E402
from tests.search.collection import random_collection  # noqa: E402

WORD, KINDS = "quokka", ("review", "learning")
NATIONS = ("england", "wales", "not-stated")


def one_step(chance: random.Random) -> None:
    """Publish, change or withdraw a review or a learning point."""
    model = chance.choice([CaseReview, CaseReview, LearningPoint])
    row = chance.choice(list(model.objects.all()))
    try:
        if not row.is_published:
            actions.publish(row=row)
        elif model is CaseReview and chance.random() < 0.7:
            content = snapshot(row)
            content["fields"]["nation"] = chance.choice(NATIONS)
            content["fields"]["title"] = f"Fictional review {row.pk} {chance.choice(['', WORD])}"
            actions.save_pending(row=row, content=content)
            actions.publish_pending(row=row)
        else:
            actions.withdraw(row=row, reason="error")
    except actions.Refused:
        pass


def publish_until(stop: Path, notes: Path, seed: int) -> None:
    chance = random.Random(seed)
    with notes.open("a") as file:
        while not stop.exists():
            before = read_version()
            one_step(chance)
            if read_version() != before:
                note(file)


def note(file: Any) -> None:
    """What plain queries find: nobody else writes, so all of them see this version."""
    rows = {kind: plain_rows(kind) for kind in KINDS}
    file.write(json.dumps({"version": read_version(), "rows": rows}) + "\n")
    file.flush()


def some_choice(chance: random.Random, labels: dict[str, list[str]], kind: str) -> Choice:
    facets = chance.sample(sorted(labels), chance.randint(0, 2))
    chosen = {name: chance.sample(labels[name], min(len(labels[name]), chance.randint(1, 2))) for name in facets}
    years = {"from": 2019} if kind == "review" and chance.random() < 0.2 else {}
    return chosen, years, chance.choice(["", WORD])


def as_built(kind: str, choice: Choice) -> dict[str, Any]:
    """The answer before it is drawn; it says of which version it is."""
    page = ListingPage(LISTINGS[kind], query_of(choice))
    counts = {f"{facet.name}-{one.value}": one.count for facet in page.facets for one in facet.options}
    shown = page.shown_ids
    return {
        "total": page.total,
        "ids": sorted(page.ids()),
        "shown": shown,
        "counts": counts,
        "at": [page.index.version],
    }


def as_drawn(kind: str, choice: Choice) -> dict[str, Any]:
    """The page as a reader has it; of any version that was in force while it was made."""
    address = f"{reverse(LISTINGS[kind].url_name)}?{query_of(choice).urlencode()}"
    before = read_version()
    root = parsed(Client().get(address))
    drawn = counts_of_choices(root)
    return {"total": total(root), "shown": hooks(root, "data-id"), "counts": drawn, "at": [before, read_version()]}


def matches(answer: dict[str, Any], rows: dict[int, Any], choice: Choice) -> bool:
    found = keys_among(rows, choice)
    counts = {which: counts_among(rows, choice, *which.split("-", 1)) for which in answer["counts"]}
    same = (answer["total"], answer["counts"]) == (len(found), counts)
    return same and answer.get("ids", sorted(found)) == sorted(found)


def judge(asked: list[Any], notes: Path) -> dict[str, Any]:
    lines = [json.loads(line) for line in notes.read_text().splitlines()]
    order = {line["version"]: number for number, line in enumerate(lines)}
    wrong, crossed, found, at = [], 0, 0, set()
    for kind, choice, answer in asked:
        first, last = order[answer["at"][0]], order[answer["at"][-1]]
        states = [{int(pk): row for pk, row in line["rows"][kind].items()} for line in lines[first : last + 1]]
        if not any(matches(answer, rows, choice) for rows in states):
            wrong.append([kind, choice, answer])
        crossed += last > first
        found += answer["total"] > 0
        at.add(answer["at"][0])
    return {"asked": len(asked), "wrong": wrong[:3], "versions": len(at), "crossed": crossed, "found": found}


def slowly(find: Any) -> Any:
    """The moment between the look at the bit sets and the search is short: made longer, so that others publish in it."""

    def search(*given: Any) -> Any:
        time.sleep(0.005)
        return find(*given)

    return search


def ask(pages: int, seconds: float) -> list[Any]:
    chance, asked, end = random.Random(2), [], time.monotonic() + seconds
    labels = {kind: {name: sorted(v) for name, v in LISTINGS[kind].index().labels.items() if v} for kind in KINDS}
    while len(asked) < pages and time.monotonic() < end:
        kind = chance.choice(KINDS)
        choice = some_choice(chance, labels[kind], kind)
        asked.append((kind, choice, (as_drawn if len(asked) % 4 == 0 else as_built)(kind, choice)))
    return asked


def main(directory: Path, pages: int) -> None:
    call_command("migrate", verbosity=0)
    random_collection(7, (WORD,))
    stop, notes = directory / "stop", directory / "notes"
    with notes.open("w") as file:
        note(file)
    connections.close_all()
    pid = os.fork()
    if not pid:
        try:
            publish_until(stop, notes, 1)
        finally:
            connections.close_all()
            os._exit(0)
    index.Ranking = slowly(index.Ranking)
    try:
        asked = ask(pages, 30)
    finally:
        stop.touch()
        os.waitpid(pid, 0)
    print(json.dumps(judge(asked, notes)))  # noqa: T201


if __name__ == "__main__":
    storages = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=storages):
        main(Path(sys.argv[1]), int(sys.argv[2]))
