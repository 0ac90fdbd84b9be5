"""Lists that are asked for while another process publishes, changes and withdraws are each of one version."""

import json
import os
import subprocess
import sys

from django.conf import settings


def test_answer_is_of_one_version_while_another_process_publishes(own_database, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "VAR_DIR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    command = [sys.executable, "tests/search/meanwhile.py", str(tmp_path), "160"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["wrong"] == []
    assert found["asked"] >= 80
    assert found["found"] >= found["asked"] / 2
    assert found["versions"] >= 10  # else nobody published meanwhile
    assert found["crossed"] >= 3  # pages during which the version moved on
