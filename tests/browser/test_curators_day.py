"""A curator's day in Chromium: from the PDF of a review to published learning, and what a withdrawal takes away.

The contributor works without JavaScript. CURATING_PICTURES=docs/curating makes the pictures of docs/curating.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image

from tests.browser.served import ROOT, served

PICTURES = os.environ.get("CURATING_PICTURES")
EXISTING = "Workers see the child at school and at home, and ask what it is like to live there."
FIRST = "Workers saw the child at school and at home, and asked what it was like to live there. They wrote it down."
SECOND = "The police did not tell the health visitor of the calls that neighbours had made to them about the noise."
LEARNED = "Police tell health visitors when neighbours call them to a home with a baby."
REPORT = f"""
#set page(footer: context [Fictional report, page #counter(page).display()])
= What happened
{FIRST}
#pagebreak()
= What needs to change
{SECOND}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own: here things are written."""
    var = tmp_path_factory.mktemp("curators")
    with served(var) as address:
        two_curators(var)
        yield address


def two_curators(var: Path) -> None:
    """Connie and Eddie, and things of fiction for them to work on, in the site that is served from `var`."""
    environment = {**os.environ, "VAR_DIR": str(var), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "tests/browser/curators.py"], cwd=ROOT, env=environment, check=True)


class Curator:
    """One person with a browser of her own, signed in."""

    def __init__(self, browser: Any, site: str, name: str, *, scripts: bool) -> None:
        self.context = browser.new_context(
            base_url=site, java_script_enabled=scripts, viewport={"width": 1000, "height": 720}
        )
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.goto("/admin/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", "correct fictional horse")
        self.page.click("#login-form [type=submit]")

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def picture(self, name: str) -> None:
        """For the guide, in few colours."""
        if PICTURES:
            path = Path(ROOT) / PICTURES / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=path)
            with Image.open(path) as picture:
                small = picture.convert("RGB").quantize(24, dither=Image.Dither.NONE)
            small.save(path, optimize=True)

    def open(self, kind: str, words: str) -> None:
        """The form of the row that the list finds with these words."""
        self.page.goto(f"/admin/reviews/{kind}/?q={words}")
        self.page.click("#result_list tbody th a >> nth=0")

    def step(self, name: str) -> None:
        """Take a step, by its page."""
        self.page.click(f"a.step-{name}")

    def confirm(self) -> None:
        with self.page.expect_navigation():
            self.page.click("#content form .submit-row input.default")

    def text(self, path: str = "") -> str:
        if path:
            self.page.goto(path)
        return str(self.page.inner_text("body"))


@pytest.mark.browser
def test_from_a_pdf_to_published_learning_and_back(browser: Any, site: str, tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(typst.compile(REPORT.encode()))
    contributor = Curator(browser, site, "connie", scripts=False)
    new, existing = code_the_report(contributor, report)
    editor = Curator(browser, site, "eddie", scripts=True)
    nothing_is_public_yet(editor, existing)
    send_to_review(contributor, new, existing)
    publish(editor, new, existing)
    it_is_public(editor, new, existing)
    withdraw_the_review(editor)
    it_is_gone(editor, new, existing)
    assert contributor.complaints == editor.complaints == []


def code_the_report(connie: Curator, report: Path) -> tuple[str, str]:
    """Two passages, one into a learning point that exists, one into a new one; gives (new, existing) codes."""
    page = connie.page
    page.goto("/admin/coding/reading/add/")
    page.fill("[name=document_name]", "fictional-report")
    page.fill("[name=source_name]", "FICTIONAL-NOBODY")
    page.set_input_files("[name=pdf]", report)
    connie.picture("begin")
    page.click("[name=_save]")
    page.wait_for_url("**/code/")
    assert "2 passages were found" in connie.text()
    same = page.locator(".coding-choice label", has_text=EXISTING)
    existing = str(same.locator("input").get_attribute("value"))
    connie.picture("coding")
    assert page.input_value("[name=locator]") == "page 1, ‘What happened’"
    same.locator("input").check()
    page.click("#code-form [type=submit]")
    assert f"is evidence of {existing} in a change that waits" in connie.text()
    assert SECOND in page.inner_text("#coding")
    page.check("#code-form [value=new]")
    page.fill("[name=statement]", LEARNED)
    page.click("summary:has-text('Themes')")
    page.check("[name=themes] >> nth=0")
    connie.picture("new-point")
    page.click("#code-form [type=submit]")
    made = page.locator(".messagelist li").inner_text()
    assert "is made, a draft" in made
    assert "2 of 2 passages settled" in connie.text()
    return made.split()[0], existing


def nothing_is_public_yet(eddie: Curator, existing: str) -> None:
    assert "What happened" not in eddie.text(f"/learning/{existing}/")
    assert LEARNED not in eddie.text("/learning/?sort=newest")
    for words in ("neighbours+had+made", "Police+tell+health+visitors"):
        assert LEARNED not in eddie.text(f"/search/?q={words}")


def send_to_review(connie: Curator, new: str, existing: str) -> None:
    for code in (new, existing):
        connie.open("learningpoint", code)
        connie.step("submit")
        connie.confirm()
        assert "sent to review" in connie.text()
        assert not connie.page.locator("a.step-publish, a.step-publish_changes").count()


def publish(eddie: Curator, new: str, existing: str) -> None:
    eddie.page.goto("/admin/")
    waiting = eddie.page.locator(".tile", has_text="Waiting for review")
    assert "Learning points 1" in " ".join(waiting.inner_text().split())
    eddie.picture("desk")
    eddie.open("learningpoint", existing)
    eddie.picture("waits")
    eddie.step("publish_changes")
    assert "page 1, ‘What happened’" in eddie.text()  # the difference
    eddie.picture("difference")
    eddie.page.fill("[name=note]", "Now also learned from a fictional review.")
    eddie.confirm()
    assert "changes published" in eddie.text()
    eddie.open("learningpoint", new)
    eddie.step("publish")
    eddie.confirm()
    assert "published" in eddie.text()


def it_is_public(eddie: Curator, new: str, existing: str) -> None:
    page = eddie.page
    assert "Learned from 2 reviews" in eddie.text(f"/learning/{existing}/")
    assert LEARNED in eddie.text(f"/learning/{new}/")
    eddie.picture("public")
    place = page.locator("[data-evidence]", has_text="page 2, ‘What needs to change’")
    assert place.count() == 1
    assert SECOND not in page.content()
    review = eddie.text("/reviews/fictional-nobody/")
    assert LEARNED in review
    assert EXISTING in review
    assert LEARNED in eddie.text("/search/?q=Police+tell+health+visitors+neighbours")


def withdraw_the_review(eddie: Curator) -> None:
    eddie.open("casereview", "FICTIONAL-NOBODY")
    eddie.step("withdraw")
    eddie.page.check("[name=reason][value=family-request]")
    eddie.picture("withdraw")
    eddie.confirm()
    assert "withdrawn" in eddie.text()


def it_is_gone(eddie: Curator, new: str, existing: str) -> None:
    page = eddie.page
    answer = page.goto("/reviews/fictional-nobody/")
    assert answer.status == 410
    eddie.picture("tombstone")
    assert "Child Nobody" not in page.content()
    for path in ("/reviews/", "/search/?q=Nobody", "/reviews.csv", "/reviews.atom", "/sitemap.xml"):
        content = eddie.context.request.get(path).text()
        assert "fictional-nobody" not in content, path
        assert "Child Nobody" not in content, path
    point = eddie.text(f"/learning/{new}/")
    assert "source withdrawn" in point.lower()
    assert "What needs to change" not in point
    assert "Child Nobody" not in page.content()
    assert "one source withdrawn" in eddie.text(f"/learning/{existing}/").lower()
