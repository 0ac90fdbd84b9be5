"""Plain data into a tagged PDF (PDF/UA-1), by typst: docs/adr/0007-typst-sets-the-pdf.md says why.

Nothing of the data is read as markup: it is handed over as JSON, and the templates beside this file put it in as text.
typst refuses to write a file that breaks the standard, and reaches for no network: no template names a package.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from exports.glyphs import printable

HERE = Path(__file__).parent
#: The longest that one file may take. The longest shipped briefing takes about half a second.
SECONDS = 20


class NotSetError(RuntimeError):
    """The typesetter gave up: the data do not fit the template, or it took too long."""


@cache
def font_folders() -> list[str]:
    """Where the faces are: packages of data alone, so a PDF looks the same on every machine."""
    found = (importlib.util.find_spec(f"font_source_{name}_pro") for name in ("serif", "sans"))
    return [str(Path(str(spec.origin)).parent / "files") for spec in found if spec]


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of `template` (a file beside this one) with these data; raises NotSetError."""
    job = {
        "template": str(HERE / template),
        "root": str(HERE),
        "fonts": font_folders(),
        "seconds": SECONDS,
        "data": printable(data),
    }
    command = [sys.executable, "-I", str(HERE / "run.py")]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and the data go by standard input
            command, input=json.dumps(job).encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotSetError(f"{template}: not done after {SECONDS} seconds") from error
    if done.returncode:
        raise NotSetError(f"{template}: {done.stderr.decode(errors='replace')[:500]}")
    return done.stdout
