"""Rows as plain data: what a snapshot holds, and that it brings a row back."""

import datetime
import json

import pytest
from django.db import transaction

from briefings.models import Briefing
from publishing import actions
from publishing.snapshots import SnapshotError, find, fingerprint, hash_of, restore, snapshot
from reviews.models import CaseReview, Document, EvidenceSet, LearningPoint, Recommendation
from tests import factories as make
from themes import actions as term_actions
from themes.models import Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def point():
    return make.learning_point("A fictional sentence.", themes=[make.theme("Zebra theme"), make.theme("Apple theme")])


def test_snapshot_names_relations_by_natural_keys_and_parts_in_order(point):
    data = snapshot(point)
    piece = point.evidence.get()
    assert data["model"] == "reviews.learningpoint"
    assert data["key"] == point.code
    assert data["fields"]["themes"] == ["apple-theme", "zebra-theme"]
    assert data["fields"]["superseded_by"] is None
    assert data["parts"]["evidence"] == [
        {
            "code": piece.code,
            "review": piece.review.reference,
            "evidence_set": None,
            "document": piece.document.slug,
            "locator": piece.locator,
            "passage": "",
            "note": "",
            "recommendation": None,
        }
    ]


def test_snapshot_leaves_out_where_the_row_stands_and_what_is_derived(point):
    names = snapshot(point)["fields"].keys() | snapshot(point)["parts"]["evidence"][0].keys()
    assert not names & {"id", "status", "published_at", "changed_by", "evidence_count", "strength", "inside", "order"}


def everything() -> list:
    theme, sector = make.theme(), make.sector()
    boards = [make.publisher("Fictional board Z"), make.publisher("Fictional board A")]
    review = make.case_review(
        publishers=boards,
        themes=[theme],
        sectors=[sector],
        publication_date=datetime.date(2020, 6, 30),
        publication_precision="day",
    )
    one = make.evidence_set(members=[review], documents=[make.document(publisher=boards[0])])
    point = make.learning_point(sources=[review, one], themes=[theme], principles=[make.principle()])
    recommendation = make.recommendation(answers=[point], addressed_to=[sector], sources=[review])
    briefing = make.briefing(items=[point, recommendation], based_on=[one], publisher=boards[1])
    return [theme, boards[0], one.documents.get(), review, one, point, recommendation, briefing]


def test_every_kind_of_row_comes_back_as_it_was():
    for row in everything():
        data = json.loads(json.dumps(snapshot(row)))
        restore(data, row)
        assert snapshot(find(type(row), data["key"])) == data


def test_every_kind_of_row_can_be_made_of_its_snapshot():
    rows = everything()
    kept = [snapshot(row) for row in rows]
    for model in (Briefing, Recommendation, LearningPoint, EvidenceSet, CaseReview, Document):
        model.objects.all().delete()
    for data in kept:
        restore(data)
    assert [snapshot(find(type(row), data["key"])) for row, data in zip(rows, kept, strict=True)] == kept


def test_publishers_keep_the_order_of_the_title_page():
    review = make.case_review(publishers=[make.publisher("Fictional board Z"), make.publisher("Fictional board A")])
    assert snapshot(review)["fields"]["publishers"] == ["fictional-board-z", "fictional-board-a"]
    data = snapshot(review)
    data["fields"]["publishers"].reverse()
    restore(data)
    assert review.publisher_names == "Fictional board A, Fictional board Z"


def test_parts_are_matched_by_their_key_so_that_a_piece_of_evidence_keeps_its_row(point):
    data, pk = snapshot(point), point.evidence.get().pk
    data["parts"]["evidence"][0]["locator"] = "page 99"
    restore(data)
    assert (point.evidence.get().pk, point.evidence.get().locator) == (pk, "page 99")


def test_what_a_snapshot_does_not_name_is_left_as_it_is(point):
    restore({"model": "reviews.learningpoint", "key": point.code, "fields": {"detail": "More."}})
    point.refresh_from_db()
    assert (point.statement, point.detail) == ("A fictional sentence.", "More.")
    assert (point.themes.count(), point.evidence.count()) == (2, 1)


def test_fingerprint_follows_words_relations_parts_and_status(point):
    seen = {fingerprint(point)}
    point.evidence.update(note="A nuance.")
    seen.add(fingerprint(point))
    point.themes.remove(point.themes.first())
    seen.add(fingerprint(point))
    actions.withdraw(row=point, reason="error")
    seen.add(fingerprint(point))
    assert len(seen) == 4


def test_fingerprint_of_a_term_follows_a_merge():
    theme, other = make.theme(), make.theme()
    before = fingerprint(theme)
    term_actions.merge(term=theme, into=other)
    assert fingerprint(theme) != before


def test_fingerprint_is_that_of_the_row_and_not_of_the_moment(point):
    assert fingerprint(point) == fingerprint(LearningPoint.objects.get())


def test_hash_does_not_depend_on_the_order_of_names():
    assert hash_of({"a": 1, "b": [1, 2]}) == hash_of({"b": [1, 2], "a": 1}) != hash_of({"a": 1, "b": [2, 1]})


def test_only_a_row_that_is_there_is_found(point):
    assert find(LearningPoint, point.code) == point
    assert find(LearningPoint, "LP-0000") is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"themes": ["no-such-theme"]}, "‘no-such-theme’, which does not exist"),
        ({"superseded_by": "LP-0000"}, "‘LP-0000’, which does not exist"),
        ({"colour": "red"}, "no field called ‘colour’"),
        ({"kind": "gossip"}, "kind"),
        ({"statement": ""}, "statement"),
        ({"as_at": "2020-06-01"}, "learningpoint_as_at_with_precision"),
    ],
)
def test_data_that_describe_no_row_are_refused_by_row_and_field(point, fields, says):
    data = {"model": "reviews.learningpoint", "key": point.code, "fields": fields}
    with pytest.raises(SnapshotError) as error, transaction.atomic():
        restore(data)
    assert point.code in str(error.value)
    assert says in str(error.value)


def test_data_that_fail_at_a_part_leave_nothing_behind(point):
    data = snapshot(point)
    data["fields"]["statement"] = "Half written."
    data["parts"]["evidence"].append({"code": "EV-9001", "document": "no-such-document"})
    with pytest.raises(SnapshotError, match="evidence 2"), transaction.atomic():
        restore(data)
    assert LearningPoint.objects.get().statement == "A fictional sentence."
    assert point.evidence.count() == 1


def test_provisional_parts_get_the_same_keys_each_time(point):
    data = snapshot(point)
    data["parts"]["evidence"].append({**data["parts"]["evidence"][0], "code": "EV-9001"})

    def keys() -> list[int]:
        with transaction.atomic():
            restore(data, LearningPoint.objects.get(), provisional=True)
            found = list(point.evidence.values_list("pk", flat=True))
            transaction.set_rollback(True)
        return found

    first = keys()
    assert len(first) == 2
    assert keys() == first


def test_theme_can_be_restored_under_its_parent():
    parent = make.theme("Fictional parent")
    child = make.theme("Fictional child", parent=parent)
    data = snapshot(child)
    data["fields"]["parent"] = None
    restore(data)
    assert Theme.objects.get(pk=child.pk).parent is None
