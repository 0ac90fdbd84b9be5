"""Files that are dear to make: made once, a few at a time, in a bounded place."""

import os
import threading
import time

import pytest
from django.db import connection

from exports import store
from publishing.models import move_on, one_version
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_file_is_made_once_for_a_state_of_the_content():
    calls = []

    def ask():
        return store.kept(lambda: calls.append(1) or b"made", "a form", "a fictional slug")

    assert (ask(), ask(), len(calls)) == (b"made", b"made", 1)
    move_on()
    assert (ask(), len(calls)) == (b"made", 2)


def test_file_of_what_is_withdrawn_is_gone_from_the_disk(client, django_capture_on_commit_callbacks):
    briefing = make.briefing("A fictional briefing")
    assert client.get(f"{briefing.get_absolute_url().rstrip('/')}.txt").status_code == 200
    assert list(store.folder().glob("*.file"))
    connection.run_on_commit.clear()  # the publication above waits there, as the test is one transaction
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        make.withdrawn(briefing)
        make.withdrawn(make.case_review())
    assert not list(store.folder().glob("*.file"))
    assert len(callbacks) == 1


def test_file_that_was_being_made_while_something_was_withdrawn_is_not_kept():
    def make_slowly():
        move_on()
        return b"made"

    store.forget()
    with one_version():
        assert store.kept(make_slowly, "slow", "file") == b"made"
    assert not list(store.folder().glob("*.file"))


def test_failure_is_not_kept_and_frees_its_place():
    def fail():
        raise ValueError("no")

    for _ in range(store.MOST_THREADS + 1):
        with pytest.raises(ValueError, match="no"):
            store.kept(fail, "a form", "that fails")
    assert store.kept(lambda: b"made", "a form", "that fails") == b"made"


def test_oldest_files_go_when_the_place_is_full(monkeypatch):
    for path in store.folder().glob("*.file"):
        path.unlink()
    monkeypatch.setattr(store, "MOST_FILES", 3)
    for n in range(5):
        store.kept(lambda: b"made", "full", n)
        newest = store.folder() / f"{store.name_of('full', n)}.file"
        os.utime(newest, (time.time() - 100 + n,) * 2)
    left = {path.stem for path in store.folder().glob("*.file")}
    assert left == {store.name_of("full", n) for n in (2, 3, 4)}


def test_whoever_asks_for_what_is_being_made_waits_and_it_is_made_once():
    calls, name = [], store.name_of("slow")

    def slow():
        calls.append(1)
        time.sleep(0.3)
        return b"made"

    def ask(found):
        path = store.folder() / f"{name}.file"
        with store.in_turn(name):
            content = store._read(path)
            if content is None:
                store._keep(path, content := slow())
            found.append(content)

    found = []
    threads = [threading.Thread(target=ask, args=(found,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, len(calls)) == ([b"made", b"made"], 1)


def test_too_many_at_once_are_told_to_come_back(client, monkeypatch):
    briefing = make.briefing()
    monkeypatch.setattr(store, "_threads", threading.BoundedSemaphore(1))
    with store.in_turn(store.name_of("another")):
        answer = client.get(f"/briefings/{briefing.slug}.pdf")
        assert answer.status_code == 503
        assert answer["Retry-After"] == "15"
        assert "ask again in a moment" in answer.content.decode()
    assert client.get(f"/briefings/{briefing.slug}.pdf").status_code == 200


def test_full_disk_costs_the_store_and_not_the_answer(monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError("no space left")

    monkeypatch.setattr(store.tempfile, "mkstemp", full)
    assert store.kept(lambda: b"made", "no space") == b"made"
