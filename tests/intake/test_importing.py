"""What a file does here: drafts, and changes that wait; found again by reference; all of it or nothing."""

import datetime
from typing import Any

import pytest

from intake.actions import NothingImportedError
from intake.files import BadFileError
from intake.models import Line, Mapping, Reference, Run
from publishing import actions
from publishing.models import ContentVersion
from publishing.versions import PendingVersion, Version
from reviews.models import CaseReview, Document, Evidence, LearningPoint, Publisher, Recommendation
from tests import factories as make
from tests.intake.conftest import faults, imported, outcomes, tried
from themes.models import Theme

pytestmark = pytest.mark.django_db

REVIEW = ["reference", "title", "review_type", "published", "summary"]


@pytest.fixture
def kind_of_review(db: None) -> Any:
    return make.review_type("Fictional kind of review", abbreviation="FKR")


def a_review(n: int, **other: str) -> list[str]:
    row = {"reference": f"F-{n}", "title": f"Fictional review {n}", "review_type": "FKR", "published": "June 2020"}
    return [{**row, **other}.get(name, "") for name in REVIEW]


# -- drafts ----------------------------------------------------------------------------------------------------------


def test_rows_arrive_as_drafts(table, kind_of_review, django_user_model):
    anna = django_user_model.objects.create_user("anna")
    run = imported(table(REVIEW, a_review(1), a_review(2)), "reviews", by=anna)
    first, second = CaseReview.objects.order_by("reference")
    assert (first.status, second.status) == ("draft", "draft")
    assert (first.title, first.slug, first.review_type) == ("Fictional review 1", "f-1", kind_of_review)
    assert (first.publication_date, first.publication_precision) == (datetime.date(2020, 6, 1), "month")
    assert first.created_by == first.changed_by == anna
    assert (run.state, run.counts, run.author) == ("done", {"made": 2}, anna)
    assert outcomes(run) == [(2, "made"), (3, "made")]


def test_nothing_that_readers_see_changes(table, kind_of_review):
    before = ContentVersion.objects.values_list("number", flat=True).first()
    imported(table(REVIEW, a_review(1)), "reviews")
    assert ContentVersion.objects.values_list("number", flat=True).first() == before


def test_each_new_row_has_one_version_in_its_history(table, kind_of_review):
    run = imported(table(REVIEW, a_review(1), a_review(2)), "reviews")
    found = Version.objects.filter(model="reviews.casereview").values_list("key", "step", "batch")
    assert sorted(found) == [("F-1", "imported", f"import {run.pk}"), ("F-2", "imported", f"import {run.pk}")]


def test_a_trial_changes_nothing(table, kind_of_review):
    planned = tried(table(REVIEW, a_review(1)), "reviews")
    assert [one.outcome for one in planned] == ["made"]
    assert not CaseReview.objects.exists()
    assert not Run.objects.exists()


def test_a_review_brings_its_document(table, kind_of_review):
    heading = [*REVIEW, "document_title", "document_kind", "document_url"]
    imported(table(heading, [*a_review(1), "Fictional letter", "Letter", "https://example.org/a"]), "reviews")
    [document] = CaseReview.objects.get().documents.all()
    assert (document.title, document.kind, document.url) == ("Fictional letter", "letter", "https://example.org/a")
    assert document in Document.objects.hidden()


# -- found again -----------------------------------------------------------------------------------------------------


def test_a_second_import_of_the_same_file_changes_nothing(table, kind_of_review):
    path = table(REVIEW, a_review(1), a_review(2))
    imported(path, "reviews")
    versions = Version.objects.count()
    assert imported(path, "reviews").counts == {"same": 2}
    assert CaseReview.objects.count() == 2
    assert Version.objects.count() == versions


def test_a_draft_is_changed_and_the_trial_shows_how(table, kind_of_review):
    imported(table(REVIEW, a_review(1)), "reviews")
    path = table(REVIEW, a_review(1, title="Another fictional title"))
    [one] = tried(path, "reviews")
    assert (one.outcome, one.changes) == ("changed", {"title": ["Fictional review 1", "Another fictional title"]})
    imported(path, "reviews")
    assert CaseReview.objects.get().title == "Another fictional title"


def test_a_published_row_gets_a_change_that_waits(table, kind_of_review):
    row = make.case_review(reference="F-1", title="As readers see it", review_type=kind_of_review)
    assert imported(table(REVIEW, a_review(1)), "reviews").counts == {"waits": 1}
    row.refresh_from_db()
    assert row.title == "As readers see it"
    actions.publish_pending(row=row)
    row.refresh_from_db()
    assert row.title == "Fictional review 1"


def test_a_change_that_waits_already_is_added_to(table, kind_of_review):
    row = make.case_review(reference="F-1", review_type=kind_of_review, summary="Old")
    imported(table(["reference", "title", "review_type", "area"], ["F-1", "T", "FKR", "Nowhere"]), "reviews")
    imported(table(["reference", "title", "review_type", "nation"], ["F-1", "T", "FKR", "Wales"]), "reviews")
    fields = PendingVersion.objects.get(key=row.reference).content["fields"]
    assert (fields["area_name"], fields["nation"], fields["summary"]) == ("Nowhere", "wales", "Old")


def test_a_withdrawn_row_is_refused(table, kind_of_review):
    make.withdrawn(make.case_review(reference="F-1", review_type=kind_of_review))
    assert "was withdrawn here" in faults(tried(table(REVIEW, a_review(1)), "reviews"))[0][2]


@pytest.mark.parametrize(
    ("existing", "title", "summary"),
    [("update", "From the file", "New"), ("fill", "Here", "New"), ("keep", "Here", "")],
)
def test_what_a_file_may_do_to_what_is_here_is_chosen(table, kind_of_review, existing, title, summary):
    make.case_review(reference="F-1", title="Here", review_type=kind_of_review, draft=True)
    path = table(REVIEW, a_review(1, title="From the file", summary="New"))
    imported(path, "reviews", existing=existing)
    row = CaseReview.objects.get()
    assert (row.title, row.summary) == (title, summary)


@pytest.mark.parametrize("draft", [True, False])
def test_a_file_does_not_change_the_address_that_readers_have(table, kind_of_review, draft):
    row = make.case_review(reference="F-1", review_type=kind_of_review, slug="here", draft=draft)
    path = table(["reference", "slug", "title", "review_type"], ["F-1", "elsewhere", "From the file", "FKR"])
    [planned] = tried(path, "reviews")
    imported(path, "reviews", existing="update")
    if not draft:
        assert "its address stays ‘here’" in str(planned.messages)
        actions.publish_pending(row=row)
    row = CaseReview.objects.get()
    assert (row.slug, row.title) == ("elsewhere" if draft else "here", "From the file")


def test_a_blank_cell_of_our_own_file_clears_and_one_from_elsewhere_does_not(table, kind_of_review):
    make.case_review(reference="F-1", title="Here", review_type=kind_of_review, draft=True, summary="Kept")
    Mapping.objects.create(
        slug="elsewhere",
        name="Elsewhere",
        kind="reviews",
        existing="update",
        columns={name: {"from": name} for name in REVIEW},
    )
    imported(table(REVIEW, a_review(1)), "reviews", mapping="elsewhere")
    assert CaseReview.objects.get().summary == "Kept"
    imported(table(REVIEW, a_review(1)), "reviews")
    assert CaseReview.objects.get().summary == ""


# -- all or nothing --------------------------------------------------------------------------------------------------


def test_one_bad_row_keeps_all_out(table, kind_of_review):
    path = table(REVIEW, a_review(1), a_review(2, published="30 February 2020"))
    with pytest.raises(NothingImportedError, match=r"Row 3, published: .*a day that does not exist"):
        imported(path, "reviews")
    assert not CaseReview.objects.exists()
    assert not Run.objects.exists()


def test_good_rows_alone_come_in_where_that_is_asked_for(table, kind_of_review):
    path = table(REVIEW, a_review(1), a_review(2, published="30 February 2020"))
    run = imported(path, "reviews", good_rows_only=True)
    assert run.counts == {"made": 1, "refused": 1}
    assert CaseReview.objects.get().reference == "F-1"
    refused = Line.objects.get(outcome="refused")
    assert dict(refused.cells)["published"] == "30 February 2020"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (a_review(1, review_type="Nonsense"), "review_type", "‘Nonsense’: no review type is called so"),
        (a_review(1, title=""), "title", "is needed for what is new, and the cell is blank"),
        (a_review(1, title="x" * 301), "title", "301 characters, at most 300"),
        (a_review(1, published="2020-13-45"), "published", "a day that does not exist"),
    ],
)
def test_a_refusal_names_row_column_and_remedy(table, kind_of_review, row, column, words):
    [(number, named, text)] = faults(tried(table(REVIEW, row), "reviews"))
    assert (number, named) == (2, column)
    assert words in text


def test_a_reference_twice_in_one_file_is_refused(table, kind_of_review):
    planned = tried(table(REVIEW, a_review(1), a_review(2), a_review(1, title="Another")), "reviews")
    assert faults(planned) == [
        (4, "reference", "‘F-1’ stands in row 2 already: keep one of the two, or give this one its own")
    ]


def test_a_slug_that_another_row_has_is_refused(table, kind_of_review):
    make.case_review(reference="OTHER", slug="f-1", draft=True)
    [(number, column, text)] = faults(tried(table(REVIEW, a_review(1)), "reviews"))
    assert (number, column) == (2, "slug")
    assert "belongs to ‘OTHER’" in text


def test_columns_that_no_mapping_knows_are_named(table, db):
    with pytest.raises(BadFileError, match="No mapping fits these columns: Name of report, Year"):
        tried(table(["Name of report", "Year"], ["A", "2020"]), "reviews")


# -- learning points and recommendations -----------------------------------------------------------------------------

POINT = ["code", "reference", "statement", "kind", "review", "document", "locator"]


@pytest.fixture
def review(db: None) -> CaseReview:
    document = make.document(slug="fictional-letter")
    return make.case_review(reference="F-1", documents=[document])


def test_a_learning_point_arrives_with_its_evidence(table, review):
    path = table(POINT, ["", "", "Children were not asked.", "Finding", "F-1", "", "page 3"])
    assert imported(path, "learning-points").counts == {"made": 1}
    point = LearningPoint.objects.get()
    piece = point.evidence.get()
    assert (point.code, piece.code, point.status) == ("LP-5000", "EV-5000", "draft")
    assert (piece.review, piece.document.slug, piece.locator) == (review, "fictional-letter", "page 3")
    assert (point.evidence_count, point.review_count, point.strength) == (1, 1, "one-review")


def test_derived_figures_are_those_that_a_recount_gives(table, review):
    other = make.case_review(reference="F-2", documents=[make.document()])
    make.evidence_set(slug="fictional-set", members=[review, other])
    heading = ["reference", "statement", "review", "evidence_set", "document", "locator"]
    path = table(
        heading,
        ["a", "One fictional sentence.", "F-1", "", "", "page 1"],
        ["a", "", "", "fictional-set", "fictional-letter", "page 2"],
        ["a", "", "F-2", "", "", "page 3"],
        ["b", "Another fictional sentence.", "F-1", "", "", "page 4"],
    )
    imported(path, "learning-points")
    figures = ["evidence_count", "review_count", "strength", "first_year"]
    before = list(LearningPoint.objects.order_by("code").values(*figures))
    inside = list(Evidence.objects.order_by("code").values_list("inside", flat=True))
    for point in LearningPoint.objects.all():
        point.recount()
    assert before == list(LearningPoint.objects.order_by("code").values(*figures))
    assert inside == list(Evidence.objects.order_by("code").values_list("inside", flat=True))
    assert [one["evidence_count"] for one in before] == [3, 1]


def test_rows_with_one_reference_are_one_statement_with_several_pieces(table, review):
    path = table(
        POINT,
        ["", "a", "Children were not asked.", "", "F-1", "", "page 3"],
        ["", "a", "", "", "F-1", "", "page 9"],
    )
    run = imported(path, "learning-points")
    assert LearningPoint.objects.get().evidence.count() == 2
    assert outcomes(run) == [(2, "made"), (3, "made")]


def test_a_row_that_says_something_else_of_the_same_statement_is_refused(table, review):
    path = table(
        POINT,
        ["", "a", "Children were not asked.", "", "F-1", "", "page 3"],
        ["", "a", "Parents were not asked.", "", "F-1", "", "page 9"],
    )
    assert [(row, column) for row, column, _text in faults(tried(path, "learning-points"))] == [
        (2, ""),
        (3, "statement"),
    ]


def test_evidence_is_added_and_never_taken_away(table, review):
    imported(table(POINT, ["", "a", "Children were not asked.", "", "F-1", "", "page 3"]), "learning-points")
    imported(table(POINT, ["", "a", "Children were not asked.", "", "F-1", "", "page 9"]), "learning-points")
    [point] = LearningPoint.objects.all()
    assert sorted(point.evidence.values_list("locator", flat=True)) == ["page 3", "page 9"]
    assert point.evidence_count == 2


def test_a_statement_is_found_again_by_its_reference_by_its_code_and_by_its_words(table, review):
    row = ["", "a", "Children were not asked.", "", "F-1", "", "page 3"]
    imported(table(POINT, row), "learning-points")
    code = LearningPoint.objects.get().code
    for again in (row, [code, "", *row[2:]], ["", "", *row[2:]]):
        assert imported(table(POINT, again), "learning-points").counts == {"same": 1}
    assert Reference.objects.get().key == code


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (
            ["", "", "A.", "", "F-9", "", ""],
            "review",
            "there is no case review with the reference ‘F-9’: bring it in first",
        ),
        (["", "", "A.", "", "", "fictional-letter", ""], "review", "exactly one review or one set"),
        (["", "", "A.", "", "F-2", "", ""], "document", "the source has no documents here"),
        (["5000", "", "A.", "", "F-1", "", ""], "code", "a code looks like LP-5000"),
        (["", "", "", "", "F-1", "", ""], "statement", "is needed"),
        (["", "", "A.", "Rumour", "F-1", "", ""], "kind", "‘Rumour’ is none of: finding"),
    ],
)
def test_evidence_that_does_not_hold_is_refused(table, review, row, column, words):
    make.case_review(reference="F-2")
    [(number, named, text)] = faults(tried(table(POINT, row), "learning-points"))
    assert (number, named) == (2, column)
    assert words in text


def test_a_statement_without_evidence_is_a_draft_with_a_warning(table, db):
    [one] = tried(table(["statement"], ["A fictional sentence."]), "learning-points")
    assert one.outcome == "made"
    assert "cannot be published before it has a source" in one.messages[0]["text"]


def test_a_passage_that_another_statement_rests_on_is_pointed_out(table, review):
    point = make.learning_point(draft=True, sources=[])
    make.evidence(point, review, passage="F-1-001")
    path = table(["statement", "review", "passage"], ["A fictional sentence.", "F-1", "F-1-001"])
    [one] = tried(path, "learning-points")
    assert f"{point.code} rests on this passage already" in one.messages[0]["text"]


def test_a_recommendation_arrives_with_whom_it_asks(table, review):
    make.sector("Fictional police", alt_labels=["constabulary"])
    path = table(["text", "addressed_to", "review"], ["Ask the child.", "Constabulary", "F-1"])
    imported(path, "recommendations")
    one = Recommendation.objects.get()
    assert (one.code, [sector.label for sector in one.addressed_list]) == ("REC-5000", ["Fictional police"])


# -- publishers and vocabularies -------------------------------------------------------------------------------------


def test_publishers_are_found_by_name_and_made(table, db):
    make.publisher("Fictional board", slug="fb")
    path = table(["name", "kind", "nation"], ["Fictional board", "charity", "wales"], ["Fictional panel", "panel", ""])
    assert imported(path, "publishers").counts == {"changed": 1, "made": 1}
    assert Publisher.objects.get(slug="fb").kind == "charity"
    assert Publisher.objects.get(slug="fictional-panel").kind == "panel"


def test_terms_may_name_a_parent_that_stands_above_them_in_the_file(table, db):
    path = table(
        ["label", "code", "parent", "other_labels"],
        ["Fictional theme", "F1", "", "one; two"],
        ["Fictional part", "F2", "Fictional theme", ""],
    )
    imported(path, "themes")
    part = Theme.objects.get(code="F2")
    assert part.parent.alt_labels == ["one", "two"]


def test_a_term_that_breaks_a_rule_of_the_database_is_refused(table, db):
    [(number, _column, text)] = faults(tried(table(["label"], ["Fictional sector"]), "sectors"))
    assert number == 2
    assert "sector_is_agency_or_audience" in text


# -- published at once -----------------------------------------------------------------------------------------------


def test_an_operator_publishes_what_comes_in_by_the_rules(table, kind_of_review):
    from search import index

    imported(table(REVIEW, a_review(1, title="Quokka review"), a_review(2)), "reviews", publish=True)
    assert CaseReview.objects.published().count() == 2
    assert index.search("quokka").total == 1


def test_what_the_rules_do_not_allow_is_not_published(table, db):
    path = table(["statement"], ["A fictional sentence without a source."])
    with pytest.raises(NothingImportedError, match=r"Row 2: .*has no evidence"):
        imported(path, "learning-points", publish=True)
    assert not LearningPoint.objects.exists()
    run = imported(path, "learning-points", publish=True, good_rows_only=True)
    assert LearningPoint.objects.get().status == "draft"
    assert "not published" in run.lines.get().messages[-1]["text"]
