"""A bar at the terminal, for work that takes a while."""

from __future__ import annotations

import time
from typing import Any


class Bar:
    """A line on stderr that says how far it is; on a terminal it is drawn over, in a log it comes every tenth."""

    def __init__(self, total: int, stream: Any, what: str) -> None:
        self.total, self.stream, self.what, self.done, self.shown = total, stream, what, 0, -1
        self.began = time.monotonic()

    def __call__(self, more: int, said: str = "") -> None:
        """So much more is done; `said`: in words, in the place of the numbers."""
        self.done += more
        percent = min(100, 100 * self.done // max(1, self.total))
        terminal = self.stream.isatty()
        if percent == self.shown or (not terminal and percent // 10 == self.shown // 10):
            return
        self.shown = percent
        filled = "█" * (percent // 4)
        seconds = time.monotonic() - self.began
        said = said or f"{self.done:,} of {self.total:,}"
        line = f"{self.what} {filled:<25} {percent:>3}%  {said}  {seconds:.0f} s"
        self.stream.write(f"\r{line}" if terminal else f"{line}\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line, so that what follows stands below it."""
        self.stream.write("\n" if self.stream.isatty() else "")
