"""What a browser prints: the seven-minute briefing fills one side of A4."""

import io

import pytest
from pypdf import PdfReader

from tests.fixtures.test_forms import SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_seven_minute_page_prints_on_one_sheet(page, slug):
    page.goto(f"/briefings/{slug}/seven-minute/")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    assert "Questions for the team" in printed.pages[0].extract_text()
