"""A briefing made for reading: the list of contents follows, words are explained in place, a citation can be taken."""

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import KINDS

BRIEFING = KINDS["briefing on a topic"]
IN_VIEW = """() => [...document.querySelectorAll('.contents a')].filter(one => one.matches(':target-current'))
  .map(one => one.getAttribute('href'))"""


def test_list_of_contents_stays_and_marks_the_section_in_view(page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(BRIEFING)
    link = page.locator(".contents a").nth(4)
    section = link.get_attribute("href")
    link.click()
    expect(page.locator(section)).to_be_in_viewport()
    expect(link).to_be_in_viewport()
    page.wait_for_function(f"({IN_VIEW})().includes({section!r})")


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_on_a_phone_the_contents_fold(page):
    page.goto(BRIEFING)
    expect(page.locator(".contents a").first).to_be_hidden()
    page.locator(".contents summary").click()
    expect(page.locator(".contents a").first).to_be_visible()


def test_abbreviation_is_explained_below_its_first_use_and_leads_to_the_glossary(page):
    page.goto(KINDS["review"])
    gloss = page.locator("details.gloss", has_text="MARAC").first
    expect(gloss.locator("dd")).to_be_hidden()
    gloss.locator("summary").click()
    expect(gloss.locator("dd")).to_be_visible()
    gloss.get_by_role("link", name="MARAC").click()
    expect(page.locator("#marac")).to_be_in_viewport()


def test_evidence_of_each_statement_opens_in_place(page):
    page.goto(BRIEFING)
    point = page.locator("article.point").nth(3)
    point.scroll_into_view_if_needed()
    top = point.locator(".statement").bounding_box()["y"]
    point.locator(".evidence > summary").click()
    expect(point.locator("[data-evidence]").first).to_be_visible()
    assert page.url.endswith(BRIEFING)
    assert point.locator(".statement").bounding_box()["y"] == top


@pytest.mark.browser_context_args(permissions=["clipboard-read", "clipboard-write"])
def test_citation_is_copied_and_that_is_said(page):
    page.goto(KINDS["review"])
    page.get_by_role("button", name="Copy the citation").press("Enter")
    expect(page.locator(".cite [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#cite-text").inner_text()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_there_is_no_button_that_does_nothing(page):
    page.goto(KINDS["review"])
    expect(page.locator("#cite-text")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the citation")).to_be_hidden()
