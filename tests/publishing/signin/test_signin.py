"""The door of the desk: tries are counted, the second step cannot be gone round, sessions end, and all is written down."""

import re
import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from publishing.signin import audit, factors, sessions
from publishing.signin.models import AuditEntry, Kept
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db

PASSWORD = "correct fictional horse"
LOG_IN, STEP, NEW, FACTOR = (
    reverse(name) for name in ("admin:login", "signin:second-step", "signin:new", "signin:second-factor")
)
START = reverse("admin:index")


def person(name="fictional-editor", group="", **fields):
    made = get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True, **fields)
    if group:
        made.groups.add(Group.objects.get_or_create(name=group)[0])
    return made


def log_in(client, name="fictional-editor", password=PASSWORD, **more):
    return client.post(LOG_IN, {"username": name, "password": password}, **more)


def with_factor(user):
    device = factors.begin(user=user)
    device.confirmed = True
    device.save()
    return device


def code_of(device, steps=0):
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift + steps):06d}"


def kinds():
    return list(AuditEntry.objects.order_by("pk").values_list("kind", flat=True))


def is_in(client):
    return client.get(START).status_code == 200


# -- the first step --------------------------------------------------------------------------------------------------


def test_address_of_the_log_in_is_the_admins_and_leads_on_to_where_one_was_going(client):
    person(is_superuser=True)
    asked = client.get(reverse("admin:themes_theme_changelist"), follow=True)
    assert asked.redirect_chain[0][0].startswith(LOG_IN)
    answer = client.post(asked.redirect_chain[0][0], {"username": "fictional-editor", "password": PASSWORD})
    assert answer["Location"] == reverse("admin:themes_theme_changelist")


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_log_in_leads_nowhere_else(client, address):
    person()
    answer = client.post(LOG_IN, {"username": "fictional-editor", "password": PASSWORD, "next": address})
    assert answer["Location"] == START


def test_who_is_no_curator_is_not_let_in(client):
    get_user_model().objects.create_user("fictional-reader", password=PASSWORD)
    assert log_in(client, "fictional-reader").status_code == 200
    assert not is_in(client)


def test_five_wrong_passwords_lock_and_the_right_one_does_not_open(client):
    person()
    answers = [log_in(client, password="wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = log_in(client)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "Try again in 15 minutes" in locked.content.decode()
    assert not is_in(client)
    assert kinds() == ["failed"] * 4 + ["locked"]


def test_lock_is_of_one_name_from_one_address(client):
    person()
    person("fictional-colleague")
    for _ in range(5):
        log_in(client, password="wrong")
    assert log_in(client, "fictional-colleague").status_code == 302
    assert log_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_lock_ends(client, monkeypatch):
    person()
    for _ in range(6):
        log_in(client, password="wrong")
    later = audit.timezone.now() + audit.settings.AXES_COOLOFF_TIME * 1.1
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    assert log_in(client).status_code == 302


def test_failure_keeps_no_name_that_is_no_account_for_people_type_passwords_there(client):
    log_in(client, "my secret passphrase")
    assert AuditEntry.objects.get().name == ""
    assert "secret" not in str(AuditEntry.objects.values())


@pytest.mark.parametrize("name", ["", "x" * 5000, "a\x00b", "'; DROP TABLE auth_user; --", "日本"])
def test_hostile_name_is_answered_like_any_wrong_one(client, name):
    assert log_in(client, name).status_code == 200


# -- the second step -------------------------------------------------------------------------------------------------


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def test_who_has_a_second_factor_is_a_stranger_until_the_code_is_given(client):
    device = with_factor(person(is_superuser=True))
    assert log_in(client)["Location"].startswith(STEP)
    for path in (START, reverse("admin:themes_theme_changelist"), FACTOR, reverse("admin:password_change")):
        assert client.get(path).status_code == 302
    for path in (reverse("signin:codes"), reverse("signin:off"), reverse("admin:auth_user_add")):
        client.post(path)
    assert TOTPDevice.objects.get().confirmed
    assert client.get(STEP).status_code == 200
    client.post(STEP, {"code": code_of(device)})
    assert is_in(client)
    assert kinds() == ["password", "second-step"]


def test_log_in_page_leads_who_is_half_in_to_the_second_step(client):
    with_factor(person())
    log_in(client)
    assert client.get(f"{LOG_IN}?next=/admin/themes/theme/")["Location"] == f"{STEP}?next=%2Fadmin%2Fthemes%2Ftheme%2F"


def test_second_step_leads_on_and_takes_spaces(client):
    device = with_factor(person())
    log_in(client)
    code = code_of(device)
    answer = client.post(STEP, {"code": f" {code[:3]} {code[3:]} ", "next": FACTOR})
    assert answer["Location"] == FACTOR


def test_code_works_once(client):
    device = with_factor(person())
    code = code_of(device)
    log_in(client)
    client.post(STEP, {"code": code})
    client.logout()
    log_in(client)
    client.post(STEP, {"code": code})
    assert not is_in(client)


@pytest.mark.parametrize("code", ["000000", "", "１２３４５６", "x" * 500, "\x00", "²²²²²²", "-1", "12345"])
def test_wrong_code_is_refused_with_words(client, code):
    with_factor(person())
    log_in(client)
    answer = client.post(STEP, {"code": code})
    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    assert not is_in(client)


def test_guessing_a_code_is_slowed_down_and_written_down(client):
    device = with_factor(person())
    log_in(client)
    wrong = f"{(int(code_of(device)) + 1) % 1000000:06d}"
    for _ in range(2):
        answer = client.post(STEP, {"code": wrong})
    assert "before the next try" in answer.content.decode()
    client.post(STEP, {"code": code_of(device)})
    assert not is_in(client)
    assert kinds()[1:] == ["second-failed"] * 3


def test_recovery_code_lets_in_once_and_is_kept_as_a_hash(client):
    user = person()
    with_factor(user)
    codes = factors.new_codes(user=user)
    assert len(set(codes)) == factors.CODES
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in codes}
    log_in(client)
    assert "Recovery codes left: 9" in client.post(STEP, {"code": codes[0].upper()}, follow=True).content.decode()
    assert is_in(client)
    client.logout()
    log_in(client)
    client.post(STEP, {"code": codes[0]})
    assert not is_in(client)
    assert "code-used" in kinds()


def test_code_of_another_person_does_not_fit(client):
    with_factor(person())
    other = with_factor(person("fictional-colleague"))
    log_in(client)
    client.post(STEP, {"code": code_of(other)})
    assert not is_in(client)


def test_session_key_changes_at_the_second_step(client):
    device = with_factor(person())
    log_in(client)
    before = client.session.session_key
    client.post(STEP, {"code": code_of(device)})
    assert client.session.session_key != before


# -- who needs one, and how it is set up ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "is_superuser", "needs"),
    [("editor", False, True), ("administrator", False, True), ("", True, True), ("contributor", False, False)],
)
def test_editors_and_administrators_need_one_where_it_is_required(client, required, group, is_superuser, needs):
    person(group=group, is_superuser=is_superuser)
    log_in(client)
    assert is_in(client) is not needs


@pytest.mark.parametrize("group", ["editor", "contributor"])
def test_nobody_needs_one_on_this_machine_alone(client, group):
    person(group=group)
    log_in(client)
    assert is_in(client)


def test_it_is_set_up_at_the_first_sign_in_with_a_picture_and_gives_recovery_codes(client, required):
    user = person(group="editor")
    assert client.get(log_in(client)["Location"])["Location"] == NEW
    assert "Your role needs a second factor" in client.get(NEW).content.decode()
    client.post(NEW, {"begin": ""})
    page = client.get(NEW)
    root = parsed(page, strict=False)
    device = TOTPDevice.objects.get(user=user)
    [key] = [text_of(one) for one in root.iter("code")]
    assert key == factors.key_text(device)
    svg = page.content.decode().partition('<svg role="img" aria-label="QR')[2].partition("</svg>")[0]
    assert re.search(r'd="M4 4h7v1H4z', svg)  # the corner of every QR code, within its quiet zone
    assert "style=" not in svg
    assert not is_in(client)
    done = client.post(NEW, {"code": code_of(device)})
    assert len(re.findall(r"<code>[a-z2-9]{4}(?:-[a-z2-9]{4}){2}</code>", done.content.decode())) == factors.CODES
    assert is_in(client)
    assert kinds() == ["password", "factor-on"]


def test_secret_that_nobody_confirmed_asks_for_nothing(client):
    user = person()
    factors.begin(user=user)
    log_in(client)
    assert is_in(client)


def test_wrong_first_code_turns_nothing_on(client):
    user = person()
    log_in(client)
    client.post(NEW, {"begin": ""})
    assert "does not fit" in client.post(NEW, {"code": "abc"}).content.decode()
    assert not factors.has_factor(user)


def test_looking_at_the_page_makes_no_secret(client):
    person()
    log_in(client)
    client.get(NEW)
    assert not TOTPDevice.objects.exists()


def test_who_owes_the_second_step_cannot_set_up_another_app_instead(client):
    device = with_factor(person())
    log_in(client)
    client.post(NEW, {"begin": ""})
    assert client.get(NEW)["Location"] == STEP
    assert TOTPDevice.objects.get() == device


def test_another_app_takes_the_place_of_the_first(client):
    user = person()
    first = with_factor(user)
    log_in(client)
    client.post(STEP, {"code": code_of(first)})
    client.post(NEW, {"begin": ""})
    assert factors.has_factor(user)
    second = factors.unconfirmed(user)
    client.post(NEW, {"code": code_of(second)})
    assert TOTPDevice.objects.get() == second


def test_it_can_be_turned_off_but_not_where_the_role_needs_it(client, settings):
    user = person(group="editor")
    device = with_factor(user)
    log_in(client)
    client.post(STEP, {"code": code_of(device)})
    settings.SECOND_FACTOR_REQUIRED = True
    assert "Turn it off" not in client.get(FACTOR).content.decode()
    client.post(reverse("signin:off"))
    assert factors.has_factor(user)
    settings.SECOND_FACTOR_REQUIRED = False
    client.post(reverse("signin:off"))
    assert not factors.has_factor(user)
    assert is_in(client)
    assert kinds()[-1] == "factor-off"


def test_new_recovery_codes_take_the_place_of_the_old_ones(client):
    user = person()
    device = with_factor(user)
    old = factors.new_codes(user=user)
    log_in(client)
    client.post(STEP, {"code": code_of(device)})
    assert client.get(reverse("signin:codes")).status_code == 405
    page = client.post(reverse("signin:codes")).content.decode()
    assert old[0] not in page
    assert factors.verify(user, old[0]) is None
    assert factors.codes_left(user) == factors.CODES


def test_administrator_takes_away_a_lost_one_and_it_is_written_down(client):
    user = person()
    with_factor(user)
    client.force_login(person("fictional-administrator", is_superuser=True))
    data = {"action": "take_second_factor_away", "_selected_action": [user.pk]}
    page = client.post(reverse("admin:auth_user_changelist"), data, follow=True).content.decode()
    assert "has no second factor now" in page
    assert not factors.has_factor(user)
    entry = AuditEntry.objects.filter(kind="factor-off").get()
    assert (entry.name, entry.by) == ("fictional-editor", "fictional-administrator")


def test_who_is_no_superuser_takes_none_away_from_one(client):
    superuser = person(is_superuser=True)
    with_factor(superuser)
    keeper = person("fictional-keeper")
    keeper.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user"]))
    client.force_login(keeper)
    client.post(
        reverse("admin:auth_user_changelist"),
        {"action": "take_second_factor_away", "_selected_action": [superuser.pk]},
    )
    assert factors.has_factor(superuser)


def test_secrets_have_no_page_in_the_admin(client):
    client.force_login(person(is_superuser=True))
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/otp_static/staticdevice/").status_code == 404


@pytest.mark.parametrize(
    "name", ["signin:second-step", "signin:second-factor", "signin:new", "signin:codes", "signin:off"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_the_log_in(client, name, method):
    answer = getattr(client, method)(reverse(name), {"code": "123456", "begin": ""})
    assert answer.status_code == 405 or answer["Location"].startswith(LOG_IN)


# -- sessions end ----------------------------------------------------------------------------------------------------


def _clock(client, name, seconds):
    session = client.session
    session[name] = int(time.time()) - seconds
    session.save()


@pytest.mark.parametrize(("clock", "setting"), [(sessions.SEEN, "SESSION_IDLE"), (sessions.BEGAN, "SESSION_LONGEST")])
def test_session_ends(client, settings, clock, setting):
    person()
    log_in(client)
    _clock(client, clock, getattr(settings, setting) - 5)
    assert is_in(client)
    _clock(client, clock, getattr(settings, setting) + 5)
    assert not is_in(client)
    assert kinds()[-1] == "ended"
    assert client.get(LOG_IN).status_code == 200


def test_each_page_begins_the_idle_time_anew(client, settings):
    person()
    log_in(client)
    _clock(client, sessions.SEEN, settings.SESSION_IDLE - 5)
    client.get(START)
    assert time.time() - client.session[sessions.SEEN] < 5


def test_session_from_before_there_were_clocks_has_ended(client):
    person()
    log_in(client)
    session = client.session
    del session[sessions.BEGAN]
    session.save()
    assert not is_in(client)


def test_public_page_reads_no_session_and_sets_no_cookie(client, django_assert_num_queries):
    person()
    log_in(client)
    with django_assert_num_queries(0):
        answer = client.get("/robots.txt")
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


# -- the log ---------------------------------------------------------------------------------------------------------


def test_sign_in_and_sign_out_are_written_with_where_from(client):
    user = person()
    log_in(client, REMOTE_ADDR="192.0.2.7")
    client.post(reverse("admin:logout"))
    assert kinds() == ["signed-in", "signed-out"]
    entry = AuditEntry.objects.get(kind="signed-in")
    assert (entry.account, entry.name, entry.address) == (user.pk, "fictional-editor", "192.0.2.7")


def test_password_that_was_typed_as_a_name_is_kept_nowhere_and_counted_all_the_same(client):
    for _try in range(5):
        answer = log_in(client, name=PASSWORD, password="x")
    assert answer.status_code == 429
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert not [row for row in cursor.fetchall() if PASSWORD in str(row)], table
    assert kinds()[-1] == "locked"


def test_who_owes_the_second_step_can_sign_out(client):
    with_factor(person())
    log_in(client)
    assert client.get(STEP).status_code == 200
    client.post(reverse("admin:logout"))
    assert client.get(STEP).url.startswith(LOG_IN)
    assert not client.session.keys()
    assert kinds() == ["password", "signed-out"]


@pytest.mark.parametrize(
    ("https", "caller", "forwarded", "address"),
    [
        (True, "127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (True, "127.0.0.1", "nonsense", None),
        (True, "198.51.100.1", "192.0.2.7", "198.51.100.1"),
        (False, "127.0.0.1", "192.0.2.7", "127.0.0.1"),
        (True, "", "192.0.2.7", None),
        (True, "::1", "2001:db8::7", "2001:db8::7"),
    ],
)
def test_address_is_what_a_trusted_proxy_wrote_last(rf, settings, https, caller, forwarded, address):
    settings.HTTPS = https
    request = rf.get("/", REMOTE_ADDR=caller, HTTP_X_FORWARDED_FOR=forwarded)
    assert audit.client_address(request) == address


def test_log_can_be_read_and_not_written_in_the_admin(client):
    log_in(client, "nobody")
    entry = AuditEntry.objects.get()
    client.force_login(person(is_superuser=True))
    page = reverse("admin:signin_auditentry_changelist")
    assert "Sign-in failed" in client.get(page, {"q": "fictional"}).content.decode() + client.get(page).content.decode()
    assert client.get(reverse("admin:signin_auditentry_add")).status_code == 403
    for name in ("change", "delete"):
        assert (
            client.post(reverse(f"admin:signin_auditentry_{name}", args=[entry.pk]), {"post": "yes"}).status_code == 403
        )
    client.post(page, {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"})
    assert AuditEntry.objects.filter(pk=entry.pk).exists()


def test_log_is_for_who_may_read_it(client):
    client.force_login(person())
    assert client.get(reverse("admin:signin_auditentry_changelist")).status_code == 403


def test_no_code_changes_a_row_of_the_log():
    audit.record("failed", request=None)
    entry = AuditEntry.objects.get()
    entry.kind = "signed-in"
    for change in (
        entry.save,
        entry.delete,
        lambda: AuditEntry.objects.update(kind="signed-in"),
        lambda: AuditEntry.objects.all().delete(),
    ):
        with pytest.raises(Kept):
            change()


def test_database_refuses_a_change_of_the_log():
    audit.record("failed", request=None)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE signin_auditentry SET kind = 'signed-in'")


def test_database_refuses_to_delete_from_the_log():
    audit.record("failed", request=None)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM signin_auditentry")
    assert AuditEntry.objects.exists()


def test_log_outlives_the_account(client):
    user = person()
    log_in(client)
    user.delete()
    assert AuditEntry.objects.get().name == "fictional-editor"
