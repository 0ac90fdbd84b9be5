"""Addresses are an administrator's to see and to erase, and nobody's to browse."""

import pytest
from django.contrib.auth.models import Permission, User

from alerts.models import Alert, Mail, Subscriber
from tests import factories as make
from tests.alerts.mailing import follow, queue

pytestmark = pytest.mark.django_db
PAGES = ["/admin/alerts/subscriber/", "/admin/alerts/mail/"]


@pytest.fixture
def alert():
    found = follow("reader@example.org", query="nation=england")
    make.case_review()
    queue()
    return found


@pytest.mark.parametrize("path", PAGES)
def test_curator_sees_no_address_whatever_permissions_she_has(client, alert, path):
    curator = User.objects.create_user("curator", password="x", is_staff=True)
    curator.user_permissions.set(Permission.objects.filter(content_type__app_label="alerts"))
    client.force_login(curator)
    assert client.get(path).status_code == 403
    assert client.get(f"{path}{alert.subscriber_id}/change/").status_code in (302, 403)
    assert "lerts by e-mail" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_administrator_sees_and_cannot_edit(admin_client, alert, path):
    assert admin_client.get(path).status_code == 200
    assert admin_client.get(f"{path}add/").status_code == 403
    row = Subscriber.objects.get() if "subscriber" in path else Mail.objects.get()
    page = admin_client.get(f"{path}{row.pk}/change/")
    assert page.status_code == 200
    assert alert.subscriber.key not in page.content.decode()
    assert admin_client.post(f"{path}{row.pk}/change/", {"address": "x@example.org"}).status_code == 403


def test_outbox_shows_no_address(admin_client, alert):
    row = Mail.objects.get()
    for path in ("/admin/alerts/mail/", f"/admin/alerts/mail/{row.pk}/change/"):
        assert "reader@example.org" not in admin_client.get(path).content.decode()


def test_administrator_erases_an_address_and_all_that_hangs_on_it(admin_client, alert):
    answer = admin_client.post(f"/admin/alerts/subscriber/{alert.subscriber_id}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not any(model.objects.exists() for model in (Subscriber, Alert, Mail))


def test_lists_take_a_fixed_number_of_statements(admin_client, alert, django_assert_max_num_queries):
    for n in range(20):
        follow(f"reader{n}@example.org", query="nation=england")
    for path in PAGES:
        with django_assert_max_num_queries(20):
            admin_client.get(path)
