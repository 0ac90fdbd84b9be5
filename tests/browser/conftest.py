"""The site as `make run` serves it (gunicorn, hashed and compressed files, the shipped content) and Debian's Chromium.

The tests only read, so one site serves them all. It is a process of its own: nothing here needs the test database.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.browser.kinds import EXPECTED

ROOT = Path(settings.BASE_DIR)
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


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until_open(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the site did not start within 30 seconds: {log.read_text()}")


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running site; pytest-playwright resolves page.goto("/reviews/") against it.

    `pytest --base-url http://127.0.0.1:8000` looks at a site that runs already (staging.py says what it needs).
    """
    if request.config.getoption("base_url"):
        yield request.config.getoption("base_url")
        return
    var, port = tmp_path_factory.mktemp("site"), free_port()
    # 'Exit this page' leads to a page of the same server: no test reaches for another host.
    exit_url = f"http://127.0.0.1:{port}/robots.txt"
    environment = {**os.environ, "VAR_DIR": str(var), "PORT": str(port), "EXIT_URL": exit_url, "PYTHONPATH": str(ROOT)}
    for command in (["migrate"], ["load_content"], ["collectstatic", "--no-input"]):
        subprocess.run([sys.executable, "manage.py", *command, "-v", "0"], cwd=ROOT, env=environment, check=True)
    subprocess.run([sys.executable, "tests/browser/staging.py"], cwd=ROOT, env=environment, check=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.conf.py"]
    log = var / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(gunicorn, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            wait_until_open(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)
    assert "Traceback" not in log.read_text(), log.read_text()


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
