"""Filters that apply without a full reload: the reader's place is kept, the new count is said, Back goes back."""

import re

import pytest
from playwright.sync_api import expect

#: Notes what a screen reader would be told: each new text of the live heading, which must stay one element.
LISTEN = """() => { const heading = document.querySelector('[data-total]'); window.said = []; window.heading = heading;
  new MutationObserver(() => window.said.push(heading.textContent))
    .observe(heading, {childList: true, characterData: true, subtree: true}); }"""
ARTICLES = "article[data-kind=review]"


@pytest.fixture
def reviews(page):
    page.goto("/reviews/")
    page.evaluate("window.kept = true")
    page.evaluate(LISTEN)
    return page


def total(page):
    return page.locator("[data-total]")


def box(page, name):
    """The box of that name: a screen reader says the number of results after it."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{name} \d*$"))


def tick(page, label):
    box(page, label).first.press("Space")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_page_is_not_loaded_anew_and_the_address_follows(reviews):
    tick(reviews, "Not stated")
    expect(total(reviews)).to_have_text("3 reviews")
    assert reviews.evaluate("window.kept")
    assert reviews.url.endswith("/reviews/?nation=not-stated")


def test_focus_stays_on_the_box_that_was_ticked(reviews):
    tick(reviews, "Not stated")
    expect(total(reviews)).to_have_text("3 reviews")
    expect(box(reviews, "Not stated")).to_be_focused()


def test_new_count_is_said_once_by_the_heading_that_was_there(reviews):
    tick(reviews, "Not stated")
    expect(total(reviews)).to_have_text("3 reviews")
    assert reviews.evaluate("window.said") == ["3 reviews"]
    assert reviews.evaluate("window.heading.isConnected && window.heading.getAttribute('aria-live')") == "polite"


def test_counts_of_the_other_choices_follow(reviews):
    england = reviews.locator(".choice", has=box(reviews, "Joint targeted area inspection"))
    expect(england.locator("span")).to_have_text("9")
    tick(reviews, "Not stated")
    expect(england.locator("span")).to_have_text("0")


def test_back_and_forward_bring_results_boxes_and_count(reviews):
    everything = total(reviews).text_content()
    tick(reviews, "Not stated")
    tick(reviews, "Domestic abuse")
    expect(total(reviews)).to_have_text("3 reviews")
    reviews.go_back()
    reviews.go_back()
    expect(total(reviews)).to_have_text(everything)
    expect(box(reviews, "Not stated")).not_to_be_checked()
    reviews.go_forward()
    expect(total(reviews)).to_have_text("3 reviews")
    expect(box(reviews, "Not stated")).to_be_checked()
    expect(reviews.locator(ARTICLES)).to_have_count(3)


def test_back_from_a_result_leads_to_the_narrowed_list(reviews):
    tick(reviews, "Not stated")
    expect(reviews.locator(ARTICLES)).to_have_count(3)
    reviews.locator(f"{ARTICLES} h3 a").first.click()
    reviews.wait_for_url("**/reviews/unnamed-*/")
    reviews.go_back()
    expect(total(reviews)).to_have_text("3 reviews")
    expect(box(reviews, "Not stated")).to_be_checked()


def test_removing_a_tag_moves_focus_to_the_count(reviews):
    tick(reviews, "Not stated")
    reviews.get_by_role("link", name="Remove filter Nation: Not stated").press("Enter")
    expect(total(reviews)).to_be_focused()
    expect(box(reviews, "Not stated")).not_to_be_checked()


def test_words_and_years_wait_for_apply_and_errors_are_said(reviews):
    reviews.get_by_label("From year").fill("never")
    reviews.get_by_role("button", name="Apply filters").first.press("Enter")
    expect(reviews.get_by_role("status").get_by_text("‘never’ is not a year")).to_be_visible()


def test_words_bring_the_best_match_first_and_its_order_into_the_list(reviews):
    reviews.get_by_label("Search within this list").fill("police")
    reviews.get_by_label("Search within this list").press("Enter")
    expect(reviews.get_by_label("Sort by").locator("option:checked")).to_have_text("Best match first")
    assert reviews.url.endswith("/reviews/?q=police")


def test_next_page_comes_without_a_reload_and_focus_goes_to_the_count(page):
    page.goto("/learning/")
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**/learning/?page=2")
    expect(total(page)).to_be_focused()
    assert page.evaluate("window.kept")
    assert page.title().startswith("Learning points, page 2 of ")


def test_where_the_answer_fails_the_plain_page_is_loaded(reviews):
    reviews.route(lambda url: "?nation=" in url, lambda route: route.fulfill(body="<p>a proxy speaks"), times=1)
    box(reviews, "Not stated").first.press("Space")
    expect(total(reviews)).to_have_text("3 reviews")
    assert reviews.evaluate("window.kept") is None


def test_last_of_two_quick_choices_wins(reviews):
    held = []
    reviews.route(lambda url: url.endswith("?nation=not-stated"), lambda route: held.append(route), times=1)
    box(reviews, "Not stated").first.press("Space")
    box(reviews, "England").first.press("Space")
    reviews.wait_for_url("**/reviews/?nation=england&nation=not-stated")
    held[0].continue_()
    reviews.wait_for_timeout(300)
    expect(total(reviews)).to_have_text("12 reviews")
    assert reviews.url.endswith("?nation=england&nation=not-stated")


def test_values_that_the_form_carries_along_stay_as_they_are(page):
    """Two themes that no box offers: each is a hidden field of one name."""
    page.goto("/learning/?also=gender-perceptions&also=covid-19")
    for name in ("Finding", "Good practice"):
        tick(page, name)
    assert "also=gender-perceptions&also=covid-19" in page.url
