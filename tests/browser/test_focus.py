"""By Tab through a whole page: every stop is seen, none is under the exit bar, in the order of the page, and it ends."""

import pytest

from tests.browser.kinds import KINDS

PAGES = ["home", "briefing for a sector", "reviews, filtered", "review, unnamed", "theme", "help", "search, found"]
SIZES = {"wide": (1280, 900), "phone": (360, 740), "zoomed": (320, 256)}
#: Stops looked at: from the top of the page, which has what sticks and what folds.
STOPS = 70
# What a reader sees of the element that has the focus: its ring, and whether anything lies over all of it.
STOP = """() => { const one = document.activeElement;
  if (one === document.body || one === document.documentElement) return null;
  const style = getComputedStyle(one), box = one.getClientRects()[0] || one.getBoundingClientRect();
  const points = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const seen = points.some(found => found && (one.contains(found) || found.contains(one)) && found !== document.body);
  const before = window.last;
  window.last = one;
  return {what: one.outerHTML.slice(0, 100), ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen, onward: !before || Boolean(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)}; }"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", PAGES)
def test_every_stop_of_tab_is_seen_and_in_order(kind, size, page):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    page.goto(KINDS[kind])
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        assert stop["ring"], stop
        assert stop["seen"], stop
        assert stop["onward"], stop


def test_first_stop_leads_past_the_menu_to_the_content(page):
    page.goto("/reviews/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
