"""`make bench`: how quick the site is on fictional collections, beside a constant page under the same server.

    python tests/bench/bench.py [--sizes 2000 20000 100000] [--seconds 4] [--keep DIR]

On the database engine of DATABASE_URL (SQLite without it; `make bench` runs it on both). Each size is made once by
`seed_demo`, then asked over HTTP by wrk at one and at eight connections. *Cold*: no page is kept (PAGE_CACHE_MB=0), so
each answer is made anew, while the bit sets of the lists stand and rows that were drawn are held (ROW_CACHE_MB), as they
are between publications. *First*: rows are held neither, so that every row is read and drawn. *Warm*: pages are kept.
R is requests per second at eight connections, divided by those of a bare WSGI function that answers 30 kB; *by CPU*, the
CPU time that the bare function takes for an answer, divided by that of the page with its database: on a machine that
others use too, this is the number to trust.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
PORT = int(os.environ.get("BENCH_PORT", "8107"))
PYTHON = sys.executable
URLS = """
import json
from django.db.models import F
from briefings.models import Briefing
from reviews.models import CaseReview, LearningPoint
from themes.models import Theme
def some(model, field, n=40):
    keys = list(model.objects.published().filter(fictional=True).order_by("pk").values_list(field, flat=True)[: n * 25])
    return keys[:: max(1, len(keys) // n)]
themes = list(Theme.objects.filter(retired=False).values_list("slug", flat=True))
pages = max(1, CaseReview.objects.published().count() // 20)
last = min(200, pages - 1)
print(json.dumps({
    "home": ["/"],
    "list": [f"/reviews/?page={n}" for n in range(1, 41)],
    "list by one theme": [f"/reviews/?theme={slug}" for slug in themes],
    "list by three facets": [f"/reviews/?theme={slug}&nation=england&from=2015" for slug in themes],
    "learning points": [f"/learning/?page={n}" for n in range(1, 41)],
    "recommendations": [f"/recommendations/?page={n}" for n in range(1, 41)],
    "page 200": [f"/reviews/?page={n}" for n in range(max(1, last - 20), last + 1)],
    "review": [f"/reviews/{slug}/" for slug in some(CaseReview, "slug")],
    "learning point": [f"/learning/{code}/" for code in some(LearningPoint, "code")],
    "briefing": [one.get_absolute_url() for one in Briefing.objects.published().filter(fictional=True)],
    "theme page": [f"/themes/{slug}/" for slug in themes],
    "commonest word": ["/search/?q=child"],
    "rare words": ["/search/?q=overdetectment", "/search/?q=grandmother+eviction", "/search/?q=reinsistance"],
    "phrase": ["/search/?q=%22rule+of+optimism%22", "/search/?q=%22silo+working%22"],
    "rare words in a list": ["/reviews/?q=overdetectment", "/reviews/?q=reinsistance"],
    "feed of a theme": [f"/reviews.atom?theme={slug}" for slug in themes[:8]],
    "CSV of a theme": [f"/reviews.csv?theme={themes[0]}"],
    "odd: long text": ["/search/?q=" + "a%20" * 150, "/reviews/?q=" + "%22-*" * 200],
    "odd: deepest page": ["/reviews/?page=999999999", "/learning/?sort=code&page=99999&theme=" + themes[0]],
}))
"""
#: What the database alone takes, in the same run: the commonest word ranked and counted, and the rows of a large theme fetched.
RAW = """
import json, psutil
from django.db import connection
from reviews.models import CaseReview
from search.words import stem
from tests.bench.bench import cpu
from themes.models import Theme
word, me = stem("child"), psutil.Process()
if connection.vendor == "sqlite":
    asked = [
        ("SELECT count(*) FROM search_fts WHERE search_fts MATCH %s", [word]),
        ("SELECT rowid FROM search_fts WHERE search_fts MATCH %s ORDER BY bm25(search_fts) LIMIT 20", [word]),
    ]
else:
    where = "FROM search_searchdocument WHERE vector @@ %s::tsquery"
    asked = [
        (f"SELECT count(*) {where}", [word]),
        (f"SELECT id {where} ORDER BY ts_rank(vector, %s::tsquery) DESC LIMIT 20", [word, word]),
    ]
theme = Theme.objects.filter(retired=False).first()
rows = CaseReview.objects.published().filter(themes=theme).values_list()
sql, values = rows.query.sql_with_params()
def spent(*statements):
    before = cpu(me)
    for sql, values in statements:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.fetchall()
    return (cpu(me) - before) * 1000
spent(*asked), spent((sql, values))
print(json.dumps({"commonest word, ranked and counted by the database": spent(*asked),
    "reviews of a theme, all columns, fetched": spent((sql, values))}))
"""
CONSTANT = """
BODY = (b"<p>constant</p>" * 2100)[:30720]
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(BODY)))])
    return [BODY]
"""


#: How answers are made: (name, PAGE_CACHE_MB, ROW_CACHE_MB).
STATES = (("cold", "0", "10"), ("first", "0", "0"), ("warm", "12", "10"))
#: What is measured with rows that nobody has asked for yet.
ROWS = (
    "list",
    "list by three facets",
    "learning points",
    "recommendations",
    "page 200",
    "theme page",
    "learning point",
)


def manage(env: dict[str, str], *words: str, text: str | None = None) -> str:
    done = subprocess.run(
        [PYTHON, "manage.py", *words], cwd=ROOT, env=env, input=text, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


@contextmanager
def server(env: dict[str, str], *words: str) -> Iterator[psutil.Process]:
    command = [PYTHON, "-m", "gunicorn", *words]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def database() -> list[psutil.Process]:
    """The processes of PostgreSQL, where it is asked and runs here: its work is part of a page's."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return []
    with psycopg.connect(url) as connection:
        return family(psutil.Process(connection.info.backend_pid).parent())


def cpu(process: psutil.Process) -> float:
    total = 0.0
    for one in [*family(process), *database()]:
        with suppress(psutil.NoSuchProcess):
            total += one.cpu_times().user + one.cpu_times().system
    return total


def memory(process: psutil.Process) -> float:
    """What the processes hold together, in MB: shared pages once (PSS)."""
    return sum(one.memory_full_info().pss for one in family(process)) / 1e6


def wrk(urls: list[str], connections: int, seconds: float, directory: Path) -> dict[str, float]:
    script = directory / "urls.lua"
    listed = ",".join(json.dumps(url) for url in urls)
    script.write_text(
        f"local urls={{{listed}}} local n=0\n"
        "wrk.headers['Accept-Encoding']='gzip'\n"
        "request=function() n=n+1 return wrk.format('GET', urls[(n % #urls)+1]) end\n"
        "done=function(s,l,r) io.write(string.format('ANSWER %d %d %d %d %d\\n', s.requests, s.duration,"
        " l:percentile(50), l:percentile(95), s.errors.status+s.errors.timeout)) end\n"
    )
    out = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "30s", "-s", script, f"http://127.0.0.1:{PORT}"],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    requests, micros, middle, high, wrong = map(int, re.search(r"ANSWER (\d+) (\d+) (\d+) (\d+) (\d+)", out).groups())
    return {
        "requests": requests,
        "rps": requests / micros * 1e6,
        "p50": middle / 1e3,
        "p95": high / 1e3,
        "wrong": wrong,
    }


def measured(
    process: psutil.Process, urls: list[str], seconds: float, directory: Path, rounds: int = 0
) -> dict[str, Any]:
    """`rounds`: how often each address is asked before, so that both processes have kept its page."""
    for url in [*urls[:3], *urls * rounds]:
        asked = urllib.request.Request(f"http://127.0.0.1:{PORT}{url}", headers={"Accept-Encoding": "gzip"})
        started = time.monotonic()
        with urllib.request.urlopen(asked, timeout=120) as answer:
            answer.read(1)
            first = time.monotonic() - started
            size = 1 + len(answer.read())
    one = wrk(urls, 1, max(1, seconds / 2), directory)
    before = cpu(process)
    eight = wrk(urls, 8, seconds, directory)
    spent = (cpu(process) - before) / max(1, eight["requests"]) * 1000
    return {
        "one": one,
        "eight": eight,
        "cpu": spent,
        "memory": memory(process),
        "first": first * 1000,
        "kB": size / 1000,
    }


def row(name: str, found: dict[str, Any], constant: dict[str, Any]) -> str:
    one, eight = found["one"], found["eight"]
    wrong = f" ({eight['wrong']:.0f} wrong)" if eight["wrong"] else ""
    return (
        f"| {name} | {one['p50']:.1f} / {one['p95']:.1f} | {eight['p50']:.1f} / {eight['p95']:.1f} |"
        f" {eight['rps']:.1f} | {eight['rps'] / constant['eight']['rps']:.3f} | {found['cpu']:.2f} |"
        f" {constant['cpu'] / found['cpu'] if found['cpu'] else 0:.3f} | {found['first']:.0f} | {found['kB']:.1f} |{wrong}"
    )


def made(size: int, directory: Path) -> dict[str, str]:
    """The environment in which the collection of that size is served; made, where it is not there yet."""
    env = {**os.environ, "VAR_DIR": str(directory), "PORT": str(PORT), "ALLOWED_HOSTS": "127.0.0.1,localhost"}
    if url := os.environ.get("DATABASE_URL"):
        env["DATABASE_URL"] = own_database(url, f"bench_{size}")
    if not (directory / "made").exists():
        manage(env, "migrate", "-v0")
        manage(env, "load_content")
        manage(env, "collectstatic", "--no-input", "-v0")
        started = time.monotonic()
        manage(env, "seed_demo", "--reviews", str(size))
        print(f"{size:,} reviews: made and indexed in {time.monotonic() - started:.0f} s", flush=True)
        (directory / "made").touch()
    return env


def own_database(url: str, name: str) -> str:
    """The address of the database of that name on the same server; made, where it is not there yet."""
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def bench(size: int, seconds: float, directory: Path, names: list[str]) -> dict[str, float]:
    """CPU time of each operation, cold."""
    env = made(size, directory)
    urls = json.loads(manage(env, "shell", "-v0", text=URLS).strip().splitlines()[-1])
    (directory / "constant.py").write_text(CONSTANT)
    workers = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "-b", f"127.0.0.1:{PORT}"]
    with server(env, "--chdir", str(directory), *workers, "constant:application") as process:
        constant = measured(process, ["/"], seconds, directory)
    rps, spent = constant["eight"]["rps"], constant["cpu"]
    print(f"\n### {size:,} reviews (constant page: {rps:.0f} requests a second, {spent:.3f} ms of CPU)\n", flush=True)
    cold: dict[str, float] = {}
    for name, took in json.loads(manage(env, "shell", "-v0", text=RAW).strip().splitlines()[-1]).items():
        print(f"The database alone, {name}: {took:.0f} ms of CPU", flush=True)
    for state, kept, rows in STATES:
        print(
            f"\n| {state} | 1 connection, p50 / p95 ms | 8, p50 / p95 ms | rps | R | CPU ms | by CPU | first byte ms | kB |\n"
            "|---|---|---|---|---|---|---|---|---|"
        )
        command = ["--config", "config/gunicorn.conf.py", "--max-requests", "0"]  # CPU of one that ended is lost
        with server({**env, "PAGE_CACHE_MB": kept, "ROW_CACHE_MB": rows}, *command) as process:
            peak = 0.0
            for name, some in urls.items():
                if some and (name in names if names else state != "first" or name in ROWS):
                    found = measured(process, some, seconds, directory, rounds=4 if state == "warm" else 0)
                    peak = max(peak, found["memory"])
                    cold.setdefault(name, found["cpu"])
                    print(row(name, found, constant), flush=True)
        print(f"\nPeak memory of both processes and their parent ({state}): {peak:.0f} MB\n", flush=True)
    return cold


def growth(of_sizes: dict[int, dict[str, float]]) -> None:
    """How CPU time grows from the smallest collection to the largest."""
    small, large = min(of_sizes), max(of_sizes)
    if small != large:
        print(f"\n| CPU time, cold, from {small:,} to {large:,} | times |\n|---|---|")
        for name, spent in of_sizes[large].items():
            if of_sizes[small].get(name):
                print(f"| {name} | {spent / of_sizes[small][name]:.1f} |", flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--sizes", type=int, nargs="*", default=[2000, 20000, 100000])
    asked.add_argument("--seconds", type=float, default=4)
    asked.add_argument("--keep", type=Path, help="where collections are kept for the next run (one database each)")
    asked.add_argument("--only", nargs="*", default=[], help="names of operations")
    given = asked.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as directory:
        for size in given.sizes:
            place = (given.keep or Path(directory)) / str(size)
            place.mkdir(parents=True, exist_ok=True)
            found[size] = bench(size, given.seconds, place, given.only)
    growth(found)


if __name__ == "__main__":
    main()
