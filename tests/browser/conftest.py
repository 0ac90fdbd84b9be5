"""The site as `make run` serves it (served.py), and Debian's Chromium.

The tests only read, so one site serves them all. It is a process of its own: nothing here needs the test database.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.kinds import EXPECTED
from tests.browser.served import served

# Without these, Chromium calls home from an empty profile.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running site; pytest-playwright resolves page.goto("/reviews/") against it.

    `pytest --base-url http://127.0.0.1:8000` looks at a site that runs already: with settings.py, after staging.py.
    """
    if request.config.getoption("base_url"):
        yield request.config.getoption("base_url")
        return
    with served(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": shutil.which("chromium"), "args": QUIET}


def is_complaint(message: Any) -> bool:
    """An error or a warning in the console, but for the browser's own remark on a page that is meant to be missing."""
    path = urlsplit(message.location.get("url", "")).path
    meant = message.text.startswith("Failed to load resource") and path in EXPECTED
    return message.type in {"error", "warning"} and not meant


@pytest.fixture
def context(context: Any, base_url: str) -> Iterator[Any]:
    """Every page of every test: no request leaves the site, and the console stays empty."""
    elsewhere, complaints = [], []
    context.set_default_timeout(15_000)
    context.on("request", lambda request: request.url.startswith((base_url, "data:")) or elsewhere.append(request.url))
    context.on("console", lambda message: is_complaint(message) and complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    assert elsewhere == []
    assert complaints == []
