"""Files in Chromium: a spreadsheet from elsewhere is matched, tried, imported and undone, by the processes that do it.

CURATING_PICTURES=docs/curating makes the pictures of docs/curating.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.served import served
from tests.browser.test_curators_day import Curator, two_curators

pytestmark = pytest.mark.browser
ROWS = 400
STRANGE = "Ref no;Name of child;Sort;Year\n" + "".join(
    f"FILE-{n};Fictional review: Child {n};Serious case review;2019\n" for n in range(ROWS)
)
BAD = STRANGE + "FILE-BAD;;Serious case review;in spring\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of its own: here things are written."""
    var = tmp_path_factory.mktemp("files")
    with served(var) as address:
        two_curators(var)
        yield address


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def connie(request: Any, browser: Any, site: str) -> Iterator[Curator]:
    curator = Curator(browser, site, "connie", scripts=request.param)
    yield curator
    assert curator.complaints == []


def bring(connie: Curator, path: Path) -> None:
    page = connie.page
    page.goto("/admin/intake/run/add/")
    page.set_input_files("[name=file]", path)
    page.click("#content [type=submit]")


def until(connie: Curator, words: str) -> None:
    """The page renews itself until what it says begins with these words."""
    state = connie.page.locator(".intake-state", has_text=re.compile(rf"^\s*{words}"))
    state.wait_for(timeout=60_000)


def press(connie: Curator, words: str) -> None:
    connie.page.click(f"button:has-text('{words}')")


def fits(connie: Curator) -> bool:
    page = connie.page
    page.set_viewport_size({"width": 360, "height": 700})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1000, "height": 720})
    return bool(width <= 360)


def test_file_from_elsewhere_is_matched_tried_imported_and_undone(connie: Curator, tmp_path: Path) -> None:
    page, path = connie.page, tmp_path / "strange.csv"
    path.write_text(BAD, encoding="utf-16")
    bring(connie, path)
    if "/match/" in page.url:  # the first time: the next file of the kind is known
        match(connie)
    until(connie, "Tried")
    assert "1 row would be refused" in connie.text()
    assert "Import all of it" not in connie.text()
    page.click("nav.intake-outcomes a:has-text('efused')")
    assert "in spring" in connie.text()
    connie.picture("tried")
    press(connie, "Discard the file")

    path.write_text(STRANGE, encoding="cp1252")
    bring(connie, path)
    until(connie, "Tried")
    assert f"{ROWS} rows of the file" in connie.text()
    assert fits(connie)
    press(connie, "Import all of it")
    until(connie, "Imported")
    connie.picture("imported")
    address = page.url
    assert "1 case review" in connie.text("/admin/reviews/casereview/?q=FILE-399")
    assert "FILE-399" in page.content()
    assert "Fictional review: Child 399" not in connie.text("/reviews/?q=Child+399")  # a draft

    page.goto(address)
    press(connie, "Undo this import")
    until(connie, "Undone")
    assert "FILE-399" not in connie.text("/admin/reviews/casereview/?q=Child+399")


def match(connie: Curator) -> None:
    """Ours is chosen for each column of theirs, and kept under a name."""
    page = connie.page
    assert fits(connie)
    columns = {"Ref no": "reference", "Name of child": "title", "Sort": "review_type", "Year": "published"}
    for theirs, ours in columns.items():
        page.select_option(f"[name=from-{ours}]", theirs)
    page.fill("[name=name]", "Fictional spreadsheet")
    connie.picture("match")
    page.click("input[value^='Keep the mapping']")


def test_file_that_is_no_table_is_refused_at_the_form_and_nothing_else_is_lost(connie: Curator, tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing that a program would read")
    connie.page.goto("/admin/intake/run/add/")
    connie.page.select_option("[name=kind]", "publishers")
    connie.page.set_input_files("[name=file]", path)
    connie.page.click("#content [type=submit]")
    assert connie.page.locator(".errorlist").count()
    assert connie.page.input_value("[name=kind]") == "publishers"


def test_what_went_out_comes_in_again_and_changes_nothing(connie: Curator, tmp_path: Path) -> None:
    page, path = connie.page, tmp_path / "out.xlsx"
    page.goto("/admin/intake/run/out/")
    page.select_option("[name=kind]", "learning-points")
    page.select_option("[name=format]", "xlsx")
    with page.expect_download() as download:
        page.click("#content [type=submit]")
    download.value.save_as(path)
    page.goto("/admin/intake/run/add/")
    page.select_option("[name=kind]", "learning-points")
    page.set_input_files("[name=file]", path)
    page.click("#content [type=submit]")
    until(connie, "Tried")
    assert "Everything in the file is here already as it stands." in connie.text()
