"""Two learning points become one: nothing is lost, the old address leads on, and what breaks a rule is refused."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse

from exports.formats import all_formats
from publishing import actions
from publishing.models import Version
from publishing.snapshots import snapshot
from reviews.codes import next_code
from reviews.merging import merge
from reviews.models import Evidence, LearningPoint
from search import index
from tests import factories as make

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def shared():
    return make.case_review()


@pytest.fixture
def pair(shared):
    """Two published points with one piece of evidence in common."""
    point = make.learning_point("Workers ask the child.", sources=[shared, make.case_review()], themes=[make.theme()])
    into = make.learning_point("Practitioners ask children.", sources=[shared], themes=[make.theme()])
    same = point.evidence.get(review=shared)
    into.evidence.update(document=same.document, locator=same.locator, passage=same.passage)
    return point, into


def test_all_evidence_is_kept_and_none_is_there_twice(pair, shared):
    point, into = pair
    other = point.evidence.exclude(review=shared).get()
    merge(point=point, into=into)
    assert Evidence.objects.get(pk=other.pk).learning_point == into
    assert into.evidence.count() == 2
    assert fresh(into).evidence_count == 2
    assert fresh(into).strength == "several"
    assert [piece.order for piece in into.evidence.all()] == [1, 2]


def test_merged_point_is_not_published_again(client, pair):
    """It keeps the piece that the other had already, and lists would lead past its address."""
    point, into = pair
    merge(point=point, into=into)
    assert point.evidence.exists()
    with pytest.raises(actions.Refused, match=f"merged into {into.code}"):
        actions.publish(row=fresh(point), again=True)


def test_terms_are_united_and_words_stay(pair):
    point, into = pair
    merge(point=point, into=into)
    assert into.themes.count() == 2
    assert fresh(into).statement == "Practitioners ask children."


@pytest.mark.parametrize("path", ["/learning/{}/", "/cy/learning/{}/"])
def test_old_address_leads_to_the_new_one_for_good(client, pair, path):
    point, into = pair
    merge(point=point, into=into)
    answer = client.get(path.format(point.code))
    assert (answer.status_code, answer["Location"]) == (301, path.format(into.code))
    assert client.get(answer["Location"]).status_code == 200


def test_merged_twice_leads_to_the_last_in_one_step(client, pair):
    point, into = pair
    last = make.learning_point()
    merge(point=point, into=into)
    merge(point=into, into=last)
    assert client.get(point.get_absolute_url())["Location"] == last.get_absolute_url()


def test_tombstone_stands_behind_the_address_once_the_other_is_withdrawn(client, pair):
    point, into = pair
    merge(point=point, into=into)
    actions.withdraw(row=fresh(into), reason="error")
    assert client.get(point.get_absolute_url(), follow=True).status_code == 410


def test_briefings_hold_the_other_in_its_place_once(client, pair):
    point, into = pair
    one, both = make.briefing(items=[point]), make.briefing(items=[point, into])
    merge(point=point, into=into)
    for briefing in (one, both):
        assert [item.learning_point for item in briefing.sections.get().items.all()] == [into]
        page = client.get(briefing.get_absolute_url()).content.decode()
        assert into.code in page
        assert point.code not in page


def test_recommendations_answer_the_other(pair):
    point, into = pair
    asked = make.recommendation(answers=[point, into])
    merge(point=point, into=into)
    assert list(asked.answers.all()) == [into]


def test_points_that_it_took_the_place_of_point_to_the_other(pair):
    point, into = pair
    older = make.learning_point(superseded_by=point)
    LearningPoint.objects.filter(pk=into.pk).update(superseded_by=point)
    merge(point=point, into=into)
    assert fresh(older).superseded_by == into
    assert fresh(into).superseded_by is None


def test_search_and_lists_forget_it_and_history_keeps_it(client, pair):
    point, into = pair
    merge(point=point, into=into)
    assert index.matching_ids("workers", "learning") == []
    assert point.code not in client.get("/learning/").content.decode()
    assert {version.step for version in Version.objects.of(point)} >= {"withdrawn"}
    assert Version.objects.of(into).first().step == "merged"


# -- drafts ----------------------------------------------------------------------------------------------------------


def test_drafts_become_one_draft(shared):
    point = make.learning_point("Workers ask.", draft=True, sources=[shared, make.case_review()])
    into = make.learning_point("Practitioners ask.", draft=True, sources=[])
    merge(point=point, into=into)
    assert not LearningPoint.objects.filter(pk=point.pk).exists()
    assert fresh(into).evidence_count == 2
    assert Version.objects.filter(key=point.code).order_by("-pk").first().step == "deleted"


def test_draft_becomes_a_change_that_waits_and_readers_see_none(client, shared):
    point = make.learning_point(
        "Workers ask.", draft=True, sources=[shared], themes=[make.theme("Fictional new theme")]
    )
    into = make.learning_point("Practitioners ask.")
    code, before = point.evidence.get().code, client.get(into.get_absolute_url()).content
    merge(point=point, into=into)
    assert client.get(into.get_absolute_url()).content == before
    assert next_code(Evidence) > code  # it is not given out again while the change waits
    actions.publish_pending(row=into)
    assert set(into.evidence.values_list("review", flat=True)) >= {shared.pk}
    assert "fictional-new-theme" in into.themes.values_list("slug", flat=True)
    assert not LearningPoint.objects.filter(pk=point.pk).exists()


def test_draft_adds_to_the_change_that_waits_already(shared):
    into = make.learning_point("Practitioners ask.")
    content = snapshot(into)
    content["fields"]["detail"] = "A fictional detail."
    actions.save_pending(row=into, content=content)
    merge(point=make.learning_point("Workers ask.", draft=True, sources=[shared]), into=into)
    waiting = actions.pending_for(into).content
    assert waiting["fields"]["detail"] == "A fictional detail."
    assert len(waiting["parts"]["evidence"]) == 2


# -- refused ---------------------------------------------------------------------------------------------------------


def state():
    return [snapshot(point) | {"status": point.status} for point in LearningPoint.objects.order_by("pk")]


def _itself():
    point = make.learning_point()
    return point, point


def _into_a_draft():
    return make.learning_point(), make.learning_point(draft=True)


def _into_a_tombstone():
    return make.learning_point(), make.withdrawn(make.learning_point())


def _a_tombstone():
    return make.withdrawn(make.learning_point()), make.learning_point()


def _with_a_change_that_waits():
    point, into = make.learning_point(), make.learning_point()
    actions.save_pending(row=point, content=snapshot(point))
    return point, into


def _into_one_with_a_change_that_waits():
    point, into = make.learning_point(), make.learning_point()
    actions.save_pending(row=into, content=snapshot(into))
    return point, into


def _named_by_a_change_that_waits():
    point, into = make.learning_point(), make.learning_point()
    briefing = make.briefing(items=[point])
    actions.save_pending(row=briefing, content=snapshot(briefing))
    return point, into


@pytest.mark.parametrize(
    "made",
    [
        _itself,
        _into_a_draft,
        _into_a_tombstone,
        _a_tombstone,
        _with_a_change_that_waits,
        _into_one_with_a_change_that_waits,
        _named_by_a_change_that_waits,
    ],
)
def test_what_would_break_a_rule_is_refused_and_changes_nothing(made):
    point, into = made()
    before = state()
    with pytest.raises(actions.Refused) as refused:
        merge(point=point, into=into)
    assert all(message.endswith(".") for message in refused.value.messages)
    assert state() == before


def test_failure_half_way_leaves_nothing_half_done(pair, monkeypatch):
    point, into = pair
    make.briefing(items=[point])
    before = state()
    monkeypatch.setattr("reviews.merging._give_sections", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge(point=point, into=into)
    assert state() == before


# -- in the admin ----------------------------------------------------------------------------------------------------

LIST = reverse("admin:reviews_learningpoint_changelist")


def test_editor_is_offered_what_says_nearly_the_same_and_merges(client, pair):
    point, into = pair
    client.force_login(get_user_model().objects.create_superuser("fictional-editor"))
    data = {"action": "merge", "_selected_action": [point.pk]}
    page = client.post(LIST, data, follow=True).content.decode()
    assert f'name="into" value="{into.code}"' in page
    assert "There is no learning point LP-X" in client.post(LIST, data | {"other": "lp-x"}).content.decode()
    page = client.post(LIST, data | {"into": into.code}, follow=True).content.decode()
    assert f"{point.code} is merged into {into.code}" in page
    assert fresh(point).merged_into == into


def test_who_may_not_publish_may_not_merge(client, pair):
    point, into = pair
    writer = get_user_model().objects.create_user("fictional-writer", is_staff=True)
    writer.groups.add(Group.objects.get(name="contributor"))
    client.force_login(writer)
    client.post(LIST, {"action": "merge", "_selected_action": [point.pk], "into": into.code})
    assert fresh(point).merged_into is None


def test_files_of_the_old_code_lead_to_those_of_the_new_one(client, pair):
    point, into = pair
    merge(point=point, into=into)
    for extension, form in all_formats().items():
        answer = client.get(f"/learning/{point.code}.{extension}")
        led = (answer.status_code, answer.headers.get("Location")) == (301, f"/learning/{into.code}.{extension}")
        assert led is ("learning" in form.things), extension
