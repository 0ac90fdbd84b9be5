"""What a reader types, as the parser understands it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import query
from search.query import LONGEST_TEXT, MOST_TERMS, expand, parse


def shown(understood):
    """A query as one line: options in brackets with | between, & within an option, ~ between the words of a phrase."""

    def phrase(one):
        return "~".join(one.words) + ("*" if one.prefix else "")

    def term(one):
        return ("-" if one.excluded else "") + " | ".join(" & ".join(map(phrase, option)) for option in one.options)

    return [term(one) for one in understood.terms]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("neglect", ["neglect"]),
        ("Risk ASSESSMENT", ["risk", "assessment"]),
        ('"risk assessment"', ["risk~assessment"]),
        ("“disguised compliance” seen", ["disguised~compliance", "seen"]),
        ("«disguised compliance»", ["disguised~compliance"]),
        ('"never closed', ["never~closed"]),
        ('a"b c"d', ["a", "b~c", "d"]),
        ("child -police", ["child", "-police"]),
        ('child -"serious harm"', ["child", "-serious~harm"]),
        ("child −police –courts", ["child", "-police", "-courts"]),
        ("--police", ["-police"]),
        ("child - police", ["child", "police"]),
        ("abus*", ["abus*"]),
        ('"domestic abus*"', ["domestic~abus*"]),
        ("-abus*", ["-abus*"]),
        ("a* ab*", ["a", "ab"]),
        ("* ** -*", []),
        ("multi-agency", ["multi~agency | multiagency"]),
        ("post‑separation", ["post~separation | postseparation"]),
        ("mother-in-law's", ["mother~in~law | motherinlaw"]),
        ("covid-19", ["covid~19 | covid19"]),
        ("multi-age*", ["multi~age* | multiage*"]),
        ("and/or A&E", ["and~or", "a~e"]),
        ("children's children’s childrens", ["children", "children", "childrens"]),
        ("O'Brien o’brien", ["obrien", "obrien"]),
        ("tŷ ŵyr w\u0302yr", ["ty", "wyr", "wyr"]),
        ("police OR probation", ["police | probation"]),
        ("a OR b OR c d", ["a | b | c", "d"]),
        ('"risk assessment" OR dash', ["risk~assessment | dash"]),
        ("police or probation", ["police", "or", "probation"]),
        ("OR", ["or"]),
        ("OR police", ["or", "police"]),
        ("police OR", ["police", "or"]),
        ("police OR -probation", ["police", "or", "-probation"]),
        ("police OR OR probation", ["police", "or", "or", "probation"]),
        ("-OR", ["-or"]),
        ("title:neglect NEAR(a b)", ["title~neglect", "near~a", "b"]),
        ("", []),
        ("   ", []),
        ('"', []),
        ('""', []),
        ("-", []),
        ("- -- \" ' *", []),
        ("\x00", []),
        ("neglect\x00harm", ["neglect", "harm"]),
        ("\ud800 \udfff", []),
        ("😀 🏴󠁧󠁢󠁷󠁬󠁳󠁿", []),
        ("child😀abuse", ["child~abuse"]),
        ("домашнее насилие", ["домашнее", "насилие"]),
    ],
)
def test_text_is_parsed(text, terms):
    assert shown(parse(text)) == terms


def test_long_text_is_cut_between_words_and_the_rest_named():
    text = "safeguarding " * 40
    understood = parse(text)
    assert len(understood.terms) == LONGEST_TEXT // len("safeguarding ")
    assert understood.ignored.split() == ["safeguarding"] * (40 - len(understood.terms))


def test_one_endless_word_is_cut():
    understood = parse("x" * 100_000)
    assert len(understood.terms) == 1
    assert len(understood.ignored) == 100_000 - LONGEST_TEXT


def test_terms_beyond_the_most_are_ignored_and_named():
    understood = parse(" ".join(f"w{number}" for number in range(MOST_TERMS + 3)))
    assert len(understood.terms) == MOST_TERMS
    assert understood.ignored == "w24 w25 w26"


def test_short_text_is_read_whole():
    assert parse("domestic abuse").ignored == ""


@given(st.text(max_size=400))
def test_any_text_is_understood(text):
    understood = parse(text)
    assert len(understood.terms) <= MOST_TERMS
    for term in understood.terms:
        for option in term.options:
            assert option
            assert all(word.isalnum() for phrase in option for word in phrase.words)
    understood.ignored.encode()


@given(
    st.lists(
        st.sampled_from(["abuse", '"', "-", "*", "OR", " ", "’", "“", "”", "\x00", "domestic", "(", "ŵ"]), max_size=40
    )
)
def test_any_order_of_signs_is_understood(pieces):
    parse("".join(pieces))


GROUPS = [
    ["Domestic abuse", "domestic violence", "DV", "DA"],
    ["Serious case review", "Part 8 review"],
    ["Rapid review", "RR"],
    ["Children’s voices", "voice of the child"],
    ["Post-separation contact", "contact after separation"],
    ["Alone"],
]


@pytest.fixture
def _synonyms(monkeypatch):
    monkeypatch.setattr(query, "_sources", [lambda: GROUPS])
    monkeypatch.setattr(query, "_labels", ("1", query._read_labels()))
    monkeypatch.setattr("publishing.models.content_version", lambda: "1")


@pytest.mark.usefixtures("_synonyms")
@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("dv", ["dv | domestic~abuse | domestic~violence | da"]),
        ('"domestic violence"', ["domestic~violence"]),
        ("domestic violence", ["domestic~violence | domestic & violence | domestic~abuse | dv | da"]),
        ("-DV child", ["-dv | domestic~abuse | domestic~violence | da", "child"]),
        ("rapid reviews", ["rapid~reviews | rapid & reviews | rr"]),
        ("childrens voices", ["childrens~voices | childrens & voices | voice~of~the~child"]),
        ("the voice of the child", ["voice~of~the~child | voice & child | children~voices"]),
        (
            "post-separation contact",
            [
                "post~separation~contact | post~separation & contact | postseparation & contact | contact~after~separation"
            ],
        ),
        ("rr of DV", ["rr | rapid~review", "dv | domestic~abuse | domestic~violence | da"]),
        ("rr OR police", ["rr | police | rapid~review"]),
        ("part 8 reviews police", ["part~8~reviews | part & 8 & reviews | serious~case~review", "police"]),
        ("alone", ["alone"]),
        ("domestic", ["domestic"]),
        ("domestic -violence", ["domestic", "-violence"]),
        ("domes*", ["domes*"]),
        ('"serious case review into" neglect', ["serious~case~review~into", "neglect"]),
    ],
)
def test_synonyms_find_each_other(text, terms):
    assert shown(expand(parse(text))) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("what is known about the child", ["known", "about", "child"]),
        ("to be", ["to", "be"]),
        ("the -police", ["the", "-police"]),
        ('"to be seen" at home', ["to~be~seen", "home"]),
    ],
)
def test_fillers_count_only_where_nothing_else_was_typed(monkeypatch, text, terms):
    monkeypatch.setattr(query, "_sources", [])
    assert shown(expand(parse(text))) == terms


def test_synonyms_are_read_again_when_the_content_has_moved_on(monkeypatch):
    groups, version = [["DV", "domestic violence"]], ["1"]
    monkeypatch.setattr(query, "_sources", [lambda: groups])
    monkeypatch.setattr(query, "_labels", None)
    monkeypatch.setattr("publishing.models.content_version", lambda: version[0])
    assert shown(expand(parse("dv"))) == ["dv | domestic~violence"]
    groups.append(["dv", "domestic abuse"])
    assert shown(expand(parse("dv"))) == ["dv | domestic~violence"]
    version[0] = "2"
    assert shown(expand(parse("dv"))) == ["dv | domestic~violence | domestic~abuse"]


def test_label_of_two_groups_matches_both_but_its_groups_stay_apart(monkeypatch):
    monkeypatch.setattr(
        query, "_sources", [lambda: [["SCR", "serious case review"], ["SCR", "significant case review"]]]
    )
    monkeypatch.setattr(query, "_labels", None)
    monkeypatch.setattr("publishing.models.content_version", lambda: "1")
    assert shown(expand(parse("scr"))) == ["scr | serious~case~review | significant~case~review"]
    assert shown(expand(parse("serious case review"))) == ["serious~case~review | serious & case & review | scr"]


def test_beginnings_and_phrases_beyond_the_bound_are_left_out_and_named():
    understood = parse('abus* "of the child" neg* -pol* multi-agency sch* "a b" plain "word"')
    assert shown(understood) == [
        "abus*",
        "of~the~child",
        "neg*",
        "-pol*",
        "multi~agency | multiagency",
        "plain",
        "word",
    ]
    assert understood.left_out == ("sch*", '"a b"')
