"""What holds for every kind of page: parsed strictly, small, quiet, and clean for axe in every state."""

import html5lib
import pytest

from tests.browser.conftest import is_complaint
from tests.browser.kinds import KINDS, LONGER, STATUS
from tests.browser.visits import visit_page

pytestmark = pytest.mark.parametrize("kind", KINDS)
MOST_BYTES, MOST_REQUESTS = 40_000, 5


@pytest.fixture(scope="module")
def visits():
    return {}


@pytest.fixture
def visit(kind, visits, browser, base_url):
    """Each kind is visited once; every test looks at the same visit."""
    if kind not in visits:
        visits[kind] = visit_page(browser, base_url + KINDS[kind], is_complaint, kind not in LONGER)
    return visits[kind]


def test_page_answers_and_says_nothing_in_the_console(kind, visit):
    assert visit.status == STATUS.get(kind, 200)
    assert visit.complaints == []


def test_markup_is_parsed_strictly_without_error(kind, visit):
    html5lib.HTMLParser(strict=True).parse(visit.html)


def test_first_visit_moves_at_most_40_kilobytes_in_5_requests(kind, visit):
    assert len(visit.moved) <= MOST_REQUESTS
    assert visit.bytes_moved <= MOST_BYTES, sorted(visit.moved, key=lambda one: -one[1])


def test_everything_comes_from_the_site_itself(kind, visit, base_url):
    assert [url for url, _size in visit.moved if not url.startswith((base_url, "data:"))] == []


def test_axe_finds_nothing_in_any_state(kind, visit):
    assert {state: found for state, found in visit.violations.items() if found} == {}
