"""The curator's forms: every page opens, an edit of what is public waits, and the steps of publishing."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from briefings.models import Briefing, Helpline
from intake.models import Mapping, Run
from publishing import actions
from publishing.links.models import Link
from publishing.models import ContentVersion, PendingVersion, ShippedRow, Status, Version
from publishing.signin.audit import record
from publishing.signin.models import AuditEntry
from publishing.snapshots import snapshot
from reviews.coding.actions import begin
from reviews.coding.extraction import Found
from reviews.coding.models import Reading
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint, Publisher, Recommendation
from tests import factories as make
from tests.pages import form_data, parsed
from themes.models import AgeStage, Area, Harm, Principle, ReviewType, Sector, Theme

pytestmark = pytest.mark.django_db


def pending_version():
    point = make.learning_point()
    return actions.save_pending(row=point, content=snapshot(point))


def version():
    return Version.objects.of(make.learning_point()).first()


def shipped_row():
    return ShippedRow.objects.create(model="reviews.casereview", key=f"FICTIONAL-{next(make.numbers)}")


def reading():
    return begin(document=make.document(), source=make.case_review(), found=[Found(1, "", "A fictional sentence.")])


def mapping():
    n = next(make.numbers)
    return Mapping.objects.create(slug=f"fictional-{n}", name=f"Fictional mapping {n}", kind="reviews", columns={})


def sign_in():
    record("failed", request=None)
    return AuditEntry.objects.first()


def full_review():
    return make.case_review(
        publishers=[make.publisher()],
        themes=[make.theme()],
        documents=[make.document()],
        review_type=make.review_type(),
    )


def full_point():
    return make.learning_point(
        sources=[make.case_review(), make.evidence_set()], themes=[make.theme()], superseded_by=make.learning_point()
    )


def full_briefing():
    return make.briefing(items=[make.learning_point(), make.recommendation()], publisher=make.publisher())


# Each model of ours in the admin, with what makes one row that has all that its list shows.
ROWS = {
    Theme: lambda: make.theme(parent=make.theme()),
    Sector: make.sector,
    AgeStage: make.age_stage,
    Harm: make.harm,
    Area: make.area,
    Principle: make.principle,
    ReviewType: make.review_type,
    Publisher: make.publisher,
    Document: lambda: make.document(publisher=make.publisher()),
    CaseReview: full_review,
    EvidenceSet: lambda: make.evidence_set(members=[make.case_review()]),
    LearningPoint: full_point,
    Recommendation: lambda: make.recommendation(addressed_to=[make.sector()], answers=[make.learning_point()]),
    Evidence: lambda: make.learning_point().evidence.get(),
    Briefing: full_briefing,
    Helpline: make.helpline,
    PendingVersion: pending_version,
    ShippedRow: shipped_row,
    Version: version,
    ContentVersion: lambda: make.theme() and ContentVersion.objects.get(),
    AuditEntry: sign_in,
    Reading: reading,
    Run: lambda: Run.objects.create(kind="reviews", file_name="fictional.csv", file_hash="b", file_size=1),
    Mapping: mapping,
    Link: lambda: Link.objects.create(url=f"https://fictional.example/{next(make.numbers)}"),
}
ONE_ROW = {ContentVersion}


@pytest.fixture(autouse=True)
def one_person_is_enough(settings):
    """The rule of two pairs of eyes has tests of its own (test_steps.py)."""
    settings.TWO_PAIRS_OF_EYES = False


@pytest.fixture
def curator():
    return get_user_model().objects.create_superuser("fictional-curator")


@pytest.fixture
def desk(client, curator):
    client.force_login(curator)
    return client


def address(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries(client, path: str) -> int:
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_every_model_of_ours_is_in_the_admin_and_in_the_table():
    ours = {model for model in admin.site._registry if model._meta.app_label not in {"auth", "contenttypes", "alerts"}}
    assert ours == set(ROWS)


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_list_and_form_open_with_as_many_queries_however_many_rows_there_are(desk, model):
    row = ROWS[model]()
    paths = [address(model, "changelist"), address(model, "change", row.pk)]
    first = [queries(desk, path) for path in paths]
    for _ in range(0 if model in ONE_ROW else 3):
        ROWS[model]()
    assert [queries(desk, path) for path in paths] == first


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_list_can_be_searched_and_filtered_by_everything_it_offers(desk, model):
    page = admin.site._registry[model]
    filters = {one.parameter_name if isinstance(one, type) else f"{one}__isnull": "0" for one in page.list_filter}
    for query in ({"q": "fictional"}, filters):
        answer = desk.get(address(model, "changelist"), query)
        assert answer.status_code == 200


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_form_for_a_new_row_opens_where_one_may_be_made(desk, model):
    kept_by_the_machine = {Evidence, Link, PendingVersion, ShippedRow, ContentVersion, Version, AuditEntry}
    status = desk.get(address(model, "add")).status_code
    assert status == (403 if model in kept_by_the_machine else 200)


def test_long_form_costs_no_query_for_each_piece_of_evidence(desk):
    few = make.learning_point(sources=[make.case_review(), make.evidence_set()])
    many = make.learning_point(sources=[make.case_review() for _ in range(9)] + [make.evidence_set()])
    first = queries(desk, address(LearningPoint, "change", few.pk))
    assert queries(desk, address(LearningPoint, "change", many.pk)) <= first


def test_long_form_costs_no_query_for_each_section(desk):
    few, many = make.briefing(draft=True), make.briefing(draft=True)
    for _ in range(5):
        make.section(many, [make.learning_point()])
    first = queries(desk, address(Briefing, "change", few.pk))
    assert queries(desk, address(Briefing, "change", many.pk)) <= first


@pytest.mark.parametrize("model", [model for model in ROWS if admin.site._registry[model].search_fields])
def test_rows_are_offered_where_one_is_chosen(desk, model):
    ROWS[model]()
    users = [one for one in admin.site._registry.values() if one.autocomplete_fields]
    for page in users:
        for name in page.autocomplete_fields:
            field = page.model._meta.get_field(name)
            if field.related_model is not model:
                continue
            query = {"app_label": page.model._meta.app_label, "model_name": page.model._meta.model_name}
            answer = desk.get(reverse("admin:autocomplete"), {**query, "field_name": name, "term": "fictional"})
            assert answer.json()["results"]


# -- an edit of what is public waits ---------------------------------------------------------------------------------


class Form:
    """The form of one row, as a curator fills it in."""

    def __init__(self, client, row):
        self.client, self.path = client, address(type(row), "change", row.pk)
        page = client.get(self.path)
        assert page.status_code == 200
        self.fields = form_data(parsed(page, strict=False), f"{row._meta.model_name}_form")

    def __getitem__(self, name: str):
        return self.fields[name]

    def add(self, prefix: str, **fields) -> None:
        """One more row of an inline."""
        n = int(self.fields[f"{prefix}-TOTAL_FORMS"])
        empty = {name: value for name, value in self.fields.items() if name.startswith(f"{prefix}-__prefix__-")}
        for name, value in empty.items():
            self.fields[name.replace("__prefix__", str(n))] = value
        self.fields |= {f"{prefix}-{n}-{name}": value for name, value in fields.items()}
        self.fields[f"{prefix}-TOTAL_FORMS"] = str(n + 1)

    def send(self, **fields):
        self.fields |= fields
        answer = self.client.post(self.path, self.fields, follow=True)
        root = parsed(answer, strict=False)
        assert not [one for one in root.iter("ul") if "errorlist" in one.attrib.get("class", "")]
        return answer


def act(client, action: str, *rows, **more):
    """Choose rows in their list, and an action."""
    data = {
        "action": action,
        "_selected_action": [row.pk for row in rows],
        "confirmed": "yes",
        "comment": "Fictional.",
        **more,
    }
    return client.post(address(type(rows[0]), "changelist"), data, follow=True)


@pytest.fixture
def point():
    return make.learning_point("The first fictional wording.", themes=[make.theme("Fictional theme")])


def public(client, point) -> str:
    return client.get(point.get_absolute_url()).content.decode()


def test_edit_of_a_published_point_waits_and_readers_see_no_change(desk, point):
    before, was = public(desk, point), snapshot(point)
    form = Form(desk, point)
    form.add("evidence", review=make.case_review().pk, document=make.document().pk, locator="page 99")
    before = public(desk, point)
    answer = form.send(statement="The second fictional wording.")
    assert "Readers still see the published version" in answer.content.decode()
    assert public(desk, point) == before
    assert snapshot(LearningPoint.objects.get(pk=point.pk)) == was
    waiting = actions.pending_for(point)
    assert waiting.changed_by.username == "fictional-curator"
    assert waiting.content["fields"]["statement"] == "The second fictional wording."
    assert [piece["locator"] for piece in waiting.content["parts"]["evidence"]][1:] == ["page 99"]


def test_form_shows_what_waits_with_its_new_evidence_and_can_be_edited_again(desk, point):
    form = Form(desk, point)
    form.add("evidence", review=make.case_review().pk, document=make.document().pk, locator="page 98")
    form.send(statement="The second fictional wording.")
    form = Form(desk, point)
    assert form["statement"] == "The second fictional wording."
    assert form["evidence-1-locator"] == "page 98"
    form.add("evidence", evidence_set=make.evidence_set().pk, document=make.document().pk, locator="page 99", order=3)
    form.send(**{"evidence-1-note": "A fictional nuance."})
    form = Form(desk, point)
    assert form["statement"] == "The second fictional wording."
    assert [form[f"evidence-{n}-locator"] for n in (1, 2)] == ["page 98", "page 99"]
    assert form["evidence-1-note"] == "A fictional nuance."
    assert point.evidence.count() == 1


def test_what_waits_is_swapped_in_whole_by_the_action(desk, point):
    form = Form(desk, point)
    form.add("evidence", review=make.case_review("A second fictional review").pk, document=make.document().pk)
    form.send(statement="The second fictional wording.", themes=[])
    Form(desk, point).send(detail="And a fictional detail.")
    act(desk, "publish_changes", point)
    page = public(desk, point)
    assert "The second fictional wording." in page
    assert "And a fictional detail." in page
    assert "A second fictional review" in page
    assert "Fictional theme" not in page
    assert (point.evidence.count(), actions.pending_for(point)) == (2, None)


def test_evidence_taken_out_in_the_form_waits_too(desk):
    point = make.learning_point(sources=[make.case_review(), make.case_review()])
    codes = [piece.code for piece in point.evidence.all()]
    Form(desk, point).send(**{"evidence-0-DELETE": "on"})
    assert point.evidence.count() == 2
    act(desk, "publish_changes", point)
    assert [piece.code for piece in point.evidence.all()] == codes[1:]


def test_evidence_that_only_waits_can_be_taken_out_again(desk, point):
    form = Form(desk, point)
    form.add("evidence", review=make.case_review().pk, document=make.document().pk)
    form.send(detail="A fictional detail.")
    Form(desk, point).send(**{"evidence-1-DELETE": "on"})
    assert len(actions.pending_for(point).content["parts"]["evidence"]) == 1


def test_form_sent_as_it_stands_leaves_nothing_waiting(desk, point):
    assert "Nothing differs" in Form(desk, point).send().content.decode()
    assert actions.pending_for(point) is None


def test_edit_that_is_taken_back_leaves_nothing_waiting(desk, point):
    Form(desk, point).send(statement="The second fictional wording.")
    Form(desk, point).send(statement="The first fictional wording.")
    assert actions.pending_for(point) is None


def test_form_with_an_error_changes_nothing_and_says_so(desk, point):
    form = Form(desk, point)
    answer = desk.post(form.path, form.fields | {"statement": ""})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert actions.pending_for(point) is None
    assert LearningPoint.objects.get().statement == "The first fictional wording."


def test_error_in_the_form_of_what_waits_does_not_let_it_out(desk, point):
    Form(desk, point).send(statement="The second fictional wording.")
    form = Form(desk, point)
    desk.post(form.path, form.fields | {"statement": ""})
    assert LearningPoint.objects.get().statement == "The first fictional wording."
    assert actions.pending_for(point).content["fields"]["statement"] == "The second fictional wording."


def test_discarded_change_is_gone(desk, point):
    Form(desk, point).send(statement="The second fictional wording.")
    act(desk, "discard_changes", point)
    assert Form(desk, point)["statement"] == "The first fictional wording."


def test_taking_the_last_evidence_away_is_refused_in_words(desk, point):
    Form(desk, point).send(**{"evidence-0-DELETE": "on"})
    assert "no evidence" in act(desk, "publish_changes", point).content.decode()
    assert point.evidence.count() == 1


def test_rows_with_a_change_that_waits_can_be_listed(desk, point):
    make.learning_point()
    Form(desk, point).send(statement="The second fictional wording.")
    page = desk.get(address(LearningPoint, "changelist"), {"pending": "yes"})
    assert [row.pk for row in page.context["cl"].result_list] == [point.pk]


@pytest.mark.parametrize("factory", [full_review, full_briefing, make.evidence_set, make.recommendation])
def test_every_published_kind_waits(desk, factory):
    row = factory()
    name = "text" if isinstance(row, Recommendation) else "title"
    was = snapshot(row)
    Form(desk, row).send(**{name: "Renamed and fictional"})
    assert snapshot(type(row).objects.get(pk=row.pk)) == was
    act(desk, "publish_changes", row)
    assert getattr(type(row).objects.get(pk=row.pk), name) == "Renamed and fictional"


# -- drafts and steps ------------------------------------------------------------------------------------------------


def test_new_point_is_a_draft_of_hers_and_its_evidence_gets_codes(desk, curator):
    page = desk.get(address(LearningPoint, "add"))
    fields = form_data(parsed(page, strict=False), "learningpoint_form")
    source, document = make.case_review(), make.document()
    for n in range(2):
        fields |= {
            f"evidence-{n}-review": source.pk,
            f"evidence-{n}-document": document.pk,
            f"evidence-{n}-order": n + 1,
        }
    fields |= {"evidence-TOTAL_FORMS": 2, "statement": "A new fictional sentence."}
    desk.post(address(LearningPoint, "add"), fields)
    point = LearningPoint.objects.get(statement="A new fictional sentence.")
    assert (point.status, point.created_by, point.evidence_count) == (Status.DRAFT, curator, 2)
    assert point.code.startswith("LP-")
    assert len({piece.code for piece in point.evidence.all()}) == 2
    assert desk.get(point.get_absolute_url()).status_code == 404


def test_edit_of_a_draft_is_saved_at_once(desk):
    draft = make.learning_point(draft=True)
    Form(desk, draft).send(statement="The second fictional wording.")
    draft.refresh_from_db()
    assert draft.statement == "The second fictional wording."
    assert actions.pending_for(draft) is None


def test_steps_lead_from_draft_to_published(desk):
    draft = make.learning_point(draft=True)
    for action, status in [("submit", "in-review"), ("send_back", "draft"), ("publish", "published")]:
        act(desk, action, draft)
        draft.refresh_from_db()
        assert draft.status == status


def test_what_is_refused_is_said_and_the_rest_is_done(desk):
    bare, ready = make.learning_point(draft=True, sources=[]), make.learning_point(draft=True)
    look = act(desk, "publish", bare, ready)
    assert not LearningPoint.objects.published().exists()
    data = form_data(parsed(look, strict=False), "look") | {"_selected_action": [bare.pk, ready.pk]}
    page = desk.post(address(LearningPoint, "changelist"), data, follow=True).content.decode()
    assert f"{bare.code}" in page
    assert "no evidence" in page
    assert LearningPoint.objects.published().get() == ready


def test_withdrawal_asks_for_a_reason_first(desk, point):
    page = act(desk, "withdraw", point)
    assert point.statement in page.content.decode()
    assert LearningPoint.objects.get().is_published
    assert "Choose a reason" in act(desk, "withdraw", point, reason="because").content.decode()
    assert LearningPoint.objects.get().is_published
    act(desk, "withdraw", point, reason="court-order")
    assert LearningPoint.objects.get().withdrawn_reason == "court-order"
    assert desk.get(point.get_absolute_url()).status_code == 410


def test_withdrawn_row_can_be_looked_at_and_not_changed(desk, point):
    make.withdrawn(point)
    path = address(LearningPoint, "change", point.pk)
    page = desk.get(path)
    assert page.status_code == 200
    assert 'name="statement"' not in page.content.decode()
    assert desk.post(path, {"statement": "Changed."}).status_code == 403


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_deletion_is_not_offered_for_what_was_public(desk, point, state):
    if state == "withdrawn":
        make.withdrawn(point)
    path = address(LearningPoint, "delete", point.pk)
    assert path not in desk.get(address(LearningPoint, "change", point.pk)).content.decode()
    assert desk.post(path, {"post": "yes"}).status_code == 403
    act(desk, "delete_selected", point, post="yes")
    assert LearningPoint.objects.count() == 1


def test_draft_that_was_never_public_can_be_deleted(desk):
    draft = make.learning_point(draft=True)
    desk.post(address(LearningPoint, "delete", draft.pk), {"post": "yes"})
    assert not LearningPoint.objects.exists()


def test_only_what_is_public_links_to_its_page(desk, point):
    draft = make.learning_point(draft=True)
    for row, links in ((point, True), (draft, False)):
        page = desk.get(address(LearningPoint, "change", row.pk)).content.decode()
        assert (f'href="{row.get_absolute_url()}"' in page) == links


def test_admin_is_not_for_readers(client, point):
    answer = client.get(address(LearningPoint, "change", point.pk))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))
