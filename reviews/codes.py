"""Codes of statements and evidence. Those that ship stay below 5000; a site's own start there."""

from __future__ import annotations

from django.db import models

FIRST_OWN = 5000
PREFIXES = {"learningpoint": "LP", "recommendation": "REC", "evidence": "EV"}


def next_code(model: type[models.Model], taken: int = 0) -> str:
    """The next free code, such as 'LP-5000'; `taken`: how many were given out and not saved yet."""
    prefix = PREFIXES[str(model._meta.model_name)]
    own = [
        int(code.partition("-")[2])
        for code in model._default_manager.filter(code__startswith=f"{prefix}-").values_list("code", flat=True)
        if code.partition("-")[2].isdigit()
    ]
    return f"{prefix}-{max([FIRST_OWN - 1, *own]) + 1 + taken:04d}"
