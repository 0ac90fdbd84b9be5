"""A form that a reader fills: what is wrong is said where it stands, and nothing that was written is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.visits import violations


@pytest.mark.parametrize("given", ["", "reader", "reader@"])
def test_wrong_address_is_named_above_and_at_its_field_and_kept(page, given):
    page.goto("/alerts/follow/review/?nation=england")
    page.get_by_label("Your e-mail address").fill(given)
    page.get_by_role("button", name="Follow by e-mail").press("Enter")
    field = page.get_by_label("Your e-mail address")
    expect(field).to_have_value(given)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(page.locator("#address-error").inner_text())
    assert violations(page) == []
    page.get_by_role("status").get_by_role("link").first.click()
    expect(field).to_be_focused()


def test_field_that_traps_programs_is_out_of_every_readers_way(page):
    page.goto("/alerts/link/")
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send me the link")).to_be_focused()
