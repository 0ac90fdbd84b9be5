"""`make a11y`: the Nu HTML checker on every kind of page, and Lighthouse on the main ones.

Optional: it needs Node (npm), Java and Chromium. npm installs what package-lock.json pins into var/a11y and runs none
of its scripts (the checker's would download a Java). The site is started for it, as the browser tests do. Prints a
summary, keeps the full reports beside it in var/a11y, and ends with 1 where a target is missed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.kinds import KINDS  # noqa: E402
from tests.browser.served import served  # noqa: E402

HERE = Path(__file__).parent
OUT = ROOT / "var" / "a11y"
NEEDED = {"npm": "Node", "java": "Java 11 or later", "chromium": "Chromium"}
#: What Lighthouse looks at, and the least it must give, of 100.
MAIN = ["home", "briefing on a topic", "reviews", "review"]
TARGETS = {"accessibility": 100, "best-practices": 100, "performance": 95}


def install() -> None:
    """npm ci into var/a11y; asks no registry where it stands already."""
    OUT.mkdir(parents=True, exist_ok=True)
    lock, done = (HERE / "package-lock.json").read_bytes(), OUT / "node_modules" / ".done"
    if done.exists() and done.read_bytes() == lock:
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, OUT)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund"], cwd=OUT, check=True)
    done.write_bytes(lock)


def file_name(kind: str) -> str:
    return re.sub("[^a-z0-9]+", "-", kind.lower())


def fetched(url: str) -> bytes:
    """The page, whatever status it answers with."""
    try:
        with urllib.request.urlopen(url) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return error.read()


def nu_messages(site: str) -> list[dict[str, Any]]:
    """What the Nu checker says of all kinds of page: errors and warnings."""
    pages = OUT / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir()
    for kind, path in KINDS.items():
        (pages / f"{file_name(kind)}.html").write_bytes(fetched(site + path))
    jar = OUT / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", str(pages)]
    report = subprocess.run(command, stderr=subprocess.PIPE, check=True).stderr
    (OUT / "nu.json").write_bytes(report)
    return list(json.loads(report)["messages"])


def lighthouse(url: str, kind: str) -> dict[str, int]:
    """Scores of 100, measured as Lighthouse does by default: a phone of the middle class on a slow network."""
    report = OUT / f"lighthouse-{file_name(kind)}.json"
    cli = OUT / "node_modules/lighthouse/cli/index.js"
    flags = "--headless=new --no-sandbox --disable-gpu"
    command = ["node", str(cli), url, "--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--only-categories={','.join(TARGETS)}", f"--chrome-flags={flags}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    categories = json.loads(report.read_text())["categories"]
    return {name: round(100 * categories[name]["score"]) for name in TARGETS}


def summary(site: str) -> tuple[list[str], bool]:
    """Lines for a person, and whether every target is met."""
    messages = nu_messages(site)
    errors = [one for one in messages if one["type"] != "info"]
    lines = [
        f"Nu HTML checker: {len(KINDS)} kinds of page, {len(errors)} errors, {len(messages) - len(errors)} warnings"
    ]
    lines += [f"  {Path(one['url']).name}:{one.get('lastLine')}: {one['message']}" for one in messages]
    met = not errors
    for kind in MAIN:
        scores = lighthouse(site + KINDS[kind], kind)
        met = met and all(scores[name] >= least for name, least in TARGETS.items())
        lines.append(f"Lighthouse, {kind}: " + ", ".join(f"{name} {score}" for name, score in scores.items()))
    return lines, met


def main() -> int:
    missing = [what for command, what in NEEDED.items() if not shutil.which(command)]
    if missing:
        print(f"make a11y needs {', '.join(missing)}; the tests of make test do without.", file=sys.stderr)
        return 1
    install()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site:
        lines, met = summary(site)
    (OUT / "summary.txt").write_text("\n".join(lines) + "\n")
    print("\n".join([*lines, "Every target is met." if met else "A target is missed; reports are in var/a11y."]))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
