"""A site whose mails go to a mail server of the tests: aiosmtpd, which speaks real SMTP and notes what it took."""

import asyncio
import email
import email.policy
import re
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from alerts import actions
from alerts.models import Alert, Mail
from alerts.queueing import Queued, queue_news
from alerts.sending import Summary, send_waiting


class Server:
    """A mail server. `taken`: each message it answered for or should have; `answer`: what it says instead of 250,
    by step ('RCPT' or 'DATA'), recipient and how often it has been asked."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.asked: Counter[tuple[str, str]] = Counter()
        self.answer: Callable[[str, str, int], str | None] = lambda step, recipient, times: None
        self._lock = threading.Lock()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        said = self._say("RCPT", address)
        if said == "hang":
            await asyncio.sleep(2)
        if said in (None, "hang"):
            envelope.rcpt_tos.append(address)
        return said if said and said[0].isdigit() else "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        said = self._say("DATA", recipient)
        if said and said.startswith(("4", "5")):
            return said
        with self._lock:
            self.taken.append((recipient, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        if said == "drop":
            server.transport.abort()
        return "250 OK"

    def _say(self, step: str, recipient: str) -> str | None:
        with self._lock:
            self.asked[step, recipient] += 1
            return self.answer(step, recipient, self.asked[step, recipient])

    def for_address(self, address: str) -> list[Any]:
        return [message for recipient, message in self.taken if recipient == address]

    def by_name(self) -> Counter[str]:
        """How often each message was taken."""
        return Counter(str(message["Message-ID"]) for _recipient, message in self.taken)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def smtp(settings: Any) -> Iterator[Server]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), ready_timeout=20)
    controller.start()
    settings.EMAIL_ON, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = None
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 3
    yield handler
    controller.stop()


@pytest.fixture(autouse=True)
def nothing_is_sent_by_itself(settings: Any) -> None:
    settings.ALERTS_SEND_PROMPTLY = False


def follow(
    address: str, kind: str = "review", query: str = "", frequency: str = "at-once", language: str = "en-gb"
) -> Alert:
    """A confirmed alert."""
    mail = actions.ask(address=address, kind=kind, query=query, frequency=frequency, language=language)
    assert mail.alert
    actions.confirm(alert=mail.alert)
    mail.delete()
    return Alert.objects.get(pk=mail.alert.pk)


def send() -> Summary:
    return send_waiting(Summary())


def queue() -> Queued:
    return queue_news(Queued())


def links_in(message: Any) -> dict[str, str]:
    """Links of a message by their words, as its HTML has them."""
    html = message.get_body(("html",)).get_content()
    return {text: href.replace("&amp;", "&") for href, text in re.findall(r'<a href="([^"]+)"[^>]*>([^<]*)</a>', html)}


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def due_now() -> None:
    """As if all pauses and leases were over."""
    Mail.objects.filter(state=Mail.State.QUEUED).update(not_before=timezone.now())
