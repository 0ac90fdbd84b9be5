"""The steps of publishing as curators take them: who is offered which, what each asks, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied

from publishing import actions, schedule
from publishing.models import PendingVersion, Publishable, Status, Version, WithdrawnReason
from publishing.roles import may


class StepForm(forms.Form):
    """What a step asks, of one row or of many at once."""

    reason = forms.ChoiceField(label="Why is it withdrawn?", choices=WithdrawnReason, widget=forms.RadioSelect)
    publish_at = forms.DateTimeField(
        label="Publish at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text="In the time of the site.",
    )
    note = forms.CharField(
        label="What changed, for readers",
        max_length=300,
        required=False,
        help_text="Only for a change that matters to them; it stands on the page from then on. Leave it blank for a slip of the pen.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    comment = forms.CharField(
        label="Comment",
        max_length=2000,
        required=False,
        help_text="For the other curators; it stays in the history.",
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, step: CuratorsStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(step.asks):
            del self.fields[name]
        self.fields["comment"].required = step.wants_comment
        if "reason" in self.fields:
            self.fields["reason"].error_messages["required"] = "Choose a reason."
            self.fields["reason"].error_messages["invalid_choice"] = "Choose a reason from the list."


@dataclass(frozen=True)
class CuratorsStep:
    """A step: its name in addresses, its label, what is said when it is done, and what it asks."""

    name: str
    label: str
    done: str
    right: str
    take: Callable[..., Any]
    fits: Callable[[Publishable, PendingVersion | None], bool]
    asks: tuple[str, ...] = ("comment",)
    wants_comment: bool = False
    #: Says whether the step is the person's own to take back, without the right to publish.
    own: Callable[[Any, Publishable, PendingVersion | None], bool] = lambda user, row, pending: False
    #: Whether readers see another page afterwards: then the page of the step says what stands in the way.
    lets_go: bool = False
    explained: str = ""

    def is_allowed(self, user: Any, row: Publishable, pending: PendingVersion | None) -> bool:
        """Whether the person may take it with this row, in whatever state it is."""
        model = type(row)
        return may(user, self.right, model) or (may(user, "save", model) and self.own(user, row, pending))

    def is_offered(self, user: Any, row: Publishable, pending: PendingVersion | None) -> bool:
        return self.fits(row, pending) and self.is_allowed(user, row, pending)


def _state(row: Publishable, pending: PendingVersion | None) -> str:
    """Of what is being worked on: the row, or the change to it that waits; '' where nothing is."""
    if row.is_published:
        return pending.status if pending else ""
    return "" if row.is_withdrawn else row.status


def _time(row: Publishable, pending: PendingVersion | None) -> Any:
    return pending.publish_at if pending and row.is_published else row.publish_at


def _sent_by(user: Any, row: Publishable, pending: PendingVersion | None) -> bool:
    sent = Version.objects.of(row).filter(step=Version.Step.SUBMITTED).first()
    return sent is not None and sent.by_id == user.pk  # type: ignore[attr-defined]


def _written_by(user: Any, row: Publishable, pending: PendingVersion | None) -> bool:
    return pending is not None and pending.changed_by_id == user.pk  # type: ignore[attr-defined]


_STEPS = (
    CuratorsStep(
        "submit",
        "Send to review",
        "sent to review",
        "submit",
        actions.submit,
        lambda row, pending: _state(row, pending) == Status.DRAFT,
    ),
    CuratorsStep(
        "send_back",
        "Send back to draft",
        "sent back",
        "send_back",
        actions.send_back,
        lambda row, pending: _state(row, pending) == Status.IN_REVIEW,
        wants_comment=True,
        own=_sent_by,
        explained="Say what is missing: whoever wrote it reads your comment on the start page.",
    ),
    CuratorsStep(
        "publish",
        "Publish",
        "published",
        "publish",
        actions.publish,
        lambda row, pending: not row.is_public,
        asks=("note", "comment"),
        lets_go=True,
        explained="From now on everybody can read it.",
    ),
    CuratorsStep(
        "publish_again",
        "Publish again…",
        "published again",
        "publish",
        partial(actions.publish, again=True),
        lambda row, pending: row.is_withdrawn,
        asks=("note", "comment"),
        wants_comment=True,
        lets_go=True,
        explained="It was withdrawn for a reason, which its history tells. Say why it may be read again: from now on everybody can.",
    ),
    CuratorsStep(
        "publish_changes",
        "Publish changes that wait",
        "changes published",
        "publish_pending",
        actions.publish_pending,
        lambda row, pending: row.is_published and pending is not None,
        asks=("note", "comment"),
        lets_go=True,
        explained="From now on readers see the changed version.",
    ),
    CuratorsStep(
        "schedule",
        "Publish at a time…",
        "on the schedule",
        "schedule",
        lambda *, row, publish_at, **more: schedule.schedule(row=row, at=publish_at, **more),
        lambda row, pending: bool(_state(row, pending)),
        asks=("publish_at", "note", "comment"),
        lets_go=True,
        explained="Whoever edits it before then takes it off the schedule.",
    ),
    CuratorsStep(
        "unschedule",
        "Take off the schedule",
        "taken off the schedule",
        "unschedule",
        schedule.unschedule,
        lambda row, pending: _time(row, pending) is not None,
    ),
    CuratorsStep(
        "discard_changes",
        "Discard changes that wait",
        "changes discarded",
        "discard",
        actions.discard_pending,
        lambda row, pending: row.is_published and pending is not None,
        own=_written_by,
        explained="They stay in the history, from where they can be restored.",
    ),
    CuratorsStep(
        "withdraw",
        "Withdraw…",
        "withdrawn",
        "withdraw",
        actions.withdraw,
        lambda row, pending: row.is_published,
        asks=("reason", "comment"),
        explained="From now on its page answers ‘withdrawn’, and it leaves every list, search and file. It is not deleted. "
        "For a court order or a family’s request the tombstone shows no more than the type and the nation.",
    ),
)
STEPS: dict[str, CuratorsStep] = {step.name: step for step in _STEPS}


def take(step: CuratorsStep, *, row: Publishable, user: Any, data: dict[str, Any]) -> list[str]:
    """Take the step: gives back what the curator should know, raises Refused or PermissionDenied."""
    pending = actions.pending_for(row)
    if not step.is_allowed(user, row, pending):
        raise PermissionDenied
    return list(step.take(row=row, by=user, **data) or [])
