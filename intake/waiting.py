"""Work that outlives the request that asked for it: a run says what is to be done, a process of its own does it.

The process holds the run's file lock as long as it lives (store.py). A run that should be worked on and whose lock is
free was broken off: nothing of it is in the database, and it is taken up again or given back to its curator.
"""

from __future__ import annotations

import datetime
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

from intake import actions, store, undoing
from intake.files import BadFileError
from intake.models import Run

logger = logging.getLogger(__name__)
State = Run.State
#: A file that nobody has decided on is kept so long: it may tell of a child, and is nobody's to find next year.
DAYS_KEPT = 30
FORGOTTEN = f"Nobody decided on it for {DAYS_KEPT} days: the file was discarded, and nothing was changed."
BROKEN_OFF = "It was broken off, and nothing was changed. Begin it again."
FAILED = "An error of the site stopped it, and nothing was changed. The administrator finds it in the log."


def start() -> None:
    """Let a process of its own do what waits; where a timer does that, nothing."""
    if settings.IMPORT_BY_TIMER:
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_waiting", "--verbosity", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    # Somebody has to take note of its end, or the system keeps it in its table.
    threading.Thread(target=process.wait, daemon=True).start()


def give_back_broken_off() -> None:
    """Take note of runs whose process has ended before its time."""
    for run in Run.objects.filter(state__in=[State.CHECKING, State.IMPORTING]):
        if not store.is_worked_on(run.pk):
            tried = run.state == State.IMPORTING
            back, message = (State.CHECKED, BROKEN_OFF) if tried else (State.WAITING, "")
            Run.objects.filter(pk=run.pk, state=run.state).update(state=back, message=message)


def discard_forgotten() -> None:
    """Discard the files that nobody has imported or discarded for DAYS_KEPT days."""
    undecided = (State.MATCHING, State.CHECKED)
    before = timezone.now() - datetime.timedelta(days=DAYS_KEPT)
    for run in Run.objects.filter(state__in=undecided, created_at__lt=before):
        if ask(run=run, state=State.DISCARDED, allowed=undecided, finished_at=timezone.now()):
            Run.objects.filter(pk=run.pk).update(message=FORGOTTEN)
            store.drop(run.pk)


def work(tell: Callable[[str], None] = lambda text: None) -> int:
    """Do all that waits, one run after another, until nothing does; says how many runs were worked on."""
    discard_forgotten()
    done = 0
    while run := _next():
        with store.at_work(run.pk) as mine:
            if mine and _take(run):
                tell(f"{run.file_name}: {run.get_state_display().lower()}")
                _do(run)
                done += 1
            else:
                time.sleep(0.2)
    return done


def _next() -> Run | None:
    """The oldest run that waits and that no other process has."""
    give_back_broken_off()
    waiting = Run.objects.filter(state__in=[State.WAITING, State.QUEUED, State.UNDOING]).order_by("pk")
    return next((run for run in waiting if not store.is_worked_on(run.pk)), None)


def _take(run: Run) -> bool:
    """Begin, unless somebody has decided otherwise meanwhile."""
    begun = {State.WAITING: State.CHECKING, State.QUEUED: State.IMPORTING, State.UNDOING: State.UNDOING}.get(run.state)
    return bool(begun) and bool(Run.objects.filter(pk=run.pk, state=run.state).update(state=begun, message=""))


def _do(run: Run) -> None:
    run.refresh_from_db()
    step, back = {
        State.CHECKING: (_try, State.REFUSED),
        State.IMPORTING: (_import, State.CHECKED),
        State.UNDOING: (_undo, State.DONE),
    }[run.state]
    try:
        step(run, store.Progress(run.pk))
    except (BadFileError, actions.NothingImportedError, undoing.NotUndoneError) as error:
        _end(run, back, str(error))
    except Exception:
        logger.exception("run %s", run.pk)
        _end(run, back, FAILED)
    if Run.objects.filter(pk=run.pk, state__in=[State.DONE, State.REFUSED]).exists():
        store.drop(run.pk)


def _end(run: Run, state: str, message: str) -> None:
    finished = timezone.now() if state == State.REFUSED else run.finished_at
    Run.objects.filter(pk=run.pk).update(state=state, message=message, finished_at=finished)
    if state == State.REFUSED:
        run.lines.all().delete()


def _try(run: Run, tell: Any) -> None:
    run.lines.all().delete()
    for _row in actions.try_out(run=run, path=store.file_of(run.pk), tell=tell):
        pass
    run.state = State.CHECKED
    run.save()


def _import(run: Run, tell: Any) -> None:
    actions.carry_out(run=run, path=store.file_of(run.pk), tell=tell)


def _undo(run: Run, tell: Any) -> None:
    undoing.undo(run=run, by=run.undone_by, tell=tell)


def ask(*, run: Run, state: str, allowed: tuple[str, ...], **fields: Any) -> bool:
    """Ask for a step; False where the run has moved on meanwhile (two curators, a button pressed twice)."""
    asked = Run.objects.filter(pk=run.pk, state__in=allowed).update(state=state, message="", **fields)
    return bool(asked)
