"""What floors above have to say before a briefing is published: each adds a function when the apps are ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefings.models import Briefing

#: Each takes a briefing as it stands in the database, and gives the reasons why it may not be published so.
CHECKS: list[Callable[[Briefing], list[str]]] = []


def reasons(briefing: Briefing) -> list[str]:
    """All reasons of all checks, in words a curator can act on."""
    return [reason for check in CHECKS for reason in check(briefing)]
