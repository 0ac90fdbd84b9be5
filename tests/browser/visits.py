"""One visit to a page with an empty cache: what it moved, what the console said, and what axe found in each state."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, Page

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
#: WCAG 2.2 at levels A and AA, and axe's own best practices (landmarks, heading order, unique labels).
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Rules whose answer depends on how the page is drawn: asked again in the states that differ by colours alone.
DRAWN = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.open = true })"


@dataclass
class Visit:
    """`moved`: (address, bytes over the wire with headers) of each answer; `violations`: sentences by state."""

    html: str = ""
    status: int = 0
    moved: list[tuple[str, int]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    violations: dict[str, list[str]] = field(default_factory=dict)

    @property
    def bytes_moved(self) -> int:
        return sum(size for _url, size in self.moved)


@cache
def axe_source() -> str:
    return AXE.read_text()


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe finds on the page as it is now: 'rule: element', one sentence for each."""
    rules = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def watch(page: Page, visit: Visit) -> None:
    """Count what each answer moves, headers included, as the browser's own network panel does."""
    session, names = page.context.new_cdp_session(page), {}
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: visit.moved.append((names[event["requestId"]], int(event["encodedDataLength"]))),
    )


def visit_page(browser: Browser, url: str, is_complaint: Any, with_axe: bool = True) -> Visit:
    """A first visit in a new profile, narrow and dark."""
    visit = Visit()
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme="dark", locale="en-GB")
    page = context.new_page()
    page.on("console", lambda message: is_complaint(message) and visit.complaints.append(message.text))
    watch(page, visit)
    answer = page.goto(url)
    assert answer is not None
    visit.status, visit.html = answer.status, answer.text()
    if with_axe:
        look_with_axe(page, visit)
    wait_for_icon(page, visit)
    context.close()
    return visit


def look_with_axe(page: Page, visit: Visit) -> None:
    """All rules narrow and closed, and wide and open; what depends on drawing in the other scheme of each, too."""
    visit.violations["narrow, dark, closed"] = violations(page)
    page.emulate_media(color_scheme="light")
    visit.violations["narrow, light, closed"] = violations(page, DRAWN)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate(OPEN_ALL)
    visit.violations["wide, light, open"] = violations(page)
    page.emulate_media(color_scheme="dark")
    visit.violations["wide, dark, open"] = violations(page, DRAWN)


def wait_for_icon(page: Page, visit: Visit) -> None:
    """The browser asks for the site's icon last, after the page is there."""
    for _ in range(80):
        if any("favicon" in url for url, _size in visit.moved):
            return
        page.wait_for_timeout(25)
