"""'Exit this page', where a script may help: by key, at once, and without leaving the page behind the Back button."""

import pytest
from playwright.sync_api import expect


def shift(page, times):
    for _ in range(times):
        page.keyboard.press("Shift")


def test_shift_three_times_leaves(page):
    page.goto("/reviews/")
    shift(page, 3)
    page.wait_for_url("**/robots.txt")


def test_page_that_was_left_is_not_behind_the_back_button(page):
    page.goto("/help/")
    page.goto("/reviews/")
    shift(page, 3)
    page.wait_for_url("**/robots.txt")
    page.go_back()
    assert page.url.endswith("/help/")


def test_pressing_the_link_replaces_the_page_too(page):
    page.goto("/help/")
    page.goto("/reviews/")
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url("**/robots.txt")
    page.go_back()
    assert page.url.endswith("/help/")


#: Notes what the page looks like at the moment of leaving; the address it leads to is of the same site, and reads it.
NOTE = """addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
  if (!document.documentElement.classList.contains('leaving')) return;
  sessionStorage.seen = getComputedStyle(document.querySelector('h1')).visibility;
  sessionStorage.cover = getComputedStyle(document.documentElement, '::before').position;
}).observe(document.documentElement, {attributes: true}))"""


def test_page_is_covered_before_the_other_site_answers(page):
    page.add_init_script(NOTE)
    page.goto("/reviews/")
    shift(page, 3)
    page.wait_for_url("**/robots.txt")
    assert page.evaluate("[sessionStorage.seen, sessionStorage.cover]") == ["hidden", "fixed"]


def test_each_press_says_how_many_are_left(page):
    page.goto("/reviews/")
    status = page.locator("[data-exit-status]")
    shift(page, 1)
    expect(status).to_have_text("Shift, press 2 more times to leave")
    shift(page, 1)
    expect(status).to_have_text("Shift, press 1 more time to leave")


def test_shift_that_is_held_for_another_key_is_typing(page):
    page.goto("/reviews/")
    for _ in range(4):
        page.keyboard.press("Shift+A")
    assert page.url.endswith("/reviews/")
    expect(page.locator("h1")).to_be_visible()


def test_presses_run_out_after_five_seconds(page):
    page.clock.install()
    page.goto("/reviews/")
    shift(page, 2)
    page.clock.run_for(5100)
    expect(page.locator("[data-exit-status]")).to_have_text("Leaving by Shift has run out of time")
    shift(page, 1)
    assert page.url.endswith("/reviews/")


def test_sentence_about_shift_is_shown_where_it_is_true(page):
    page.goto("/reviews/")
    expect(page.get_by_text("press Shift three times")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_nothing_is_said_of_shift(page):
    page.goto("/reviews/")
    expect(page.get_by_text("press Shift three times")).to_be_hidden()


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_on_a_phone_the_button_lies_under_the_thumb(page):
    page.goto("/reviews/")
    box = page.get_by_role("link", name="Exit this page").bounding_box()
    assert box["y"] + box["height"] > 690
    assert box["height"] >= 40


def test_on_a_wide_screen_the_strip_stays_on_top(page):
    page.goto("/reviews/")
    page.evaluate("scrollTo({top: 2000, behavior: 'instant'})")
    box = page.get_by_role("link", name="Exit this page").bounding_box()
    assert 0 <= box["y"] < 20
