"""The site as `make run` serves it: gunicorn, hashed and compressed files, the shipped content, a database of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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


@contextmanager
def served(var: Path) -> Iterator[str]:
    """Serve the site from `var`, an empty folder; gives its address.

    Raises AssertionError where it does not start, or where it broke while it was visited. 'Exit this page' leads to a
    page of the same server: no test reaches for another host. tests/browser/urls.py adds pages that no reader can ask
    for.
    """
    port = free_port()
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "PORT": str(port),
        "EXIT_URL": f"http://127.0.0.1:{port}/robots.txt",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
    }
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
