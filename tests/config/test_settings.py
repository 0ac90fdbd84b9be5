"""Settings as a fresh process reads them: each test starts one, with nothing in the environment but what it names."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def python(*arguments: str, var: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(var),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def setting(expression: str, *, var: Path, **environment: str) -> str:
    """What `expression` over the settings prints in a fresh process."""
    process = python("-c", f"from django.conf import settings; print({expression})", var=var, **environment)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    return output.strip()


@pytest.fixture
def var(tmp_path):
    return tmp_path / "var"


def test_key_is_made_once_readable_by_its_owner_alone_and_kept(var):
    first = setting("settings.SECRET_KEY", var=var)
    assert len(first) >= 50
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600
    assert setting("settings.SECRET_KEY", var=var) == first
    assert [path.name for path in var.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_share_one_key(var):
    show = "from django.conf import settings; print(settings.SECRET_KEY)"
    processes = [python("-c", show, var=var) for _ in range(3)]
    keys = {process.communicate()[0].strip() for process in processes}
    assert keys == {(var / "secret_key").read_text()}


def test_key_of_the_environment_is_not_written_down(var):
    assert setting("settings.SECRET_KEY", var=var, SECRET_KEY="given") == "given"
    assert not (var / "secret_key").exists()


def test_debug_is_off_unless_asked_for(var):
    assert setting("settings.DEBUG", var=var) == "False"
    assert setting("settings.DEBUG", var=var, DEBUG="0") == "False"
    assert setting("settings.DEBUG", var=var, DEBUG="1") == "True"


def test_postgresql_is_chosen_by_its_url(var):
    url = "postgres://reader:p%40ss@db.example:5433/learning"
    keys = "[settings.DATABASES['default'][k] for k in ('ENGINE', 'HOST', 'PORT', 'USER', 'PASSWORD', 'NAME')]"
    expected = ["django.db.backends.postgresql", "db.example", 5433, "reader", "p@ss", "learning"]
    assert setting(keys, var=var, DATABASE_URL=url) == str(expected)


def test_https_makes_cookies_secure_and_promises_https(var):
    expression = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    assert setting(expression, var=var) == "False False False"
    assert setting(expression, var=var, HTTPS="1") == "True True True"


def test_host_of_the_site_is_allowed(var):
    hosts = setting("settings.ALLOWED_HOSTS", var=var, SITE_URL="https://learning.example/")
    assert hosts == "['127.0.0.1', 'localhost', '[::1]', 'learning.example']"


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("DATABASE_URL", "mysql://reader:hunter2@db/learning", "postgres://user:password@host:5432/name"),
        ("DATABASE_URL", "learning", "postgres://user:password@host:5432/name"),
        ("DATABASE_URL", "postgres://reader:hunter2@db:port/learning", "postgres://user:password@host:5432/name"),
        ("DATABASE_URL", "postgres://reader:hunter2@db/", "postgres://user:password@host:5432/name"),
        ("DEBUG", "maybe", "set it to 1 or 0"),
        ("SESSION_HOURS", "a day", "set it to a whole number"),
        ("SESSION_IDLE_MINUTES", "0", "set it to a whole number"),
        ("SITE_URL", "learning.example", "set it to a whole address"),
        ("EXIT_URL", "javascript:alert(1)", "set it to a whole address"),
        ("CSRF_TRUSTED_ORIGINS", "learning.example", "write each with https:// in front"),
        ("VAR_DIR", "/dev/null/var", "set VAR_DIR to a directory that is"),
    ],
)
def test_wrong_value_is_answered_in_one_line_with_a_hint(name, value, hint, var):
    process = python("manage.py", "check", **{"var": var, "VAR_DIR": str(var), name: value})
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert errors.startswith("Cannot start: ")
    assert hint in errors
    assert "hunter2" not in errors


def test_every_variable_that_is_read_is_explained_in_the_example():
    sources = [(ROOT / "config" / name).read_text() for name in ("settings.py", "gunicorn.conf.py")]
    read = set(re.findall(r"""(?:environ\.get|env_\w+)\(["']([A-Z_]+)["']""", "\n".join(sources)))
    explained = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert {"DATABASE_URL", "SECRET_KEY", "PORT"} <= read
    assert read <= explained


@pytest.mark.parametrize(
    ("environment", "required"),
    [
        ({}, False),
        ({"PORT": "8080", "BIND": "127.0.0.1:8080"}, False),
        ({"SITE_URL": "https://learning.example"}, True),
        ({"BIND": "0.0.0.0:8000"}, True),
        ({"BIND": "[::1]:8000"}, False),
        ({"BIND": "unix:/run/learning.sock"}, True),
        ({"SITE_URL": "https://learning.example", "SECOND_FACTOR_REQUIRED": "0"}, False),
        ({"SECOND_FACTOR_REQUIRED": "1"}, True),
    ],
)
def test_second_factor_is_required_as_soon_as_another_machine_can_ask(var, environment, required):
    assert setting("settings.SECOND_FACTOR_REQUIRED", var=var, **environment) == str(required)


SHOW_PRAGMAS = """
import django; django.setup()
from django.db import connection
with connection.cursor() as cursor:
    for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous"):
        print(cursor.execute(f"PRAGMA {name}").fetchone()[0], end=" ")
    cursor.execute("BEGIN IMMEDIATE") if connection.transaction_mode == "IMMEDIATE" else print("deferred")
"""


def test_sqlite_writes_ahead_keeps_foreign_keys_and_waits_for_locks(var):
    output, errors = python("-c", SHOW_PRAGMAS, var=var).communicate()
    assert output.split() == ["wal", "1", "20000", "1"], errors
    assert (var / "db.sqlite3").exists()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "False"),
        ("smtp://mail.example.org", "('mail.example.org', 25, False, False, 20)"),
        ("smtp://u:p%40w@mail.example.org:587/?tls=True&timeout=5", "('mail.example.org', 587, True, False, 5)"),
        ("smtp://mail.example.org:465/?ssl=True", "('mail.example.org', 465, False, True, 20)"),
    ],
)
def test_mail_server_is_one_address(var, url, says):
    expression = (
        "settings.EMAIL_ON and (settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, "
        "settings.EMAIL_USE_SSL, settings.EMAIL_TIMEOUT)"
    )
    assert setting(expression, var=var, EMAIL_URL=url) == says


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://secret@mail.example.org", "smtp://secret@host:port/", "file:///x"]
)
def test_mail_server_that_is_not_understood_is_named_without_its_password(var, url):
    process = python("-c", "from django.conf import settings; settings.DEBUG", var=var, EMAIL_URL=url)
    _output, errors = process.communicate()
    assert process.returncode != 0
    assert "EMAIL_URL is not understood" in errors
    assert "secret" not in errors.splitlines()[-1]
