"""Coding a report: its text stays with the curators, and what it teaches is traced to its place."""

import re

import pytest
import typst
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader, PdfWriter

from publishing import actions as publishing
from publishing.models import Version
from publishing.snapshots import snapshot
from reviews.coding import actions, extraction, screen
from reviews.coding.extraction import Found, Page, Unreadable
from reviews.coding.models import Passage, Reading
from reviews.models import Evidence, LearningPoint
from tests import factories as make
from tests.pages import form_data, parsed

FIRST = "Workers saw the child at school and at home, and asked what it was like to live there. They wrote it down."
SECOND = "The police did not tell the health visitor of the calls that neighbours had made to them about the noise."


def pdf(*pages: tuple[str, ...]) -> bytes:
    """A report of these pages: (heading, paragraph, ...)."""
    written = [f"= {heading}\n\n" + "\n\n".join(paragraphs) for heading, *paragraphs in pages]
    head = '#set page(footer: context [Fictional report, page #counter(page).display()])\n#set text(font: "Libertinus Serif")\n'
    return typst.compile((head + "\n#pagebreak()\n".join(written)).encode())


def report() -> bytes:
    return pdf(
        ("What happened", FIRST),
        ("What needs to change", SECOND),
        ("The end", "Nothing more was found in this fictional report."),
    )


# -- from a PDF to passages ------------------------------------------------------------------------------------------


def test_paragraphs_of_a_pdf_have_their_page_and_heading_and_no_feet():
    found = extraction.passages(extraction.pages_of_pdf(report()))
    assert found == [
        Found(1, "What happened", FIRST),
        Found(2, "What needs to change", SECOND),
        Found(3, "The end", "Nothing more was found in this fictional report."),
    ]


def test_pages_can_be_chosen():
    assert [page.number for page in extraction.pages_of_pdf(report(), 2, 2)] == [2]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This is no PDF"),
        (b"PK\x03\x04 a spreadsheet", "This is no PDF"),
        (b"%PDF-1.7\n" + b"\x00garbage" * 100, "damaged"),
        (b"%PDF-1.7\n%%EOF", "damaged"),
        (b"%PDF-" + b"x" * extraction.MOST_BYTES, "more than 25 MB"),
    ],
    ids=["empty", "another file", "garbage", "nothing in it", "huge"],
)
def test_file_that_is_no_readable_pdf_is_refused_with_a_way_on(content, says):
    with pytest.raises(Unreadable, match=says):
        extraction.pages_of_pdf(content)


def _written(writer: PdfWriter) -> bytes:
    import io

    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_scan_is_told_from_a_damaged_file():
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 200)
    with pytest.raises(Unreadable, match="a scan"):
        extraction.pages_of_pdf(_written(writer))


def test_protected_pdf_is_told():
    import io

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(report())))
    writer.encrypt("secret", algorithm="RC4-128")
    with pytest.raises(Unreadable, match="protected by a password"):
        extraction.pages_of_pdf(_written(writer))


def test_page_beyond_the_last_is_told():
    with pytest.raises(Unreadable, match="has 3 pages"):
        extraction.pages_of_pdf(report(), 9)


def test_bomb_is_stopped_and_told(monkeypatch):
    """A page whose text takes a gigabyte: the process of its own meets its limit, and the site goes on."""
    import zlib

    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    from pypdf.generic import EncodedStreamObject, NameObject

    bomb = EncodedStreamObject()
    bomb[NameObject("/Filter")] = NameObject("/FlateDecode")
    bomb._data = zlib.compress(b"BT (x) Tj ET " * 20_000_000, 9)
    page[NameObject("/Contents")] = writer._add_object(bomb)
    with pytest.raises(Unreadable):
        extraction.pages_of_pdf(_written(writer))


def test_loop_is_stopped_and_told(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass")
    monkeypatch.setattr(extraction, "WORKER", slow)
    with pytest.raises(Unreadable, match="Choose fewer pages"):
        extraction.pages_of_pdf(report())


# -- from text to passages -------------------------------------------------------------------------------------------


def texts(text):
    return [one.text for one in extraction.passages([Page(None, text)])]


def test_lines_of_a_paragraph_are_joined_and_divided_words_made_whole():
    assert texts("The social\nworker met the fam-\nily at home.\n\nThen nothing.") == [
        "The social worker met the family at home.",
        "Then nothing.",
    ]


def test_points_of_a_list_and_numbered_paragraphs_stand_apart():
    text = "They should have:\n• asked the child\n• told the nurse what\nthey knew\n4.1 The first.\n4.2 The second."
    assert texts(text) == [
        "They should have:",
        "asked the child",
        "told the nurse what they knew",
        "The first.",
        "The second.",
    ]


def test_very_long_paragraph_is_taken_apart_at_its_sentences():
    parts = texts("One sentence of this fictional report says something. " * 100)
    assert len(parts) > 3
    assert all(len(part) <= extraction.LONGEST and part.endswith(".") for part in parts)


@pytest.mark.parametrize("text", ["", "  \n\n ", "\x00\x01"])
def test_no_text_is_refused(text):
    with pytest.raises(Unreadable):
        extraction.passages(extraction.page_of_text(text))


def test_any_text_is_taken_apart_in_bounds():
    for text in ("x" * 100_000, "word " * 50_000, "\n".join("a" * 200 for _ in range(2000)), "‘“(*-–—\n" * 5000):
        extraction.passages(extraction.page_of_text(text))


# -- writes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def review(db):
    return make.case_review("Fictional review: Child Nobody")


@pytest.fixture
def reading(review):
    found = [Found(1, "What happened", FIRST), Found(2, "What needs to change", SECOND)]
    return actions.begin(document=make.document("Fictional report of the board"), source=review, found=found)


@pytest.fixture
def passage(reading):
    return reading.passages.get(number=1)


def code_new(passage, statement="Workers ask children what home is like.", **more):
    return actions.code_new(passage=passage, statement=statement, relations={}, **more)


def test_new_point_is_a_draft_whose_evidence_names_the_place(passage, review):
    theme = make.theme()
    point = actions.code_new(passage=passage, statement="Workers ask.", relations={"themes": [theme]})
    [piece] = point.evidence.all()
    assert (point.status, point.evidence_count, list(point.themes.all())) == ("draft", 1, [theme])
    assert (piece.review, piece.document, piece.passage) == (review, passage.reading.document, passage.code)
    assert piece.locator == "page 1, ‘What happened’"
    assert Version.objects.of(point).count() == 1


def test_draft_gets_one_more_piece(passage):
    point = make.learning_point(draft=True)
    assert actions.code_existing(passage=passage, point=point) is False
    assert point.evidence.count() == 2
    assert LearningPoint.objects.get().evidence_count == 2


def test_published_point_gets_a_change_that_waits(client, passage):
    point = make.learning_point()
    before = client.get(point.get_absolute_url()).content
    assert actions.code_existing(passage=passage, point=point, note="A fictional nuance.") is True
    assert client.get(point.get_absolute_url()).content == before
    publishing.publish_pending(row=point)
    piece = point.evidence.get(passage=passage.code)
    assert (piece.note, piece.locator) == ("A fictional nuance.", "page 1, ‘What happened’")


def test_two_points_that_wait_are_given_two_codes(reading):
    one, two = make.learning_point(), make.learning_point()
    for point, passage in zip((one, two), reading.passages.all(), strict=True):
        actions.code_existing(passage=passage, point=point)
    for point in (one, two):
        publishing.publish_pending(row=point)
    assert Evidence.objects.filter(passage__startswith=reading.prefix).count() == 2


def test_change_that_waits_is_added_to(passage):
    point = make.learning_point()
    content = snapshot(point)
    content["fields"]["detail"] = "A fictional detail."
    publishing.save_pending(row=point, content=content)
    actions.code_existing(passage=passage, point=point)
    waiting = publishing.pending_for(point).content
    assert waiting["fields"]["detail"] == "A fictional detail."
    assert len(waiting["parts"]["evidence"]) == 2


@pytest.mark.parametrize("draft", [True, False])
def test_passage_is_evidence_of_a_point_once(passage, draft):
    point = make.learning_point(draft=draft)
    actions.code_existing(passage=passage, point=point)
    with pytest.raises(publishing.Refused, match="already"):
        actions.code_existing(passage=passage, point=point)


def test_withdrawn_point_gets_none(passage):
    with pytest.raises(publishing.Refused, match="withdrawn"):
        actions.code_existing(passage=passage, point=make.withdrawn(make.learning_point()))


def test_screen_knows_what_became_of_each_passage(reading, passage):
    point, waiting = code_new(passage), make.learning_point()
    actions.code_existing(passage=reading.passages.get(number=2), point=waiting)
    assert [line.codes for line in screen.lines(reading)] == [[point.code], [f"{waiting.code} (waits)"]]


def test_next_is_the_next_that_nobody_settled_and_then_the_first(reading):
    all_lines = screen.lines(reading)
    assert (screen.after(all_lines, 0), screen.after(all_lines, 1), screen.after(all_lines, 2)) == (1, 2, 1)


def test_screen_costs_as_many_statements_however_many_passages_there_are(reading, django_assert_num_queries):
    with django_assert_num_queries(3):
        screen.lines(reading)
    Passage.objects.bulk_create(Passage(reading=reading, number=n, text="x") for n in range(3, 50))
    with django_assert_num_queries(3):
        screen.lines(reading)


# -- the screen ------------------------------------------------------------------------------------------------------

ADD, LIST = reverse("admin:coding_reading_add"), reverse("admin:coding_reading_changelist")


def person(*groups, **fields):
    made = get_user_model().objects.create_user(f"fictional-{'-'.join(groups) or 'nobody'}", is_staff=True, **fields)
    made.groups.set(Group.objects.filter(name__in=groups))
    return made


@pytest.fixture
def desk(client, db):
    client.force_login(person("contributor"))
    return client


def screen_of(reading, number=""):
    return f"{reverse('admin:coding_code', args=[reading.pk])}{f'?passage={number}' if number else ''}"


def begin(client, **fields):
    document, review = make.document("Fictional report of the board"), make.case_review(reference="FICTIONAL-REF")
    data = {"document_name": document.slug, "source_name": review.reference, "_save": "Begin"}
    return client.post(ADD, data | fields, follow=True)


def test_pdf_becomes_passages_and_leads_to_the_screen(desk):
    page = begin(desk, pdf=SimpleUploadedFile("report.pdf", report(), "application/pdf"))
    assert page.redirect_chain[-1][0] == screen_of(Reading.objects.get())
    text = page.content.decode()
    for words in ("3 passages were found", FIRST, SECOND, "page 1", "What needs to change", "page 1, ‘What happened’"):
        assert words in text


def test_pasted_text_becomes_passages(desk):
    assert FIRST in begin(desk, text=f"What happened\n\n{FIRST}").content.decode()


def test_names_may_be_titles_and_unknown_ones_are_helped(desk):
    make.case_review("Fictional review of the old mill")
    page = begin(
        desk, document_name="fictional report OF THE board", source_name="old mill", text=FIRST
    ).content.decode()
    assert "Did you mean ‘Fictional review of the old mill’?" in page
    assert "There is none called ‘fictional" not in page
    assert FIRST in page  # what was typed is still there


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Choose a PDF, or paste the text"),
        ({"pdf": SimpleUploadedFile("a.pdf", b"no", "application/pdf")}, "This is no PDF"),
        ({"text": FIRST, "first": "9", "last": "2"}, "comes before the first"),
        ({"text": "x" * 2_000_001}, "at most 2000000"),
    ],
)
def test_wrong_beginning_is_told_and_keeps_nothing(desk, fields, says):
    for one in fields.values():
        if hasattr(one, "seek"):
            one.seek(0)
    assert says in begin(desk, **fields).content.decode()
    assert not Reading.objects.exists()


def test_similar_points_are_offered_first(desk, reading):
    like = make.learning_point("Workers see the child at school and at home and ask what it is like to live there.")
    other = make.learning_point("Letters to partners are sent in time.", draft=True)
    page = desk.get(screen_of(reading, 1)).content.decode()
    assert page.index(f'value="{like.code}"') < page.index('value="new"')
    assert f'value="{other.code}"' not in page
    assert f'value="{other.code}"' in desk.get(screen_of(reading, 1) + "&words=letters+to+partners").content.decode()


def post(client, reading, number, **fields):
    path = screen_of(reading, number)
    data = form_data(parsed(client.get(path), strict=False), "code-form")
    return client.post(path, data | fields, follow=True)


def test_new_point_is_made_and_the_next_passage_follows(desk, reading):
    page = post(desk, reading, 1, to="new", statement="Workers ask children what home is like.")
    point = LearningPoint.objects.get()
    assert f"{point.code} is made" in page.content.decode()
    assert "What does " + reading.passages.get(number=2).code in page.content.decode()
    assert point.created_by.username == "fictional-contributor"


def test_twin_is_not_made_without_a_word(desk, reading):
    twin = make.learning_point("Workers ask children what home is like.")
    page = post(desk, reading, 1, to="new", statement="Workers ask a child what the home is like.")
    assert f"Nearly the same is said already: {twin.code}" in page.content.decode()
    assert "Workers ask a child what the home is like." in page.content.decode()
    assert LearningPoint.objects.count() == 1
    post(desk, reading, 1, to="new", statement="Workers ask a child what the home is like.", all_the_same="on")
    assert LearningPoint.objects.count() == 2


def test_code_that_somebody_else_was_given_at_the_same_moment_loses_no_words(desk, reading, monkeypatch):
    taken = make.learning_point("Something else is said here.")
    with monkeypatch.context() as patch:
        patch.setattr(actions, "next_code", lambda model: taken.code if model is LearningPoint else "EV-9999")
        page = post(desk, reading, 1, to="new", statement="Workers ask children what home is like.").content.decode()
    assert "save once more" in page
    assert "Workers ask children what home is like." in page
    assert LearningPoint.objects.get() == taken
    assert "is made" in post(desk, reading, 1, to="new", statement="Workers ask children.").content.decode()


def test_evidence_for_a_published_point_waits(desk, reading):
    point = make.learning_point()
    page = post(desk, reading, 1, to=point.code, note="A fictional nuance.")
    assert "waits to be published" in page.content.decode()
    assert publishing.pending_for(point).changed_by.username == "fictional-contributor"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"to": ""}, "Choose a learning point, or a new one"),
        ({"to": "LP-0000"}, "no learning point LP-0000"),
        ({"to": "new", "statement": " "}, "Say in one sentence"),
        ({"to": "new", "statement": "x" * 401}, "at most 400"),
        ({"to": "new", "statement": "A plain sentence.", "kind": "nonsense"}, ""),
        ({"to": "new", "statement": "A plain sentence.", "themes": ["999999"]}, ""),
    ],
)
def test_wrong_coding_writes_nothing(desk, reading, fields, says):
    assert says in post(desk, reading, 1, **fields).content.decode()
    assert not LearningPoint.objects.exists()


def test_refusal_is_shown_and_what_was_typed_is_kept(desk, reading):
    point = make.learning_point()
    post(desk, reading, 1, to=point.code)
    page = post(desk, reading, 1, to=point.code, note="A second fictional nuance.").content.decode()
    assert "already" in page
    assert "A second fictional nuance." in page


def test_passage_is_set_aside_and_taken_back(desk, reading):
    path = reverse("admin:coding_aside", args=[reading.pk, 1])
    assert desk.get(path).status_code == 405
    desk.post(path)
    assert not screen.lines(reading)[0].is_open
    desk.post(path, {"back": "on"})
    assert screen.lines(reading)[0].is_open


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "9" * 30, "²"])
def test_passage_that_is_not_there_shows_another(desk, reading, number):
    assert desk.get(screen_of(reading, number)).status_code == 200


def test_markup_of_a_report_is_text(desk, review):
    found = [Found(1, "<b>x</b>", "<script>alert(1)</script> was written in this fictional report.")]
    reading = actions.begin(document=make.document(), source=review, found=found)
    assert "<script>alert" not in desk.get(screen_of(reading)).content.decode()


def test_page_has_no_inline_style_or_script(desk, reading):
    page = desk.get(screen_of(reading, 1)).content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)


@pytest.mark.parametrize(
    ("groups", "sees", "writes"),
    [((), False, False), (("viewer",), True, False), (("contributor",), True, True), (("editor",), True, True)],
)
def test_who_may_see_and_who_may_code(client, reading, groups, sees, writes):
    client.force_login(person(*groups))
    assert (client.get(screen_of(reading, 1)).status_code == 200) is sees
    assert (client.get(ADD).status_code == 200) is writes
    client.post(screen_of(reading, 1), {"to": "new", "statement": "Workers ask children what home is like."})
    assert LearningPoint.objects.exists() is writes
    client.post(reverse("admin:coding_aside", args=[reading.pk, 1]))
    assert reading.passages.get(number=1).set_aside is writes


def test_stranger_is_sent_to_the_log_in(client, reading):
    for path in (screen_of(reading), ADD, LIST, reverse("admin:coding_aside", args=[reading.pk, 1])):
        assert client.post(path)["Location"].startswith(reverse("admin:login"))


def test_text_can_be_removed_and_what_was_made_of_it_stays(desk, reading, passage):
    point = code_new(passage)
    desk.post(reverse("admin:coding_reading_delete", args=[reading.pk]), {"post": "yes"})
    assert not Passage.objects.exists()
    assert point.evidence.get().passage == f"C{reading.pk}-1"


# -- never public ----------------------------------------------------------------------------------------------------


def test_text_of_a_passage_is_on_no_public_page_and_in_no_index(client, reading, passage):
    from search.models import SearchDocument
    from tests.test_privacy import pages, where

    point = code_new(passage)
    publishing.publish(row=point)
    shown = pages(client)
    assert where(shown, "workers ask children")  # what was made of it is
    assert where(shown, "asked what it was like to live there") == set()
    assert not [one for one in SearchDocument.objects.values_list() if "asked what it was like" in str(one)]
    assert "asked what it was like" not in str(list(Version.objects.values_list("content", flat=True)))
