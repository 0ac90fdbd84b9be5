"""Who may take which step, in which state, by whatever way it is asked for; and two pairs of eyes."""

import datetime

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from publishing import actions, roles, schedule
from publishing.admin import PublishableAdmin
from publishing.history import Step
from publishing.models import Version
from publishing.restoring import restore_version
from publishing.snapshots import snapshot
from publishing.steps import STEPS
from publishing.writes import Refused
from reviews.models import CaseReview, LearningPoint
from tests import factories as make
from tests import people
from tests.pages import parsed

pytestmark = pytest.mark.django_db

NOBODY = "nobody"
EVERYBODY = (*roles.ROLES, NOBODY)
SOON = {"publish_at": "2099-01-31T09:30"}


def user_of(role):
    return people.person() if role == NOBODY else people.person(role)


def address(row, page: str, *args) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def by_the_form(client, row, step: str, **data):
    return client.post(address(row, "step", row.pk, step), {"confirmed": "yes", "comment": "Fictional.", **data})


def by_the_list(client, row, step: str, **data):
    chosen = {"action": step, "_selected_action": [row.pk], "confirmed": "yes", "comment": "Fictional.", **data}
    return client.post(address(row, "changelist"), chosen)


# -- rows in each state, written by nobody in particular --------------------------------------------------------------


def draft():
    return make.case_review(draft=True)


def in_review():
    row = draft()
    actions.submit(row=row)
    return row


def on_the_schedule():
    row = in_review()
    schedule.schedule(row=row, at=timezone.now() + datetime.timedelta(days=1))
    return row


def published():
    return make.case_review()


def withdrawn():
    return make.withdrawn(published(), "court-order")


def changed():
    row = published()
    content = snapshot(row)
    content["fields"]["summary"] = "A fictional change."
    actions.save_pending(row=row, content=content)
    return row


def changed_in_review():
    row = changed()
    actions.submit(row=row)
    return row


def state_of(row) -> tuple:
    row = type(row).objects.get(pk=row.pk)
    pending = actions.pending_for(row)
    waits = (pending.status, pending.publish_at) if pending else None
    return row.status, row.publish_at, waits, snapshot(row)


# step -> (a row that it fits, who may take it, what else it asks)
MATRIX = {
    "submit": (draft, {"contributor", "editor"}, {}),
    "send_back": (in_review, {"editor"}, {}),
    "publish": (in_review, {"editor"}, {}),
    "publish_again": (withdrawn, {"editor"}, {}),
    "publish_changes": (changed_in_review, {"editor"}, {}),
    "schedule": (in_review, {"editor"}, SOON),
    "unschedule": (on_the_schedule, {"editor"}, {}),
    "discard_changes": (changed, {"editor"}, {}),
    "withdraw": (published, {"editor"}, {"reason": "error"}),
}


def test_every_step_is_in_the_matrix():
    assert STEPS.keys() == MATRIX.keys()


@pytest.mark.parametrize("way", [by_the_form, by_the_list])
@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("step", MATRIX)
def test_role_takes_the_step_or_nothing_happens(client, step, role, way):
    fitting, allowed, more = MATRIX[step]
    row = fitting()
    before, versions = state_of(row), Version.objects.count()
    client.force_login(user_of(role))
    answer = way(client, row, step, **more)
    assert answer.status_code in {200, 302, 403}
    if role in allowed:
        assert state_of(row) != before
        assert Version.objects.of(row).first().comment.endswith("Fictional.")
    else:
        assert state_of(row) == before
        assert Version.objects.count() == versions


@pytest.mark.parametrize("step", MATRIX)
def test_stranger_takes_no_step(client, step):
    fitting, _allowed, more = MATRIX[step]
    row = fitting()
    before = state_of(row)
    for way in (by_the_form, by_the_list):
        assert way(client, row, step, **more)["Location"].startswith("/admin/login/")
    assert state_of(row) == before


@pytest.mark.parametrize("role", EVERYBODY)
def test_form_and_list_offer_the_steps_that_the_role_may_take_and_no_others(client, role):
    client.force_login(user_of(role))
    for fitting, _allowed, _more in MATRIX.values():
        row = fitting()
        page = client.get(address(row, "change", row.pk))
        if role == NOBODY:
            assert page.status_code == 403
            continue
        offered = {step.name for step, _url in page.context["steps"]}
        fits = {
            name for name, (make_row, _who, _more) in MATRIX.items() if state_of(make_row())[:3] == state_of(row)[:3]
        }
        assert {name for name in fits if role in MATRIX[name][1]} <= offered
        assert all(role in MATRIX[name][1] for name in offered)
    if role != NOBODY:
        listed = client.get(reverse("admin:reviews_casereview_changelist")).context["action_form"]
        names = {value for value, _label in listed.fields["action"].choices if value} if listed else set()
        own = {"send_back", "discard_changes"} if role == "contributor" else set()
        assert names == {name for name, (_row, allowed, _more) in MATRIX.items() if role in allowed} | own


def test_step_of_a_page_that_does_not_exist_is_not_found(client):
    client.force_login(people.editor())
    row = draft()
    assert client.get(address(row, "step", row.pk, "no-such-step")).status_code == 404
    assert client.get(address(row, "step", 999_999, "publish")).status_code in {302, 404}


# -- every route of every form ---------------------------------------------------------------------------------------

ALL = set(roles.ROLES)
WRITERS = {"contributor", "editor"}
# route -> (who gets it, who may send it): for a kind of content
ROUTES = {
    "changelist": (ALL, ALL),
    "add": (WRITERS, WRITERS),
    "change": (ALL, WRITERS),
    "history": (ALL, ALL),
    "version": (ALL, WRITERS),
    "preview": (ALL, ALL),
    "share": (set(), WRITERS),
    "delete": ({"editor"}, {"editor"}),
    "step": (WRITERS, WRITERS),
}


def arguments(row, page: str) -> list:
    more = {"version": [Version.objects.of(row).first().pk], "step": ["submit"]}
    return [] if page in {"changelist", "add"} else [row.pk, *more.get(page, [])]


def test_every_route_of_the_forms_is_in_the_table():
    for page in admin.site._registry.values():
        if isinstance(page, PublishableAdmin):
            prefix = f"{page.opts.app_label}_{page.opts.model_name}_"
            assert {one.name.removeprefix(prefix) for one in page.get_urls() if one.name} == ROUTES.keys()


KINDS = [make.case_review, make.evidence_set, make.learning_point, make.recommendation, make.briefing]


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("factory", KINDS, ids=lambda one: one.__name__)
def test_role_gets_and_sends_the_pages_of_the_table_and_no_others(client, factory, role):
    client.force_login(user_of(role))
    row = factory(draft=True)
    before = snapshot(row)
    for page, (gets, sends) in ROUTES.items():
        path = address(row, page, *arguments(row, page))
        assert (client.get(path).status_code in {200, 302, 405}) == (
            role in gets or (page == "share" and role in WRITERS)
        )
        if role not in sends:
            assert client.post(path, {"post": "yes", "confirmed": "yes"}).status_code == 403
    assert snapshot(type(row).objects.get(pk=row.pk)) == before


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize(
    ("factory", "writers"),
    [
        (make.theme, {"administrator"}),
        (make.harm, {"administrator"}),
        (make.review_type, {"administrator"}),
        (make.publisher, WRITERS),
        (make.document, WRITERS),
        (make.helpline, {"editor"}),
        (people.viewer, {"administrator"}),
    ],
)
def test_other_rows_are_kept_by_their_keepers(client, factory, writers, role):
    client.force_login(user_of(role))
    row = factory()
    sees = {"administrator"} if factory is people.viewer else ALL
    assert (client.get(address(row, "changelist")).status_code == 200) == (role in sees)
    assert (client.get(address(row, "change", row.pk)).status_code == 200) == (role in sees)
    assert (client.get(address(row, "add")).status_code == 200) == (role in writers)
    for page, args in (("add", []), ("change", [row.pk])):
        assert (client.post(address(row, page, *args), {}).status_code == 200) == (role in writers)
    assert client.post(address(row, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(address(row, "changelist"), chosen)
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("action", ["merge", "retire"])
def test_vocabularies_are_merged_and_retired_by_administrators(client, role, action):
    client.force_login(user_of(role))
    old, new = make.theme(), make.theme()
    client.post(address(old, "changelist"), {"action": action, "_selected_action": [old.pk], "into": new.pk})
    old.refresh_from_db()
    assert old.retired == (role == "administrator")


@pytest.mark.parametrize("role", EVERYBODY)
def test_log_of_all_steps_is_read_by_administrators_and_changed_by_nobody(client, role):
    client.force_login(user_of(role))
    version = Version.objects.of(draft()).first()
    for page, args in (("changelist", []), ("change", [version.pk])):
        assert (client.get(address(version, page, *args)).status_code == 200) == (role == "administrator")
    for page, args in (("add", []), ("change", [version.pk]), ("delete", [version.pk])):
        assert client.post(address(version, page, *args), {"comment": "Rewritten.", "post": "yes"}).status_code == 403


def test_administrator_does_not_make_a_superuser_of_anybody(client):
    keeper, other = people.administrator(), people.viewer()
    client.force_login(keeper)
    boss = people.person(is_superuser=True)
    for one in (keeper, other):
        page = client.get(address(one, "change", one.pk)).content.decode()
        assert 'name="is_superuser"' not in page
        assert 'name="user_permissions"' not in page
    client.post(
        address(other, "change", other.pk), {"username": other.username, "is_superuser": "on", "is_staff": "on"}
    )
    other.refresh_from_db()
    assert not other.is_superuser
    assert client.post(address(boss, "change", boss.pk), {"username": "taken-over"}).status_code == 403


# -- what is in review -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fitting", [in_review, changed_in_review])
@pytest.mark.parametrize(("role", "status"), [("contributor", 403), ("editor", 200)])
def test_what_is_in_review_is_changed_by_whoever_reviews_it(client, fitting, role, status):
    row = fitting()
    client.force_login(user_of(role))
    assert client.post(address(row, "change", row.pk), {"title": ""}).status_code == status


def test_writer_takes_back_what_she_sent_and_nothing_else(client):
    writer = people.contributor()
    client.force_login(writer)
    row, other = draft(), in_review()
    by_the_form(client, row, "submit")
    by_the_form(client, row, "send_back")
    row.refresh_from_db()
    assert row.status == "draft"
    assert by_the_form(client, other, "send_back").status_code == 403


def test_writer_discards_her_own_change_and_no_other(client):
    writer, row, other = people.contributor(), published(), changed()
    content = snapshot(row)
    content["fields"]["summary"] = "A fictional change."
    actions.save_pending(row=row, content=content, by=writer)
    client.force_login(writer)
    by_the_form(client, row, "discard_changes")
    assert actions.pending_for(row) is None
    assert by_the_form(client, other, "discard_changes").status_code == 403


# -- two pairs of eyes ---------------------------------------------------------------------------------------------------


def written(row, by):
    row = type(row).objects.get(pk=row.pk)
    name = "statement" if isinstance(row, LearningPoint) else "title"
    setattr(row, name, f"Written by {by} in fiction.")
    actions.save_draft(row=row, by=by)
    return row


@pytest.fixture
def editors():
    return people.editor(), people.editor()


def test_who_wrote_last_does_not_publish(editors):
    one, other = editors
    row = written(draft(), one)
    actions.submit(row=row, by=one)
    with pytest.raises(Refused, match="somebody else"):
        actions.publish(row=row, by=one)
    actions.publish(row=row, by=other)
    assert CaseReview.objects.get().is_published


def test_reviewer_who_mends_a_word_needs_another_one(editors):
    one, other = editors
    row = written(draft(), one)
    actions.submit(row=row, by=one)
    row = written(row, other)
    with pytest.raises(Refused, match="somebody else"):
        actions.publish(row=row, by=other)
    actions.publish(row=row, by=one)


def test_draft_is_published_by_a_person_only_from_review(editors):
    row = written(draft(), editors[0])
    with pytest.raises(Refused, match="send it to review first"):
        actions.publish(row=row, by=editors[1])


def test_who_wrote_the_change_does_not_publish_it(editors):
    one, other = editors
    row = published()
    content = snapshot(row)
    content["fields"]["summary"] = "A fictional change."
    actions.save_pending(row=row, content=content, by=one)
    with pytest.raises(Refused, match="send it to review first"):
        actions.publish_pending(row=row, by=other)
    actions.submit(row=row, by=one)
    with pytest.raises(Refused, match="somebody else"):
        actions.publish_pending(row=row, by=one)
    actions.publish_pending(row=row, by=other)


def test_who_restored_a_version_does_not_publish_it(editors):
    one, other = editors
    row = written(draft(), other)
    first = Version.objects.of(row).last()
    restore_version(row=row, version=first, by=one)
    actions.submit(row=row, by=other)
    with pytest.raises(Refused, match="somebody else"):
        actions.publish(row=row, by=one)


def test_edit_of_a_change_in_review_sends_it_back_to_draft(editors):
    row = changed_in_review()
    content = snapshot(row)
    content["fields"]["summary"] = "Another fictional change."
    actions.save_pending(row=row, content=content, by=editors[0])
    assert actions.pending_for(row).status == "draft"


@pytest.mark.parametrize("by", [people.contributor, people.viewer, lambda: None])
def test_what_is_written_in_review_by_any_but_a_reviewer_goes_back_to_draft(by):
    """By an import, by coding, by a command: the forms do not offer it."""
    row = written(in_review(), by())
    assert CaseReview.objects.get(pk=row.pk).status == "draft"
    with pytest.raises(Refused, match="send it to review first"):
        actions.publish(row=row, by=people.editor())


def test_old_copy_of_a_draft_takes_no_step_back(editors):
    row = draft()
    old = CaseReview.objects.get(pk=row.pk)
    actions.submit(row=row, by=editors[0])
    old.title = "Written by a reviewer in fiction."
    actions.save_draft(row=old, by=editors[1])
    assert CaseReview.objects.get(pk=row.pk).status == "in-review"


def test_what_was_withdrawn_comes_not_back_among_others(client, editors):
    client.force_login(editors[0])
    row, other = withdrawn(), in_review()
    chosen = {"action": "publish", "_selected_action": [row.pk, other.pk], "confirmed": "yes"}
    assert client.post(address(row, "changelist"), {**chosen, "confirmed": []}).status_code == 200
    page = client.post(address(row, "changelist"), chosen, follow=True).content.decode()
    assert "stays so until somebody takes the step" in page
    assert CaseReview.objects.get(pk=other.pk).is_published
    assert CaseReview.objects.get(pk=row.pk).is_withdrawn
    assert by_the_form(client, row, "publish_again", comment="").status_code == 200  # it has to be said why
    assert CaseReview.objects.get(pk=row.pk).is_withdrawn
    by_the_form(client, row, "publish_again", comment="The order was lifted, in fiction.")
    row = CaseReview.objects.get(pk=row.pk)
    assert (row.is_published, row.withdrawn_on, row.withdrawn_reason) == (True, None, "")
    assert client.get(row.get_absolute_url()).status_code == 200


def seen_on(client, row, step):
    page = parsed(client.get(address(row, "step", row.pk, step)), strict=False)
    return [one.attrib["value"] for one in page.iter("input") if one.attrib.get("name") == "seen"]


@pytest.mark.parametrize("step", ["publish", "schedule"])
def test_what_changed_while_the_editor_looked_is_not_let_go(client, editors, step):
    one, other = editors
    row = in_review()
    client.force_login(one)
    seen = seen_on(client, row, step)
    written(row, other)
    answer = by_the_form(client, row, step, seen=seen, **SOON)
    assert "changed it while you looked" in answer.content.decode()
    assert (CaseReview.objects.get().status, CaseReview.objects.get().publish_at) == ("in-review", None)
    by_the_form(client, row, step, seen=seen_on(client, row, step), **SOON)
    row = CaseReview.objects.get()
    assert row.is_published or row.publish_at


def test_note_for_readers_is_looked_at_before_it_is_published(client, editors):
    client.force_login(editors[0])
    row = changed_in_review()
    page = by_the_form(client, row, "publish_changes", note="Mr Nobody rang 020 7946 0958.").content.decode()
    assert "A look before publishing" in page
    assert "‘Nobody’ after ‘Mr’ may be a person’s name" in page
    assert "What changed, for readers." in page
    assert CaseReview.objects.get().changes == []
    by_the_form(client, row, "publish_changes", note="Said more clearly.")
    assert [one["text"] for one in CaseReview.objects.get().changes] == ["Said more clearly."]


def test_change_that_became_another_while_the_editor_looked_is_not_published(client, editors, settings):
    settings.TWO_PAIRS_OF_EYES = False
    row = changed_in_review()
    client.force_login(editors[0])
    seen = seen_on(client, row, "publish_changes")
    content = snapshot(row)
    content["fields"]["summary"] = "A fictional change that nobody looked at."
    actions.save_pending(row=row, content=content, by=editors[1])
    by_the_form(client, row, "publish_changes", seen=seen)
    assert actions.pending_for(row) is not None
    by_the_list(client, row, "publish_changes", seen=seen)
    assert actions.pending_for(row) is not None
    by_the_list(client, row, "publish_changes", seen=seen_on(client, row, "publish_changes"))
    assert actions.pending_for(row) is None


def test_operator_may_switch_the_rule_off(editors, settings):
    settings.TWO_PAIRS_OF_EYES = False
    row = written(draft(), editors[0])
    actions.publish(row=row, by=editors[0])


def test_commands_publish_without_a_second_person():
    row = written(draft(), people.editor())
    actions.publish(row=row)


def test_refusal_is_said_in_the_admin_and_nothing_is_published(client, editors):
    row = written(draft(), editors[0])
    actions.submit(row=row, by=editors[0])
    client.force_login(editors[0])
    by_the_form(client, row, "publish")
    page = client.get(address(row, "change", row.pk)).content.decode()
    assert "somebody else has to publish it" in page
    assert not CaseReview.objects.get().is_published


# -- what a step asks ----------------------------------------------------------------------------------------------------


def test_page_of_a_step_asks_first_and_does_nothing(client):
    client.force_login(people.editor())
    for step, (fitting, _allowed, _more) in MATRIX.items():
        row = fitting()
        before = state_of(row)
        assert client.get(address(row, "step", row.pk, step)).status_code == 200
        assert client.post(address(row, "step", row.pk, step), {}).status_code == 200
        assert state_of(row) == before


@pytest.mark.parametrize(
    ("step", "fitting", "data", "words"),
    [
        ("withdraw", published, {"reason": ""}, "Choose a reason"),
        ("withdraw", published, {"reason": "because"}, "Choose a reason"),
        ("send_back", in_review, {"comment": ""}, "required"),
        ("schedule", in_review, {"publish_at": ""}, "required"),
        ("schedule", in_review, {"publish_at": "tomorrow"}, "valid date"),
        ("publish", in_review, {"comment": "x" * 2001}, "2000"),
    ],
)
def test_answer_that_is_missing_or_wrong_is_asked_for_again_and_loses_nothing(client, step, fitting, data, words):
    client.force_login(people.editor())
    row = fitting()
    before = state_of(row)
    answer = by_the_form(client, row, step, **data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert state_of(row) == before


def test_time_that_is_past_is_refused_in_words(client):
    client.force_login(people.editor())
    row = in_review()
    by_the_form(client, row, "schedule", publish_at="2001-01-31T09:30")
    assert "a time to come" in client.get(address(row, "change", row.pk)).content.decode()


def test_page_that_publishes_shows_what_will_change_and_what_stands_in_the_way(client):
    client.force_login(people.editor())
    row = changed_in_review()
    page = client.get(address(row, "step", row.pk, "publish_changes")).content.decode()
    assert "<ins>A fictional change.</ins>" in page
    bare = make.learning_point(draft=True, sources=[])
    assert "no evidence" in client.get(address(bare, "step", bare.pk, "publish")).content.decode()


def test_withdrawal_is_one_request(client):
    client.force_login(people.editor())
    point = make.learning_point()
    by_the_form(client, point, "withdraw", reason="court-order")
    assert client.get(point.get_absolute_url()).status_code == 410
    newest = Version.objects.of(point).first()
    assert (newest.step, newest.comment) == (Step.WITHDRAWN, "Fictional.")


def test_readers_are_told_what_changed_where_the_editor_words_it(client):
    client.force_login(people.editor())
    row = changed_in_review()
    by_the_form(client, row, "publish_changes", note="The summary is clearer & shorter.")
    page = client.get(row.get_absolute_url()).content.decode()
    assert "What changed" in page
    assert "The summary is clearer &amp; shorter." in page
    content = snapshot(row)
    content["fields"]["summary"] = "A slip mended."
    actions.save_pending(row=row, content=content)
    actions.submit(row=row)
    by_the_form(client, row, "publish_changes", note="")
    row.refresh_from_db()
    assert [one["text"] for one in row.changes] == ["The summary is clearer & shorter."]


def test_older_version_that_is_published_again_keeps_what_readers_were_told(client):
    row = changed_in_review()
    first = Version.objects.of(row).last()
    actions.publish_pending(row=row, note="The summary is clearer.")
    restore_version(row=row, version=first)
    actions.publish_pending(row=row)
    row.refresh_from_db()
    assert [one["text"] for one in row.changes] == ["The summary is clearer."]
