"""Files that wait, who is at work on them, and how far: beside the database, so that all of it can be seen from outside
a transaction that has not ended.

The kernel lets go of a lock when its process ends, however it ends: a run whose lock is free is not being worked on.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings


def directory() -> Path:
    """Where the files of runs are kept until they are imported or discarded."""
    path = Path(settings.INTAKE_DIR)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def file_of(number: int) -> Path:
    return directory() / f"{number}.file"


def keep(number: int, chunks: Iterable[bytes]) -> None:
    """Store the file of a run."""
    with file_of(number).open("wb") as target:
        for chunk in chunks:
            target.write(chunk)


def drop(number: int) -> None:
    """Forget the file of a run, and how far it was."""
    for name in (f"{number}.file", f"{number}.progress"):
        (directory() / name).unlink(missing_ok=True)


def hash_of_file(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def at_work(number: int) -> Iterator[bool]:
    """Be the one process that works on a run; yields False where another one does."""
    with (directory() / f"{number}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def is_worked_on(number: int) -> bool:
    """Whether a living process works on the run."""
    path = directory() / f"{number}.lock"
    if not path.exists():
        return False
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


class Progress:
    """Says how far a run is, twice a second at most; for the page that shows it."""

    def __init__(self, number: int) -> None:
        self._path, self._told = directory() / f"{number}.progress", 0.0

    def __call__(self, share: float, rows: int) -> None:
        if time.monotonic() - self._told < 0.5:
            return
        self._told = time.monotonic()
        draft = self._path.with_suffix(".part")
        draft.write_text(json.dumps({"share": round(share, 4), "rows": rows}))
        draft.replace(self._path)


def progress_of(number: int) -> dict[str, Any]:
    """How far the run is: `share` from 0 to 1, and rows."""
    with suppress(OSError, ValueError):
        found: dict[str, Any] = json.loads((directory() / f"{number}.progress").read_text())
        return found
    return {"share": 0.0, "rows": 0}
