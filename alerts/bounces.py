"""What came back: reports that a mail which a server had taken could not be delivered (RFC 3464).

The mail is known by its Message-ID, which stands in the part of it that the report returns, and which nobody guesses. The
address in the report is not looked at: it may be another one, to which the first was forwarded.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from django.db import transaction

from alerts import actions
from alerts.models import Mail, Subscriber

#: Mails in a row that came back; then the address is served no longer.
MOST_BOUNCES = 3
#: Bytes of a message that are read: a report returns the whole mail at the end of it, whose headers come first.
MOST_BYTES = 1_000_000
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_LEFT = [Mail.State.SENT, Mail.State.UNCERTAIN, Mail.State.BOUNCED]


class Outcome(StrEnum):
    """What became of one message that was read."""

    NO_REPORT = "no report"
    UNKNOWN = "of a mail that is not known, or was counted"
    NOTED = "counted"
    STOPPED = "counted, and its address stopped"


@dataclass(frozen=True)
class Bounce:
    """One mail that was not delivered: its Message-ID, the status (RFC 3463), and what the server said."""

    message_id: str
    status: str
    said: str

    @property
    def of_address(self) -> bool:
        """5.7.x is about policy (RFC 3463, 3.8): a block list, a missing SPF record. No address is to blame for it."""
        return self.status.split(".")[1] != "7"


def bounce_in(raw: bytes) -> Bounce | None:
    """The bounce that a message reports; None if it reports none: an answer, a delay, an out-of-office notice, noise."""
    message = email.message_from_bytes(raw[:MOST_BYTES], policy=email.policy.compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    failed = next((fields for fields in _recipients(message) if _field(fields, "action").lower() == "failed"), None)
    name = next(_message_ids(message), "")
    if failed is None or not name:
        return None
    found = _STATUS.search(_field(failed, "status"))
    said = _field(failed, "diagnostic-code").partition(";")[2].strip() or _field(failed, "status")
    return Bounce(name, found[0] if found else "5.0.0", said[:300])


def _recipients(report: Message) -> Iterator[Message]:
    """The fields about each recipient, which the parser reads as messages without a body."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from part.get_payload()


def _message_ids(report: Message) -> Iterator[str]:
    for part in report.walk():
        kind, inner = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and part.is_multipart():
            yield _field(inner[0], "message-id")
        elif kind == "text/rfc822-headers" and isinstance(inner, str):
            yield _field(email.message_from_string(inner), "message-id")


def _field(fields: Message, name: str) -> str:
    return " ".join(str(fields.get(name, "")).split())


@transaction.atomic
def note(bounce: Bounce) -> Outcome:
    """Count a bounce against the address that the mail went to, once however often it is reported."""
    left = Mail.objects.select_for_update(of=("self",)).filter(message_id=bounce.message_id, state__in=_LEFT[:2])
    mail = left.select_related("subscriber").first()
    if mail is None:
        return Outcome.UNKNOWN
    said = f"{bounce.status} {bounce.said}"[:300]
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.BOUNCED, last_error=said)
    if not (mail.subscriber and mail.what == Mail.What.NEWS and bounce.of_address):
        return Outcome.NOTED
    bounces = (mail.subscriber.bounces if _one_before_came_back(mail) else 0) + 1
    Subscriber.objects.filter(pk=mail.subscriber_id).update(bounces=bounces, last_refusal=said)
    if bounces < MOST_BOUNCES:
        return Outcome.NOTED
    actions.stop(subscriber=mail.subscriber, refusal=said)
    return Outcome.STOPPED


def _one_before_came_back(mail: Mail) -> bool:
    before = Mail.objects.filter(subscriber=mail.subscriber_id, what=Mail.What.NEWS, pk__lt=mail.pk, state__in=_LEFT)
    return before.order_by("-pk").values_list("state", flat=True).first() == Mail.State.BOUNCED
