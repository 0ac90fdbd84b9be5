"""Readers: each does the same things by its own means, so that one journey is tried by all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

#: Presses of Tab after which a reader would have given up.
MOST_TABS = 250
SHOWS_FOCUS = """one => { const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const cover = document.querySelector('.exit').getBoundingClientRect();
  const fixed = getComputedStyle(document.querySelector('.exit')).position === 'fixed';
  const hidden = fixed && !one.closest('.exit') && box.top >= cover.top && box.left >= cover.left;
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && !hidden; }"""


@dataclass
class Reader:
    """By mouse or finger."""

    page: Page

    def press(self, what: Locator) -> None:
        what.click()

    def tick(self, label: str) -> None:
        self.press(self.page.get_by_role("checkbox", name=re.compile(rf"^{label} \d*$")).first)

    def open(self, what: Locator) -> None:
        """Open a disclosure that may be open already, or may be none on a wide screen."""
        if what.is_visible() and not what.evaluate("one => one.parentElement.open"):
            self.press(what)

    def follow(self, name: str, within: str = "main") -> None:
        """Follow the first link of that name."""
        self.press(self.page.locator(within).get_by_role("link", name=name, exact=True).first)

    def reads(self, title: str) -> None:
        expect(self.page.locator("h1")).to_have_text(title)


class KeyboardReader(Reader):
    """By Tab, Enter and Space alone; focus must be seen at every step."""

    def reach(self, what: Locator) -> None:
        """Press Tab until it has the focus. The page keeps what is wanted: asking by name at each step is slow."""
        wanted = what.evaluate_handle("one => one")
        for _ in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement === wanted", wanted):
                assert what.evaluate(SHOWS_FOCUS), f"focus cannot be seen on {what}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} cannot be reached by Tab")

    def press(self, what: Locator) -> None:
        self.reach(what)
        box = what.evaluate("one => one.type === 'checkbox'")
        self.page.keyboard.press("Space" if box else "Enter")
