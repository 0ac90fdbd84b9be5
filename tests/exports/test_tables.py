"""Lists as CSV and as workbooks: what a reader of each makes of them, and that neither grows with its rows."""

import csv
import datetime
import io
import json
import zipfile

import openpyxl
import psutil
import pytest
from django.utils import timezone

from exports.archives import zipped
from publishing.models import move_on
from reviews.models import CaseReview, ReviewPublisher
from search.listings import LISTINGS
from tests import factories as make

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", '=HYPERLINK("http://a.example")']


def as_csv(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def as_workbook(answer):
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()), read_only=True)
    names, *rows = book["Data"].iter_rows(values_only=True)
    return book, [dict(zip(names, row, strict=True)) for row in rows]


def test_csv_begins_with_a_byte_order_mark_for_excel(client):
    answer = client.get("/reviews.csv")
    assert answer.getvalue().startswith(b"\xef\xbb\xbfreference,slug,url,title,")
    assert answer["Content-Type"].startswith("text/csv; charset=utf-8")


def test_csv_is_in_welsh_under_its_address(client):
    make.case_review(themes=[make.theme("Fictional theme", label_cy="Thema ffug")], nation="england")
    [row] = as_csv(client.get("/cy/reviews.csv"))
    assert (row["themes"], row["nation"]) == ("Thema ffug", "Lloegr")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(client, text):
    make.case_review(summary=text)
    assert as_csv(client.get("/reviews.csv"))[0]["summary"] == f"'{text}"
    book, [row] = as_workbook(client.get("/reviews.xlsx"))
    assert row["summary"] == text  # typed as text, so it needs no mark
    assert {cell.data_type for line in book["Data"].iter_rows() for cell in line} <= {"s", "n", "b", "inlineStr"}


@pytest.mark.parametrize(
    "text", ["two\nlines", 'quotes " and, commas', "a;b", "<b>&amp;</b>", "\x00\x0b\ud7ff 🙂", "_x0041_"]
)
def test_tables_keep_every_text(client, text):
    CaseReview.objects.filter(pk=make.case_review().pk).update(summary=text.replace("\x00", ""))
    move_on()
    assert as_csv(client.get("/reviews.csv"))[0]["summary"] == text.replace("\x00", "")
    if "_x0041_" not in text:  # which openpyxl gives as it is written in the file
        assert as_workbook(client.get("/reviews.xlsx"))[1][0]["summary"] == text.replace("\x00", "").replace("\x0b", "")


def test_longest_text_of_a_workbook_is_what_excel_can_hold(client):
    make.case_review(summary="x" * 40_000)
    assert len(as_workbook(client.get("/reviews.xlsx"))[1][0]["summary"]) == 32_767


def test_workbook_holds_what_the_list_has_found_with_numbers_as_numbers(client):
    theme = make.theme("Fictional theme")
    reviews = [make.case_review(incident_year=2015 + n, themes=[theme] if n else []) for n in range(4)]
    _book, rows = as_workbook(client.get(f"/reviews.xlsx?theme={theme.slug}&sort=oldest"))
    assert {row["reference"] for row in rows} == {one.reference for one in reviews[1:]}
    assert {row["incident_year"] for row in rows} == {2016, 2017, 2018}
    assert {row["named"] for row in rows} == {True}
    assert {row["themes"] for row in rows} == {"Fictional theme"}


@pytest.mark.parametrize("path", ["reviews", "learning", "recommendations", "briefings"])
def test_workbook_says_what_its_columns_mean(client, path):
    book, _rows = as_workbook(client.get(f"/{path}.xlsx"))
    columns = [cell.value for cell in next(book["Data"].iter_rows())]
    meanings = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert all(meanings[name] for name in columns)


def test_archive_made_twice_is_the_same_and_opens(tmp_path):
    files = [("a.txt", [b"one", b"two"]), ("b/empty.txt", [])]
    first, second = (b"".join(zipped(iter(files))) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert archive.read("a.txt") == b"onetwo"
        assert archive.namelist() == ["a.txt", "b/empty.txt"]


MANY = 20_000


@pytest.fixture
def many():
    """More reviews than one would hold at once, made without the actions: they are only read."""
    kind, theme, board, now = (
        make.review_type("Fictional type"),
        make.theme("Fictional theme"),
        make.publisher(),
        timezone.now(),
    )
    rows = CaseReview.objects.bulk_create(
        CaseReview(
            reference=f"FIC-{n}",
            slug=f"fic-{n}",
            title=f"Fictional review {n}",
            review_type=kind,
            summary="fictional words " * 40,
            added_on=datetime.date(2026, 1, 1),
            status="published",
            published_at=now,
        )
        for n in range(MANY)
    )
    through = CaseReview.themes.through
    through.objects.bulk_create([through(casereview_id=row.pk, theme=theme) for row in rows], batch_size=5000)
    ReviewPublisher.objects.bulk_create([ReviewPublisher(review=row, publisher=board) for row in rows], batch_size=5000)
    move_on()


def test_memory_does_not_grow_with_the_rows(client, many):
    """Measured by hand at 100,000: docs/open-data.md. Here the file is larger than what may be added to the process."""
    client.get("/reviews.csv?nation=wales").getvalue()
    LISTINGS["review"].index()
    process = psutil.Process()
    before, most, size, last = process.memory_info().rss, 0, 0, b""
    for number, piece in enumerate(client.get("/reviews.csv").streaming_content):
        size, last = size + len(piece), piece
        if number == 1:
            assert size < 2_000_000  # the first rows come before the rest is read
        most = max(most, process.memory_info().rss - before)
    assert size > 15_000_000
    assert last.count(b"FIC-") >= 1
    assert most < 10_000_000


def test_review_that_is_withdrawn_while_the_file_is_sent_is_not_in_the_rest_of_it(client, monkeypatch):
    monkeypatch.setattr("exports.records.chunks", lambda keys, size: ([key] for key in keys))
    rows = [make.case_review(f"Fictional review {n}") for n in range(3)]
    lines = client.get("/reviews.jsonl?sort=oldest").streaming_content
    first = json.loads(next(lines))["reference"]
    rest = [row for row in rows if row.reference != first]
    make.withdrawn(rest[0])
    assert [json.loads(line)["reference"] for line in lines if line] == [rest[1].reference]
