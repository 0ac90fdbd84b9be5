"""A mail that somebody waits for is sent at once, beside the answer to her; if that fails, send_alerts sends it later."""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import connection, transaction

from alerts.models import Mail
from alerts.sending import Summary, send_waiting

#: Mails on their way at a time; a mail server that hangs must not gather threads.
_places = threading.BoundedSemaphore(4)
logger = logging.getLogger("alerts")


def send_soon(mail: Mail) -> None:
    """Send one mail in a thread of its own, once the present transaction has been committed."""
    if settings.ALERTS_SEND_PROMPTLY:
        transaction.on_commit(lambda: _begin(mail.pk))


def _begin(pk: int) -> None:
    if _places.acquire(blocking=False):
        threading.Thread(target=_send, args=[pk], daemon=True).start()


def _send(pk: int) -> None:
    try:
        send_waiting(Summary(), only=pk)
    except Exception as error:
        logger.warning("A mail waits for send_alerts: %s", type(error).__name__)
    finally:
        connection.close()
        _places.release()
