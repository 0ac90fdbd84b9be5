"""Files that are dear to make: made once for each state of the content, a few at a time, and kept in a bounded place.

Two at a time on a machine, whatever the number of processes; whoever asks for one that is being made waits for it; when
too many wait, the next is told to come back (`Busy`, answered 503 with Retry-After), so that pages stay quick.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from publishing.models import content_version, read_version

#: Files made at once on this machine. A file is dealt to one of them by its name, so none is made twice at once.
SLOTS = 2
#: Threads of one process that may wait or work here; gunicorn gives it four (config/gunicorn.conf.py).
MOST_THREADS = 3
SECONDS_OF_PATIENCE = 20
#: What is kept: so many files, and so many bytes.
MOST_FILES, MOST_BYTES = 300, 100_000_000

_threads = threading.BoundedSemaphore(MOST_THREADS)


class Busy(Exception):
    """Too many files are being made just now; the same question may be asked again in some seconds."""


def folder() -> Path:
    found: Path = settings.FILES_DIR
    found.mkdir(parents=True, exist_ok=True)
    return found


def name_of(*parts: Any) -> str:
    """A name for the file with these parts, in this state of the content, this language and on this day."""
    state = (content_version(), timezone.localdate(), translation.get_language(), settings.SITE_URL)
    return hashlib.sha256("\n".join(map(str, (*state, *parts))).encode()).hexdigest()


@contextmanager
def in_turn(name: str) -> Iterator[None]:
    """Within this block one of the few places is ours; raises Busy. The system frees it if the process ends."""
    if not _threads.acquire(blocking=False):
        raise Busy
    try:
        with (folder() / f"slot-{int(name, 16) % SLOTS}").open("a") as slot:
            _wait_for(slot.fileno())
            yield
    finally:
        _threads.release()


def _wait_for(handle: int) -> None:
    until = time.monotonic() + SECONDS_OF_PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy from None
            time.sleep(0.05)
        else:
            return


def kept(make: Callable[[], bytes], *parts: Any) -> bytes:
    """The file with these parts, from the store or made now. Raises Busy, and whatever `make` raises."""
    name, version = name_of(*parts), content_version()
    path = folder() / f"{name}.file"
    found = _read(path)
    if found is not None:
        return found
    with in_turn(name):
        found = _read(path)
        if found is None:
            found = make()
            _keep(path, found)
            if read_version() != version:  # what was published meanwhile has found no file to forget
                path.unlink(missing_ok=True)
        return found


def in_passing(make: Callable[[], bytes], *parts: Any) -> bytes:
    """The file with these parts, made now in its turn and not kept: it holds a reader's own words. Raises Busy."""
    with in_turn(name_of(*parts)):
        return make()


def _read(path: Path) -> bytes | None:
    """None where there is no such file: it was never made, or has been thrown out."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _keep(path: Path, content: bytes) -> None:
    """Written whole, then given its name; a full disk costs the store, never the answer."""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(path)
        throw_out()
    except OSError:
        return


def forget() -> None:
    """Every file goes. None would be answered again: what was taken back must not stay behind on the disk either."""
    for path in folder().glob("*.file"):
        path.unlink(missing_ok=True)


def forget_when_it_stands(sender: Any, **said: Any) -> None:
    """What readers see has changed: forget, once, when the transaction that changes it is complete."""
    if not any(waiting[1] is forget for waiting in connection.run_on_commit):
        transaction.on_commit(forget)


def throw_out() -> None:
    """The oldest go until the store is within its bounds; files that an ended process left half-written go too."""
    found = []
    for path in [*folder().glob("*.file"), *folder().glob("*.part")]:
        try:
            found.append((path.stat().st_mtime, path.stat().st_size, path))
        except OSError:
            continue
    size = 0
    for number, (written, length, path) in enumerate(sorted(found, reverse=True)):
        size += length
        stale = path.suffix == ".part" and written < time.time() - 600
        if stale or number >= MOST_FILES or size > MOST_BYTES:
            path.unlink(missing_ok=True)
