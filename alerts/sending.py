"""The outbox empties: each mail is taken by one sender, handed over, and marked, in steps that can each be the last.

    queued -> claimed -> sending -> sent
                 |          |
                 |          +-> no answer, or the sender died: queued once more, and then 'uncertain'
                 +-> the sender died: queued, as if nothing had been

Every step is a statement of its own that holds only while the sender's lease does, so that a sender which was thought
dead and wakes up does nothing. Why this is so: docs/adr/0010-each-mail-once.md.
"""

from __future__ import annotations

import datetime
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone, translation

from alerts import actions
from alerts.letters import Letter, letter_of
from alerts.models import Mail, MailQuerySet, Subscriber
from alerts.outgoing import message_of, sender
from alerts.transports import InDoubt, Refusal, Transport, Unreachable, transport

MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
#: Longer than all time limits of one SMTP transaction together (settings.EMAIL_TIMEOUT for each answer).
LEASE = 10 * MINUTE
#: After each temporary refusal of a mail; after the last one it is given up, a week after the first.
PAUSES = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, *[24 * HOUR] * 6]
#: After each refusal for ever but the last, which stops the alerts of the address: a mistake of a day may be mended.
REFUSED_PAUSES = [HOUR, 24 * HOUR]
#: Connections that fail in a row before a run gives up, and seconds before the next one is tried.
TRIES = [1.0, 5.0]

State = Mail.State
_FREE = {"lease": "", "lease_until": None}


@dataclass
class Summary:
    """What a run of the sender did. Holds no address."""

    sent: int = 0
    dropped: int = 0
    paused: int = 0
    failed: int = 0
    stopped: int = 0
    lost: int = 0
    unreachable: str = ""
    doubtful: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)


class LeaseLostError(Exception):
    """Another sender has the mail by now, or its subscriber has gone."""


def send_waiting(
    summary: Summary, *, tell: Callable[[Summary], None] = lambda summary: None, only: int | None = None
) -> Summary:
    """Send what waits and is due, one mail at a time, until nothing is left; `only`: that mail alone.

    Any number of senders may run at once, on any machines.
    """
    take_back_expired(summary)
    way, failures = transport(), 0
    try:
        while mail := claim(only):
            try:
                attempt(mail, way, summary)
                failures = 0
            except LeaseLostError:
                summary.lost += 1
            except Unreachable as error:
                _put_back(mail, timezone.now() + MINUTE)
                if failures == len(TRIES) or only:
                    summary.unreachable = str(error)
                    break
                time.sleep(TRIES[failures])
                failures += 1
            tell(summary)
    finally:
        way.close()
    return summary


def take_back_expired(summary: Summary) -> None:
    """Free what a sender held that has died: certainly not sent while it was claimed, perhaps while it was sending."""
    now = timezone.now()
    expired = Mail.objects.filter(lease_until__lt=now)
    expired.filter(state=State.CLAIMED).update(state=State.QUEUED, **_FREE)
    for name, lease, doubts in expired.filter(state=State.SENDING).values_list("message_id", "lease", "doubts"):
        _note_doubt(Mail.objects.filter(message_id=name, lease=lease), name, doubts, now, summary)


def claim(only: int | None = None) -> Mail | None:
    """Take one mail that waits, so that no other sender can; None when nothing is due.

    News for one subscriber leaves in order: what one mail brings the next need not, and that is known once it has left.
    """
    now = timezone.now()
    before = Mail.objects.unfinished().filter(
        what=Mail.What.NEWS, subscriber=OuterRef("subscriber"), pk__lt=OuterRef("pk")
    )
    waiting = Mail.objects.filter(state=State.QUEUED, not_before__lte=now).exclude(Exists(before), what=Mail.What.NEWS)
    waiting = waiting.filter(pk=only) if only else waiting.order_by("not_before", "pk")
    with transaction.atomic():
        found = waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:1]
        pk = next(iter(found), None)
        if pk is None:
            return None
        lease = uuid.uuid4().hex
        Mail.objects.filter(pk=pk).update(state=State.CLAIMED, lease=lease, lease_until=now + LEASE)
    related = "subscriber", "alert__subscriber", "alert__followed", "batch__followed"
    return Mail.objects.select_related(*related).filter(pk=pk, lease=lease).first()


def attempt(mail: Mail, way: Transport, summary: Summary) -> None:
    """Hand one claimed mail over, and mark what became of it. Raises Unreachable and LeaseLostError."""
    letter = letter_of(mail)
    if not letter.blocks:
        _finish(mail, State.DROPPED, left_out=letter.left_out)
        summary.dropped += 1
        return
    try:
        _hand_over(mail, letter, way)
    except Refusal as refusal:
        summary.refusals[refusal.short] = summary.refusals.get(refusal.short, 0) + 1
        _refused(mail, refusal, summary)
    except InDoubt as error:
        held = Mail.objects.filter(pk=mail.pk, lease=mail.lease)
        Mail.objects.filter(pk=mail.pk).update(last_error=str(error)[:300])
        _note_doubt(held, mail.message_id, mail.doubts, timezone.now() + MINUTE, summary)
    else:
        _finish(mail, State.SENT, left_out=letter.left_out)
        Subscriber.objects.filter(pk=mail.subscriber_id, refusals__gt=0).update(refusals=0, last_refusal="")
        summary.sent += 1


def _hand_over(mail: Mail, letter: Letter, way: Transport) -> None:
    with translation.override(mail.language):
        message = message_of(mail, letter)
    way.offer(
        name=mail.message_id.strip("<>").partition("@")[0],
        sender=bare(sender()),
        recipient=mail.recipient,
        message=message.message().as_bytes(linesep="\r\n"),
    )
    # From here on the server may have it, whatever happens to us. A lease that has run out ends here.
    if not _move(mail, State.CLAIMED, state=State.SENDING, lease_until=timezone.now() + LEASE):
        way.abandon()
        raise LeaseLostError
    way.hand_over()


def bare(address: str) -> str:
    """'news@example.org' of 'News <news@example.org>'."""
    return address.rpartition("<")[2].rstrip("> ").strip()


def _finish(mail: Mail, state: str, *, left_out: list[int]) -> None:
    done = _move(
        mail, State.CLAIMED, State.SENDING, state=state, finished_at=timezone.now(), left_out=left_out, **_FREE
    )
    if not done:
        raise LeaseLostError


def _move(mail: Mail, *states: str, **changes: object) -> bool:
    """One step of a mail, as long as this sender still has it in one of those states."""
    return bool(Mail.objects.filter(pk=mail.pk, lease=mail.lease, state__in=states).update(**changes))


def _put_back(mail: Mail, not_before: datetime.datetime, **changes: object) -> None:
    _move(mail, State.CLAIMED, State.SENDING, state=State.QUEUED, not_before=not_before, **changes, **_FREE)


def _note_doubt(held: MailQuerySet, name: str, doubts: int, again: datetime.datetime, summary: Summary) -> None:
    """A mail was handed over and nobody knows whether it arrived: it is tried once more, and never a third time."""
    if doubts:
        changes = {"state": State.UNCERTAIN, "finished_at": timezone.now()}
    else:
        changes = {"state": State.QUEUED, "not_before": again}
    if held.filter(state=State.SENDING).update(doubts=F("doubts") + 1, **changes, **_FREE):
        (summary.uncertain if doubts else summary.doubtful).append(name)


def _refused(mail: Mail, refusal: Refusal, summary: Summary) -> None:
    """Try again later; after the limit stop what the address asked for."""
    error = {"last_error": str(refusal)}
    if refusal.lasting and mail.what != Mail.What.NEWS:
        # Nobody waits for it: whoever made a slip in her address asks again.
        _move(mail, State.CLAIMED, State.SENDING, state=State.FAILED, finished_at=timezone.now(), **error, **_FREE)
        summary.failed += 1
        return
    tries = _count_refusal(mail, refusal) if refusal.lasting else mail.attempts
    pauses = REFUSED_PAUSES if refusal.lasting else PAUSES
    if tries < len(pauses):
        _put_back(mail, timezone.now() + pauses[tries], attempts=F("attempts") + int(not refusal.lasting), **error)
        summary.paused += 1
        return
    _move(mail, State.CLAIMED, State.SENDING, state=State.FAILED, finished_at=timezone.now(), **error, **_FREE)
    summary.failed += 1
    if mail.subscriber and mail.what == Mail.What.NEWS:
        actions.stop(subscriber=mail.subscriber, refusal=str(refusal))
        summary.stopped += 1


def _count_refusal(mail: Mail, refusal: Refusal) -> int:
    """How often the address had been refused before this time."""
    found = Subscriber.objects.filter(pk=mail.subscriber_id)
    found.update(refusals=F("refusals") + 1, last_refusal=str(refusal))
    return (found.values_list("refusals", flat=True).first() or 1) - 1
