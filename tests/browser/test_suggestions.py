"""The search box offers words while one types, in a list of the browser's own; without the script it is a form."""

from playwright.sync_api import expect

OPTIONS = "datalist option"


def test_box_offers_names_and_other_names_of_them(page):
    page.goto("/")
    box = page.locator("[data-suggest]").first
    with page.expect_response("**/search/suggest/?q=coerc*") as answer:
        box.press_sequentially("coerc", delay=20)
    assert answer.value.headers["cache-control"] == "no-store"
    expect(page.locator(OPTIONS)).not_to_have_count(0)
    offered = box.evaluate("box => [...box.list.options].map(one => one.value.toLowerCase())")
    assert all("coerc" in one for one in offered)
    box.fill("")
    expect(page.locator(OPTIONS)).to_have_count(0)


def test_words_are_sent_once_when_the_typing_rests(page):
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "/suggest/" in one.url else None)
    page.goto("/")
    with page.expect_response("**/search/suggest/**"):
        page.locator("[data-suggest]").first.press_sequentially("neglect", delay=20)
    assert len(asked) == 1


def test_search_goes_on_by_keyboard_as_before(page):
    page.goto("/")
    box = page.locator("[data-suggest]").first
    box.press_sequentially("neglect", delay=20)
    box.press("Enter")
    page.wait_for_url("**/search/?q=neglect")
