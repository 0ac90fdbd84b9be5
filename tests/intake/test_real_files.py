"""The files that mappings ship for come in by them: every row is made, or refused with its reason.

Their twins are made up (twins.py). The real ones are no part of the project: REAL_DATA names the directory that holds them.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from intake.kinds import KINDS
from intake.mapping import fitting
from intake.models import Mapping, Run
from intake.undoing import undo
from reviews.models import CaseReview, LearningPoint, Recommendation
from tests import factories as make
from tests.intake.conftest import faults, imported, tried
from tests.intake.twins import LONG, TWINS
from themes.models import Area

pytestmark = pytest.mark.django_db
REAL_DATA = os.environ.get("REAL_DATA", "")
COUNTED = {"made", "changed", "waits", "same", "left-out", "refused"}


@pytest.fixture
def runs(vocabulary: None, table: Callable[..., Path]) -> dict[str, Run]:
    """Every twin brought in by its mapping."""
    return {
        mapping: imported(table(*rows, name=f"{name}.csv"), kind, mapping=mapping, good_rows_only=True)
        for mapping, kind, name, rows in TWINS
    }


def test_every_shipped_mapping_has_its_twin(vocabulary):
    assert set(Mapping.objects.values_list("slug", flat=True)) == {mapping for mapping, *_rest in TWINS}
    for mapping in Mapping.objects.all():
        mapping.full_clean()


def test_every_row_is_made_or_refused_with_its_reason(runs):
    counts = {name: {key: n for key, n in run.counts.items() if key in COUNTED} for name, run in runs.items()}
    assert counts == {
        "ofsted-reviews": {"made": 4},
        "ofsted-facts": {"changed": 4},
        "ofsted-full-text": {"changed": 1, "refused": 1},
        "ofsted-findings": {"made": 3, "refused": 1},
        "ofsted-recommendations": {"made": 3, "left-out": 1},
        "ofsted-areas-for-improvement": {"made": 1, "left-out": 3},
        "pfd-child-reports": {"made": 2},
        "pfd-child-index": {"made": 1, "same": 1},
        "pfd-child-index-of-texts": {"changed": 1, "left-out": 1},
        "adolescent-reports": {"made": 1},
        "adolescent-concerns": {"made": 1},
        "adolescent-actions": {"made": 1, "left-out": 1},
        "adolescent-actions-not-answered": {"made": 1, "left-out": 1},
        "case-review-listing": {"made": 1, "left-out": 1},
        "areas-uk": {"made": 1},
        "areas-childrens-services": {"made": 1, "changed": 1},
        "areas-coroner": {"made": 1},
        "themes-of-others": {"made": 2, "left-out": 1},
        "pfd-child-theme-tags": {"changed": 3},
    }
    [refused] = runs["ofsted-findings"].lines.filter(outcome="refused")
    assert "no case review with the reference ‘JTAI-9-20250101’" in refused.messages[-1]["text"]


def test_a_mapping_is_found_by_the_columns_of_the_file(vocabulary):
    """The files of findings and of recommendations have the same columns: there the curator chooses."""
    for mapping, kind, _name, rows in TWINS:
        found = [one.slug for one in fitting(KINDS[kind], rows[0])]
        assert found[0], mapping
        assert mapping in found


def test_nothing_of_them_is_public(runs):
    for model in (CaseReview, LearningPoint, Recommendation):
        assert model.objects.exists()
        assert not model.objects.public().exists()


def test_an_inspection_is_read_whole(runs):
    row = CaseReview.objects.get(reference="JTAI-0-20250101")
    assert row.review_type.slug == "joint-targeted-area-inspection"
    assert [one.name for one in row.publishers.order_by("reviewpublisher__order")] == [
        "Ofsted",
        "Care Quality Commission",
    ]
    assert (row.nation, row.area_name, row.published_text) == ("england", "Nowhere", "1 January 2025")
    assert [harm.slug for harm in row.harm_list] == ["domestic-abuse"]
    assert row.summary == "A fictional letter.\n\nIts second paragraph."
    [document] = row.document_list
    assert (document.kind, document.pages, document.url) == ("letter", 14, "https://example.org/letter")


def test_a_finding_rests_on_its_letter(runs):
    piece = LearningPoint.objects.get(statement__startswith="Fictional partners listened").evidence.get()
    assert (piece.review.reference, piece.passage) == ("JTAI-0-20250101", "JTAI-0-20250101-STR001")
    assert piece.locator == "page 3, ‘Key strengths’"
    assert piece.document in piece.review.document_list


def test_a_text_too_long_for_a_statement_is_kept_whole_in_the_detail(runs):
    point = LearningPoint.objects.get(detail=LONG.strip())
    assert point.statement.endswith("met.")
    assert len(point.statement) <= 400
    assert LONG.startswith(point.statement)


def test_a_recommendation_knows_whom_it_asks(runs):
    asked = {one.text: [sector.slug for sector in one.addressed_list] for one in Recommendation.objects.all()}
    assert asked["How fictional managers support social workers."] == ["childrens-social-care"]
    assert asked["Ask the fictional child."] == ["safeguarding-partners"]


def test_of_a_coroners_report_no_exact_age_is_kept(runs):
    row = CaseReview.objects.get(reference="PFD-0000-0001")
    assert [stage.slug for stage in row.age_stage_list] == ["adolescents"]
    assert sorted(harm.slug for harm in row.harm_list) == ["death-of-a-child", "suicide-or-self-harm"]
    assert row.summary == "Fictional circumstances.\n\nFictional concerns."
    baby = CaseReview.objects.get(reference="PFD-0000-0002")
    assert [stage.slug for stage in baby.age_stage_list] == ["pre-birth-and-babies"]


def text_of(reference):
    [document] = CaseReview.objects.get(reference=reference).document_list
    return document.text


def test_a_letter_stands_with_the_document_of_its_inspection(runs):
    assert text_of("JTAI-0-20250101") == (
        "Region: Nowhere.\n\nInspected from 2024-12-01 to 2024-12-05.\n\nStatement of action due: 2025-04-01.\n\n"
        "## What fictional inspectors saw\n\nA fictional child was heard."
    )
    [refused] = runs["ofsted-full-text"].lines.filter(outcome="refused")
    assert "no case review with the reference ‘JTAI-9-20250101’" in refused.messages[-1]["text"]


def test_a_letter_taken_back_leaves_the_document_as_it_was(runs):
    assert "Fictional tag" in text_of("PFD-0000-0001")
    undo(run=runs["pfd-child-index-of-texts"])
    assert text_of("PFD-0000-0001") == (
        "Sent to: Nobody.\n\nCategory: Child Death (from 2015) | Suicide (from 2015) | Other related deaths."
    )


def test_what_a_report_was_asked_and_answered_is_a_recommendation(runs):
    asked = {
        one.text: one.evidence.get()
        for one in Recommendation.objects.filter(evidence__review__reference="ADOL-0000-0001")
    }
    assert asked.keys() == {
        "Fictional council answered: A fictional policy was written.",
        "Fictional trust was asked to say what it would do.",
    }
    assert {piece.note for piece in asked.values()} == {"Days overdue: 3.", "Answer due by 2024-06-28."}


def test_whom_a_recommendation_names_stands_with_its_evidence(runs):
    notes = {one.text: one.evidence.get().note for one in Recommendation.objects.all()}
    assert notes["Ask the fictional child."] == "Addressed to Local Safeguarding Children Board."
    [long] = [note for text, note in notes.items() if text.startswith("In this fictional example")]
    assert long == LONG.strip()


def test_rows_that_name_one_report_add_their_themes_to_it(runs):
    themes = {one.reference: sorted(term.code for term in one.theme_list) for one in CaseReview.objects.all()}
    assert themes["PFD-0000-0001"] == ["xx", "xx_fictional_waiting_times"]
    assert themes["PFD-0000-0002"] == ["xx"]


def test_an_area_is_one_row_with_all_its_names(runs):
    area = Area.objects.get(label="Nowhere City Council")
    assert area.alt_labels == ["Nowhere", "Nowhere on Sea", "[Old Nowhere]"]
    assert area.scope_note.startswith("Nowhere: Unitary authority, Nowhere at all, England.\n\nCode E99999999.")
    assert "Children’s services of Nowhere: Nowhere at all." in area.scope_note


def test_a_trial_points_at_what_may_identify_a_person_in_a_letter(vocabulary, table):
    review = make.case_review(documents=[make.document()])
    path = table(["review_id", "full_text"], [review.reference, "In fiction her mother, Mrs Nobody, was told."])
    [letter] = tried(path, "documents", mapping="ofsted-full-text")
    assert "Mrs Nobody" in " ".join(message["text"] for message in letter.messages)


def test_a_text_for_a_review_with_several_documents_is_refused(vocabulary, table):
    review = make.case_review(documents=[make.document(), make.document()])
    path = table(["review_id", "full_text"], [review.reference, "Fictional."])
    [letter] = tried(path, "documents", mapping="ofsted-full-text")
    assert letter.outcome == "refused"
    assert "has 2 documents here" in letter.messages[-1]["text"]


def test_a_trial_points_at_what_may_identify_a_person(vocabulary, table):
    [(mapping, kind, _name, rows)] = [one for one in TWINS if one[0] == "pfd-child-reports"]
    *_one, other = tried(table(*rows), kind, mapping=mapping)
    texts = " ".join(message["text"] for message in other.messages if message["level"] == "warning")
    assert "Mrs Nobody" in texts
    assert other.outcome == "made"


def test_a_second_import_of_each_file_changes_nothing(runs, table):
    for mapping, kind, name, rows in TWINS:
        again = imported(table(*rows, name=f"{name}.csv"), kind, mapping=mapping, good_rows_only=True)
        assert not again.counts.keys() & {"made", "changed", "waits"}, mapping


@pytest.mark.skipif(not REAL_DATA, reason="REAL_DATA does not name the directory of the real files")
def test_the_real_files_come_in_whole(db):
    fixtures = settings.BASE_DIR / "fixtures"
    call_command("load_content", fixtures / "01_vocabularies.json", fixtures / "05_mappings.json", verbosity=0)
    for name, short in (("Ofsted", ""), ("Care Quality Commission", "CQC"), ("HM Inspectorate of Probation", "")):
        make.publisher(name, short_name=short)
    make.publisher("HM Inspectorate of Constabulary and Fire & Rescue Services")
    for mapping, kind, name, _rows in TWINS:
        path = Path(REAL_DATA) / f"{name}.csv"
        planned = tried(path, kind, mapping=mapping)
        assert not faults(planned), mapping
        run = imported(path, kind, mapping=mapping)
        assert sum(run.counts.get(one, 0) for one in COUNTED) == sum(1 + len(one.joined) for one in planned)
        assert not run.lines.filter(outcome="left-out", messages=[]).exists()
