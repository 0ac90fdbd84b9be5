"""A mail server for tests: aiosmtpd, which speaks real SMTP, and notes what it took."""

import asyncio
import email
import email.policy
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

from tests.browser.served import free_port


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


@contextmanager
def running() -> Iterator[tuple[Server, int]]:
    """The server, and its port."""
    handler, port = Server(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()
