"""What goes out by file comes back as it was, and no spreadsheet takes a cell of it for a formula."""

import csv
import io

import pytest
import rispy
from django.core.management import CommandError, call_command

from intake.exporting import pieces
from intake.kinds import KINDS
from publishing.snapshots import snapshot
from reviews.models import CaseReview, LearningPoint
from tests import factories as make
from tests.intake.conftest import imported

pytestmark = pytest.mark.django_db
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://a.example")', "'quoted'", "a\n=b", "＝1"]


def exported(kind: str, extension: str = "csv") -> bytes:
    return b"".join(pieces(kind, extension, KINDS[kind].model._default_manager.all()))


@pytest.fixture
def content(db):
    """One row of each kind, with something in every column."""
    theme, sector = make.theme("Fictional theme", alt_labels=["one", "two"]), make.sector("Fictional sector")
    board = make.publisher("Fictional board; of the north".replace(";", ""), nation="wales", active_from=2001)
    document = make.document(date="2020-06-01", date_precision="month", publisher=board)
    review = make.case_review(
        publishers=[board],
        documents=[document],
        themes=[theme],
        sectors=[sector],
        publication_date="2020-01-01",
        publication_precision="year",
        summary="One.\n\nTwo, “three”; four.",
    )
    point = make.learning_point(sources=[review, review], themes=[theme], sectors=[sector], questions="A?\nB?")
    make.recommendation(sources=[review], answers=[point], addressed_to=[sector])
    return review


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_what_goes_out_comes_back_as_it_was(content, tmp_path, kind, extension):
    path = tmp_path / f"out.{extension}"
    path.write_bytes(exported(kind, extension))
    count = KINDS[kind].model._default_manager.count()
    if count:
        run = imported(path, kind)
        assert set(run.counts) <= {"same", "warned"}
        assert run.counts["same"] >= count


def test_a_row_made_anew_from_its_file_is_the_same_row(content, tmp_path):
    review = make.case_review(draft=True, title="Fictional draft", summary="Text", harms=[make.harm()])
    path = tmp_path / "out.csv"
    path.write_bytes(exported("reviews"))
    before = snapshot(review)
    review.delete()
    imported(path, "reviews")
    assert snapshot(CaseReview.objects.get(reference=before["key"])) == before


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_no_cell_is_a_formula_and_each_comes_back(tmp_path, text, extension):
    make.case_review(draft=True, reference="F-1", title=text, summary=text)
    path = tmp_path / f"out.{extension}"
    path.write_bytes(exported("reviews", extension))
    if extension == "csv":
        row = next(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        assert not row["title"].lstrip().startswith(("=", "+", "-", "@"))
    assert imported(path, "reviews").counts == {"same": 1}


def test_references_go_out_as_ris_and_are_found_again(content, tmp_path):
    path = tmp_path / "out.ris"
    path.write_bytes(exported("reviews", "ris"))
    assert [one["title"] for one in rispy.loads(path.read_text())] == [content.title]
    assert imported(path, "reviews").counts == {"same": 1}


def test_references_in_ris_become_drafts(tmp_path):
    make.review_type("Fictional kind of review")
    make.publisher("Fictional board")
    path = tmp_path / "in.ris"
    path.write_text(
        "TY  - RPRT\nID  - F-9\nTI  - A fictional review\nDA  - 2020/06/\nM3  - Fictional kind of review\n"
        "AU  - Fictional board\nL2  - https://example.org/a.pdf\nER  - \n"
    )
    imported(path, "reviews")
    row = CaseReview.objects.get(reference="F-9")
    assert (row.status, row.published_text, row.publisher_names) == ("draft", "June 2020", "Fictional board")
    assert row.documents.get().url == "https://example.org/a.pdf"


def test_a_column_of_the_status_changes_nothing(content, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("code,statement,status\n,A fictional sentence.,published\n", encoding="utf-8")
    run = imported(path, "learning-points")
    assert LearningPoint.objects.get(code=run.lines.get().key).status == "draft"


def test_the_command_writes_a_file_or_says_why_not(content, tmp_path, capsys):
    call_command("export_file", "reviews", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == exported("reviews")
    with pytest.raises(CommandError, match="themes go out as csv, xlsx"):
        call_command("export_file", "themes", tmp_path / "out.ris")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_file", "themes", tmp_path / "nowhere" / "out.csv")
