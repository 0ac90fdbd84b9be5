"""Each mail arrives once, though its sender is killed at any line, at any moment, or is one of several.

Where a sender died between the end of a message and the note that it was taken, nobody can know whether it arrived: such
a mail may come once more, and the command and the outbox say which one it is.
"""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings

POINTS, TIMES = 60, 8


@pytest.fixture
def run(own_database, smtp, tmp_path):
    """Run killing.py; gives what it found in its outbox, and what the senders said."""

    def run(how, number):
        environment = {
            **os.environ,
            "DATABASE_URL": own_database,
            "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}/?timeout=5",
            "VAR_DIR": str(tmp_path / "var"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        command = [sys.executable, "tests/alerts/killing.py", how, str(tmp_path), str(number)]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), (tmp_path / "said").read_text()

    return run


def assert_each_arrived_once(smtp, found, said):
    """Once, or once more where the outbox has a doubt that was said aloud."""
    taken = smtp.by_name()
    assert taken.keys() == {mail["message_id"] for mail in found["mails"] if mail["state"] == "sent"}
    for mail in found["mails"]:
        assert mail["state"] in {"sent", "dropped"}
        if taken[mail["message_id"]] != 1:
            assert taken[mail["message_id"]] <= 2
            assert mail["doubts"] == 1
            assert f"In doubt, will be sent once more: {mail['message_id']}" in said
    told = Counter((mail["subscriber__address"], pk) for mail in found["mails"] for pk in mail["batch__ids"])
    assert set(told.values()) == {1}


@pytest.mark.parametrize(("how", "number"), [("steps", POINTS), ("times", TIMES)])
def test_each_mail_arrives_once_though_its_sender_is_killed(run, smtp, how, number):
    found, said = run(how, number)
    assert found["tried"] >= (50 if how == "steps" else number // 2)
    assert_each_arrived_once(smtp, found, said)
    readers = {mail["subscriber__address"] for mail in found["mails"]}
    assert len(found["mails"]) >= len(readers) * found["reviews"] - len(readers)
    doubtful = [mail for mail in found["mails"] if mail["doubts"]]
    assert len(doubtful) <= found["tried"]


def test_several_senders_at_once_send_nothing_twice(run, smtp):
    found, said = run("at-once", 3)
    assert_each_arrived_once(smtp, found, said)
    assert set(smtp.by_name().values()) == {1}
    assert len(found["mails"]) == 22  # twenty, and the two of before
    assert {mail["doubts"] for mail in found["mails"]} == {0}
    assert len([line for line in said.splitlines() if "mails queued" in line]) == 3
