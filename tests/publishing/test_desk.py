"""The start page: what it counts is what its links list, for whoever may see it, in a fixed number of statements."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from publishing import actions, desk, roles, schedule
from publishing.links.models import Link
from publishing.snapshots import key_of, snapshot
from tests import factories as make
from tests import people

pytestmark = pytest.mark.django_db


def changed(row):
    content = snapshot(row)
    content["fields"]["detail"] = "A fictional change."
    actions.save_pending(row=row, content=content)
    return row


def full_desk():
    """One of everything that the start page looks for."""
    today = timezone.localdate()
    theme = make.theme("Fictional thin theme")
    waiting, back = make.case_review("Fictional A", draft=True), make.case_review("Fictional B", draft=True)
    actions.submit(row=waiting)
    actions.submit(row=back)
    actions.send_back(row=back, comment="Say the <year>.")
    actions.submit(row=changed(make.learning_point(themes=[theme])))
    changed(make.learning_point())
    timed = make.learning_point(draft=True)
    actions.submit(row=timed)
    schedule.schedule(row=timed, at=timezone.now() + datetime.timedelta(days=1))
    make.learning_point(draft=True, sources=[])
    source = make.case_review()
    make.learning_point(sources=[source])
    make.withdrawn(source)
    make.learning_point(as_at=datetime.date(2001, 1, 31), as_at_precision="day", sources=[make.case_review()])
    make.helpline(verified_on=today - datetime.timedelta(days=60), expires_on=today - datetime.timedelta(days=1))
    make.helpline(expires_on=today + datetime.timedelta(days=5))
    make.helpline(verified_on=None, expires_on=None)
    for status in Link.Status.values:
        Link.objects.create(url=f"https://fictional.example/{status}", status=status)


def lines_of(page) -> list:
    work = [line for lines in page.context["work"].values() for line in lines]
    return work + [line for _tile, lines in page.context["tiles"] for line in lines]


def test_every_line_leads_to_a_list_of_as_many_rows_as_it_says(client):
    full_desk()
    client.force_login(people.person(*roles.ROLES))
    page = client.get("/admin/")
    assert page.status_code == 200
    lines = lines_of(page)
    assert len(lines) >= 12
    for line in lines:
        listed = client.get(line.url)
        assert listed.status_code == 200, line
        assert "e=1" not in line.url
        assert line.number is None or listed.context["cl"].result_count == line.number, line


def test_every_tile_has_something_to_say_of_a_full_desk(client):
    full_desk()
    client.force_login(people.editor())
    assert client.get("/admin/").context["well"] == []


def test_comment_of_what_was_sent_back_is_shown_and_escaped(client):
    full_desk()
    client.force_login(people.contributor())
    page = client.get("/admin/").content.decode()
    assert "Say the &lt;year&gt;." in page


def test_empty_desk_says_that_all_is_well(client):
    client.force_login(people.editor())
    page = client.get("/admin/").content.decode()
    assert "Nothing waits for review." in page
    assert "All is well with" in page
    assert "No link was ever checked" in page


def statements(client) -> int:
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/admin/").status_code == 200
    return len(captured)


def test_start_page_costs_as_many_statements_however_much_there_is(client):
    client.force_login(people.editor())
    full_desk()
    first = statements(client)
    full_rows = [make.case_review(draft=True) for _ in range(4)]
    for row in full_rows:
        actions.submit(row=row)
    assert statements(client) == first <= 30


def test_start_page_shows_nothing_to_somebody_without_a_role(client):
    full_desk()
    client.force_login(people.person())
    page = client.get("/admin/")
    assert lines_of(page) == []
    assert "Fictional" not in page.content.decode()


def test_viewer_is_asked_for_nothing_and_sees_the_last_changes(client):
    full_desk()
    client.force_login(people.viewer())
    page = client.get("/admin/")
    assert [*lines_of(page), *page.context["sent_back"]] == []
    assert "Nothing waits for you here." in page.content.decode()
    assert page.context["last"]


def test_contributor_is_not_asked_for_what_only_editors_keep(client):
    full_desk()
    client.force_login(people.contributor())
    page = client.get("/admin/")
    assert {tile.name for tile, _lines in page.context["tiles"]} == set(desk.TILES) - {"helplines"}


def test_what_was_sent_back_to_its_writer_comes_first_and_says_so(client):
    writer, other = people.contributor(), people.contributor()
    for by in (writer, other):
        row = make.case_review(f"Fictional, of {by}", draft=True)
        row.summary = "Changed."
        actions.save_draft(row=row, by=by)
        actions.submit(row=row, by=by)
        actions.send_back(row=row, by=people.editor(), comment="Fictional.")
    client.force_login(writer)
    page = client.get("/admin/")
    assert [one.own for one in page.context["sent_back"]] == [True, False]
    assert f"Written by {other}" in page.content.decode()


def test_last_changes_lead_to_the_forms_of_their_rows(client):
    full_desk()
    client.force_login(people.editor())
    page = client.get("/admin/")
    assert page.context["last"]
    for one in [*page.context["last"], *page.context["sent_back"]]:
        form = client.get(reverse("admin:row", args=[one.model, one.key]), follow=True)
        assert form.status_code == 200
        assert key_of(form.context["original"]) == one.key


def test_row_that_is_gone_leads_back_with_a_word(client):
    client.force_login(people.viewer())
    page = client.get(reverse("admin:row", args=["reviews.casereview", "NO-SUCH"]), follow=True)
    assert page.redirect_chain == [("/admin/", 302)]
    assert "is no longer there" in page.content.decode()


@pytest.mark.parametrize("label", ["auth.user", "publishing.version", "no-such", "reviews.evidence"])
def test_only_rows_with_forms_of_their_own_are_led_to(client, label):
    client.force_login(people.administrator())
    assert client.get(reverse("admin:row", args=[label, "1"])).status_code == 404


def test_row_is_found_by_no_stranger_and_nobody_without_a_role(client):
    address = reverse("admin:row", args=["reviews.casereview", make.case_review(draft=True).reference])
    assert client.get(address)["Location"].startswith("/admin/login/")
    client.force_login(people.person())
    assert client.get(address).status_code == 404


def test_overdue_rows_stand_out(client):
    row = make.case_review(draft=True)
    actions.submit(row=row)
    make.CaseReview.objects.filter(pk=row.pk).update(publish_at=timezone.now() - datetime.timedelta(hours=1))
    client.force_login(people.editor())
    assert "Should be published by now" in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/row/reviews.casereview/%00/",
        "/admin/intake/run/²/change/",
        "/admin/coding/reading/²/change/",
        "/admin/reviews/casereview/²/step/publish/",
        "/admin/reviews/casereview/%00/preview/",
        "/admin/reviews/casereview/?last_step=%00&pending=%00&scheduled=%00&q=%00",
    ],
)
def test_address_that_nobody_means_is_no_error_of_the_site(client, address):
    client.force_login(people.person("editor", is_superuser=True))
    assert client.get(address).status_code in {200, 302, 404}
