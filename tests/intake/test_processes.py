"""Imports as processes of their own: one that is killed leaves no trace, two at once make no duplicate."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


class Site:
    """A database that other processes can reach: on SQLite a copy of the test's own, else that itself."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "db.sqlite3"
        self.env = {**os.environ, "VAR_DIR": str(directory)}
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
            self.env["DATABASE_URL"] = f"sqlite:///{self.file}"
        else:
            held = connection.settings_dict
            self.env["DATABASE_URL"] = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{held['NAME']}"

    def ask(self, sql: str) -> list[Any]:
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(self.file)) as copy:
            return copy.execute(sql).fetchall()

    def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        tables = connection.introspection.table_names()
        return {name: self.ask(f'SELECT COUNT(*) FROM "{name}"')[0][0] for name in tables}

    def start(self, *command: Any) -> subprocess.Popen:
        return subprocess.Popen(
            [*MANAGE, *map(str, command)], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    make.review_type("Fictional kind of review", abbreviation="FKR")
    return Site(tmp_path)


@pytest.fixture
def path(table: Any) -> Path:
    rows = ([f"F-{n}", f"Fictional review {n}", "FKR", "2020", "A fictional letter"] for n in range(1500))
    return table(["reference", "title", "review_type", "published", "document_title"], *rows)


def test_an_import_that_is_killed_leaves_no_trace(site, path):
    before = site.counts()
    with site.start("import_file", path, "--kind", "reviews") as process:
        assert any(line.startswith("Importing") for line in iter(process.stderr.readline, ""))
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert site.counts() == before
    again = site.start("import_file", path, "--kind", "reviews")
    assert "Imported: 1,500 new" in again.communicate(timeout=120)[0]


def test_two_imports_of_the_same_file_at_once_make_no_duplicate(site, path):
    both = [site.start("import_file", path, "--kind", "reviews") for _n in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert site.ask("SELECT COUNT(*), COUNT(DISTINCT reference) FROM reviews_casereview") == [(1500, 1500)]
    told = sorted(out.partition("Imported: ")[2].partition(".")[0].partition("; ")[0] for out, _err in said)
    assert told == ["1,500 as it is here", "1,500 new, as a draft"]


def test_two_imports_of_statements_at_once_give_each_its_own_code(site, table):
    rows = ([f"ref-{n}", f"Fictional sentence {n}."] for n in range(600))
    path = table(["reference", "statement"], *rows)
    both = [site.start("import_file", path, "--kind", "learning-points") for _n in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert site.ask("SELECT COUNT(*), COUNT(DISTINCT code) FROM reviews_learningpoint") == [(600, 600)]
