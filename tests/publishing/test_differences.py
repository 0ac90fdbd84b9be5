"""What differs between two versions: the words, the fields, the parts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.differences import ADDED, KEPT, REMOVED, differences, words
from publishing.snapshots import snapshot
from tests import factories as make


def said(pieces, *kinds) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_read_from_the_pieces(old, new):
    pieces = words(old, new)
    assert said(pieces, KEPT, REMOVED) == old
    assert said(pieces, KEPT, ADDED) == new


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("", "", []),
        ("same", "same", ["kept"]),
        ("", "new", ["added"]),
        ("old", "", ["removed"]),
        ("the child was seen", "the child was heard", ["kept", "removed", "added"]),
        ("a <b>x</b>", "a <b>y</b>", ["kept", "removed", "added", "kept"]),
    ],
)
def test_words_that_differ_are_told_from_those_that_stay(old, new, kinds):
    assert [piece.kind for piece in words(old, new)] == kinds


def test_huge_texts_are_compared_in_a_moment():
    old = " ".join(f"word{n}" for n in range(40_000))
    new = " ".join(f"other{n}" for n in range(40_000))
    began = time.monotonic()
    pieces = words(old, new)
    assert time.monotonic() - began < 2
    assert (said(pieces, REMOVED), said(pieces, ADDED)) == (old, new)


def test_one_word_in_a_long_text_of_many_lines_is_found():
    lines = [f"Line {n} of a fictional text." for n in range(5000)]
    pieces = words("\n".join(lines), "\n".join([*lines[:-1], "Line 4999 of a changed text."]))
    assert (said(pieces, REMOVED), said(pieces, ADDED)) == ("fictional", "changed")


def found(old, new) -> dict[str, str]:
    return {one.place: one.words.partition(": ")[2] for one in differences(old, new)}


@pytest.mark.django_db
def test_fields_are_named_as_in_the_form_and_relations_by_their_keys():
    theme = make.theme("Fictional theme")
    point = make.learning_point("The first sentence.", themes=[theme])
    old = snapshot(point)
    new = {**old, "fields": {**old["fields"], "statement": "The second sentence.", "themes": ["another"]}}
    assert found(old, new) == {
        "statement": "The [-first-]{+second+} sentence.",
        "themes": "{+another\n+}[-fictional-theme\n-]",
    }


@pytest.mark.django_db
def test_parts_are_told_one_by_one():
    point = make.learning_point(sources=[make.case_review(), make.case_review()])
    old, new = snapshot(point), snapshot(point)
    first, second = new["parts"]["evidence"]
    first["locator"] = "page 99"
    third = {**second, "code": "EV-9999", "passage": "S1-2"}
    new["parts"]["evidence"] = [first, third]
    told = found(old, new)
    assert list(told) == [f"evidence {first['code']}, place", "evidence EV-9999", f"evidence {second['code']}"]
    assert "passage: S1-2" in told["evidence EV-9999"]


@pytest.mark.django_db
def test_order_of_parts_is_told():
    point = make.learning_point(sources=[make.case_review(), make.case_review()])
    old, new = snapshot(point), snapshot(point)
    new["parts"]["evidence"].reverse()
    assert list(found(old, new)) == ["evidence: order"]


@pytest.mark.django_db
def test_sections_of_a_briefing_are_told_down_to_what_stands_in_them():
    briefing = make.briefing()
    old, new = snapshot(briefing), snapshot(briefing)
    slug = new["parts"]["sections"][0]["slug"]
    new["parts"]["sections"][0]["items"] = []
    new["parts"]["sections"][0]["heading"] = "Another heading"
    assert set(found(old, new)) == {f"sections {slug}, heading", f"sections {slug}, items 1"}


@pytest.mark.django_db
def test_version_of_former_days_can_be_compared():
    new = snapshot(make.case_review())
    old = {"model": new["model"], "key": new["key"], "fields": {"gone_since": "A text."}, "parts": {"lost": [{"a": 1}]}}
    assert found(old, new)["gone since"] == "[-A text.-]"


@pytest.mark.django_db
def test_nothing_differs_between_equals():
    content = snapshot(make.briefing())
    assert differences(content, content) == []
