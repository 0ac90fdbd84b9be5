"""Two people at one row, and the pages of its history: nobody overwrites what they have not seen, nothing is lost."""

import pytest
from django.urls import reverse

from briefings.actions import save_helpline
from briefings.models import Helpline
from publishing import actions
from publishing.history import Step
from publishing.models import ContentVersion, Version
from publishing.snapshots import snapshot
from reviews.models import CaseReview, LearningPoint
from tests import factories as make
from tests import people
from tests.pages import form_data, parsed
from themes import actions as term_actions

pytestmark = pytest.mark.django_db


def address(row, page: str, *args) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk, *args])


class Open:
    """A form as one person has it open."""

    def __init__(self, client, row, user):
        self.client, self.row, self.user = client, row, user
        client.force_login(user)
        self.fields = self._read(client.get(address(row, "change")))

    def _read(self, page) -> dict:
        return form_data(parsed(page, strict=False), f"{self.row._meta.model_name}_form")

    def send(self, **fields):
        self.client.force_login(self.user)
        self.answer = self.client.post(address(self.row, "change"), self.fields | fields)
        if self.answer.status_code == 200:
            self.fields = self._read(self.answer)
        return self.answer

    @property
    def text(self) -> str:
        return self.answer.content.decode()


@pytest.fixture
def both():
    return people.contributor(), people.contributor()


def draft():
    return make.learning_point("The child was seen.", draft=True, detail="A fictional detail.")


def published():
    return make.learning_point("The child was seen.", detail="A fictional detail.")


def present(row) -> dict:
    pending = actions.pending_for(row)
    return (pending.content if pending else snapshot(row))["fields"]


@pytest.mark.parametrize("factory", [draft, published])
def test_second_person_is_told_shown_the_difference_and_loses_nothing(client, both, factory):
    row = factory()
    first, second = (Open(client, row, user) for user in both)
    assert first.send(statement="The child was heard.").status_code == 302
    answer = second.send(detail="Another fictional detail.")
    assert answer.status_code == 200
    assert f"{both[0].username} saved this while you had it open" in second.text
    assert "<del>seen</del><ins>heard</ins>" in second.text
    assert "<ins>Another</ins>" in second.text
    assert second.fields["detail"] == "Another fictional detail."
    assert present(row)["statement"] == "The child was heard."
    assert present(row)["detail"] == "A fictional detail."


@pytest.mark.parametrize("factory", [draft, published])
def test_second_person_saves_knowingly_the_next_time(client, both, factory):
    row = factory()
    first, second = (Open(client, row, user) for user in both)
    first.send(statement="The child was heard.")
    second.send(detail="Another fictional detail.")
    assert second.send(statement="The child was heard.").status_code == 302
    assert present(row)["statement"] == "The child was heard."
    assert present(row)["detail"] == "Another fictional detail."
    hands = Version.objects.of(row).filter(step=Step.SAVED).values_list("by", flat=True)
    assert list(hands)[:2] == [both[1].pk, both[0].pk]


@pytest.mark.parametrize("factory", [draft, published])
def test_third_save_in_between_is_told_again(client, both, factory):
    row = factory()
    first, second = (Open(client, row, user) for user in both)
    first.send(statement="The child was heard.")
    second.send(detail="Another fictional detail.")
    Open(client, row, both[0]).send(statement="The child was heard and seen.")
    assert second.send().status_code == 200
    assert "heard and seen" in second.text


def test_same_change_by_both_is_no_conflict(client, both):
    row = draft()
    first, second = (Open(client, row, user) for user in both)
    first.send(statement="The child was heard.")
    assert second.send(statement="The child was heard.").status_code == 302


def test_one_person_who_saves_twice_is_not_disturbed(client, both):
    row = published()
    for n in range(2):
        assert Open(client, row, both[0]).send(statement=f"The child was heard {n}.").status_code == 302


def test_form_without_what_it_was_opened_with_overwrites_nothing(client, both):
    row = draft()
    form = Open(client, row, both[0])
    del form.fields["opened"]
    assert form.send(statement="The child was heard.").status_code == 200
    assert present(row)["statement"] == "The child was seen."


def test_form_with_an_error_and_a_conflict_says_both(client, both):
    row = draft()
    first, second = (Open(client, row, user) for user in both)
    first.send(statement="The child was heard.")
    second.send(statement="")
    assert "saved this while you had it open" in second.text
    assert "This field is required" in second.text


def test_evidence_that_the_other_added_stays(client, both):
    row = draft()
    second = Open(client, row, both[1])
    piece = make.evidence(row, make.case_review())
    actions.save_draft(row=LearningPoint.objects.get(pk=row.pk), by=both[0], relations=lambda: None)
    second.send(statement="The child was heard.")
    assert piece.code in second.text
    assert second.send().status_code == 302
    assert row.evidence.count() == 2


def test_evidence_that_the_other_took_out_does_not_stop_the_second_for_good(client, both):
    row = make.learning_point(draft=True, sources=[make.case_review(), make.case_review()])
    first, second = (Open(client, row, user) for user in both)
    first.send(**{"evidence-1-DELETE": "on"})
    second.send(statement="The child was heard.")
    assert "saved this while you had it open" in second.text
    assert Open(client, row, both[1]).send(statement="The child was heard.").status_code == 302
    assert present(row)["statement"] == "The child was heard."


def test_change_published_meanwhile_is_told(client, both):
    row = published()
    Open(client, row, both[0]).send(statement="The child was heard.")
    second = Open(client, row, both[1])
    actions.publish_pending(row=row)
    assert second.send(detail="Another fictional detail.").status_code == 302
    assert present(row) | {"statement": "The child was heard.", "detail": "Another fictional detail."} == present(row)


@pytest.mark.parametrize(
    ("factory", "name", "user"),
    [
        (make.theme, "label", people.administrator),
        (make.document, "title", people.contributor),
        (make.publisher, "name", people.contributor),
        (make.helpline, "name", people.editor),
    ],
)
def test_other_rows_are_not_overwritten_either(client, factory, name, user):
    row = factory()
    first, second = Open(client, row, user()), Open(client, row, user())
    first.send(**{name: "Renamed and fictional"})
    assert second.send(**{name: "Named otherwise"}).status_code == 200
    assert "Renamed and fictional" in second.text
    row.refresh_from_db()
    assert getattr(row, name) == "Renamed and fictional"
    assert second.send().status_code == 302
    row.refresh_from_db()
    assert getattr(row, name) == "Named otherwise"


def test_differences_are_escaped(client, both):
    row = draft()
    first, second = (Open(client, row, user) for user in both)
    first.send(statement="<script>alert(1)</script>")
    second.send(detail="<img src=x onerror=alert(1)>")
    assert "<script>alert(1)" not in second.text
    assert "<img src=x" not in second.text


# -- history -----------------------------------------------------------------------------------------------------------


def test_history_lists_every_version_with_who_when_and_why_and_what_differed(client, both):
    row = draft()
    Open(client, row, both[0]).send(statement="The child was heard.")
    actions.submit(row=row, by=both[0], comment="Please look at the <verb>.")
    client.force_login(people.viewer())
    page = client.get(address(row, "history")).content.decode()
    assert page.count("<h2><a href=") == Version.objects.of(row).count() == 4
    assert "<del>seen</del><ins>heard</ins>" in page
    assert both[0].username in page
    assert "Please look at the &lt;verb&gt;." in page


def test_history_costs_as_many_statements_however_long_it_is(client, both, django_assert_max_num_queries):
    row = draft()
    for n in range(12):
        row.statement = f"Wording {n}."
        actions.save_draft(row=row, by=both[0])
    client.force_login(people.viewer())
    with django_assert_max_num_queries(12):
        client.get(address(row, "history"))


def test_first_version_of_a_row_shows_it_whole(client):
    row = draft()
    client.force_login(people.viewer())
    page = client.get(address(row, "version", Version.objects.of(row).last().pk)).content.decode()
    assert "The child was seen." in page
    assert "Restore this version" not in page


def test_version_of_another_row_is_not_found(client):
    row, other = draft(), draft()
    client.force_login(people.editor())
    assert client.get(address(row, "version", Version.objects.of(other).first().pk)).status_code == 404


def restored(client, row, version, user):
    client.force_login(user)
    return client.post(address(row, "version", version.pk), {"comment": "It was better."}, follow=True)


def test_restored_version_of_a_draft_is_the_draft(client, both):
    row = draft()
    first = Version.objects.of(row).first()
    Open(client, row, both[0]).send(statement="The child was heard.")
    actions.submit(row=row)
    restored(client, row, first, people.editor())
    row.refresh_from_db()
    assert (row.statement, row.status) == ("The child was seen.", "draft")
    newest = Version.objects.of(row).first()
    assert (newest.step, newest.comment) == (Step.RESTORED, "It was better.")


def test_restored_version_of_a_published_row_waits_with_its_evidence(client, both):
    row = make.learning_point("The child was seen.", sources=[make.case_review(), make.case_review()])
    first = Version.objects.of(row).first()
    content = snapshot(row)
    content["fields"]["statement"] = "The child was heard."
    content["parts"]["evidence"].pop()
    actions.save_pending(row=row, content=content)
    actions.publish_pending(row=row)
    page = restored(client, row, first, both[0]).content.decode()
    assert "readers still see the published version" in page
    row.refresh_from_db()
    assert (row.statement, row.evidence.count()) == ("The child was heard.", 1)
    actions.publish_pending(row=row)
    row.refresh_from_db()
    assert (row.statement, row.evidence.count()) == ("The child was seen.", 2)


def test_withdrawn_row_is_not_restored(client):
    row = published()
    first = Version.objects.of(row).last()
    make.withdrawn(row)
    assert restored(client, row, first, people.editor()).status_code == 403
    assert LearningPoint.objects.get().is_withdrawn


def test_version_that_names_what_is_gone_is_refused_in_words(client, both):
    theme = make.theme("Fictional theme")
    row = make.learning_point(draft=True, themes=[theme])
    first = Version.objects.of(row).first()
    row.themes.clear()
    actions.save_draft(row=row)
    theme.delete()
    assert "fictional-theme" in restored(client, row, first, both[0]).content.decode()


def test_change_by_a_later_step_is_not_lost_by_a_restored_one(client, both):
    row = draft()
    first = Version.objects.of(row).first()
    Open(client, row, both[0]).send(statement="The child was heard.")
    restored(client, row, first, both[1])
    contents = [one.content["fields"]["statement"] for one in Version.objects.of(row)]
    assert contents[:3] == ["The child was seen.", "The child was heard.", "The child was seen."]


def test_deletion_of_a_draft_in_the_admin_is_in_the_history(client):
    row = make.case_review(draft=True)
    client.force_login(people.editor())
    client.post(address(row, "delete"), {"post": "yes"})
    assert not CaseReview.objects.exists()
    assert Version.objects.filter(key=row.reference).first() is not None
    assert Version.objects.filter(key=row.reference, step=Step.DELETED).exists()


# -- rows that nobody publishes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("factory", "name", "user"),
    [
        (make.theme, "label", people.administrator),
        (make.harm, "label", people.administrator),
        (make.document, "title", people.contributor),
        (make.publisher, "name", people.contributor),
        (make.helpline, "name", people.editor),
    ],
)
def test_earlier_version_of_a_row_without_steps_is_restored_at_once(client, factory, name, user):
    row, keeper = factory(), user()
    first, before = Version.objects.of(row).first(), getattr(row, name)
    Open(client, row, keeper).send(**{name: "Renamed and fictional"})
    assert "It is so at once" in client.get(address(row, "version", first.pk)).content.decode()
    held = ContentVersion.objects.get().number
    page = restored(client, row, first, keeper)
    assert "Restored at once" in page.content.decode()
    row.refresh_from_db()
    assert getattr(row, name) == before
    newest = Version.objects.of(row).first()
    assert (newest.step, newest.who) == (Step.RESTORED, keeper.get_username())
    assert ContentVersion.objects.get().number > held


@pytest.mark.parametrize(("factory", "keeps"), [(make.theme, "administrator"), (make.helpline, "editor")])
@pytest.mark.parametrize("user", [people.viewer, people.contributor, people.editor, people.administrator])
def test_only_the_keepers_of_a_row_restore_it(client, factory, keeps, user):
    row = factory()
    first = Version.objects.of(row).first()
    answer = restored(client, row, first, user())
    assert (answer.status_code == 403) == (keeps not in user.__name__)
    assert (Version.objects.of(row).first().step == Step.RESTORED) == (keeps in user.__name__)


def test_restored_helpline_is_hidden_until_somebody_checks_it_again(client):
    row = make.helpline(number="0000 000 0001")
    first = Version.objects.of(row).first()
    row.number = "0000 000 0002"
    save_helpline(row=row)
    restored(client, row, first, people.editor())
    row.refresh_from_db()
    assert (row.number, row.verified_on, row.expires_on) == ("0000 000 0001", None, None)
    assert not Helpline.objects.verified().exists()


def test_restored_term_stays_merged(client):
    old, into = make.theme("Fictional old theme"), make.theme("Fictional new theme")
    first = Version.objects.of(old).first()
    term_actions.merge(term=old, into=into)
    restored(client, old, first, people.administrator())
    old.refresh_from_db()
    assert (old.retired, old.replaced_by) == (True, into)


def test_version_that_another_row_stands_in_the_way_of_is_refused_in_words(client):
    row, keeper = make.theme("Fictional theme"), people.administrator()
    first = Version.objects.of(row).first()
    row.label = "Fictional, renamed"
    term_actions.save(term=row)
    make.theme("Fictional theme", slug="another")
    assert "fictional-theme" in restored(client, row, first, keeper).content.decode()
    row.refresh_from_db()
    assert row.label == "Fictional, renamed"


def test_sentence_is_typed_where_all_of_it_is_seen_and_stays_one_line(client, both):
    form = Open(client, draft(), both[0])
    assert 'name="statement" cols="40" rows="3"' in client.get(address(form.row, "change")).content.decode()
    assert form.send(statement="The child\r\n was   heard.").status_code == 302
    form.row.refresh_from_db()
    assert form.row.statement == "The child was heard."
    assert form.send(statement="x" * 401).status_code == 200
