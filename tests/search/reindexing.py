"""Run by test_reindex.py in a process of its own, on a database of its own: a rebuild that is killed, and one that is not."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from reviews.models import CaseReview  # noqa: E402
from search import index  # noqa: E402
from tests import factories as make  # noqa: E402

REINDEX = [sys.executable, "manage.py", "reindex"]


def collection() -> None:
    """Enough for several batches; then the titles change behind the index's back, so that a new one is another."""
    call_command("migrate", verbosity=0)
    for term in (make.theme, make.sector, make.age_stage, make.harm, make.principle, make.review_type):
        term()
    call_command("seed_demo", reviews=300, verbosity=0)
    CaseReview.objects.update(title="Wallaroo")


def killed_midway() -> tuple[int, list[int], float, list[int]]:
    """Kill it when it says that a part is done: how far it was, what readers found meanwhile, and waited for it."""
    run = subprocess.Popen(REINDEX, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    totals, longest, share = [], 0.0, 0
    while share < 30 and (line := run.stderr.readline()):
        if "%" not in line:
            raise RuntimeError(line + run.stderr.read())
        share = int(line.partition("%")[0].split()[-1])
        start = time.monotonic()
        totals.append(total("fictional"))
        longest = max(longest, time.monotonic() - start)
    workers = children(run.pid)
    run.kill()
    run.wait()
    time.sleep(3)
    return share, totals, longest, [pid for pid in workers if Path(f"/proc/{pid}").exists()]


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in found.read_text().split()] if found.exists() else []


def total(word: str) -> int:
    return index.search(word, ["review"]).total


def main() -> None:
    collection()
    found: dict[str, object] = {"total before": total("fictional")}
    share, totals, longest, left = killed_midway()
    found |= {"killed at": share, "totals while it ran": totals, "longest wait": longest, "workers left": left}
    found["total after the kill"] = total("fictional")
    found["new titles after the kill"] = total("wallaroo")
    subprocess.run(REINDEX, env=os.environ, check=True, capture_output=True)
    found["new titles after a whole run"] = total("wallaroo")
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
