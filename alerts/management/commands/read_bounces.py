"""Read mails that came back to the sender's address, and stop alerts to addresses that take none."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from alerts.bounces import MOST_BYTES, Outcome, bounce_in, note


class Command(BaseCommand):
    help = "Read reports of mails that came back: one message from the standard input, or the new ones of a Maildir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "maildir", nargs="?", type=Path, help="a Maildir; without it, one message is read from stdin"
        )

    def handle(self, *args: Any, maildir: Path | None, **options: Any) -> None:
        if maildir is None:
            self._read_one()
            return
        if not (maildir / "new").is_dir():
            raise CommandError(f"{maildir} is no Maildir: it has no directory 'new'.")
        counted = Counter(self._read_all(maildir))
        self.stdout.write("; ".join(f"{counted[one]} {one}" for one in Outcome if counted[one]) or "Nothing new.")

    def _read_one(self) -> None:
        raw = sys.stdin.buffer.read(MOST_BYTES)
        while sys.stdin.buffer.read(MOST_BYTES):
            pass  # a mail server whose pipe is closed early takes that for a failure
        try:
            self.stdout.write(_outcome(raw))
        except DatabaseError:
            self.stderr.write("The database cannot be used. The message is to be handed over again later.")
            sys.exit(os.EX_TEMPFAIL)

    def _read_all(self, maildir: Path) -> list[Outcome]:
        found = []
        for file in sorted(one for name in ("new", "cur") for one in (maildir / name).glob("*")):
            name, _info, flags = file.name.partition(":2,")
            if "S" in flags:
                continue
            with suppress(FileNotFoundError):  # another one took it
                with file.open("rb") as opened:
                    outcome = _outcome(opened.read(MOST_BYTES))
                found.append(outcome)
                if outcome != Outcome.NO_REPORT:
                    file.rename(maildir / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}")
        return found


def _outcome(raw: bytes) -> Outcome:
    bounce = bounce_in(raw)
    return note(bounce) if bounce else Outcome.NO_REPORT
