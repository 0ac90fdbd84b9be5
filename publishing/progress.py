"""How far a long piece of work is."""

from __future__ import annotations

import time
from typing import Any


class Bar:
    """A line on stderr that says how far it is; on a terminal it is drawn over, in a log it comes every tenth."""

    def __init__(self, what: str, total: int, stream: Any) -> None:
        self.what, self.total, self.stream, self.done, self.shown = what, total, stream, 0, -1
        self.began = time.monotonic()

    def __call__(self, more: int, said: str = "") -> None:
        """So much more is done; `said`: what to write in the place of the numbers."""
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
        """Leave the line standing."""
        if self.stream.isatty():
            self.stream.write("\n")
