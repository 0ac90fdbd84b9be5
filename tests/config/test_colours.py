"""Contrast of every pair of colours that is drawn, computed from tokens.css as WCAG 2.2 has it, in both schemes."""

import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
BODY, CONTROL = 4.5, 3.0
#: (ink, ground, the least ratio): text 4.5 (1.4.3), what is not text and has to be seen 3 (1.4.11).
PAIRS = [
    *[(ink, ground, BODY) for ink in ("ink", "soft", "link", "visited") for ground in ("paper", "surface", "sunk")],
    *[("link-hover", ground, BODY) for ground in ("paper", "surface", "sunk")],
    *[("thread", ground, BODY) for ground in ("paper", "surface", "sunk")],
    ("ink", "found", BODY),
    ("surface", "link", BODY),
    ("surface", "link-hover", BODY),
    ("band-ink", "band", BODY),
    ("band-soft", "band", BODY),
    ("band-soft", "band-deep", BODY),
    ("band-deep", "band-soft", BODY),
    ("exit-ink", "exit", BODY),
    ("exit-ink", "band-ink", BODY),
    *[("edge", ground, CONTROL) for ground in ("paper", "surface", "sunk")],
    ("exit", "band-deep", CONTROL),
    ("band-thread", "band", CONTROL),
    *[("focus", ground, CONTROL) for ground in ("paper", "surface", "sunk")],
    ("focus", "focus-gap", CONTROL),
    ("band-ink", "band-deep", CONTROL),
]


def colours(scheme):
    """The values of the tokens in a scheme; the dark one changes some of the light."""
    light, dark = TOKENS.split("@media (prefers-color-scheme: dark)")
    dark = dark.split("@media")[0]
    parts = [light, dark] if scheme == "dark" else [light]
    return {name: value for part in parts for name, value in re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", part)}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_pair_has_enough_contrast(ink, ground, least, scheme):
    found = colours(scheme)
    assert contrast(found[ink], found[ground]) >= least


def test_black_on_white_is_21_to_1():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("path", sorted((CSS / "components").glob("*.css")), ids=lambda path: path.stem)
def test_component_takes_its_colours_from_the_tokens(path):
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(", rules) == []
