"""Rebuilding the index, by a process of its own: readers go on searching, and one that is killed leaves the old index."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.fixture
def environment(own_database, tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": own_database,
        "VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }


def test_killed_rebuild_leaves_the_old_index_to_readers_who_never_waited(environment):
    command = [sys.executable, "tests/search/reindexing.py"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["killed at"] >= 10  # per cent
    assert set(found["totals while it ran"]) == {found["total before"]}
    assert found["total after the kill"] == found["total before"] != 0
    assert found["longest wait"] < 5
    assert found["workers left"] == []
    assert found["new titles after the kill"] == 0
    assert found["new titles after a whole run"] == found["total before"]
