"""A reader's journeys, each by every kind of reader: by mouse, by keyboard alone, without JavaScript, and so on."""

import pytest
from playwright.sync_api import expect

from tests.browser.readers import KeyboardReader, Reader

WIDE, PHONE, ZOOMED = ({"width": w, "height": h} for w, h in ((1280, 900), (360, 740), (320, 256)))
#: How the page is read: options of the browser's profile, and the means of the reader. 1280 px at 400 % are 320.
READERS = {
    "mouse": ({"viewport": WIDE}, Reader),
    "keyboard": ({"viewport": WIDE}, KeyboardReader),
    "no JavaScript": ({"viewport": WIDE, "java_script_enabled": False}, Reader),
    "phone": ({"viewport": PHONE, "has_touch": True, "is_mobile": True}, Reader),
    "400 % zoom, keyboard": ({"viewport": ZOOMED}, KeyboardReader),
    "dark": ({"viewport": WIDE, "color_scheme": "dark"}, Reader),
    "forced colours": ({"viewport": WIDE, "forced_colors": "active"}, Reader),
}


@pytest.fixture(params=READERS)
def browser_context_args(browser_context_args, request):
    return {**browser_context_args, **READERS[request.param][0]}


@pytest.fixture
def reader(page, request):
    return READERS[request.node.callspec.params["browser_context_args"]][1](page)


def test_find_a_theme_and_all_that_was_learned_about_it(reader, page):
    page.goto("/")
    reader.follow("Post-separation contact")
    reader.reads("Post-separation contact")
    points = page.locator("article.point").count()
    reader.press(page.locator(".follow-on a").first)
    reader.reads("Learning points")
    assert page.url.endswith("/learning/?theme=post-separation-contact")
    assert int(page.locator("[data-total]").get_attribute("data-total")) >= points


def test_narrow_the_reviews_by_a_filter_and_take_it_off_again(reader, page):
    page.goto("/reviews/")
    everything = page.locator("[data-total]").get_attribute("data-total")
    reader.open(page.locator(".fold > summary"))
    reader.tick("Not stated")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    reader.press(page.get_by_role("button", name="Apply filters").last)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    expect(page.locator("article[data-kind=review]")).to_have_count(3)
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "3")
    assert "nation=not-stated" in page.url
    reader.press(page.get_by_role("link", name="Remove filter Nation: Not stated"))
    expect(page.locator("[data-total]")).to_have_attribute("data-total", everything)


def test_follow_a_learning_point_to_its_source_and_back(reader, page):
    page.goto("/themes/childrens-voices-and-disclosures/")
    point = page.locator("article.point").first
    code = point.get_attribute("data-id")
    reader.open(point.locator("summary"))
    expect(point.locator("[data-evidence]").first).to_be_visible()
    reader.press(point.locator(".thread a").first)
    page.wait_for_url("**/reviews/*/")
    reader.press(page.locator(f"[data-kind=learning][data-id={code}]").get_by_role("link").first)
    page.wait_for_url(f"**/learning/{code}/")
    page.go_back()
    page.go_back()
    expect(page.locator(f"#{code}")).to_be_visible()


def test_exit_by_the_second_link_of_the_page(reader, page):
    page.goto("/reviews/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Exit this page"
    reader.press(page.get_by_role("link", name="Exit this page"))
    page.wait_for_url("**/robots.txt")
