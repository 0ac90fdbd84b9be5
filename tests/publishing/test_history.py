"""The history: every version of every row, in order, added to and never changed."""

from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from publishing import actions, history
from publishing.history import Step
from publishing.models import Version
from publishing.snapshots import snapshot, snapshot_many
from publishing.versions import NeverChanged
from reviews.models import CaseReview, LearningPoint
from tests import factories as make
from tests import people
from themes import actions as term_actions

pytestmark = pytest.mark.django_db


def steps(row) -> list[str]:
    return list(Version.objects.of(row).order_by("pk").values_list("step", flat=True))


def newest(row) -> Version:
    return Version.objects.of(row).first()


def changed(row, **fields):
    content = snapshot(row)
    content["fields"] |= fields
    return content


def test_each_step_adds_a_version_with_who_when_and_why():
    writer, editor = people.contributor(), people.editor()
    review = make.case_review(draft=True)
    review.title = "Renamed and fictional"
    actions.save_draft(row=review, by=writer, comment="A better title.")
    actions.submit(row=review, by=writer, comment="Please look.")
    actions.send_back(row=review, by=editor, comment="Say the year.")
    actions.submit(row=review, by=writer)
    actions.publish(row=review, by=editor)
    actions.withdraw(row=review, reason="error", by=editor, comment="A wrong report.")
    assert steps(review) == ["saved", "saved", "submitted", "sent-back", "submitted", "published", "withdrawn"]
    found = Version.objects.of(review).order_by("pk")
    assert [(one.comment, one.by) for one in found][1:4] == [
        ("A better title.", writer),
        ("Please look.", writer),
        ("Say the year.", editor),
    ]
    assert [one.status for one in found][3:] == ["draft", "in-review", "published", "withdrawn"]


def test_version_holds_relations_and_parts():
    theme, source = make.theme(), make.case_review()
    point = make.learning_point(themes=[theme], sources=[source])
    content = newest(point).content
    assert content == snapshot(LearningPoint.objects.get(pk=point.pk))
    assert content["fields"]["themes"] == [theme.slug]
    assert [piece["review"] for piece in content["parts"]["evidence"]] == [source.reference]


def test_save_that_changes_nothing_adds_nothing():
    review = make.case_review(draft=True)
    actions.save_draft(row=review)
    assert steps(review) == ["saved"]


def test_change_that_waits_has_its_own_versions_and_one_when_it_is_published():
    point = make.learning_point("First wording.")
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    actions.submit(row=point, comment="Clearer.")
    actions.publish_pending(row=point)
    found = Version.objects.of(point).order_by("pk")
    assert [(one.step, one.pending) for one in found][-3:] == [
        ("saved", True),
        ("submitted", True),
        ("published", False),
    ]
    assert newest(point).content["fields"]["statement"] == "Second wording."


def test_discarded_change_stays_in_the_history():
    point = make.learning_point("First wording.")
    actions.save_pending(row=point, content=changed(point, statement="Second wording."))
    actions.discard_pending(row=point, comment="Not so.")
    assert newest(point).step == Step.DISCARDED
    assert newest(point).content["fields"]["statement"] == "Second wording."


@pytest.mark.parametrize("row", [make.theme, make.sector, make.publisher, make.document, make.helpline])
def test_rows_that_are_not_published_have_a_history_too(row):
    assert steps(row()) == ["saved"]


def test_merge_of_two_terms_is_in_the_history_of_all_that_carried_the_one():
    old, new = make.theme("Fictional old"), make.theme("Fictional new")
    point = make.learning_point(themes=[old])
    term_actions.merge(term=old, into=new)
    assert newest(point).step == newest(old).step == Step.MERGED
    assert newest(point).content["fields"]["themes"] == [new.slug]
    assert "Fictional old" in newest(point).comment


def test_shipped_content_has_one_version_of_each_row(tmp_path):
    file = tmp_path / "rows.json"
    file.write_text('[{"model": "themes.harm", "key": "fictional", "fields": {"label": "Fictional"}}]')
    call_command("load_content", file, verbosity=0)
    call_command("load_content", file, verbosity=0)
    assert list(Version.objects.values_list("model", "key", "step")) == [("themes.harm", "fictional", "loaded")]


def test_what_is_written_as_one_gets_one_version_of_that_step():
    with transaction.atomic(), history.as_one(step=Step.IMPORTED, batch="import 7"):
        reviews = [make.case_review() for _ in range(3)]
    for review in reviews:
        assert steps(review) == ["imported"]
        assert newest(review).content == snapshot(review)
        assert (newest(review).status, newest(review).batch) == ("published", "import 7")


def test_block_that_fails_records_nothing():
    with pytest.raises(actions.Refused), transaction.atomic(), history.as_one(step=Step.IMPORTED):
        actions.publish(row=make.case_review())
    assert not Version.objects.exists()


def test_many_rows_are_recorded_in_as_many_statements_as_few():
    def statements(rows) -> int:
        with CaptureQueriesContext(connection) as captured:
            history.record_many(rows=rows, step=Step.IMPORTED)
        return len(captured)

    few = [make.learning_point(), make.case_review(publishers=[make.publisher()])]
    many = few + [make.learning_point(themes=[make.theme()]) for _ in range(4)]
    assert statements(few) == statements(many)


def full_rows():
    point = make.learning_point(sources=[make.case_review(), make.evidence_set()], themes=[make.theme(), make.theme()])
    review = make.case_review(publishers=[make.publisher(), make.publisher()], documents=[make.document()])
    asked = make.recommendation(answers=[point])
    return [point, review, asked, make.briefing(items=[point, asked]), make.theme(parent=make.theme())]


def test_snapshots_of_many_are_those_of_each():
    for row in full_rows():
        [(same, content)] = snapshot_many(type(row), [row.pk])
        assert (same, content) == (row, snapshot(row))


def test_history_is_added_to_and_never_changed():
    version = newest(make.case_review())
    version.comment = "Rewritten."
    for attempt in (
        version.save,
        version.delete,
        lambda: Version.objects.update(comment="Rewritten."),
        lambda: Version.objects.all().delete(),
        lambda: Version.objects.bulk_update([version], ["comment"]),
    ):
        with pytest.raises(NeverChanged), transaction.atomic():
            attempt()
    assert Version.objects.get(pk=version.pk).comment == ""


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE publishing_version SET comment = 'Rewritten.'", "never changed"),
        ("UPDATE publishing_version SET content = '{}'", "never changed"),
        ("UPDATE publishing_version SET by_id = NULL, by_name = 'somebody else'", "never changed"),
        ("UPDATE publishing_version SET by_id = (SELECT MIN(id) FROM auth_user)", "never changed"),
        ("UPDATE publishing_version SET id = id + 1000", "never changed"),
        ("DELETE FROM publishing_version", "never deleted"),
    ],
)
def test_database_refuses_a_change_of_the_history(statement, words):
    people.editor()
    made = newest(make.case_review())
    before = list(Version.objects.values_list())
    with pytest.raises(DatabaseError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Version.objects.values_list()) == before
    assert made in Version.objects.all()


def test_rules_of_the_history_name_every_column():
    """On SQLite they are named one by one: a new column needs the trigger made anew."""
    columns = {field.column for field in Version._meta.concrete_fields}
    kept = import_module("publishing.migrations.0005_history_is_kept")
    assert {*kept.COLUMNS, "by_id"} == columns


def test_name_stays_in_the_history_when_the_account_goes():
    writer = people.contributor()
    review = CaseReview.objects.get(pk=make.case_review(draft=True).pk)
    review.title = "Renamed and fictional"
    actions.save_draft(row=review, by=writer)
    name = writer.get_username()
    writer.delete()
    assert (newest(review).by, newest(review).who) == (None, name)


def test_draft_that_is_deleted_leaves_its_history():
    review = make.case_review("A fictional draft", draft=True)
    key = review.reference
    actions.delete_draft(row=review, comment="Twice.")
    last = Version.objects.filter(key=key).order_by("-pk").first()
    assert (last.step, last.comment, last.content["fields"]["title"]) == ("deleted", "Twice.", "A fictional draft")


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_was_public_is_never_deleted(state):
    review = make.case_review()
    if state == "withdrawn":
        make.withdrawn(review)
    with pytest.raises(actions.Refused, match="withdrawn, never deleted"):
        actions.delete_draft(row=review)
    assert CaseReview.objects.filter(pk=review.pk).exists()
