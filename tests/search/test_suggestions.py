"""What the search box offers while a reader types: names, titles, words; all public, none of it kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishing import actions
from publishing.models import content_version, one_version
from search.suggestions import LONGEST, MOST, suggestions
from tests import factories as make

pytestmark = pytest.mark.django_db


def texts(typed: str) -> list[str]:
    return [one.text for one in suggestions(typed)]


@pytest.fixture
def collection():
    make.theme("Coercive control", label_cy="Rheolaeth drwy orfodaeth", alt_labels=["controlling behaviour", "CCB"])
    make.case_review("Fictional Quokkashire: the quokkas")
    make.briefing("Fictional briefing for quokka keepers", items=[])


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("coer", ["Coercive control"]),
        ("COER", ["Coercive control"]),
        ("control", ["Coercive control", "controlling behaviour"]),
        ("coercive con", ["Coercive control"]),
        ("ccb", []),  # it says no more than what was typed
        ("cc", ["CCB"]),
        ("quokka k", ["Fictional briefing for quokka keepers"]),
        ("the quok", ["Fictional Quokkashire: the quokkas", "the quokkas", "the quokka", "the quokkashire"]),
        ("c", []),
        ("", []),
        ("  ", []),
        ("***", []),
        ("zzz", []),
    ],
)
def test_offers(collection, typed, offered):
    found = texts(typed)
    assert sorted(found[: len(offered)]) == sorted(offered) if offered else found == []


def test_name_that_is_shown_comes_before_other_names_which_say_it(collection):
    assert [(one.text, one.says) for one in suggestions("contr")][:2] == [
        ("Coercive control", ""),
        ("controlling behaviour", "Coercive control"),
    ]


def test_names_are_in_the_readers_language_and_the_other_finds_them_too(collection):
    with translation.override("cy"):
        assert texts("rheol")[0] == "Rheolaeth drwy orfodaeth"
        assert ("controlling behaviour", "Rheolaeth drwy orfodaeth") in suggestions("controlli")
    assert suggestions("rheol")[0] == ("Rheolaeth drwy orfodaeth", "Coercive control")


def test_commoner_words_come_first():
    for number in range(3):
        make.case_review(f"Fictional {number} wallaby {'wallaroo' if number else ''}")
    words = [one for one in texts("walla") if " " not in one]
    assert words == ["wallaby", "wallaroo"]


def test_draft_and_withdrawn_things_are_not_offered(collection):
    make.case_review("Fictional numbatshire", draft=True)
    row = make.case_review("Fictional potorooshire")
    assert texts("potoroo") != []
    actions.withdraw(row=row, reason="court-order")
    assert texts("numbat") == texts("potoroo") == []


def test_retired_term_is_not_offered(collection):
    make.theme("Obsolete word", retired=True)
    assert texts("obsol") == []


def test_answer_is_kept_by_nobody(client, collection):
    answer = client.get("/search/suggest/?q=coer")
    assert answer.json()["suggestions"][0] == {"text": "Coercive control", "says": ""}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert client.post("/search/suggest/").status_code == 405
    assert client.get("/cy/search/suggest/?q=rheol").json()["suggestions"][0]["text"] == "Rheolaeth drwy orfodaeth"


def test_box_of_every_page_names_the_address_and_keeps_no_history(client):
    for address, suggest in (("/", "/search/suggest/"), ("/cy/search/", "/cy/search/suggest/")):
        page = client.get(address).content.decode()
        assert f'autocomplete="off" data-suggest="{suggest}"' in page


def test_answer_costs_two_statements(collection):
    suggestions("quokka")
    with one_version(content_version()), CaptureQueriesContext(connection) as captured:
        suggestions("coer")
        assert len(captured) <= 1
    with CaptureQueriesContext(connection) as captured:
        suggestions("quokka k")
    assert len(captured) <= 6


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.text(max_size=200),
        st.sampled_from(["x" * 5000, "a " * 200, "%", "_", "*", "[a", "\x00a", "ab'\"", "\ud800a"]),
    )
)
def test_any_text_is_answered(client, typed):
    answer = client.get("/search/suggest/", {"q": typed.encode("utf-8", "replace").decode()})
    assert answer.status_code == 200
    assert len(answer.json()["suggestions"]) <= MOST
    assert len(typed) <= LONGEST or answer.json() == {"suggestions": []}
