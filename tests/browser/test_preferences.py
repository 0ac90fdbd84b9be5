"""The reader's own settings: her colours, no motion, more contrast; and paper."""

import pytest

from tests.browser.kinds import KINDS

PAGES = ["home", "briefing on a topic", "reviews, filtered", "review", "theme", "help"]
# Things that a ground or a colour of ours told apart: with colours forced, a border or an outline must.
BORDERED = (
    ".button, .exit a[data-exit], .chosen a:not(.clear), .flag, .notice, .mark i, .choice input, .pager [aria-current]"
)
WITHOUT_BORDER = """selector => { const canvas = getComputedStyle(document.documentElement).backgroundColor;
  return [...document.querySelectorAll(selector)].filter(one => {
    const style = getComputedStyle(one);
    const drawn = side => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Color`] !== canvas;
    return one.checkVisibility() && style.appearance === 'none' && !drawn('Top') && style.outlineStyle === 'none';
  }).map(one => one.outerHTML.slice(0, 120)); }"""
SHAPES = """() => [...document.querySelectorAll('.chart .dot, .chart .bar, .share svg')].map(one => getComputedStyle(one).fill)"""
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one);
    return [...style.transitionDuration.split(','), ...style.animationDuration.split(',')].some(time => parseFloat(time) > 0);
  }).map(one => one.outerHTML.slice(0, 100))"""


@pytest.mark.browser_context_args(forced_colors="active")
@pytest.mark.parametrize("kind", PAGES)
def test_in_forced_colours_what_was_told_by_a_ground_has_a_border(kind, page):
    page.goto(KINDS[kind])
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(WITHOUT_BORDER, BORDERED) == []


@pytest.mark.browser_context_args(forced_colors="active")
def test_in_forced_colours_charts_are_drawn_in_the_readers_ink(page):
    page.goto(KINDS["theme"])
    ink = page.evaluate("getComputedStyle(document.body).color")
    fills = page.evaluate(SHAPES)
    assert fills
    assert set(fills) == {ink}


@pytest.mark.browser_context_args(reduced_motion="reduce")
@pytest.mark.parametrize("kind", PAGES)
def test_with_reduced_motion_nothing_moves(kind, page):
    page.goto(KINDS[kind])
    assert page.evaluate(MOVING) == []
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_more_contrast_lifts_the_second_voice_to_full_ink(page):
    page.emulate_media(contrast="more")
    page.goto("/")
    soft, ink = page.evaluate(
        "[getComputedStyle(document.querySelector('main .soft')).color, getComputedStyle(document.body).color]"
    )
    assert soft == ink


def test_scheme_follows_the_reader(page):
    grounds = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/")
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 2


@pytest.mark.parametrize("kind", ["briefing on a topic", "review", "theme"])
def test_on_paper_the_evidence_is_open_and_the_controls_are_gone(kind, page):
    page.goto(KINDS[kind])
    page.emulate_media(media="print")
    places = page.locator(".evidence .place")
    assert places.count()
    assert all(one.bounding_box()["height"] > 5 for one in places.all()[:20])
    for gone in (".exit", ".masthead", ".footer", ".crumbs", ".contents"):
        assert page.locator(f"{gone}:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_content_that_hurts_is_announced_before_it(page):
    """The note stands before the summary, in the order of the page and so of a screen reader."""
    page.goto(KINDS["briefing on a topic"])
    head = page.locator(".head").inner_text()
    assert head.index("Before you read") < head.index("What the NSPCC learned")


def test_on_paper_nothing_asks_to_be_pressed(page):
    page.goto(KINDS["reviews"])
    page.emulate_media(media="print")
    assert (
        page.locator("button:visible, input:visible, select:visible, .shortlist:visible, .pager:visible").count() == 0
    )
