"""Preview: the public page before it is public, for those allowed and by a link that ends; and nothing leaks by it."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from publishing import actions, preview
from publishing.models import ContentVersion, Version
from publishing.snapshots import snapshot
from search.models import SearchDocument
from tests import factories as make
from tests import people

pytestmark = pytest.mark.django_db

KINDS = [make.case_review, make.evidence_set, make.learning_point, make.recommendation, make.briefing]


def shown(client, row, language="en-gb"):
    meta = row._meta
    path = reverse(f"admin:{meta.app_label}_{meta.model_name}_preview", args=[row.pk])
    return client.get(path, {"language": language})


def page_of(client, row, language="") -> bytes:
    client.logout()
    answer = client.get(f"{language}{row.get_absolute_url()}")
    assert answer.status_code == 200
    return answer.content


def changed(row, by=None, **fields):
    content = snapshot(row)
    content["fields"] |= fields
    actions.save_pending(row=row, content=content, by=by)
    return row


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("language", ["", "/cy"])
@pytest.mark.parametrize("factory", KINDS, ids=lambda one: one.__name__)
def test_preview_of_a_draft_is_the_public_page_to_the_byte(client, factory, language):
    row = factory(draft=True)
    client.force_login(people.viewer())
    answer = shown(client, row, "cy" if language else "en-gb")
    assert answer.status_code == 200
    actions.publish(row=row)
    assert answer.content == page_of(client, row, language)


@pytest.mark.parametrize("factory", KINDS, ids=lambda one: one.__name__)
def test_preview_of_a_change_is_the_page_that_its_publication_makes(client, factory):
    row = changed(
        factory(),
        **{
            "text"
            if factory is make.recommendation
            else "summary"
            if factory in {make.case_review, make.briefing}
            else "description"
            if factory is make.evidence_set
            else "statement": "A fictional quokka."
        },
    )
    client.force_login(people.viewer())
    answer = shown(client, row)
    assert "A fictional quokka." in answer.content.decode()
    assert b"quokka" not in page_of(client, row)
    actions.publish_pending(row=row)
    assert answer.content == page_of(client, row)


def test_preview_of_new_evidence_and_sections_shows_them(client):
    point = make.learning_point()
    content = snapshot(point)
    piece = {"code": "EV-9001", "review": make.case_review("A second fictional review").reference}
    content["parts"]["evidence"].append({**piece, "document": make.document().slug})
    actions.save_pending(row=point, content=content)
    client.force_login(people.viewer())
    assert "A second fictional review" in shown(client, point).content.decode()
    assert point.evidence.count() == 1


def everything() -> list:
    rows = [list(model.objects.order_by("pk").values()) for model in (Version, ContentVersion, SearchDocument)]
    return [*rows, [list(make.LearningPoint.objects.values()), list(make.Evidence.objects.values())]]


def test_preview_leaves_nothing_behind(client):
    draft, point = make.learning_point(draft=True), changed(make.learning_point(), statement="A fictional quokka.")
    client.force_login(people.viewer())
    before = everything()
    for row in (draft, point):
        shown(client, row)
        shown(client, row)
    assert everything() == before
    client.logout()
    assert client.get(draft.get_absolute_url()).status_code == 404
    for path in ("/learning/", "/search/?q=quokka", "/", point.get_absolute_url()):
        assert b"A fictional quokka." not in client.get(path).content


def test_draft_without_evidence_can_be_looked_at(client):
    client.force_login(people.viewer())
    assert shown(client, make.learning_point("A bare fictional sentence.", draft=True, sources=[])).status_code == 200


def test_preview_is_kept_by_no_cache_and_listed_by_no_search_engine(client):
    row = make.case_review(draft=True)
    client.force_login(people.viewer())
    link = preview.link_for(row, by=people.contributor())
    for answer in (
        shown(client, row),
        client.get(path_of(link)),
        client.get("/preview/"),
        client.get("/preview/?link=x"),
    ):
        assert answer.headers["Cache-Control"].startswith("no-store, private")
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in answer.headers


def test_withdrawn_row_has_no_preview(client):
    row = make.withdrawn(make.case_review("A fictional quokka"))
    client.force_login(people.editor())
    answer = shown(client, row)
    assert answer.status_code == 302
    assert "quokka" not in answer.content.decode()


# -- links for reviewers without an account ----------------------------------------------------------------------------


@pytest.fixture
def draft():
    return make.case_review("A fictional quokka", draft=True)


@pytest.fixture
def maker():
    return people.contributor()


def test_link_shows_the_page_to_somebody_without_an_account(client, draft, maker):
    answer = client.get(path_of(preview.link_for(draft, by=maker)))
    assert answer.status_code == 200
    assert "A fictional quokka" in answer.content.decode()
    assert not answer.cookies
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_link_works_in_welsh_too(client, draft, maker):
    answer = client.get("/cy" + path_of(preview.link_for(draft, by=maker)))
    assert '<html lang="cy">' in answer.content.decode()
    assert "A fictional quokka" in answer.content.decode()


def ends(client, link, status=410) -> str:
    answer = client.get(path_of(link))
    assert answer.status_code == status
    assert "quokka" not in answer.content.decode()
    return answer.content.decode()


def test_link_ends_after_its_days(client, draft, maker, monkeypatch, settings):
    link = preview.link_for(draft, by=maker)
    now = timezone.now().timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: now + 7 * 24 * 3600 - 60)
    assert client.get(path_of(link)).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 7 * 24 * 3600 + 60)
    assert "no longer works" in ends(client, link)


def test_link_ends_when_the_text_is_edited(client, draft, maker):
    link = preview.link_for(draft, by=maker)
    draft.summary = "Something that nobody meant to show."
    actions.save_draft(row=draft)
    assert "has changed since" in ends(client, link)


def test_link_to_a_change_ends_when_the_change_is_edited_and_leads_on_when_it_is_published(client, maker):
    row = changed(make.case_review(), summary="First quokka.")
    link = preview.link_for(row, by=maker)
    assert b"First quokka." in client.get(path_of(link)).content
    changed(row, summary="Second quokka.")
    ends(client, link)
    link = preview.link_for(row, by=maker)
    actions.publish_pending(row=row)
    assert client.get(path_of(link))["Location"] == row.get_absolute_url()


def test_link_ends_when_the_row_is_withdrawn_or_deleted(client, draft, maker):
    other = make.case_review("Another quokka", draft=True)
    links = [preview.link_for(row, by=maker) for row in (draft, other)]
    actions.publish(row=draft)
    make.withdrawn(draft, "court-order")
    actions.delete_draft(row=other)
    for link in links:
        ends(client, link)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": None}])
def test_link_ends_when_its_maker_may_no_longer_make_one(client, draft, maker, fields):
    link = preview.link_for(draft, by=maker)
    if "role" in fields:
        maker.groups.clear()
    else:
        maker.is_active = False
        maker.save()
    ends(client, link)


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "", lambda token: "\x00"]
)
def test_link_that_the_site_never_made_shows_nothing(client, draft, maker, change):
    token = preview.link_for(draft, by=maker).partition("link=")[2]
    answer = client.get("/preview/", {"link": change(token)})
    assert answer.status_code == 404
    assert "This link shows nothing" in answer.content.decode()


def test_token_that_was_signed_for_something_else_shows_nothing(client, draft, maker):
    said = signing.loads(preview.link_for(draft, by=maker).partition("link=")[2], salt=preview.SALT)
    other = signing.dumps(said, salt="something.else", compress=True)
    assert client.get("/preview/", {"link": other}).status_code == 404


def test_huge_link_is_an_ordinary_wrong_link(client):
    assert client.get("/preview/", {"link": "x" * 100_000}).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "administrator", "contributor", "editor"])
def test_page_with_the_link_is_made_for_writers_and_only_when_asked(client, draft, role):
    client.force_login(people.person(role))
    path = reverse("admin:reviews_casereview_share", args=[draft.pk])
    answer = client.post(path)
    assert answer.status_code == (200 if role in {"contributor", "editor"} else 403)
    if answer.status_code == 200:
        link = answer.context["link"]
        client.logout()
        assert client.get(path_of(link)).status_code == 200
        assert datetime.timedelta(days=answer.context["days"]).days == 7
