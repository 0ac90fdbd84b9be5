"""A letter as a message on its way: headers, and the two parts that say the same."""

from __future__ import annotations

from email.charset import QP, Charset

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from alerts.addresses import message_domain
from alerts.letters import Letter
from alerts.models import Mail

#: No server on the way has to know 8BITMIME, and long links are not broken.
SEVEN_BIT = Charset("utf-8")
SEVEN_BIT.body_encoding = QP


def sender() -> str:
    return settings.ALERTS_FROM or f"updates@{message_domain()}"


def message_of(mail: Mail, letter: Letter) -> EmailMultiAlternatives:
    """The message that says the letter, in the language in force. Nothing in it counts who opens it."""
    headers = {
        "Message-ID": mail.message_id,
        "Content-Language": mail.language,
        # RFC 3834: no out-of-office reply, please.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message = EmailMultiAlternatives(letter.subject, letter.as_text(), sender(), [mail.recipient], headers=headers)
    message.encoding = SEVEN_BIT
    message.attach_alternative(letter.as_html(), "text/html")
    return message
