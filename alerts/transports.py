"""How a message leaves: by SMTP, in two halves with the moment of doubt between them, or as a file.

`offer` does all that the server can still forget; `hand_over` is the one step after which it may have the message.
Django's backend opens the connection (TLS, log-in); the transaction itself is ours, because `sendmail` does not say at
which step it failed.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import get_connection

#: Mails over one connection: servers close it after some number of their own.
MOST_PER_CONNECTION = 100
_DOT_FIRST = re.compile(rb"(?m)^\.")
_ENHANCED = re.compile(r"^([245])\.(\d{1,3})\.\d{1,3}")


class Unreachable(Exception):
    """The server cannot be used at present, whatever the message: no fault of this one."""


class InDoubt(Exception):
    """The message was handed over, and no answer came: the server may have it or not."""


class Refusal(Exception):
    """The server said no to this message. `lasting`: for ever, and because of the address."""

    def __init__(self, code: int, said: bytes | str, *, of_address: bool) -> None:
        self.code = code
        self.said = said.decode(errors="replace") if isinstance(said, bytes) else said
        found = _ENHANCED.match(self.said.strip())
        # 5.7.x is about policy (RFC 3463, 3.8): a block list, a missing SPF record. That is for the operator to mend.
        self.lasting = of_address and code >= 500 and not (found and found[2] == "7")
        super().__init__(f"{code} {self.said}"[:300])

    @property
    def short(self) -> str:
        """For a log: the codes alone, since servers repeat addresses in their words."""
        found = _ENHANCED.match(self.said.strip())
        return f"{self.code} {found[0]}" if found else str(self.code)


class Transport(Protocol):
    def offer(self, *, name: str, sender: str, recipient: str, message: bytes) -> None: ...

    def hand_over(self) -> None: ...

    def abandon(self) -> None: ...

    def close(self) -> None: ...


class Smtp:
    """One SMTP connection at a time, opened when it is needed and used for many messages."""

    def __init__(self) -> None:
        self._backend: Any = None
        self._used = 0

    @property
    def _server(self) -> smtplib.SMTP:
        server: smtplib.SMTP = self._backend.connection
        return server

    def offer(self, *, name: str, sender: str, recipient: str, message: bytes) -> None:
        """All but the last line of the message. Raises Unreachable or Refusal; then the server has nothing."""
        self._begin(sender, len(message))
        try:
            code, said = self._server.rcpt(recipient)
            if code not in (250, 251):
                raise self._refused(code, said, of_address=True)
            code, said = self._server.docmd("DATA")
            if code != 354:
                raise self._refused(code, said, of_address=False)
            body = _DOT_FIRST.sub(b"..", message)
            self._server.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        except (smtplib.SMTPException, OSError) as error:
            self.abandon()
            raise Unreachable(_kind_of(error)) from error

    def hand_over(self) -> None:
        """The line that ends the message, and the server's answer. Raises InDoubt or Refusal."""
        try:
            self._server.send(b".\r\n")
            code, said = self._server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.abandon()
            raise InDoubt(_kind_of(error)) from error
        if code != 250:
            raise self._refused(code, said, of_address=False)

    def abandon(self) -> None:
        """Break the connection off, without the QUIT that would wait for an answer: what was offered is forgotten."""
        backend, self._backend = self._backend, None
        if backend is not None and backend.connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                backend.connection.close()

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                backend.close()

    def _begin(self, sender: str, size: int) -> None:
        """MAIL FROM on a connection that works: one that was left open may have been closed by the server since."""
        for fresh in (False, True):
            if self._backend is None or fresh or self._used >= MOST_PER_CONNECTION:
                self._open()
            self._used += 1
            try:
                self._server.ehlo_or_helo_if_needed()
                options = [f"size={size}"] if self._server.has_extn("size") else []
                code, _said = self._server.mail(sender, options)
            except (smtplib.SMTPException, OSError) as error:
                self.abandon()
                if fresh:
                    raise Unreachable(_kind_of(error)) from error
                continue
            if code == 250:
                return
            self.abandon()
            if fresh:
                raise Unreachable(f"the sender is refused: {code}")

    def _open(self) -> None:
        self.close()
        self._backend, self._used = get_connection(), 0
        try:
            self._backend.open()
            # The last line leaves by itself: held back until the text was acknowledged, it would cost 40 ms a mail.
            self._server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (smtplib.SMTPException, OSError) as error:
            self._backend = None
            raise Unreachable(_kind_of(error)) from error

    def _refused(self, code: int, said: bytes, *, of_address: bool) -> Exception:
        """What the answer means; the connection is ready for the next message, or gone."""
        if code == 421:  # 'closing the channel', RFC 5321, 4.2.3
            self.abandon()
            return Unreachable("the server closed the connection: 421")
        try:
            self._server.rset()
        except (smtplib.SMTPException, OSError):
            self.abandon()
        return Refusal(code, said, of_address=of_address)


def _kind_of(error: Exception) -> str:
    """What went wrong, without the words of the server, in which an address may stand."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


class Files:
    """Mails as files in a directory: what a site does that has no mail server yet."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._draft = self._final = directory

    def offer(self, *, name: str, sender: str, recipient: str, message: bytes) -> None:
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._draft, self._final = self.directory / f"{name}.part", self.directory / f"{name}.eml"
            self._draft.write_bytes(message)
        except OSError as error:
            raise Unreachable(_kind_of(error)) from error

    def hand_over(self) -> None:
        try:
            self._draft.replace(self._final)
        except OSError as error:
            raise InDoubt(_kind_of(error)) from error

    def abandon(self) -> None:
        self._draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is held open."""


def transport() -> Transport:
    return Smtp() if settings.EMAIL_ON else Files(settings.EMAIL_FILE_PATH)
