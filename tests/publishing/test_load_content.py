"""What load_content loads, and what it leaves alone (with small fixtures of its own; the shipped ones: tests/fixtures)."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from briefings.models import Briefing
from publishing import actions, snapshots
from publishing.management.commands import load_content
from publishing.models import ContentVersion, ShippedRow, Status
from publishing.snapshots import snapshot
from reviews.models import CaseReview, Evidence, LearningPoint, Publisher
from search import index
from themes import actions as term_actions
from themes.models import ReviewType, Theme

pytestmark = pytest.mark.django_db


def row(model: str, key: str, parts: dict | None = None, **fields) -> dict:
    return {"model": model, "key": key, "fields": fields, **({"parts": parts} if parts else {})}


def shipped() -> list[dict]:
    """A small collection, all of it fictional."""
    evidence = {"code": "EV-0001", "review": "FICTIONAL-1", "document": "fictional-letter", "passage": "S9-1"}
    section = {"slug": "one", "heading": "One", "items": [{"learning_point": "LP-0001"}]}
    return [
        row("themes.theme", "first", label="First fictional theme", code="ONE", alt_labels=["quokkas"]),
        row("themes.theme", "second", label="Second fictional theme", code="TWO"),
        row("themes.reviewtype", "fictional-review", label="Fictional review"),
        row("reviews.publisher", "fictional-board", name="Fictional board"),
        row(
            "reviews.document", "fictional-letter", title="Fictional letter", kind="letter", publisher="fictional-board"
        ),
        row(
            "reviews.casereview",
            "FICTIONAL-1",
            slug="fictional-1",
            title="A fictional review of wombats",
            review_type="fictional-review",
            publishers=["fictional-board"],
            added_on="2026-11-21",
        ),
        row(
            "reviews.learningpoint",
            "LP-0001",
            {"evidence": [evidence]},
            statement="The fictional child is heard.",
            themes=["first"],
        ),
        row(
            "briefings.briefing",
            "fictional-briefing",
            {"sections": [section]},
            title="Fictional briefing",
            kind="topic",
            publisher="fictional-board",
            summary="A fictional summary.",
        ),
    ]


class Fixture:
    """A file that load_content is given; `load` says what the command said."""

    def __init__(self, path, capsys):
        self.path, self.capsys, self.rows = path, capsys, shipped()

    def load(self) -> str:
        self.path.write_text(json.dumps(self.rows))
        call_command("load_content", self.path)
        return self.capsys.readouterr().out.strip()

    def __getitem__(self, key: str) -> dict:
        return next(one for one in self.rows if one["key"] == key)


@pytest.fixture
def fixture(tmp_path, capsys):
    return Fixture(tmp_path / "99_fictional.json", capsys)


def test_everything_is_loaded_and_what_can_be_published_is(fixture):
    assert fixture.load() == "8 loaded"
    point = LearningPoint.objects.get(code="LP-0001")
    assert (point.status, point.strength, point.evidence.get().passage) == (Status.PUBLISHED, "one-review", "S9-1")
    assert CaseReview.objects.get().publisher_names == "Fictional board"
    assert Briefing.objects.get().sections.get().items.get().included == point
    assert index.matching_ids("wombats", "review") == [CaseReview.objects.get().pk]
    assert index.matching_ids("quokkas", "theme") == [Theme.objects.get(slug="first").pk]


def test_a_second_run_writes_nothing(fixture):
    fixture.load()
    before = [*ContentVersion.objects.values_list(), *ShippedRow.objects.order_by("pk").values_list()]
    with CaptureQueriesContext(connection) as captured:
        assert fixture.load() == "8 unchanged"
    assert {one["sql"].split()[0] for one in captured} & {"INSERT", "UPDATE", "DELETE"} == set()
    assert [*ContentVersion.objects.values_list(), *ShippedRow.objects.order_by("pk").values_list()] == before


def test_untouched_row_follows_the_fixture(fixture):
    fixture.load()
    fixture["LP-0001"]["fields"] |= {"statement": "The fictional child is heard by wombats.", "themes": ["second"]}
    fixture["LP-0001"]["parts"]["evidence"][0]["locator"] = "page 2"
    assert fixture.load() == "7 unchanged, 1 updated"
    point = LearningPoint.objects.get()
    assert point.statement == "The fictional child is heard by wombats."
    assert (point.theme_list[0].slug, point.evidence.get().locator) == ("second", "page 2")
    assert index.matching_ids("wombats", "learning") == [point.pk]
    assert fixture.load() == "8 unchanged"


@pytest.mark.parametrize(
    ("key", "field"),
    [("first", "label"), ("fictional-review", "label"), ("fictional-board", "name"), ("fictional-letter", "title")],
)
def test_change_of_a_fixture_moves_the_published_content_on(fixture, key, field):
    fixture.load()
    before = ContentVersion.objects.get().number
    fixture[key]["fields"][field] = "Renamed and fictional"
    fixture.load()
    assert ContentVersion.objects.get().number > before


def test_part_that_left_the_fixture_is_gone(fixture):
    fixture["LP-0001"]["parts"]["evidence"].append(
        {"code": "EV-0002", "review": "FICTIONAL-1", "document": "fictional-letter"}
    )
    fixture.load()
    fixture["LP-0001"]["parts"]["evidence"].pop()
    fixture.load()
    assert [piece.code for piece in Evidence.objects.all()] == ["EV-0001"]
    assert LearningPoint.objects.get().evidence_count == 1


def test_row_that_left_the_fixture_stays(fixture):
    fixture.load()
    fixture.rows.pop()
    assert fixture.load() == "7 unchanged"
    assert Briefing.objects.published().count() == 1


# -- what is a curator's ---------------------------------------------------------------------------------------------


def edit(point: LearningPoint, **fields) -> None:
    content = snapshot(point)
    content["fields"] |= fields
    actions.save_pending(row=point, content=content)
    actions.publish_pending(row=point)


def after_the_fixture_changed(fixture, key: str, **fields) -> str:
    fixture[key]["fields"] |= fields
    return fixture.load()


KEPT = "1 kept (changed by a curator), 7 unchanged"


def test_edited_row_is_hers(fixture):
    fixture.load()
    edit(LearningPoint.objects.get(), statement="Her own fictional words.")
    assert after_the_fixture_changed(fixture, "LP-0001", statement="New shipped words.") == KEPT
    assert LearningPoint.objects.get().statement == "Her own fictional words."


class Older:
    """The site before its models gained these fields."""

    def __init__(self, monkeypatch, *names, whole=False):
        self.patch, self.names, self.whole = monkeypatch, names, whole

    def __enter__(self):
        real = snapshots.content_fields
        known = lambda model, parent="": [one for one in real(model, parent) if one.name not in self.names]  # noqa: E731
        self.patch.setattr(snapshots, "content_fields", known)
        if self.whole:
            whole = lambda row: snapshots.hash_of(snapshot(row) | {"status": getattr(row, "status", "")})  # noqa: E731
            self.patch.setattr(load_content, "fingerprint", whole)
            self.patch.setattr(actions, "fingerprint", whole)

    def __exit__(self, *error):
        self.patch.undo()


GAINED = ("detail", "locator", "scope_note", "identified", "speaker_notes", "short_text")


@pytest.mark.parametrize("whole", [False, True], ids=["by what it says", "by its whole snapshot, as it once was"])
class TestModelThatGainedAField:
    def test_untouched_row_still_follows_the_fixture(self, fixture, monkeypatch, whole):
        with Older(monkeypatch, *GAINED, whole=whole):
            fixture.load()
        for one in fixture.rows:
            field = next(name for name in ("label", "name", "title", "statement") if name in one["fields"])
            one["fields"][field] += " (fictional)"
        fixture["LP-0001"]["fields"]["detail"] = "What the new field says."
        assert fixture.load() == "8 updated"
        assert LearningPoint.objects.get().detail == "What the new field says."

    def test_row_in_which_a_curator_filled_the_new_field_is_hers(self, fixture, monkeypatch, whole):
        with Older(monkeypatch, *GAINED, whole=whole):
            fixture.load()
        edit(LearningPoint.objects.get(), detail="Her own fictional words.")
        assert after_the_fixture_changed(fixture, "LP-0001", statement="New shipped words.") == KEPT

    def test_row_that_a_curator_edited_before_is_hers(self, fixture, monkeypatch, whole):
        with Older(monkeypatch, *GAINED, whole=whole):
            fixture.load()
            edit(LearningPoint.objects.get(), statement="Her own fictional words.")
        assert after_the_fixture_changed(fixture, "LP-0001", statement="New shipped words.") == KEPT

    def test_change_that_waits_can_be_published(self, fixture, monkeypatch, whole):
        with Older(monkeypatch, *GAINED, whole=whole):
            fixture.load()
            content = snapshot(LearningPoint.objects.get())
            content["fields"]["statement"] = "Her own fictional words."
            actions.save_pending(row=LearningPoint.objects.get(), content=content)
        actions.publish_pending(row=LearningPoint.objects.get())
        assert LearningPoint.objects.get().statement == "Her own fictional words."


def test_row_whose_evidence_she_edited_is_hers(fixture):
    fixture.load()
    Evidence.objects.update(note="Her nuance.")
    assert after_the_fixture_changed(fixture, "LP-0001", statement="New shipped words.") == KEPT
    assert Evidence.objects.get().note == "Her nuance."


def test_withdrawn_row_stays_withdrawn(fixture):
    fixture.load()
    actions.withdraw(row=CaseReview.objects.get(), reason="family-request")
    assert after_the_fixture_changed(fixture, "FICTIONAL-1", title="New shipped title") == KEPT
    review = CaseReview.objects.get()
    assert (review.status, review.title) == (Status.WITHDRAWN, "A fictional review of wombats")


def test_merged_term_stays_merged(fixture):
    fixture.load()
    term_actions.merge(term=Theme.objects.get(slug="first"), into=Theme.objects.get(slug="second"))
    said = after_the_fixture_changed(fixture, "first", label="New shipped label")
    assert "kept (changed by a curator)" in said
    assert "updated" not in said
    first = Theme.objects.get(slug="first")
    assert (first.retired, first.replaced_by.slug, first.label) == (True, "second", "First fictional theme")


def test_retired_term_stays_retired(fixture):
    fixture.load()
    term_actions.retire(term=Theme.objects.get(slug="second"))
    assert after_the_fixture_changed(fixture, "second", label="New shipped label") == KEPT
    assert Theme.objects.get(slug="second").retired


def test_removed_row_stays_removed(fixture):
    fixture.load()
    Briefing.objects.all().delete()
    assert after_the_fixture_changed(fixture, "fictional-briefing", title="New shipped title") == KEPT
    assert not Briefing.objects.exists()


def test_row_that_she_made_before_it_was_shipped_is_hers(fixture):
    Publisher.objects.create(slug="fictional-board", name="Her fictional board")
    assert fixture.load() == "1 kept (made by a curator), 7 loaded"
    assert Publisher.objects.get().name == "Her fictional board"


def test_shipped_change_waits_for_nobody_where_only_a_pending_version_stands(fixture):
    """The fixture changes the published row; her pending version, begun before, is then refused and not lost."""
    fixture.load()
    point = LearningPoint.objects.get()
    content = snapshot(point)
    content["fields"]["statement"] = "Her own fictional words."
    actions.save_pending(row=point, content=content)
    after_the_fixture_changed(fixture, "LP-0001", statement="New shipped words.")
    with pytest.raises(actions.Refused, match="has changed since"):
        actions.publish_pending(row=LearningPoint.objects.get())
    assert actions.pending_for(point).content["fields"]["statement"] == "Her own fictional words."


# -- what is broken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "fields", "says"),
    [
        ("LP-0001", {"themes": ["no-such-theme"]}, "LP-0001: themes names ‘no-such-theme’"),
        ("LP-0001", {"kind": "gossip"}, "LP-0001"),
        ("FICTIONAL-1", {"added_on": "yesterday"}, "FICTIONAL-1"),
        ("FICTIONAL-1", {"nation": "atlantis"}, "FICTIONAL-1"),
        ("first", {"no_such_field": 1}, "no_such_field"),
        ("fictional-briefing", {"summary": ""}, "fictional-briefing"),
    ],
)
def test_broken_fixture_loads_nothing_and_says_what_is_wrong(fixture, key, fields, says):
    fixture[key]["fields"] |= fields
    with pytest.raises(CommandError) as error:
        fixture.load()
    assert "Nothing was loaded" in str(error.value)
    assert says in str(error.value)
    assert not Theme.objects.exists()
    assert not ReviewType.objects.exists()
    assert not ShippedRow.objects.exists()
    assert index.matching_ids("quokkas", "theme") == []


def test_learning_point_without_evidence_loads_nothing(fixture):
    del fixture["LP-0001"]["parts"]
    with pytest.raises(CommandError, match="no evidence"):
        fixture.load()
    assert not CaseReview.objects.exists()


def test_update_that_takes_the_evidence_away_changes_nothing(fixture):
    fixture.load()
    fixture["LP-0001"]["parts"]["evidence"] = []
    fixture["first"]["fields"]["label"] = "Renamed fictional theme"
    with pytest.raises(CommandError, match="no evidence"):
        fixture.load()
    assert Evidence.objects.count() == 1
    assert Theme.objects.get(slug="first").label == "First fictional theme"


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"model": "themes.theme"}]'])
def test_file_that_is_no_fixture_is_named(tmp_path, text):
    path = tmp_path / "99_fictional.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=r"99_fictional\.json"):
        call_command("load_content", path)


@pytest.mark.parametrize("model", ["themes.nothing", "nothing"])
def test_model_that_does_not_exist_is_named(fixture, model):
    fixture["first"]["model"] = model
    with pytest.raises(CommandError, match=model):
        fixture.load()
