"""Slides: measured so that nothing overflows, with titles, an order, notes and a source on each."""

import io
from dataclasses import replace

import pytest
from pptx import Presentation

from briefings.models import Briefing, SectionItem
from exports import gather, measure, slides
from tests import factories as make
from tests.exports import reading
from tests.exports.test_documents import HOSTILE, seen

pytestmark = pytest.mark.django_db
LONG = ["x" * 3000, "word " * 2000, "W" * 399, "one", "", "a b " * 400]


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("bold", [True, False])
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(text, bold):
    found = measure.lines(text, 300, 20, bold)
    assert all(measure.width(line, 20, bold) <= 300 for line in found)
    assert reading.squeezed("".join(found)) == reading.squeezed(text)


@pytest.mark.parametrize("text", [text for text in LONG if text])
def test_text_is_split_at_a_height_without_loss(text):
    rest, some = text, []
    while rest:
        part, rest = measure.split(text=rest, room=400, size=20, most=120)
        assert measure.height(part, 400, 20) <= 120
        some.append(part)
    assert reading.squeezed("".join(some)) == reading.squeezed(text)


def test_paragraphs_are_spread_evenly_over_as_few_slides_as_hold_them():
    """Without it the fourth stands alone on a slide of its own, after one that is full."""
    one = slides.Words("Words of a fictional point go on for three lines. " * 6)
    fits = int(slides.BODY_HEIGHT / one.height)
    words = [replace(one, text=f"{n} {one.text}") for n in range(2 * fits + 1)]
    pages = slides.packed(words)
    assert len(pages) == 3
    assert max(len(page) for page in pages) - min(len(page) for page in pages) <= 1
    assert [part.text for page in pages for part in page] == [part.text for part in words]


def test_what_leads_up_to_a_list_stays_with_its_beginning():
    briefing = make.briefing(items=[], draft=True)
    filler = "A paragraph of a fictional section. " * 8
    briefing.sections.update(body=f"{filler}\n\n{filler}\n\nIt asked:\n\n- one\n- two\n- {filler}\n")
    for one in planned(briefing):
        texts = [part.text for part in one.words]
        if "It asked:" in texts:
            assert texts[texts.index("It asked:") + 1] == "one"


def outline(briefing):
    return gather.of_briefing(Briefing.objects.for_detail().get(pk=briefing.pk))


def planned(briefing):
    return slides.slides(outline(briefing), "https://learning.example/help/")


def deck(client, briefing, prefix=""):
    answer = client.get(f"{prefix}/briefings/{briefing.slug}.pptx")
    assert answer.status_code == 200
    return Presentation(io.BytesIO(answer.content))


@pytest.fixture
def hostile():
    points = [make.learning_point(text, detail=text, questions=text) for text in HOSTILE]
    asked = make.recommendation("Long words. " * 49, addressed_to=[make.sector()], group_heading=HOSTILE[1][:60])
    row = make.briefing(
        "T" * 299, items=[*points, asked], summary=HOSTILE[1] * 60, content_note=HOSTILE[2] * 40, draft=True
    )
    row.sections.update(body="A paragraph that goes on. " * 300, speaker_notes="Speak. " * 400, heading="H" * 199)
    return row


def test_no_box_of_a_hostile_deck_overflows(hostile):
    for one in planned(hostile):
        room = slides.TITLE_HEIGHT * (2 if one.kind == "title" else 1)
        assert measure.height(one.title, slides.ROOM, one.title_size, bold=True) <= room
        assert sum(words.height for words in one.words) <= slides.BODY_HEIGHT
        assert measure.height(one.source, slides.SOURCE_ROOM, slides.SOURCE) <= slides.SOURCE_HEIGHT


def test_hostile_deck_loses_nothing(hostile):
    found = planned(hostile)
    said = reading.squeezed("".join(words.whole for one in found for words in one.words))
    notes = reading.squeezed("".join(one.notes for one in found))
    for text in HOSTILE:
        assert seen(text) in said
        assert seen(text) in notes
    assert reading.squeezed("A paragraph that goes on. " * 300) in said
    assert reading.squeezed("Speak. " * 400) in notes


def test_deck_begins_with_its_title_and_a_warning_and_ends_with_questions(client):
    briefing = make.briefing(items=[make.learning_point(questions="What would the child say?")], content_note="Grave.")
    made = deck(client, briefing)
    titles = [one.shapes.title.text_frame.text for one in made.slides]
    assert titles[:2] == [briefing.title, "Before you read"]
    assert titles[-1] == "Questions to talk about"
    texts = [shape.text_frame.text for shape in made.slides[1].shapes]
    assert any("Grave." in text and "Nobody has to stay" in text for text in texts)
    assert any("What would the child say?" in shape.text_frame.text for shape in made.slides[len(titles) - 1].shapes)


def test_curators_choice_and_short_texts_are_taken_and_the_full_ones_stand_in_the_notes(client):
    first, second = (
        make.learning_point("The first fictional point."),
        make.learning_point("The second fictional point."),
    )
    briefing = make.briefing(items=[first, second], draft=True)
    SectionItem.objects.filter(learning_point=second).update(in_short_form=True, short_text="Second, short.")
    make.actions.publish(row=briefing)
    made = deck(client, briefing)
    said = "\n".join(shape.text_frame.text for one in made.slides for shape in one.shapes)
    notes = "\n".join(one.notes_slide.notes_text_frame.text for one in made.slides if one.has_notes_slide)
    assert "Second, short." in said
    assert first.code not in said
    assert "The second fictional point." in notes


def test_labels_are_in_welsh_under_the_welsh_address_and_the_content_is_marked_as_english(client):
    made = deck(client, make.briefing(), "/cy")
    assert made.core_properties.language == "cy"
    tongues = {
        run._r.rPr.get("lang")
        for one in made.slides
        for shape in one.shapes
        for part in shape.text_frame.paragraphs
        for run in part.runs
    }
    assert tongues == {"en-GB", "cy-GB"}
