"""A reader collects a pack without a script, by keyboard where it matters, and takes it away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visits import violations

THINGS = ["/learning/LP-0300/", "/recommendations/REC-0001/", "/reviews/norfolk-2025/"]


def codes(page):
    return [one.get_attribute("data-key") for one in page.locator("[data-key]").all()]


@pytest.mark.parametrize("width", [320, 1280])
def test_pack_is_collected_put_in_order_shared_and_emptied_without_a_script(browser, base_url, width):
    context = browser.new_context(
        base_url=base_url, java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    for path in THINGS:
        page.goto(path)
        page.get_by_role("button", name="Add to pack").first.press("Enter")
        expect(page.locator(".notice")).to_contain_text("Added")
        page.get_by_role("link", name="Back to where you were").click()
        assert page.url.startswith(base_url + path)
    page.get_by_role("link", name="Evidence pack").click()
    assert codes(page) == ["LP-0300", "REC-0001", "norfolk-2025"]

    page.get_by_role("button", name=re.compile("Up.*Norfolk, 2025")).press("Enter")
    assert codes(page) == ["LP-0300", "norfolk-2025", "REC-0001"]
    page.get_by_label(re.compile("REC-0001.*Place")).fill("1")
    page.get_by_label("Heading").fill("For our team day")
    page.get_by_label("Heading").press("Enter")
    assert codes(page) == ["REC-0001", "LP-0300", "norfolk-2025"]
    expect(page.get_by_label("Heading")).to_have_value("For our team day")

    address = page.locator("#pack-address").get_attribute("href")
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS").click()
    assert download.value.suggested_filename == "evidence-pack.ris"
    page.get_by_role("button", name="Empty the pack now").press("Enter")
    assert codes(page) == []
    assert context.cookies() == []

    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("For our team day")
    assert [one.get_attribute("data-id") for one in page.locator("main article[data-id]").all()][:2] == [
        "REC-0001",
        "LP-0300",
    ]
    page.get_by_role("button", name="Take a copy").click()
    assert codes(page) == ["REC-0001", "LP-0300", "norfolk-2025"]
    context.close()


def test_page_of_a_pack_breaks_no_rule_of_axe_and_scrolls_one_way(page):
    for path in THINGS:
        page.goto(path)
        page.get_by_role("button", name="Add to pack").first.click()
    page.get_by_label("Heading").fill("www.x.example")
    page.get_by_role("button", name="Save heading").click()
    expect(page.get_by_label("Heading")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_cookie_of_a_pack_goes_to_no_other_page(page, base_url):
    page.goto(THINGS[0])
    page.get_by_role("button", name="Add to pack").first.click()
    with page.expect_request("**/learning/") as request:
        page.goto("/learning/")
    assert "cookie" not in request.value.all_headers()
