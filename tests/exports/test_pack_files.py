"""The files of a pack, opened by programs that know nothing of how they were made."""

import io

import docx
import pytest
import rispy
from pptx import Presentation
from pypdf import PdfReader

from exports import formats, measure, slides, store
from exports.packs.contents import MOST_THINGS, Pack
from exports.packs.gathering import Collected
from reviews.merging import merge
from tests import factories as make
from tests.exports import reading
from tests.exports.test_documents import HOSTILE, seen

pytestmark = pytest.mark.django_db
READ = {"pdf": reading.pdf_text, "docx": reading.word_text, "txt": bytes.decode, "pptx": reading.deck_text}
HEADING = "For a <b>team</b> #day, 50 % & “more”"


def key(one):
    return getattr(one, "slug", None) or one.code


def pack_of(*things, heading=""):
    return Pack(tuple(one if isinstance(one, str) else key(one) for one in things), heading)


def file(client, pack, form, prefix=""):
    answer = client.get(prefix + pack.file(form))
    assert answer.status_code == 200
    return answer.content


def records(client, pack):
    return rispy.loads(file(client, pack, "ris").decode())


@pytest.fixture
def mixed():
    board = make.publisher("Fictional board of files")
    report = make.document("Fictional report of one", publisher=board, pages=9)
    review = make.case_review(
        "Fictional review with a report",
        publishers=[board],
        documents=[report],
        summary="A fictional summary of a review.",
        content_note="A fictional warning.",
    )
    bare = make.case_review("Fictional review without a report")
    group = make.evidence_set("Fictional set of files")
    point = make.learning_point("A fictional point for files.", draft=True, sources=[], questions="Why?")
    make.evidence(point, review, document=report, locator="page 4")
    make.evidence(point, group, document=make.document("Fictional analysis of many"))
    make.actions.publish(row=point)
    asked = make.recommendation("Fictional partners talk about files.", sources=[bare], group_heading="A heading")
    return [point, asked, review, bare]


def test_forms_of_a_pack_are_those_that_the_page_offers(client, mixed):
    assert {one.extension for one in formats.of_packs()} == {"pdf", "docx", "pptx", "txt", "ris"}
    page = client.get(pack_of(*mixed).address).content.decode()
    for one in formats.of_packs():
        assert f'href="{pack_of(*mixed).file(one.extension)}"' in page


@pytest.mark.parametrize("form", READ)
def test_form_holds_all_of_it_in_order_with_references_date_heading_and_warning(client, mixed, form):
    text = reading.squeezed(READ[form](file(client, pack_of(*mixed, heading=HEADING), form)))
    point, asked, review, bare = mixed
    order = [point.statement, asked.text, "A fictional warning.", bare.reference]
    places = [text.index(reading.squeezed(one)) for one in order]
    assert places == sorted(places)
    said = [
        HEADING,
        point.code,
        asked.code,
        review.reference,
        "As at",
        "Before you read",
        "It gives no graphic detail.",
    ]
    said += ["A fictional summary of a review.", "A fictional warning.", "page 4", "put together by a reader"]
    said += [
        "Fictional board of files (no date) Fictional report of one. Report, 9 pages.",
        "Fictional analysis of many",
    ]
    assert [one for one in said if seen(one) not in text] == []


def test_each_source_is_one_reference_however_often_it_is_cited(mixed):
    outline = Collected(pack_of(*mixed)).outline
    texts = [one.text for one in outline.references]
    assert len(set(texts)) == len(texts) == 3  # the report that 2 cite, the analysis, the bare review
    assert outline.items[2].numbers == (outline.items[0].sources[0].places[0].number,)


def test_pdf_is_tagged_and_breaks_no_rule(client, mixed):
    gone = make.withdrawn(make.recommendation(), "error")
    for prefix in ("", "/cy"):
        pdf = file(client, pack_of(*mixed, gone, "LP-99999", heading=HEADING), "pdf", prefix)
        assert reading.broken_rules(pdf) == []
        assert reading.beyond_the_edge(pdf) == []
        assert reading.is_in_order(reading.headings(pdf))
        found = PdfReader(io.BytesIO(pdf))
        assert found.trailer["/Root"]["/Lang"] == ("cy-GB" if prefix else "en-GB")
        assert found.metadata.title == HEADING
        assert all(embedded == "yes" for _name, embedded in reading.fonts(pdf))


def test_word_document_has_headings_in_order_and_no_thumbnail(client, mixed):
    content = file(client, pack_of(*mixed, heading=HEADING), "docx")
    assert reading.is_in_order([level + 1 for level in reading.word_headings(content)])
    assert docx.Document(io.BytesIO(content)).core_properties.title == HEADING


def test_deck_overflows_nowhere_and_ends_with_questions(client, mixed):
    point = make.learning_point(HOSTILE[4], detail="Long words. " * 200)
    review = make.case_review("W" * 300, summary="Long words. " * 300, content_note="Long words. " * 30)
    pack = pack_of(*mixed, point, review, heading="W" * 200)
    for one in slides.slides(Collected(pack).outline, "https://learning.example/help/"):
        room = slides.TITLE_HEIGHT * (2 if one.kind == "title" else 1)
        assert measure.height(one.title, slides.ROOM, one.title_size, bold=True) <= room
        assert sum(words.height for words in one.words) <= slides.BODY_HEIGHT
        assert measure.height(one.source, slides.SOURCE_ROOM, slides.SOURCE) <= slides.SOURCE_HEIGHT
    deck = Presentation(io.BytesIO(file(client, pack, "pptx")))
    titles = [one.shapes.title.text_frame.text for one in deck.slides]
    assert titles[0] == "W" * 200
    assert titles[1] == "Before you read"
    assert titles[-1] == "Questions to talk about"


@pytest.mark.office
@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_office_draws_every_word(client, mixed, form, tmp_path):
    content = file(client, pack_of(*mixed, heading=HEADING), form)
    drawn = reading.squeezed(
        "".join(word for page in reading.drawn_by_office(content, form, tmp_path) for word, _y in page)
    )
    for one in (mixed[0].statement, mixed[1].text, mixed[2].title, mixed[0].code):
        assert reading.squeezed(one) in drawn


def test_ris_holds_each_thing_and_each_source_once(client, mixed):
    point, asked, review, bare = mixed
    found = records(client, pack_of(*mixed))
    titles = [one["title"] for one in found]
    assert [one["id"] for one in found[:4]] == [point.code, asked.code, review.reference, bare.reference]
    assert titles[4:] == ["Fictional analysis of many"]
    alone = [one["title"] for one in records(client, pack_of(point))]
    assert alone == [f"{point.code}: {point.statement.rstrip('.')}", review.title, "Fictional analysis of many"]


@pytest.mark.parametrize("form", READ)
def test_withdrawn_and_unknown_things_stay_in_their_places_and_say_so(client, form):
    stays, goes = make.learning_point("A fictional point that stays."), make.learning_point("A fictional lost point.")
    review = make.case_review("A fictional lost review", slug="lost-place", area_name="Lost place")
    pack = pack_of(goes, "LP-99999", stays, review)
    assert "lost point" in READ[form](file(client, pack, form))
    make.withdrawn(goes, "time-limit")
    make.withdrawn(review, "family-request")
    content = file(client, pack, form)
    text = reading.squeezed(READ[form](content))
    for said in (f"{goes.code}", "A learning point. Withdrawn on", "Reason: time limit of the publisher", "LP-99999"):
        assert reading.squeezed(said) in text
    assert reading.squeezed("Nothing is published here under this code") in text
    assert reading.squeezed("Reason: the family’s request") in text
    assert "lost" not in text.casefold()
    assert b"lost-place" not in content
    assert text.index(goes.code) < text.index(seen(stays.statement))


def test_withdrawn_things_are_in_no_reference(client):
    review = make.case_review("A fictional lost review")
    point = make.learning_point(sources=[review, make.case_review("A fictional kept review")])
    make.withdrawn(review, "court-order")
    assert [one["title"] for one in records(client, pack_of(review, point))][1:] == ["A fictional kept review"]


def test_merged_point_is_written_once_under_its_new_code(client):
    old, new = make.learning_point(), make.learning_point()
    merge(point=old, into=new)
    assert records(client, pack_of(old, new))[0]["id"] == new.code
    assert sum(one["id"] in {old.code, new.code} for one in records(client, pack_of(old, new))) == 1


@pytest.mark.parametrize("form", READ)
def test_full_pack_loses_nothing(client, form):
    one = make.case_review()
    points = [make.learning_point(f"Point {n} ends here. " * 9, sources=[one]) for n in range(MOST_THINGS)]
    text = reading.squeezed(READ[form](file(client, pack_of(*points, heading="x" * 200), form)))
    assert all(reading.squeezed(point.statement) in text and point.code in text for point in points)


@pytest.mark.parametrize("form", READ)
def test_hostile_heading_is_text(client, form):
    point = make.learning_point()
    for heading in HOSTILE[:4]:
        pack, troubles = Pack.read(point.code, heading[:200])
        if not troubles:
            assert seen(pack.heading) in reading.squeezed(READ[form](file(client, pack, form)))


def test_address_that_is_too_long_for_paper_is_a_link_in_words(client):
    points = [make.learning_point() for _ in range(24)]
    pack = pack_of(*points)
    found = PdfReader(io.BytesIO(file(client, pack, "pdf")))
    links = [one.get_object().get("/A", {}).get("/URI", "") for one in found.pages[0]["/Annots"]]
    assert any(link.endswith(pack.query) for link in links)
    assert "this pack, on the site" in " ".join(found.pages[0].extract_text().split())
    assert pack.query in file(client, pack, "txt").decode()


def test_nothing_of_a_readers_pack_is_kept_on_disk(client, mixed, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    for form in READ:
        file(client, pack_of(*mixed, heading="A marked heading"), form)
    assert list(tmp_path.glob("*.file")) == []
    assert not any(b"marked" in path.read_bytes() for path in tmp_path.iterdir())


def test_too_many_at_once_are_told_when_to_come_back(client, mixed, monkeypatch):
    def busy(*_):
        raise store.Busy

    monkeypatch.setattr(store, "in_turn", busy)
    answer = client.get(pack_of(*mixed).file("pdf"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "15")


def test_file_of_nothing_leads_to_the_page_and_a_form_that_packs_have_not_is_not_there(client, mixed):
    assert client.get("/pack.pdf")["Location"] == "/pack/"
    assert client.get(pack_of(*mixed).file("csv")).status_code == 404
    assert client.post(pack_of(*mixed).file("pdf")).status_code == 405


def test_name_of_the_file_tells_nothing_of_the_heading(client, mixed):
    answer = client.get(pack_of(*mixed, heading='x"; filename=y').file("docx"))
    assert answer["Content-Disposition"] == 'attachment; filename="evidence-pack.docx"'
