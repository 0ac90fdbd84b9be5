"""The seven-minute briefing: its fixed boxes on one page, chosen by the curator or proposed by the site."""

import io
import re

import docx
import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from briefings import checks
from briefings.models import MOST_WARNING, Briefing, SectionItem
from exports import gather, one_page, seven_minutes
from publishing import actions
from tests import factories as make
from tests.exports import reading
from tests.pages import form_data, parsed, text_of

pytestmark = pytest.mark.django_db
BOXES = ["Why it matters", "What happened", "Key findings", "What to do", "Questions for the team", "More"]


def outline(briefing):
    return gather.of_briefing(Briefing.objects.for_detail().get(pk=briefing.pk))


def box(briefing, name):
    return next(one for one in one_page.fitted(outline(briefing))[0].boxes if one.name == name)


def texts(briefing, name):
    return [line.text for line in box(briefing, name).lines]


def a_draft(**fields):
    points = [make.learning_point(questions=f"Question {n}?") for n in range(8)]
    return make.briefing(items=[*points, *[make.recommendation() for _ in range(5)]], draft=True, **fields)


def test_page_pdf_and_word_file_have_the_fixed_boxes_in_order(client):
    briefing = make.briefing(items=[make.learning_point(), make.recommendation()])
    page = parsed(client.get(f"/briefings/{briefing.slug}/seven-minute/"))
    sheet = next(one for one in page.iter("article") if one.attrib.get("class") == "sheet")
    assert [text_of(one) for one in sheet.iter("h2")] == BOXES
    pdf = client.get(f"/briefings/{briefing.slug}/seven-minute.pdf").content
    assert one_page.pages_of(pdf) == 1
    assert reading.broken_rules(pdf) == []
    text = reading.squeezed(reading.pdf_text(pdf))
    places = [text.index(reading.squeezed(f"{n} {one}")) for n, one in enumerate(BOXES, 1)]
    assert places == sorted(places)
    word = client.get(f"/briefings/{briefing.slug}/seven-minute.docx").content
    assert [one for one in BOXES if one not in reading.word_text(word)] == []


def test_word_file_brings_an_action_plan_with_a_header_row(client):
    briefing = make.briefing(items=[make.recommendation("Fictional partners meet.")])
    file = client.get(f"/briefings/{briefing.slug}/seven-minute.docx").content
    [table] = docx.Document(io.BytesIO(file)).tables
    assert [cell.text for cell in table.rows[0].cells] == ["What we will do", "Who", "By when", "How we will know"]
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert table.rows[1].cells[0].text.startswith("Fictional partners meet.")
    assert table.rows[-1].cells[0].text == ""


def test_proposal_takes_the_best_founded_findings_one_from_each_section():
    several = [make.case_review() for _ in range(4)]
    weak, strong = make.learning_point(), make.learning_point(sources=several)
    other = make.learning_point()
    briefing = make.briefing(items=[weak, strong], draft=True)
    make.section(briefing, [other])
    found = seven_minutes.proposed_findings(outline(briefing), 2)
    assert [item.code for item in found] == [strong.code, other.code]


def test_what_the_curator_writes_and_chooses_comes_before_any_proposal():
    briefing = a_draft(
        why_it_matters="Because of fiction.",
        what_happened="Nothing.",
        what_to_do="- Meet\n- Talk",
        team_questions="Who?",
    )
    item = SectionItem.objects.filter(learning_point__isnull=False).first()
    SectionItem.objects.filter(pk=item.pk).update(in_short_form=True, short_text="Shortened.")
    assert box(briefing, "why").text == "Because of fiction."
    assert box(briefing, "happened").text == "Nothing."
    assert texts(briefing, "findings") == ["Shortened."]
    assert texts(briefing, "todo") == ["Meet", "Talk"]
    assert texts(briefing, "questions") == ["Who?"]


def test_proposal_is_made_smaller_until_the_page_holds_it():
    long = [make.learning_point("A long fictional sentence goes on. " * 11) for _ in range(9)]
    briefing = make.briefing(items=[*long, *[make.recommendation("R " * 290) for _ in range(6)]], summary="Word " * 900)
    sheet, _pdf, pages = one_page.fitted(outline(briefing))
    assert pages == 1
    assert len(sheet.boxes[2].lines) < 5


@pytest.mark.parametrize("letter", ["word ", "w ", "W", "Wm "])
def test_whatever_title_warning_and_statements_a_form_takes_can_be_published(letter):
    """Each text as long as its field lets it be, in letters from narrow to the widest there is."""
    points = [make.learning_point((letter * 400)[:399] + str(n), questions=letter * 900) for n in range(3)]
    asked = [make.recommendation((letter * 600)[:599] + str(n)) for n in range(3)]
    briefing = make.briefing(
        (letter * 300)[:300],
        items=[*points, *asked],
        content_note=(letter * MOST_WARNING)[:MOST_WARNING],
        summary=letter * 2000,
        based_on=[make.evidence_set((letter * 300)[:300])],
        draft=True,
    )
    briefing.full_clean(exclude=["changes"])
    assert one_page.fitted(outline(briefing))[2] == 1
    actions.publish(row=briefing)


def test_warning_longer_than_every_form_has_room_for_is_refused_where_it_is_typed(desk):
    briefing = make.briefing(draft=True)
    assert "at most 400 characters" in sent(desk, briefing, content_note="w" * (MOST_WARNING + 1))


def test_warning_that_was_longer_before_it_was_bounded_is_tried_when_publishing():
    briefing = make.briefing(content_note="Word " * 1200, draft=True)
    with pytest.raises(actions.Refused, match="fills 2 pages"):
        actions.publish(row=briefing)


@pytest.mark.parametrize(
    "grave",
    ["In 5 cases a young person took their own life.", "A child was killed.", "After a child’s death, nobody asked."],
)
def test_death_of_a_child_is_not_proposed_while_there_is_anything_else(grave):
    several = [make.case_review() for _ in range(4)]
    first, plain = make.learning_point(grave, sources=several), make.learning_point()
    briefing = make.briefing(items=[first, plain], draft=True)
    make.section(briefing, [make.learning_point()])
    codes = [item.code for item in seven_minutes.proposed_findings(outline(briefing), 2)]
    assert first.code not in codes
    codes = [item.code for item in seven_minutes.proposed_findings(outline(briefing), 9)]
    assert codes[-1] == first.code
    SectionItem.objects.filter(learning_point=first).update(in_short_form=True)
    assert texts(briefing, "findings") == [grave]


@pytest.mark.parametrize("field", ["why_it_matters", "what_happened", "what_to_do", "team_questions"])
def test_choice_that_does_not_fit_is_refused_when_publishing_and_nothing_is_cut(field):
    briefing = a_draft(**{field: "A sentence of the curator. " * 300})
    with pytest.raises(actions.Refused, match=r"seven-minute briefing fills \d+ pages"):
        actions.publish(row=briefing)
    Briefing.objects.filter(pk=briefing.pk).update(**{field: "A sentence of the curator."})
    briefing.refresh_from_db()
    actions.publish(row=briefing)


def test_too_many_chosen_statements_are_refused():
    points = [make.learning_point("A fictional sentence of some length that was chosen. " * 7) for _ in range(20)]
    briefing = make.briefing(items=points, draft=True)
    SectionItem.objects.update(in_short_form=True)
    assert len(checks.reasons(briefing)) == 1
    SectionItem.objects.update(short_text="Short.")
    assert checks.reasons(briefing) == []


def test_page_is_in_welsh_under_its_address_and_the_content_says_that_it_is_english(client):
    briefing = make.briefing()
    page = parsed(client.get(f"/cy/briefings/{briefing.slug}/seven-minute/"))
    sheet = next(one for one in page.iter("article") if one.attrib.get("class") == "sheet")
    assert text_of(next(sheet.iter("h2"))) == "Pam mae’n bwysig"
    assert next(sheet.iter("h1")).attrib["lang"] == "en"


def test_page_takes_few_statements_once_it_was_made(client, django_assert_max_num_queries):
    briefing = make.briefing()
    client.get(f"/briefings/{briefing.slug}/seven-minute/")
    with django_assert_max_num_queries(3):
        client.get(f"/briefings/{briefing.slug}/seven-minute/")


@pytest.mark.parametrize("end", ["/", ".pdf", ".docx"])
def test_withdrawn_briefing_answers_410_and_a_draft_404(client, end):
    gone, draft = make.withdrawn(make.briefing("Fictional and marked zzz")), make.briefing(draft=True)
    answer = client.get(f"/briefings/{gone.slug}/seven-minute{end}")
    assert answer.status_code == 410
    assert "zzz" not in answer.content.decode()
    assert client.get(f"/briefings/{draft.slug}/seven-minute{end}").status_code == 404


def test_full_page_leads_to_the_seven_minutes(client):
    briefing = make.briefing()
    assert (
        f'href="/briefings/{briefing.slug}/seven-minute/"' in client.get(briefing.get_absolute_url()).content.decode()
    )


# -- the curator's form ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client):
    client.force_login(get_user_model().objects.create_superuser("fictional-curator"))
    return client


def sent(desk, briefing, **changes):
    path = reverse("admin:briefings_briefing_change", args=[briefing.pk])
    form = form_data(parsed(desk.get(path), strict=False), "briefing_form")
    return desk.post(path, form | changes, follow=True).content.decode()


def test_curator_names_what_goes_in_and_shortens_it(desk):
    first, second = make.learning_point(), make.learning_point()
    briefing = make.briefing(items=[first, second], draft=True)
    sent(desk, briefing, **{"sections-0-short": f"{second.code.lower()} Shorter words.\n"})
    items = {item.included.code: (item.in_short_form, item.short_text) for item in SectionItem.objects.all()}
    assert items == {first.code: (False, ""), second.code: (True, "Shorter words.")}
    sent(desk, briefing, **{"sections-0-short": ""})
    assert not SectionItem.objects.filter(in_short_form=True).exists()


@pytest.mark.parametrize(
    ("line", "message"), [("LP-0001 x", "LP-0001: no such code"), ("{code} " + "x" * 201, "200 characters at most")]
)
def test_line_that_cannot_be_taken_is_named(desk, line, message):
    point = make.learning_point()
    briefing = make.briefing(items=[point], draft=True)
    assert message in sent(desk, briefing, **{"sections-0-short": line.format(code=point.code)})
    assert not SectionItem.objects.filter(in_short_form=True).exists()


@pytest.mark.parametrize("draft", [True, False])
def test_curator_is_told_on_saving_that_the_page_does_not_hold_it(desk, draft):
    briefing = make.briefing(draft=draft)
    answer = sent(desk, briefing, what_to_do="One thing to do\n" * 90, **{"sections-0-heading": "Another"})
    assert "It cannot be published so" in answer
    assert re.search(r"fills \d pages, and has one", answer)
