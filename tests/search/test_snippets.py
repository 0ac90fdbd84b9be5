from hypothesis import given
from hypothesis import strategies as st

from search.query import parse
from search.snippets import _Wanted

WORDS = [
    "child",
    "Child’s",
    "children",
    "multi-agency",
    "agencies",
    "o'brien",
    "recognize",
    "Tŷ",
    "neglect",
    "neglected",
    "ch-ild",
]
PIECES = st.sampled_from([*WORDS, "and", "2015", "(", ")", ",", "—", "…", "-", "'", "\u00a0", "/", " "])
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "  "])), max_size=25)


@given(TEXTS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_looking_at_parts_of_a_text_finds_what_looking_at_all_of_it_does(pieces, typed):
    text = "".join(piece + space for piece, space in pieces)
    wanted = _Wanted(parse(" ".join(typed)))
    found = wanted.matches(text)
    wanted.letters, wanted.alone = {""}, False
    assert found == wanted.matches(text)
