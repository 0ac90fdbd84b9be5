"""Codes of statements and evidence. Those that ship stay below 5000; a site's own start there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from django.db import models

from publishing.models import PendingVersion

FIRST_OWN = 5000
PREFIXES = {"learningpoint": "LP", "recommendation": "REC", "evidence": "EV"}


def next_code(model: type[models.Model], taken: int = 0) -> str:
    """The next free code, such as 'LP-5000'; `taken`: how many were given out and not saved yet.

    A code that stands in a change that waits is not free: its row is made when the change is published.
    """
    prefix = PREFIXES[str(model._meta.model_name)]
    own = [
        int(code.partition("-")[2])
        for code in model._default_manager.filter(code__startswith=f"{prefix}-").values_list("code", flat=True)
        if code.partition("-")[2].isdecimal()
    ]
    own += _waiting(prefix)
    return f"{prefix}-{max([FIRST_OWN - 1, *own]) + 1 + taken:04d}"


def _waiting(prefix: str) -> Iterator[int]:
    for content in PendingVersion.objects.values_list("content", flat=True).iterator():
        yield from map(int, re.findall(rf'"{prefix}-(\d+)"', json.dumps(content)))
