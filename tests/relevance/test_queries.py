"""The queries by which relevance is measured are many, and hold no text of anybody's."""

import re

import pytest

from tests.relevance import run


def test_there_are_enough_queries_and_each_is_asked_once():
    known, themes = run.queries("known.csv"), run.queries("themes.csv")
    assert len(known) + len(themes) >= 60
    words = [query["words"] for query in [*known, *themes]]
    assert len(words) == len(set(words))


def test_known_texts_are_named_by_four_words_and_an_id():
    for query in run.queries("known.csv"):
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
