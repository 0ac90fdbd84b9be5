"""Small screens and large type: everything can be read in one direction, and nothing is cut off."""

import pytest

from tests.browser.kinds import KINDS, LONGER

OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
# What is wider than the page, but for regions that scroll by themselves, can be focused and have a name.
TOO_WIDE = """() => {
  const limit = document.documentElement.clientWidth;
  const scrolls = one => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX);
  const marked = one => one.closest('[role=region][tabindex="0"][aria-label], [role=region][tabindex="0"][aria-labelledby]');
  const unseen = one => one.closest('.vh, .skip, svg');
  return [...document.body.querySelectorAll('*')].filter(one => !marked(one) && !unseen(one) && (
    one.getBoundingClientRect().right > limit + 1 || (scrolls(one) && one.scrollWidth > one.clientWidth + 1))
  ).map(one => one.outerHTML.slice(0, 120));
}"""
# WCAG 1.4.12, through a constructed sheet: the content security policy forbids inline styles, as it should.
SPACING = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet]; }"""
# Text that is cut off: an element that hides what does not fit.
CUT_OFF = """() => [...document.body.querySelectorAll('*')].filter(one =>
  !one.closest('.vh, .skip, svg, [aria-hidden=true]') && ['hidden', 'clip'].includes(getComputedStyle(one).overflow) &&
  (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
).map(one => one.outerHTML.slice(0, 120))"""

pytestmark = pytest.mark.browser_context_args(viewport={"width": 320, "height": 256})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LONGER])
def test_page_at_400_percent_is_read_in_one_direction(kind, page):
    page.goto(KINDS[kind])
    page.evaluate(OPEN_ALL)
    assert page.evaluate(TOO_WIDE) == []
    page.evaluate(SPACING)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate(CUT_OFF) == []
