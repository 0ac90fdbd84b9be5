"""One stylesheet and one script for a first visit, from one source file for each component.

static/css/order.txt and static/js/order.txt name the sources in order; collectstatic finds the joined files beside
them. No bundler: joining is all that is wanted, and the order is the cascade's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCES = {"css/site.css": "css/order.txt", "js/site.js": "js/order.txt"}
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def joined(order: Path) -> str:
    """The files that `order` names, one a line, joined without their comments."""
    names = [line.strip() for line in order.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return "\n".join(COMMENT.sub("", (order.parent / name).read_text()) for name in names)


class BundleFinder(BaseFinder):
    """Finds the joined files, made afresh in var/ at each look."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "bundles")
        super().__init__()

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def make(self, path: str) -> Path:
        target = Path(self.storage.location) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(joined(settings.BASE_DIR / "static" / SOURCES[path]))
        return target

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in SOURCES:
            return []
        found = str(self.make(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in SOURCES:
            self.make(path)
            yield path, self.storage
