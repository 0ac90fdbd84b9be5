"""The index, by what it finds: the same on SQLite and on PostgreSQL."""

import datetime
import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap64

from publishing.held import Shelf
from publishing.models import content_version, move_on, one_version
from reviews.models import CaseReview
from search import commonness, documents, engines, index, matches, query, ranking
from search.engines import engine
from search.models import SearchDocument, SearchWord
from search.snippets import END, LENGTH, START

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_other_synonyms(monkeypatch):
    monkeypatch.setattr(query, "_sources", [])
    monkeypatch.setattr(query, "_labels", None)


@pytest.fixture(autouse=True)
def _no_other_kinds(monkeypatch):
    monkeypatch.setattr(documents, "_kinds", {})
    monkeypatch.setattr(index, "_sources", {})


@pytest.fixture(autouse=True)
def _nothing_held(monkeypatch):
    """Versions of one test come again in the next."""
    monkeypatch.setattr(matches, "_words_held", matches._Words(""))
    monkeypatch.setattr(matches, "_ASKED", Shelf(100_000))


@pytest.fixture
def synonyms(monkeypatch):
    def use(*groups):
        monkeypatch.setattr(query, "_sources", [lambda: groups])
        monkeypatch.setattr(query, "_labels", None)

    return use


def put(number, title="", learning="", summary="", body="", alt="", kind="review", date=None):
    index.put(kind, number, {"A": title, "B": learning, "C": summary, "D": body}, alt=alt, date=date)


def snippets(text, keys):
    numbers = [documents.document_id(*key) for key in keys]
    rows = SearchDocument.objects.in_bulk(numbers)
    return index.snippets(text, {documents.key_of(number): row for number, row in rows.items()})


def found(text, kind="review"):
    return sorted(index.matching_ids(text, kind))


FACTS = {
    1: "Three referrals were made before the school’s concerns were heard.",
    2: "Each referral was closed because children's services saw no risk.",
    3: "The risk assessment was done once. Assessment of risk has to be repeated.",
    4: "Multi-agency work: O’Brien recognised coercive control.",
    5: "Mae’r tŷ a’r ŵyr yn Nhŷ Bach; Siân a’i naïve brawd.",
    6: "Domestic violence and abuse, during COVID-19, at 12 Elm Road.",
    7: "Professional curiosity; the mothers' voices; women’s aid.",
}


@pytest.fixture
def _facts():
    for number, text in FACTS.items():
        put(number, summary=text)


@pytest.mark.usefixtures("_facts")
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        # stems
        ("referral", [1, 2]),
        ("referrals", [1, 2]),
        ("REFERRALS", [1, 2]),
        ("repeat", [3]),
        ("recognize", [4]),
        ("assessing risks", [3]),
        # all words, phrases, exclusions, either
        ("referral school", [1]),
        ("risk assessment", [3]),
        ('"risk assessment"', [3]),
        ('"assessment of risk"', [3]),
        ('"risk of assessment"', []),
        ('"risk referral"', []),
        ("risk", [2, 3]),
        ("risk -referral", [3]),
        ('risk -"assessment of risk"', [2]),
        ("school OR curiosity", [1, 7]),
        ("referral OR curiosity -school", [2, 7]),
        ("risk nowhere", []),
        # beginnings
        ("ref*", [1, 2]),
        ("curiosi*", [7]),
        ("curiosity*", [7]),
        ('"professional cur*"', [7]),
        ('"professional curiosi*"', [7]),
        ("zzz*", []),
        ("-curi* referral", [1, 2]),
        # apostrophes and hyphens
        ("children's", [2]),
        ("childrens", [2]),
        ("children’s services", [2]),
        ('"childrens services"', [2]),
        ("child", [2]),
        ("schools concerns", [1]),
        ("o'brien", [4]),
        ("obrien", [4]),
        ("mother's voices", [7]),
        ('"womens aid"', [7]),
        ("multi-agency", [4]),
        ("multi agency", [4]),
        ("multiagency", [4]),
        ("covid-19", [6]),
        ("covid19", [6]),
        ("covid", [6]),
        # letters with marks
        ("ŵyr", [5]),
        ("wyr", [5]),
        ("TY BACH", [5]),
        ("tŷ", [5]),
        ("sian naive", [5]),
        # numbers
        ("12 elm", [6]),
        # words that say little
        ("what of the referral", [1, 2]),
        ('"of the referral"', []),
        # nothing to look for
        ("", []),
        ("-referral", []),
        ("-", []),
        ('"', []),
    ],
)
def test_finds(text, ids):
    assert found(text) == ids
    page = index.search(text)
    assert sorted(hit.object_id for hit in page.hits) == ids
    assert page.total == len(ids)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("DV", [1, 2, 3]),
        ("domestic abuse", [1, 2, 3, 4]),
        ('"domestic abuse"', [1]),  # whoever quotes words wants these
        ('"domestic abuse" OR DV', [1, 2, 3]),
        ('"domestic abuse" OR "police"', [1, 3]),
        ("domestic violences", [1, 2, 3]),
        ("DV -police", [1, 2]),
        ("housing -DV", [5]),
        ("part 8 review", [6]),
        ("serious case reviews", [6]),
    ],
)
def test_terms_that_mean_the_same_find_each_other(synonyms, text, ids):
    synonyms(["Domestic abuse", "domestic violence", "DV"], ["Serious case review", "Part 8 review"])
    put(1, body="A history of domestic abuse.")
    put(2, body="A history of domestic violence.")
    put(3, body="DV was known to the police.")
    put(4, body="Abuse that was called a domestic.")
    put(5, body="Housing.")
    put(6, body="A part 8 review was held.")
    assert found(text) == ids


def test_other_labels_of_its_terms_find_a_row():
    put(1, title="Holding the abuser in view", alt="perpetrator, offender")
    assert found("perpetrators") == [1]


def test_title_ranks_before_learning_before_summary_before_body():
    text = "Neglect was seen by few of those who visited the family at home"
    put(1, title="One", body=text)
    put(2, title="Two", summary=text)
    put(3, title="Three", learning=text)
    put(4, title=text)
    put(5, title="Five", body="Nothing of the kind")
    assert index.matching_ids("neglect", "review") == [4, 3, 2, 1]


def test_of_the_first_come_those_with_the_words_as_they_were_typed():
    """The index knows stems alone; who types three words or more may have a text in mind."""
    put(1, learning="Referrals from schools and families")
    put(2, learning="A referral of one school and of one family, which somebody made later and nobody had looked for")
    assert index.matching_ids("referral school family", "review") == [2, 1]
    assert index.matching_ids("referrals schools families", "review") == [1, 2]
    assert index.matching_ids("referral school", "review") == [1, 2]


def test_hits_carry_their_place_among_all():
    for number in range(1, 8):
        put(number, title="Neglect " * number)
    ranked = index.matching_ids("neglect", "review")
    page = index.search("neglect", offset=2, limit=3)
    assert [hit.object_id for hit in page.hits] == ranked[2:5]
    assert [hit.rank for hit in page.hits] == [3, 4, 5]


def test_counts_of_all_kinds_stand_beside_the_total_of_those_asked_for():
    put(1, title="Neglect", kind="review")
    put(1, title="Neglect", kind="learning")
    put(2, title="Neglect", kind="learning")
    page = index.search("neglect", kinds=["learning"])
    assert page.total == 2
    assert page.counts_by_kind == {"review": 1, "learning": 2}
    assert {(hit.kind, hit.object_id) for hit in page.hits} == {("learning", 1), ("learning", 2)}
    assert index.search("neglect").total == 3
    assert index.search("neglect", kinds=["unheard-of"]).total == 0


def test_phrase_does_not_reach_from_one_component_into_the_next():
    put(1, title="Professional", learning="curiosity")
    assert found('"professional curiosity"') == []
    assert found("professional curiosity") == [1]


def test_beyond_those_ranked_come_the_newest(monkeypatch):
    monkeypatch.setattr(ranking, "RANKED", 3)
    put(1, title="Neglect")
    for number in range(2, 9):
        put(number, title=f"Number {number}", body="Neglect was one thing of many that the review had to look at")
    put(1, title="Neglect", kind="learning")
    ids = index.matching_ids("neglect", "review")
    assert sorted(ids[:3]) == [6, 7, 8]
    assert ids[3:] == [5, 4, 3, 2, 1]
    pages = [index.search("neglect", offset=offset, limit=4).hits for offset in (0, 4, 8, 12)]
    assert [len(page) for page in pages] == [4, 4, 1, 0]
    everything = [(hit.kind, hit.object_id) for page in pages for hit in page]
    assert len(set(everything)) == 9
    assert [hit.rank for page in pages for hit in page] == list(range(1, 10))


def test_what_matches_too_much_is_not_ranked_but_the_newest_come_first(monkeypatch):
    monkeypatch.setattr(ranking, "RANKED", 3)
    monkeypatch.setattr(ranking, "TOO_COMMON", 6)
    put(1, title="Neglect")
    for number in range(2, 6):
        put(number, title=f"Number {number}", body="Neglect was one thing of many")
    put(1, title="Neglect", kind="learning")
    put(2, title="Neglect", kind="learning")
    assert index.matching_ids("neglect", "review")[:3] == [5, 4, 3]
    hits = [(hit.kind, hit.object_id) for hit in index.search("neglect").hits]
    assert {hits[0], hits[1]} == {("review", 5), ("learning", 2)}
    assert {hits[2], hits[3]} == {("review", 4), ("learning", 1)}
    assert hits[4:] == [("review", 3), ("review", 2), ("review", 1)]


def test_many_of_one_kind_take_no_room_from_the_others(monkeypatch):
    """Of each kind the same number is ranked, and what one has too few for goes to the others."""
    monkeypatch.setattr(ranking, "RANKED", 4)
    for number in range(1, 9):
        put(number, title="Neglect")
    put(1, title="Neglect", kind="learning")
    hits = [(hit.kind, hit.object_id) for hit in index.search("neglect").hits]
    assert set(hits[:4]) == {("learning", 1), ("review", 8), ("review", 7), ("review", 6)}
    assert hits[4:] == [("review", number) for number in (5, 4, 3, 2, 1)]


@pytest.mark.usefixtures("common")
def test_order_of_a_search_is_held_for_one_version(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(commonness, "COMMON", 4)
    put(1, title="Neglect", body="Police, police, police, police, police")
    put(2, title="Abuse", body="After neglect")
    move_on()
    assert index.matching_ids("neglect", "review") == [1, 2]
    with one_version(content_version()), django_assert_num_queries(0):
        assert index.matching_ids("neglect", "review") == [1, 2]
    put(1, title="Abuse", body="Police, police, police, police, and after that neglect")
    put(2, title="Neglect")
    move_on([CaseReview(pk=1), CaseReview(pk=2)])
    assert index.matching_ids("neglect", "review") == [2, 1]


def test_themes_are_found_whichever_kind_is_asked_for():
    put(1, title="Neglect", kind="theme")
    put(2, title="Neglect of babies", kind="theme")
    put(1, title="Neglect")
    assert index.search("neglect").of_kind("theme", 5) == [1, 2]
    assert index.search("neglect", kinds=["review"]).of_kind("theme", 5) == [1, 2]
    assert index.search("neglect", kinds=["review"]).of_kind("theme", 1) == [1]
    assert index.search("neglect").of_kind("briefing", 5) == []


@pytest.mark.usefixtures("_facts")
@pytest.mark.parametrize("common", [0, 1, 1000])
@pytest.mark.parametrize(
    "text", ["risk", "risk referral", "ref*", '"assessment of risk"', "school OR curiosity -police", "risk -referral"]
)
def test_what_is_found_does_not_hang_on_what_is_common(monkeypatch, common, text):
    """Common words decide no order; they are looked for all the same."""
    wanted, page = found(text), index.search(text)
    monkeypatch.setattr(commonness, "COMMON", common)
    monkeypatch.setattr(commonness.common_stems, "_held", None)
    assert found(text) == wanted
    assert {hit[:2] for hit in index.search(text).hits} == {hit[:2] for hit in page.hits}
    monkeypatch.setattr(commonness.common_stems, "_held", None)


@pytest.fixture
def common(monkeypatch):
    """Every word is common, so that each has its bit set."""
    monkeypatch.setattr(commonness, "COMMON", 0)
    monkeypatch.setattr(commonness.common_stems, "_held", None)
    yield
    commonness.common_stems._held = None


@pytest.mark.usefixtures("common")
def test_sets_move_on_with_what_is_published(monkeypatch):
    for number in range(1, 4):
        put(number, title="Neglect", summary="Seen by the police")
    matches.follow("review", CaseReview._meta.label_lower)
    move_on()
    assert found("neglect") == [1, 2, 3]
    assert found("police -neglect") == []
    put(4, title="Neglect")
    put(2, title="Exploitation", summary="Seen by the police")
    index.remove("review", 1)
    move_on([CaseReview(pk=number) for number in (1, 2, 4)])
    assert found("neglect") == [3, 4]
    assert found("police -neglect") == [2]
    assert index.search("neglect").total == 2
    move_on([])
    monkeypatch.setattr(engine(), "matching", None)  # nothing is read again
    assert index.search("neglect").total == 2


@pytest.mark.usefixtures("common")
def test_sets_are_read_anew_where_any_row_may_have_changed():
    put(1, title="Neglect")
    move_on()
    assert found("neglect") == [1]
    put(2, title="Neglect")
    move_on()
    assert found("neglect") == [1, 2]
    put(3, title="Neglect")
    move_on([SearchDocument(pk=0)])  # as `reindex` says it
    assert found("neglect") == [1, 2, 3]


@pytest.mark.usefixtures("common")
def test_request_that_began_before_a_publication_drops_no_sets():
    put(1, title="Neglect")
    matches.follow("review", CaseReview._meta.label_lower)
    move_on()
    before = content_version()
    assert found("neglect") == [1]
    move_on([])
    assert found("neglect") == [1]
    held = matches._words_held
    with one_version(before):
        assert found("neglect") == [1]
    assert matches._words_held is held


def test_search_that_several_ask_at_once_is_read_once(monkeypatch):
    words, read, begun = matches._Words("1"), [], threading.Barrier(3)
    monkeypatch.setattr(matches, "content_version", lambda: "1")
    monkeypatch.setattr(matches, "_of_version", lambda version: words)

    def slowly(parts):
        time.sleep(0.05)
        read.extend(part.key for part in parts)
        return {part.key: BitMap64([7]) for part in parts}

    def ask(_number):
        begun.wait()
        return matches._sets([matches._word("kestrel")])[0]

    monkeypatch.setattr(matches, "_read", slowly)
    with ThreadPoolExecutor(3) as readers:
        assert list(readers.map(ask, range(3))) == [{"kestrel": BitMap64([7])}] * 3
    assert read == ["kestrel"]


@pytest.mark.usefixtures("common")
def test_sets_of_the_commonest_words_are_read_before_anybody_asks(monkeypatch):
    put(1, title="Neglect neglect police")
    move_on()
    matches.warm()
    assert list(matches._words_held.sets)[:2] == ["neglect", "polic"]
    monkeypatch.setattr(engine(), "matching", None)
    assert index.search("police neglect").total == 1


@pytest.mark.usefixtures("common")
def test_sets_of_the_commonest_words_are_bounded_and_dropped_for_no_others(monkeypatch):
    monkeypatch.setattr(matches, "MOST_BYTES", 1200)
    monkeypatch.setattr(matches, "_LARGE", 0)
    put(1, title="neglect neglect one two three four five six seven eight nine ten")
    move_on()
    matches.warm()
    first = list(matches._words_held.sets)
    assert first[0] == "neglect"
    assert len(first) == 2
    assert found("one two three four five -eleven") == [1]
    assert list(matches._words_held.sets) == first
    assert matches._words_held.bytes <= 1200


def test_small_collections_hold_no_sets():
    put(1, title="Neglect")
    matches.warm()
    assert found("neglect") == [1]
    assert not matches._words_held.sets
    assert not matches._ASKED.bytes


@pytest.mark.usefixtures("common")
def test_no_words_of_a_reader_are_held():
    put(1, title="Neglect of a child")
    move_on()
    index.search('"neglect of" kestrelford')
    assert not matches._words_held.sets
    assert {type(key) for key in matches._ASKED._things} == {bytes}
    index.search("neglect")
    assert list(matches._words_held.sets) == ["neglect"]


@pytest.mark.parametrize("piece", [1, 3, 100])
@pytest.mark.parametrize("text", ["[]", "[7]", "[1,22,333,4444]", "[1, 22, 333, 4444]"])
def test_ids_are_read_in_pieces(text, piece, monkeypatch):
    monkeypatch.setattr(engines, "_PIECE", piece)
    assert list(engines.ids_of(text)) == json.loads(text)


WORDS = [
    "risk",
    "referral",
    "school",
    "curiosity",
    "police",
    "the",
    "of",
    "assess*",
    '"risk assessment"',
    "multi-agency",
]
FOUND_BY = st.lists(st.tuples(st.sampled_from(["", "-", "OR "]), st.sampled_from(WORDS)), min_size=1, max_size=6)


@pytest.mark.usefixtures("_facts")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FOUND_BY, st.sets(st.sampled_from(["risk", "referr", "school", "curios", "polic", "the", "of", "assess"])))
def test_sets_find_what_the_database_finds(parts, common):
    """Whatever words are common: by sets, or by one question to the database."""
    understood = index.understand(" ".join(f"{before}{word}" for before, word in parts))
    if understood.wanted:
        [plain] = engine().matching([understood])
        plan = matches._plan(understood, frozenset(common))
        read = engine().matching([part.query for part in plan.wanted()])
        sets = dict(zip((part.key for part in plan.wanted()), read, strict=True))
        assert plan.found(sets) == plain


def test_any_part_of_a_ranking_is_as_in_the_whole(monkeypatch):
    monkeypatch.setattr(ranking, "RANKED", 3)
    put(7, title="Homicide")
    for number in (1, 2, 3, 4, 5, 6, 8):
        put(number, title="Neglect " * (number % 4 + 1))
    put(2, title="Neglect", kind="learning")
    found = index.ranking("neglect", "review")
    assert sorted(found[:3]) == [5, 6, 8]
    assert found[3:] == [4, 3, 2, 1]
    parts = [(start, stop) for start in range(9) for stop in range(start, 10)]
    assert all(found[start:stop] == list(found)[start:stop] for start, stop in parts)
    assert list(index.ranking("", "review")) == []


def test_row_put_again_is_found_by_its_new_words_only():
    put(1, title="Neglect")
    put(1, title="Exploitation")
    assert found("neglect") == []
    assert found("exploitation") == [1]


def test_row_taken_out_is_gone():
    put(1, title="Neglect of Kestrelford")
    put(2, title="Neglect")
    index.remove("review", 1)
    index.remove("review", 99)
    assert found("neglect") == [2]
    assert index.search("kestrelford").total == 0
    assert snippets("neglect", [("review", 1)]) == {}
    assert index.suggest("kestrelfrod") is None
    assert not SearchWord.objects.filter(word="kestrelford").exists()


def test_many_are_put_at_once(django_assert_max_num_queries):
    entries = [index.Entry("review", number, {"A": f"Neglect {number}"}) for number in range(1, 401)]
    with django_assert_max_num_queries(10):
        index.put_many(entries)
    assert len(found("neglect")) == 400


def test_what_has_not_changed_is_not_written_again(django_assert_max_num_queries):
    put(1, title="Neglect", date=datetime.date(2020, 1, 2))
    with django_assert_max_num_queries(4) as queries:
        put(1, title="Neglect", date=datetime.date(2020, 1, 2))
    assert not [one for one in queries if one["sql"].startswith(("INSERT", "DELETE"))]


def test_rebuild_leaves_nothing_but_what_it_was_given():
    put(1, title="Neglect")
    put(2, title="Exploitation")
    steps = []
    index.rebuild(
        [index.Entry("review", 3, {"A": "Neglect"}), index.Entry("review", 2, {"A": "Homicide"})], steps.append
    )
    assert steps == [2]
    assert found("neglect") == [3]
    assert found("exploitation") == []
    assert SearchDocument.objects.count() == 2
    assert set(SearchWord.objects.values_list("word", "uses")) == {("neglect", 1), ("homicide", 1)}


def test_index_can_be_written_after_a_rebuild():
    index.rebuild([index.Entry("review", 3, {"A": "Neglect"})])
    put(3, title="Homicide")
    put(4, title="Neglect")
    index.remove("review", 5)
    assert found("neglect") == [4]
    assert found("homicide") == [3]
    assert set(SearchWord.objects.values_list("word", "uses")) == {("neglect", 1), ("homicide", 1)}


def test_rebuild_twice_over():
    for _ in range(2):
        index.rebuild([index.Entry("review", 3, {"A": "Neglect"})])
    assert found("neglect") == [3]


@pytest.mark.django_db(transaction=True)
def test_interrupted_rebuild_leaves_the_old_index():
    def interrupted():
        yield from (index.Entry("review", number, {"A": "Homicide"}) for number in range(10, 3000))
        raise KeyboardInterrupt

    index.rebuild([index.Entry("review", 1, {"A": "Neglect"})])
    with pytest.raises(KeyboardInterrupt):
        index.rebuild(interrupted())
    assert found("neglect") == [1]
    assert found("homicide") == []
    put(2, title="Neglect")
    assert found("neglect") == [1, 2]
    index.rebuild([])
    assert found("neglect") == []


@pytest.mark.django_db(transaction=True)
def test_names_of_constraints_and_indexes_outlive_a_rebuild():
    def names():
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, SearchDocument._meta.db_table)
        return {name for name in found if not name.endswith("not_null")}

    before = names()
    index.rebuild([])
    assert names() == before
    assert "search_document_once" in before


def test_command_indexes_all_that_is_registered(capsys):
    index.register_source("review", lambda: [index.Entry("review", 1, {"A": "Neglect"})], lambda: 1)
    index.register_source("learning", lambda: iter([index.Entry("learning", 1, {"A": "Neglect"})]))
    put(9, title="Neglect")
    call_command("reindex")
    assert index.search("neglect").counts_by_kind == {"review": 1, "learning": 1}
    assert "2 documents indexed" in capsys.readouterr().out


KINDS = ["review", "learning", "recommendation", "briefing", "theme", "x" * 20]


@pytest.mark.parametrize("kind", KINDS)
def test_ids_stay_where_fts5_finds_its_way_back(kind):
    assert 0 < documents.document_id(kind, 10**10) < 2**56


def test_fts5_reads_long_lists_backwards():
    """With ids further apart than 2**56 it loses rows of all kinds but the last."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(word, content='')")
    spans = sorted(documents.span(kind) for kind in KINDS)
    rows = [(low + number, "child") for low, _ in spans for number in range(1, 6001)]
    database.executemany("INSERT INTO texts (rowid, word) VALUES (?, ?)", rows)
    sql = "SELECT rowid FROM texts WHERE texts MATCH 'child' AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
    lengths = [len(database.execute(sql, span).fetchall()) for span in spans]
    database.close()
    assert lengths == [6000] * len(spans)


def test_two_kinds_of_the_same_code_are_refused(monkeypatch):
    monkeypatch.setattr(documents.zlib, "crc32", lambda kind: 7)
    documents.kind_code("review")
    with pytest.raises(ValueError, match="same code"):
        documents.kind_code("learning")


def test_huge_text_is_indexed_as_far_as_it_may_be():
    put(1, title="Neglect", body=" ".join(f"word{number}" for number in range(60_000)) + " kestrelford")
    assert found("neglect") == [1]
    assert found("word100") == [1]
    assert found("kestrelford") == []
    put(1, title="Homicide")
    assert found("neglect") == []


@pytest.mark.usefixtures("_facts")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                ["risk", "referral", '"', "-", "*", "OR", "AND", "NOT", "NEAR(", ")", " ", "’", "'", "“", "\x00", "\\", ":*", "ŵ",
                 "<->", "&", "|", "!", "%", "_", "title:", "^", "{", "ﬁ", "İ", "ß", "½", "\ud800", "😀", "א", "ا", "中", "ก", "٣"]
            ),
            max_size=30,
        ).map("".join),
    )
)  # fmt: skip
def test_any_text_is_searched_without_an_error(text):
    ids = index.matching_ids(text, "review")
    page = index.search(text)
    assert page.total == len(ids) == len(page.hits)
    texts = snippets(text, [(hit.kind, hit.object_id) for hit in page.hits])
    assert all(START in texts[hit.kind, hit.object_id] for hit in page.hits)
    index.suggest(text)


@pytest.mark.parametrize("typed", ["say*", '"say*"', '"their say*"'])
def test_beginning_that_is_a_whole_word_finds_the_word(typed):
    put(1, title="Families have their say")
    assert found(typed) == [1]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_can_be_indexed_found_and_taken_out(text):
    put(1, title=text, body=text)
    stored = SearchDocument.objects.get(object_id=1).title
    typed = query.parse(f'"{stored}"')
    if len(typed.terms) == 1 and not typed.ignored:
        assert found(f'"{stored}"') == [1]
    index.remove("review", 1)
    assert not SearchWord.objects.exists()
    assert not SearchDocument.objects.exists()


# Snippets


def snippet(text, number=1):
    return snippets(text, [("review", number)])["review", number]


def marked(text):
    return text.replace(START, "[").replace(END, "]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("referral", "A [referral] was closed."),
        ("referrals close", "A [referral] was [closed]."),
        ('"was closed"', "A referral [was closed]."),
        ('"closed was"', "A referral was closed."),
        ("clos*", "A referral was [closed]."),
        ("referral -housing", "A [referral] was closed."),
        ("housing OR referral", "A [referral] was closed."),
    ],
)
def test_snippet_marks_what_was_found(text, shown):
    put(1, title="Title", summary="A referral was closed.")
    assert marked(snippet(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("childrens multiagency", "[Children’s] needs: [multi-agency] work at Tŷ Bach"),
        ("ty bach", "Children’s needs: multi-agency work at [Tŷ] [Bach]"),
        ('"multi agency"', "Children’s needs: [multi-agency] work at Tŷ Bach"),
    ],
)
def test_snippet_marks_words_as_the_text_writes_them(text, shown):
    put(1, summary="Children’s needs: multi-agency work at Tŷ Bach")
    assert marked(snippet(text)) == shown


def test_snippet_marks_synonyms(synonyms):
    synonyms(["domestic abuse", "DV"])
    put(1, body="A history of domestic abuse.")
    assert marked(snippet("dv")) == "A history of [domestic abuse]."
    assert marked(snippet("domestic abuse")) == "A history of [domestic abuse]."


@pytest.mark.parametrize("before", [0, 1, 30, 500])
@pytest.mark.parametrize("after", [0, 1, 30, 500])
def test_snippet_is_cut_so_that_the_match_stays(before, after):
    text = "filler " * before + "kestrel" + " filler" * after
    put(1, summary=text)
    shown = snippet("kestrels")
    assert f"{START}kestrel{END}" in shown
    plain = shown.replace(START, "").replace(END, "")
    assert plain.strip("… ") in text
    assert len(plain) <= LENGTH + 4
    assert (plain == text) == (len(text) <= LENGTH)
    assert shown.startswith("… ") == (before > 8 and len(text) > LENGTH)


def test_snippet_shows_where_most_words_stand_together():
    put(1, body="A kestrel flew. " + "Nothing else. " * 50 + "A kestrel and a heron met. " + "Nothing else. " * 50)
    shown = marked(snippet("heron kestrel"))
    assert "A [kestrel] and a [heron] met." in shown


@pytest.mark.parametrize("between", [10, 1000])
def test_long_text_is_looked_through_where_its_beginning_lacks_a_word(between):
    put(1, summary=f"A heron. {'filler ' * between} A kestrel and a heron. {'filler ' * 1000}")
    assert "A [kestrel] and a [heron]." in marked(snippet("heron kestrel"))
    assert marked(snippet("heron")).startswith("A [heron].")


def test_snippet_is_of_the_title_where_only_that_matches():
    put(1, title="A kestrel", summary="A heron")
    assert marked(snippet("kestrel")) == "A [kestrel]"


def test_snippet_is_the_beginning_where_only_other_labels_match():
    put(1, title="Title", summary="A heron", alt="perpetrator")
    assert snippet("perpetrator") == "A heron"


def test_snippet_carries_no_control_characters_of_the_text():
    put(1, summary="A \x02kestrel\x03 and\x00 a heron\x1f")
    assert snippet("heron") == f"A kestrel and a {START}heron{END}"


def test_title_is_marked_whole():
    assert marked(index.highlight("kestrels", "The Kestrel, a kestrel’s nest")) == "The [Kestrel], a [kestrel’s] nest"


def test_page_costs_few_statements_however_much_it_shows(django_assert_num_queries):
    for number in range(1, 31):
        put(number, title="Neglect", body="Neglect of children")
        put(number, title="Neglect", kind="learning")
    index.search("neglect")  # what is held of a version is read
    for limit in (1, 20):
        with one_version(content_version()), django_assert_num_queries(3):
            page = index.search("neglect", limit=limit)
            snippets("neglect", [(hit.kind, hit.object_id) for hit in page.hits])
    with one_version(content_version()), django_assert_num_queries(2):
        index.matching_ids("neglect", "review")


# Spelling


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("safegaurding", "safeguarding"),
        ("negelct", "neglect"),
        ("Neglct of children", "neglect of children"),
        ("safegarding -police", "safeguarding -police"),
        ('"coersive control"', '"coercive control"'),
        ("coersiv control", "coercive control"),
        ("neglect", None),
        ("neglected", None),
        ("zzzzzzzz", None),
        ("", None),
        ("dv", None),
        ("-safegaurding", None),
    ],
)
def test_spelling_is_suggested_from_the_texts_themselves(text, suggestion):
    put(1, title="Safeguarding children from neglect", body="Coercive control")
    put(2, title="Neglect", body="Those neglected")
    assert index.suggest(text) == suggestion


def test_slip_of_one_text_does_not_hide_the_word():
    for number in range(60):
        put(number, title="Safeguarding")
    put(99, title="Safegaurding")
    assert index.suggest("safegaurding") == "safeguarding"


def test_suggestion_costs_three_statements_at_most(django_assert_max_num_queries):
    put(1, title="Safeguarding children from neglect")
    with django_assert_max_num_queries(3):
        index.suggest("safegarding chldren frm nglct xxxxxxxx yyyyyyyy zzzzzzzzzzzzzzzz " * 4)
