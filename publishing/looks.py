"""The page between ‘Publish’ and the readers: what the checks found, and the editor’s word that it may stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from publishing import actions, checks
from publishing.checks import Finding
from publishing.models import Publishable

#: Fields of the confirming form: the seal of what was shown, and one box for each row with warnings.
SEAL, MAY_STAY = "look", "may_stay"


@dataclass(frozen=True)
class Look:
    """A row with what was found in it."""

    row: Publishable
    findings: list[Finding]

    @property
    def is_blocked(self) -> bool:
        return any(one.blocks for one in self.findings)

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if not one.blocks]


def looks_at(rows: Iterable[Any], note: str = "") -> list[Look]:
    """The rows in which something was found, each as it would be published: with its change, where one waits."""
    found = []
    for row in rows:
        waiting = actions.pending_for(row) if row.is_published else None
        findings = checks.look_at_pending(row, waiting.content) if waiting else checks.look(row)
        findings += checks.look_at_note(row, note)
        if findings:
            found.append(Look(row, findings))
    return found


def ask(
    request: HttpRequest, admin_site: Any, rows: Iterable[Any], done: str = "Publish", note: str = ""
) -> TemplateResponse | None:
    """The page that shows what was found in the rows; None where nothing was, or where the editor has confirmed it.

    What was found is named by a seal: a warning that came up after the page was shown is shown again. A blocked row
    needs no word: actions.py refuses it.
    """
    looks = looks_at(rows, note)
    seal = checks.seal(one for look in looks for one in look.findings)
    owed = {str(look.row.pk) for look in looks if not look.is_blocked}
    if not looks or (request.POST.get(SEAL) == seal and owed <= set(request.POST.getlist(MAY_STAY))):
        return None
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name not in _OURS]
    context = {
        **admin_site.each_context(request),
        "title": "A look before publishing",
        "looks": looks,
        "seal": seal,
        "kept": kept,
        "done": done,
        "can_go_on": bool(owed) or len(looks) < len(list(rows)),
        "missing": request.POST.get(SEAL) == seal,
        "opts": type(looks[0].row)._meta,
    }
    return TemplateResponse(request, "admin/publishing/look.html", context)


_OURS = {SEAL, MAY_STAY, "csrfmiddlewaretoken"}
