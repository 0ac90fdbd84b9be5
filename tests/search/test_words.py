"""Words and stems, the same for both databases."""

import doctest
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import query, spelling, stemmer, words
from search.engines import postgres, sqlite

TEXT = """
    A child who lives with abuse is a victim in her own right. Practitioners assessed risks repeatedly, but relied on the
    mother's retraction; professionals’ curiosity was missing, referrals were closed and chronologies were not analysed.
    Multi-agency safeguarding partners organised meetings, shared information hesitantly and recorded decisions poorly.
    The perpetrator controlled finances coercively; neighbours reported quarrelling, screaming and a controlling father.
    Conditional sensational rational vileness operator feudalism decisiveness hopefulness callousness formality
    sensitivity sensibility triplicate formative formalize electricity electrical goodness revival allowance inference
    airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption communism activate
    angularity homologous effective bowdlerize probate rate cease controller rolling agreed feed plastered bled motoring
    sing conflated troubled sized hopping tanned falling hissing fizzed failing filing happy sky caresses ponies ties
"""


@pytest.mark.parametrize("module", [query, spelling, stemmer, words, sqlite, postgres])
def test_examples_in_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_stems_are_those_of_porter():
    """SQLite has an implementation of the same algorithm."""
    typed = sorted(set(words.words(TEXT)))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(word, tokenize='porter unicode61')")
    database.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(texts, 'instance')")
    database.executemany("INSERT INTO texts (rowid, word) VALUES (?, ?)", enumerate(typed))
    theirs = dict(database.execute("SELECT doc, term FROM stems"))
    database.close()
    assert {word: stemmer.stem(word) for word in typed} == {word: theirs[number] for number, word in enumerate(typed)}


def _in_plain(word):
    return words.words(word)[0].replace("z", "s")


ENDINGS = ["", "s", "ies", "ed", "ing", "eed", "y", "e", "ize", "izer", "izing", "ization", "ability", "abilities", "ible", "ably", "bled",
    "ational", "logies", "fulness", "ency", "ancy", "ously", "ator", "alism", "ivity", "ement", "ment", "ll"]  # fmt: skip
BEGINNINGS = ["behavior", "favorit", "color", "honor", "inquir", "practis", "judgement", "capab", "organ", "famil"]


@given(
    st.sampled_from(BEGINNINGS) | st.text("aeioybcdlmnrstvz", max_size=6),
    st.sampled_from(ENDINGS),
    st.sampled_from(ENDINGS),
)
def test_every_word_has_the_letters_of_its_stem(beginning, ending, other):
    word = f"{beginning}{ending}{other}" or "a"
    assert words.letters_of(words.stem(word)) in _in_plain(word)


@pytest.mark.parametrize("text", ["Multi-agency", "the children’s home", "Women", "Siân’s", "an inquiry", "ORGANIZED"])
def test_no_text_is_passed_over_that_has_a_word(text):
    for word in text.replace("-", " ").split() + text.replace("-", "").split():
        assert words.parts_with(f"Of {text}.", [words.letters_of(words.stem(word))])
    assert words.parts_with(text, [""])
    assert not words.parts_with("A review of 2015", [words.letters_of(words.stem("neglected"))])


@pytest.mark.parametrize(
    "alike",
    [
        ["referral", "referrals", "Referral's"],
        ["child", "children", "children's", "children’s", "childrens", "Child’s", "CHILDREN"],
        ["woman", "women", "women's", "womens"],
        ["recognise", "recognised", "recognizing", "recognises"],
        ["organisation", "organization", "organisations"],
        ["behaviour", "behavior", "behaviours"],
        ["neighbour", "neighbor"],
        ["practice", "practise", "practised", "practising", "practices"],
        ["enquiry", "inquiry", "enquiries", "inquiries"],
        ["judgement", "judgment"],
        ["tŷ", "ty", "TŶ"],
        ["cŵn", "cwn"],
        ["Siân", "Sian"],
        ["naïve", "naive"],
        ["Žižek", "zizek"],
        ["O'Brien", "O’Brien", "obrien"],
        ["safeguarding", "safe\u00adguarding"],
    ],
)
def test_are_one_word(alike):
    assert len({words.stem(word) for word in alike for word in words.words(words.clean(word))}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("abuse", "absence"), ("harm", "harmony"), ("size", "sis"), ("police", "policy"), ("mother", "moth")],
)
def test_are_two_words(one, other):
    assert words.stem(one) != words.stem(other)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("multi-agency", ["multi", "agency"]),
        ("A&E", ["a", "e"]),
        ("snake_case", ["snake", "case"]),
        ("‘quoted’ and 'quoted'", ["quoted", "and", "quoted"]),
        ("‘children’s voices’", ["children", "voices"]),
        ("s 's ''' ’", ["s", "s"]),
        ("½ 5s", ["12", "5s"]),
        ("x" * 100, ["x" * words.LONGEST_WORD]),
        ('\x00\ud800😀 -*"', []),
        ("", []),
    ],
)
def test_words_of_a_text(text, found):
    assert words.words(text) == found


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("two\n\nlines\tof  text ", "two lines of text"),
        ("a\x00b\x02c\x03d\x7f", "a b c d"),
        ("half \ud83d a character", "half a character"),
        ("w\u0302yr", "ŵyr"),
        ("safe\u00adguar\u200bding", "safeguarding"),
    ],
)
def test_text_is_cleaned_before_it_is_stored(text, cleaned):
    assert words.clean(text) == cleaned


@given(st.text())
def test_words_are_their_own_words(text):
    found = words.words(text)
    assert [words.words(word) for word in found] == [[word] for word in found]


def test_memory_of_words_is_bounded(monkeypatch):
    monkeypatch.setattr(words, "_REMEMBERED", 10)
    memo = words._Memo(str.upper)
    assert [memo[str(number)] for number in range(100)] == [str(number) for number in range(100)]
    assert len(memo) <= 10
