"""Forms of a briefing at their limits: hostile, long and strange texts, withdrawn sources, Welsh labels."""

import io
import re

import docx
import pytest
from pypdf import PdfReader

from briefings.models import Briefing
from exports import gather, glyphs, typesetting
from exports.formats import of_thing
from publishing.models import one_version
from tests import factories as make
from tests.exports import reading

pytestmark = pytest.mark.django_db
FORMS = [one.extension for one in of_thing("briefing") if one.read]
READ = {"pdf": reading.pdf_text, "docx": reading.word_text, "txt": bytes.decode, "pptx": reading.deck_text}
#: Markup of typst, of Word's XML, of Markdown; directions, controls, letters that no face of ours has.
HOSTILE = [
    '#panic("x") #read("/etc/passwd") #import "@preview/x:1.0.0" $ x $ <label> @ref *b* _e_ `c` // no /* no',
    "]#text(size: 400pt)[HUGE]#[ \\ \\u{41} = Heading",
    "<w:t>&amp;</w:t> ]]> <script>alert(1)</script> & < > \" '",
    "{{ 7*7 }} {% raw %} %s %(x)s {0} ${x}",
    "W" * 390,
    "zero\u200bwidth \u202ertl\u202c bell\x07 tab\tend",
    "Llŷr ac Ŵyn: ‘tŷ’ – £5 … é ñ ø ğ",
]


def file(client, briefing, form, prefix=""):
    answer = client.get(f"{prefix}/briefings/{briefing.slug}.{form}")
    assert answer.status_code == 200
    return answer.content


def seen(text):
    return reading.squeezed(glyphs.seen(text))


@pytest.fixture
def hostile():
    points = [make.learning_point(text, detail=text, questions=text) for text in HOSTILE]
    asked = make.recommendation(HOSTILE[0], addressed_to=[make.sector()], group_heading=HOSTILE[1][:60])
    return make.briefing(HOSTILE[0][:300], items=[*points, asked], summary=HOSTILE[1] * 20, content_note=HOSTILE[2])


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_stands_in_each_form_as_it_was_written(client, hostile, form):
    text = reading.squeezed(READ[form](file(client, hostile, form)))
    for one in HOSTILE:
        assert seen(one) in text
    assert seen(hostile.summary) in text


@pytest.mark.office
def test_pdf_of_hostile_text_breaks_no_rule_and_runs_over_no_edge(client, hostile):
    pdf = file(client, hostile, "pdf")
    assert reading.broken_rules(pdf) == []
    assert reading.beyond_the_edge(pdf) == []


def test_letters_that_the_faces_lack_are_named(client):
    briefing = make.briefing(items=[make.learning_point("A smile 😀 and مرحبا.")])
    text = reading.squeezed(reading.pdf_text(file(client, briefing, "pdf")))
    assert "Asmile[U+1F600]and[U+0645][U+0631]" in text
    assert "😀" in file(client, briefing, "txt").decode()
    assert "😀" in reading.word_text(file(client, briefing, "docx"))


@pytest.mark.parametrize("form", FORMS)
def test_long_briefing_loses_nothing(client, form):
    one = make.case_review()
    points = [make.learning_point(f"Point {n} ends here. " * 9, sources=[one]) for n in range(60)]
    briefing = make.briefing(items=points)
    text = reading.squeezed(READ[form](file(client, briefing, form)))
    assert all(reading.squeezed(point.statement) in text and point.code in text for point in points)


@pytest.mark.parametrize("form", FORMS)
def test_withdrawn_source_is_marked_and_not_named(client, form):
    make.document("Fictional kept report")
    gone, stays = make.case_review("Fictional lost review"), make.case_review("Fictional kept review")
    document = make.document("Fictional lost report")
    point = make.learning_point(draft=True, sources=[stays])
    made = make.evidence(point, gone, locator="page 99", document=document, note="A lost note.")
    make.actions.publish(row=point)
    briefing = make.briefing(items=[point])
    assert "Fictional lost report" in READ[form](file(client, briefing, form))
    make.withdrawn(gone, "court-order")
    text = READ[form](file(client, briefing, form))
    for lost in ("lost", "page 99"):
        assert lost not in text
    assert "Source withdrawn" in text.replace("\n", " ")
    assert made.code in text
    assert "kept" in text


@pytest.mark.parametrize("form", FORMS)
def test_withdrawn_statement_leaves_at_once(client, form):
    stays, goes = make.learning_point("A fictional point that stays."), make.learning_point("A fictional lost point.")
    briefing = make.briefing(items=[stays, goes])
    assert goes.code in READ[form](file(client, briefing, form))
    make.withdrawn(goes, "error")
    text = READ[form](file(client, briefing, form))
    assert stays.code in text
    assert goes.code not in text


def test_labels_are_in_welsh_under_the_welsh_address_and_the_content_says_that_it_is_english(client):
    briefing = make.briefing()
    pdf = PdfReader(io.BytesIO(file(client, briefing, "pdf", "/cy")))
    assert pdf.trailer["/Root"]["/Lang"] == "cy-GB"
    assert reading.broken_rules(file(client, briefing, "pdf", "/cy")) == []
    word = docx.Document(io.BytesIO(file(client, briefing, "docx", "/cy")))
    assert word.core_properties.language == "cy"
    tongues = {
        one.get(f"{{{docx.oxml.ns.nsmap['w']}}}val") for one in word.element.body.iter() if one.tag.endswith("}lang")
    }
    assert tongues == {"en-GB"}
    assert "Dysgwyd" in reading.word_text(file(client, briefing, "docx", "/cy"))


def test_briefing_without_items_dates_or_notes_has_its_forms(client):
    briefing = make.briefing(items=[], content_note="")
    for form in FORMS:
        assert briefing.title in READ[form](file(client, briefing, form)).replace("\n", " ")
    assert reading.broken_rules(file(client, briefing, "pdf")) == []


def test_outline_is_gathered_in_a_fixed_number_of_statements(django_assert_max_num_queries):
    for number in (2, 30):
        briefing = make.briefing(items=[make.learning_point() for _ in range(number)])
        with one_version(), django_assert_max_num_queries(24):
            gather.of_briefing(Briefing.objects.published().for_detail().get(pk=briefing.pk))


def test_typesetter_says_which_template_failed():
    with pytest.raises(typesetting.NotSetError, match="outline"):
        typesetting.pdf("outline.typ", {})


def test_typesetter_is_ended_when_it_takes_too_long(monkeypatch):
    monkeypatch.setattr(typesetting, "SECONDS", 0.01)
    with pytest.raises(typesetting.NotSetError, match="not done"):
        typesetting.pdf("outline.typ", {})


def test_no_template_reaches_for_a_package_or_a_file():
    for path in typesetting.HERE.glob("*.typ"):
        words = path.read_text()
        assert set(re.findall(r'#import "([^"]+)"', words)) <= {"parts.typ"}
        assert not re.search(r"\b(read|plugin|eval|image)\(", words)
