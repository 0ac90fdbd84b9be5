"""Pictures of the main pages in var/screenshots, for a person to look at; docs/readme.png is one of them."""

import re

import pytest
from django.conf import settings

from tests.browser.kinds import KINDS

FOLDER = settings.BASE_DIR / "var" / "screenshots"
MAIN = [
    "home",
    "search, found",
    "briefings",
    "briefing on a topic",
    "reviews",
    "review",
    "set of reviews",
    "learning points",
    "learning point",
    "recommendations",
    "themes",
    "theme",
    "role",
    "glossary",
    "help",
    "home, in Welsh",
    "withdrawn",
]
SIZES = {360: 740, 1280: 900}
#: Of a long page its first screens: the rest looks alike, and a picture of it all is too long to look at.
TALLEST = 4000


@pytest.mark.parametrize("kind", MAIN)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_picture_is_taken(kind, scheme, width, browser, base_url):
    page = browser.new_page(viewport={"width": width, "height": SIZES[width]}, color_scheme=scheme)
    page.goto(base_url + KINDS[kind])
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": width, "height": height})
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{re.sub(r'[^a-z]+', '-', kind.lower())}-{width}-{scheme}.png"
    page.screenshot(path=path)
    page.close()
    assert path.stat().st_size > 10_000


def test_picture_for_the_readme_is_taken(browser, base_url):
    """What a reader meets first; copied by hand to docs/readme.png when the home page has changed."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(base_url + KINDS["home"])
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / "readme.png")
    page.close()
    assert (FOLDER / "readme.png").stat().st_size > 10_000
