"""What holds for every test. The database is the one of DATABASE_URL, SQLite in memory without it (see Makefile)."""

import ipaddress
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import override_settings
from django.utils import translation


def is_local(host: Any) -> bool:
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False


class NetworkError(BaseException):
    """Not an Exception: code that copes with a broken network must not make such a test pass."""


def pytest_configure() -> None:
    """Catalogues as `make` compiles them, for whoever runs pytest without it."""
    for catalogue in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            with catalogue.open("rb") as file, compiled.open("wb") as target:
                write_mo(target, read_po(file))


@pytest.fixture(scope="session", autouse=True)
def network_is_blocked() -> Iterator[None]:
    real_connect, real_getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not is_local(address[0]):
            raise NetworkError(f"a test reached for {address[0]}")
        real_connect(self, address)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise NetworkError(f"a test looked up {host}")
        return real_getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def settings_of_all_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files under their plain names, without collectstatic; passwords that cost no time."""
    with override_settings(
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        FILES_DIR=tmp_path_factory.mktemp("files"),
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def test_databases_can_be_emptied() -> Iterator[None]:
    """On SQLite Django empties them row by row, which the triggers of the history refuse; PostgreSQL truncates."""
    operations = DatabaseWrapper.ops_class
    real = operations.execute_sql_flush

    def flush(self: Any, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_never_deleted'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            real(self, statements)
            for _name, sql in triggers:
                cursor.execute(sql)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Neither the cache nor the language of one test reaches the next."""
    yield
    translation.deactivate()
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def own_database(tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """The address of an empty database of the engine that is tested, for a process of its own."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'own.sqlite3'}"
        return
    with django_db_blocker.unblock():
        given = connection.get_connection_params()
    server = {name: given[name] for name in ("host", "port", "user", "password") if given.get(name)}
    name = f"own_{os.getpid()}"
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"])
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
