"""The queries by which relevance is measured are many, and hold no text of anybody's."""

import os
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.relevance import everything, run

REAL_DATA = os.environ.get("REAL_DATA", "")


def test_there_are_enough_queries_and_each_is_asked_once():
    known, themes = run.queries("known.csv"), run.queries("themes.csv")
    assert len(known) + len(themes) >= 60
    words = [query["words"] for query in [*known, *themes]]
    assert len(words) == len(set(words))


def test_queries_held_out_are_many_and_none_that_was_tuned_on():
    known, themes = run.queries("held_known.csv"), run.queries("held_themes.csv")
    assert len(known) + len(themes) >= 60
    words = [query["words"] for query in [*known, *themes]]
    assert len(words) == len(set(words))
    tuned = {query["words"] for name in ("known.csv", "themes.csv") for query in run.queries(name)}
    assert not tuned & set(words)


@pytest.mark.parametrize("name", ["known.csv", "held_known.csv"])
def test_known_texts_are_named_by_four_words_and_an_id(name):
    for query in run.queries(name):
        assert re.fullmatch(r"[a-z]+( [a-z]+){3}", query["words"])
        assert re.fullmatch(r"[A-Z]+-[\w-]+( [a-z_]+)?", query["id"])


def test_without_the_real_texts_one_line_says_so(monkeypatch, capsys):
    monkeypatch.delenv("REAL_DATA", raising=False)
    run.main()
    [line] = capsys.readouterr().out.splitlines()
    assert "REAL_DATA" in line


@pytest.mark.parametrize("found", [["a", "b"], ["b"], []])
def test_reciprocal_rank_is_one_divided_by_the_place(monkeypatch, found):
    monkeypatch.setattr(run, "queries", lambda name: [{"words": "w", "id": "B"}])
    rank = run.reciprocal_rank(lambda words, kinds, limit: found, {"B": "b"})
    assert rank == {2: 1 / 2, 1: 1, 0: 0}[len(found)]


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ("One two", ['"One two"']),
        ("a b c d e f g h i", ['"a b c d e f g h"', '"b c d e f g h i"']),
        ("a, b.\n\n- c", ['"a b"', '"c"']),
        (" ", []),
    ],
)
def test_all_words_of_a_cell_are_asked_for(cell, asked):
    assert list(everything.phrases(cell)) == asked


def test_what_is_not_found_is_said_with_its_reason():
    missed = [everything.Missed("themes.csv", "theme x", "label"), *everything.EXPLAINED]
    said = "\n".join(
        everything.lines({"counts": {one.file: (1, 1, 1) for one in missed}, "missed": missed, "left out": []})
    )
    assert "theme x, label: NOT EXPLAINED" in said
    assert all(why in said for why in everything.EXPLAINED.values())


@pytest.mark.django_db
@pytest.mark.skipif(not REAL_DATA, reason="REAL_DATA does not name the directory of the real files")
def test_every_cell_of_the_real_files_is_found(settings, tmp_path):
    settings.INTAKE_DIR, settings.TWO_PAIRS_OF_EYES = tmp_path, False
    folder = Path(REAL_DATA)
    call_command("load_content", verbosity=0)
    run.bring_in(folder, (*run.FILES, *everything.ANSWERS))
    looking = everything.Looking(folder, run.rows_of_ids()).everything()
    assert [one for one in looking.missed if not one.why] == []
