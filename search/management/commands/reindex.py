"""Rebuild the search index from everything that is published."""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from search import index


class Bar:
    """A line on stderr that says how far it is; on a terminal it is drawn over, in a log it comes every tenth."""

    def __init__(self, total: int, stream: Any) -> None:
        self.total, self.stream, self.done, self.shown = total, stream, 0, -1
        self.began = time.monotonic()

    def __call__(self, more: int) -> None:
        self.done += more
        percent = min(100, 100 * self.done // max(1, self.total))
        terminal = self.stream.isatty()
        if percent == self.shown or (not terminal and percent // 10 == self.shown // 10):
            return
        self.shown = percent
        filled = "█" * (percent // 4)
        seconds = time.monotonic() - self.began
        line = f"Indexing {filled:<25} {percent:>3}%  {self.done:,} of {self.total:,}  {seconds:.0f} s"
        self.stream.write(f"\r{line}" if terminal else f"{line}\n")
        self.stream.flush()


class Command(BaseCommand):
    help = "Rebuilds the search index. Readers go on searching; if it is interrupted, the old index stays."

    def handle(self, *args: Any, **options: Any) -> None:
        total = sum(source.count() for source in index.sources() if source.count)
        bar = Bar(total, sys.stderr)
        index.rebuild(index.entries(), progress=bar if options["verbosity"] else None)
        if options["verbosity"]:
            sys.stderr.write("\n" if sys.stderr.isatty() else "")
            self.stdout.write(f"{bar.done:,} documents indexed.")
