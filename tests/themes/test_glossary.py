"""Words of the field are explained where a page first uses them, and nothing that a text says becomes markup."""

import json

import pytest
from markupsafe import Markup

from publishing.html import markdown, with_expansions
from themes import glossary
from themes.glossary import explained, new_words, one_page, pattern, words


@pytest.fixture
def in_page():
    with one_page():
        yield


def terms(found):
    return [word.term for word in found]


def test_abbreviation_is_spelt_out_at_its_first_use_alone(in_page):
    once = explained("The MARAC met. The MARAC agreed.")
    assert once == ('The <abbr title="multi-agency risk assessment conference">MARAC</abbr> met. The MARAC agreed.')
    assert explained("MARAC") == "MARAC"


def test_meaning_waits_for_the_place_below_the_text_and_is_given_once(in_page):
    explained("The MARAC and the MASH spoke of coercive control.")
    assert terms(new_words()) == ["MARAC", "MASH", "Coercive control"]
    assert new_words() == []


def test_phrase_is_known_in_any_case_and_stays_as_it_is(in_page):
    assert explained("At the front door, a Front Door.") == "At the front door, a Front Door."
    assert terms(new_words()) == ["Front door"]


@pytest.mark.parametrize("text", ["a panel of wood", "to dash off", "remarkable", "MARACLE", "the dsl"])
def test_common_word_is_no_abbreviation(in_page, text):
    assert explained(text) == text
    assert new_words() == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("IDVAs", "IDVA"),
        ("case conferences", "Case conference"),
        ("a DVPO", "DVPN and DVPO"),
        ("NRPF", "No recourse to public funds"),
        ("section 47", "Section 47"),
        ("Clare’s Law", "Clare’s Law"),
        ("MARAC-led", "MARAC"),
    ],
)
def test_word_is_known_by_each_of_its_names_and_its_plural(in_page, text, term):
    explained(text)
    assert terms(new_words()) == [term]


def test_text_is_escaped_before_it_is_explained(in_page):
    assert explained("<b>MASH</b> & 'x'") == (
        '&lt;b&gt;<abbr title="multi-agency safeguarding hub">MASH</abbr>&lt;/b&gt; &amp; &#39;x&#39;'
    )


def test_words_of_a_link_and_of_an_attribute_stay_as_they_are(in_page):
    html = markdown('[the MASH](https://example.org/MASH "a > MASH") and the MASH')
    assert explained(html).count("<abbr") == 1
    assert explained(markdown("[the IDVA](https://example.org/)")).count("<abbr") == 0


def test_title_of_an_expansion_is_escaped():
    assert 'title="&#34;&gt;&lt;script&gt;"' in with_expansions("MASH", pattern(), lambda name: '"><script>')


def test_outside_a_page_nothing_is_explained_and_text_is_still_escaped():
    assert explained("MARAC & <i>") == "MARAC &amp; &lt;i&gt;"
    assert explained(Markup("<p>MARAC</p>")) == "<p>MARAC</p>"
    assert new_words() == []


def test_pages_do_not_share_what_they_have_explained():
    for _ in range(2):
        with one_page():
            explained("MARAC")
            assert terms(new_words()) == ["MARAC"]


def test_shipped_words_have_a_meaning_an_address_each_and_stand_in_order():
    assert all(word.term and word.meaning.endswith(".") for word in words())
    assert len({word.slug for word in words()}) == len(words()) == len(json.loads(glossary.FILE.read_text()))
    assert [word.term.lower() for word in words()] == sorted(word.term.lower() for word in words())


def test_every_name_that_the_pattern_finds_is_known():
    for word in words():
        for name in word.names:
            found = pattern().search(name)
            assert found, name
            assert glossary.by_name().get(found[0]) or glossary.by_name()[found[0].lower()]


def test_page_of_the_glossary_explains_every_word(client, db):
    text = client.get("/glossary/").content.decode()
    for word in words():
        assert f'id="{word.slug}"' in text


# -- parts that are drawn before their page ----------------------------------------------------------------------------


def part(text):
    def draw():
        sentence = explained(text)  # before its meanings, as in a component
        return f"{sentence} [{new_words()}]"

    return glossary.drawn_ahead(draw, lambda found: Markup(", ".join(terms(found))))


def test_part_explains_what_its_page_has_not_met(in_page):
    marac = '<abbr title="multi-agency risk assessment conference">MARAC</abbr>'
    one, other = part("The MARAC met. The MARAC agreed."), part("A MARAC and a panel on coercive control.")
    assert one.__html__() == f"The {marac} met. The MARAC agreed. [MARAC]"
    assert other.__html__() == "A MARAC and a panel on coercive control. [Coercive control]"
    assert explained("MARAC") == "MARAC"


def test_same_part_stands_on_a_page_that_has_met_its_words_and_on_one_that_has_not():
    one = part("The MARAC met.")
    with glossary.one_page():
        explained("MARAC")
        assert one.__html__() == "The MARAC met. []"
    with glossary.one_page():
        assert one.__html__().endswith("</abbr> met. [MARAC]")


def test_part_outside_a_page_explains_nothing():
    assert part("The MARAC met.").__html__() == "The MARAC met. []"


def test_part_is_what_a_page_would_have_drawn_itself():
    texts = ["The MARAC and <b>", "IDVAs at a MARAC", "A DVPO; section 47", "marac? no. MASH"]
    with glossary.one_page():
        at_once = [f"{explained(text)} [{', '.join(terms(new_words()))}]" for text in texts]
    with glossary.one_page():
        assert [one.__html__() for one in map(part, texts)] == at_once
