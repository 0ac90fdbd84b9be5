"""Run by test_killing.py in a process of its own, on a database of its own: senders that are killed, and run on.

Each child is a fork that runs `send_alerts` as cron does, and kills itself (SIGKILL: nothing is tidied up) before one
line of our code; or is killed from outside after a time. What died held its leases; the clock is put forward, and a
second run does the rest. The mail server is in the process of the tests, and counts what it took.
"""

import contextlib
import io
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

import alerts  # noqa: E402
from alerts import letters  # noqa: E402
from alerts.models import Mail  # noqa: E402
from search.listings import LISTINGS  # noqa: E402
from tests import factories as make  # noqa: E402
from tests.alerts.mailing import follow  # noqa: E402

OURS = str(Path(alerts.__file__).parent)
#: Modules of which each line is a step of a mail's way.
STEPS = {"additions.py", "queueing.py", "sending.py", "transports.py", "housekeeping.py"}
READERS = 2


def child(work: Callable[[], None]) -> int:
    """Fork; gives the pid of the child, which ends when the work is done."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        connections.close_all()
        os._exit(0)


def said_by(work: Callable[[], None], into: Path) -> Callable[[], None]:
    """The work, with what it prints added to a file."""

    def run() -> None:
        with contextlib.redirect_stdout(io.StringIO()) as output:
            work()
        with into.open("a") as file:
            file.write(output.getvalue())

    return run


def traced(on_line: Callable[[str, int], None]) -> None:
    """Run the command, and tell of each line of ours before it runs."""

    names: dict[CodeType, str] = {}

    def name_of(code: CodeType) -> str:
        path = Path(code.co_filename)
        return path.name if str(path.parent) == OURS and path.name in STEPS else ""

    def trace(frame: Any, event: str, argument: Any) -> Any:
        code = frame.f_code
        name = names.get(code)
        if name is None:
            name = names[code] = name_of(code)
        if name and event == "line":
            on_line(name, frame.f_lineno)
        return trace if name else None

    sys.settrace(trace)
    call_command("send_alerts")
    sys.settrace(None)


def lines_of_a_run(into: Path) -> list[tuple[str, int]]:
    """Every line that a run that is left alone goes through, in order."""
    lines: list[tuple[str, int]] = []

    def run() -> None:
        traced(lambda name, line: lines.append((name, line)))
        into.write_text(json.dumps(lines))

    make.case_review()
    os.waitpid(child(said_by(run, into.with_suffix(".said"))), 0)
    return [tuple(one) for one in json.loads(into.read_text())]  # type: ignore[misc]


def die_at(line: tuple[str, int], time_of_it: int) -> Callable[[], None]:
    seen = 0

    def on_line(name: str, number: int) -> None:
        nonlocal seen
        seen += (name, number) == line
        if seen == time_of_it:
            os.kill(os.getpid(), signal.SIGKILL)

    return lambda: traced(on_line)


def finish(said: Path) -> None:
    """All leases and pauses are over, and cron runs again, until nothing waits."""
    while True:
        past = timezone.now() - timezone.timedelta(seconds=1)
        Mail.objects.exclude(lease="").update(lease_until=past)
        Mail.objects.filter(state="queued").update(not_before=past)
        os.waitpid(child(said_by(lambda: call_command("send_alerts"), said)), 0)
        if not Mail.objects.unfinished().exists():
            return


def points(lines: list[tuple[str, int]], number: int) -> list[tuple[tuple[str, int], int]]:
    """Where to die: each distinct line, the first or second time it is met; as many as asked for, at random but the same."""
    chance = random.Random(7)
    found = [(line, chance.randint(1, min(2, times))) for line, times in Counter(lines).items()]
    return chance.sample(found, min(number, len(found)))


def killed_at_steps(directory: Path, number: int) -> int:
    died = 0
    for line, time_of_it in points(lines_of_a_run(directory / "lines"), number):
        make.case_review()
        pid = child(said_by(die_at(line, time_of_it), directory / "said"))
        _pid, status = os.waitpid(pid, 0)
        died += os.WIFSIGNALED(status)
        finish(directory / "said")
    return died


def killed_at_times(directory: Path, number: int) -> int:
    chance, died = random.Random(8), 0
    for _n in range(number):
        make.case_review()
        pid = child(said_by(lambda: call_command("send_alerts"), directory / "said"))
        time.sleep(chance.uniform(0, 0.25))
        os.kill(pid, signal.SIGKILL)
        _pid, status = os.waitpid(pid, 0)
        died += os.WIFSIGNALED(status)
        finish(directory / "said")
    return died


def at_once(directory: Path, senders: int) -> int:
    """Several machines find the same news and send it, all at the same time."""
    for n in range(20):
        follow(f"crowd{n}@example.org", query="nation=england")
    make.case_review()
    make.case_review()
    pids = [child(said_by(lambda: call_command("send_alerts"), directory / "said")) for _n in range(senders)]
    for pid in pids:
        os.waitpid(pid, 0)
    return senders


def warm_up() -> None:
    """What a process does once, so that each child need not: read all routes, compile the template, build what is held of
    the content."""
    reverse("home")
    call_command("send_alerts", dry_run=True, stdout=io.StringIO())
    letters.Letter("", [letters.Block("", kind="item")]).as_html()


def main(how: str, directory: Path, number: int) -> None:
    call_command("migrate", verbosity=0)
    make.case_review()
    for n in range(READERS):
        follow(f"reader{n}@example.org")
    warm_up()
    tried = {"steps": killed_at_steps, "times": killed_at_times, "at-once": at_once}[how](directory, number)
    mails = list(
        Mail.objects.order_by("pk").values("message_id", "state", "doubts", "subscriber__address", "batch__ids")
    )
    sys.stdout.write(json.dumps({"tried": tried, "mails": mails, "reviews": len(LISTINGS["review"].index().ids) - 1}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
