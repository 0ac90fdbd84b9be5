"""One careful look at one address of another site: HEAD, and where that says nothing good, GET without its body.

The addresses come from curators and from imported files, so the site must not be led to ask machines of its own network
(server-side request forgery): every name is resolved here, each number is looked at, and the connection goes to that
very number, at every redirect anew. Only http and https; no password in an address; no cookie; no body is read.
urllib3 was taken over requests and httpx, since it alone lets a connection be made by hand and brings nothing along.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3
from django.conf import settings
from urllib3 import connection, connectionpool, exceptions

WORKS, FAILED, UNCLEAR = "works", "failed", "unclear"

#: Seconds for a connection, for each answer, and for all of one request together.
CONNECT, READ, WHOLE = 10, 15, 40
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Answers by which servers keep machines out, whatever they show to people; 999 is one that a large site made up.
_KEPT_OUT = frozenset({401, 403, 405, 406, 407, 429, 999})
#: IPv6 addresses in which a translator hides an IPv4 one.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Answer:
    """What was found: the outcome, in words for a curator, and whether any server answered at all."""

    outcome: str
    words: str
    reached: bool = True


class Improper(exceptions.HTTPError):
    """An address that is never asked; the message says why."""


def is_public(number: str) -> bool:
    """Whether an IP address belongs to the internet at large, or to a network that the operator allows.

    >>> is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (False, False)
    """
    ip: Any = ipaddress.ip_address(number.partition("%")[0])
    if ip.version == 6:
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            inner = ipaddress.ip_address(int(ip) & 0xFFFF_FFFF)
        ip = inner or ip
    if any(ip in network for network in settings.LINK_CHECK_NETWORKS if network.version == ip.version):
        return True
    return bool(ip.is_global and not ip.is_multicast)


def proper(url: str) -> str:
    """The address as it is asked for, or Improper."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Improper("It is not an address.") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Improper("Only http:// and https:// addresses are links.")
    if parts.username or parts.password:
        raise Improper("It holds a name or a password, which must not be published.")
    try:
        name = host if ":" in host else host.encode("idna").decode()
    except UnicodeError:
        raise Improper("Its host is no name that can exist.") from None
    name = f"[{name}]" if ":" in name else name
    return parts._replace(netloc=f"{name}:{port}" if port else name, fragment="").geturl()


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


class _Guarded:
    """Mixin for a connection: resolves by itself, connects to public addresses only, and ends after WHOLE seconds."""

    def _new_conn(self: Any) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise exceptions.NewConnectionError(self, "no such host") from error
        allowed = [one for one in found if is_public(str(one[4][0]))]
        if not allowed:
            raise Improper("It leads into an internal network, which is never asked.")
        sock = self._connected(allowed)
        self._watch = threading.Timer(WHOLE, self._end)
        self._watch.daemon = True
        self._watch.start()
        return sock

    def _connected(self: Any, found: list[Any]) -> socket.socket:
        failure: OSError | None = None
        for family, kind, protocol, _name, address in found[:3]:
            sock = socket.socket(family, kind, protocol)
            sock.settimeout(CONNECT)
            try:
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise exceptions.NewConnectionError(self, str(failure)) from failure

    def _end(self: Any) -> None:
        """Time is up: whoever reads from the socket gets an error."""
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self: Any) -> None:
        if getattr(self, "_watch", None) is not None:
            self._watch.cancel()
        super().close()  # type: ignore[misc]


class _Plain(_Guarded, connection.HTTPConnection):
    pass


class _Secure(_Guarded, connection.HTTPSConnection):
    pass


class _PlainPool(connectionpool.HTTPConnectionPool):
    ConnectionCls = _Plain  # type: ignore[assignment]


class _SecurePool(connectionpool.HTTPSConnectionPool):
    ConnectionCls = _Secure  # type: ignore[assignment]


def _manager() -> urllib3.PoolManager:
    manager = urllib3.PoolManager(num_pools=3, ssl_context=ssl.create_default_context())
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager


def _ask(manager: urllib3.PoolManager, method: str, url: str) -> tuple[int, str, bool]:
    """(status, where it leads, whether it says when to come back) of one request."""
    headers = {"User-Agent": settings.LINK_CHECK_AGENT, "Accept": "*/*"}
    if method == "GET":
        headers["Range"] = "bytes=0-1023"  # a large report is not sent for nothing
    answer = manager.request(
        method,
        url,
        headers=headers,
        retries=False,
        redirect=False,
        preload_content=False,
        timeout=urllib3.Timeout(connect=CONNECT, read=READ),
    )
    try:
        return answer.status, answer.headers.get("Location", ""), "Retry-After" in answer.headers
    finally:
        answer.close()


def _judged(asked: str, came_to: str, status: int, wait: bool) -> Answer:
    elsewhere = f", at {came_to}"[:150] if came_to != asked else ""
    if status < 400 or status == 416:
        if urlsplit(asked).path.strip("/") and not urlsplit(came_to).path.strip("/"):
            return Answer(UNCLEAR, f"leads to a front page: is it still there?{elsewhere}")
        return Answer(WORKS, f"{status}{elsewhere}")
    if status in _KEPT_OUT or (wait and status == 503):
        return Answer(UNCLEAR, f"{status}: the server keeps machines out{elsewhere}")
    return Answer(FAILED, f"{status}{elsewhere}")


def _follow(method: str, url: str) -> Answer:
    """What one method finds, at the end of the redirects."""
    asked = url
    with _manager() as manager:
        for _hop in range(MOST_REDIRECTS + 1):
            status, location, wait = _ask(manager, method, url)
            if status not in _REDIRECTS or not location:
                return _judged(asked, url, status, wait)
            url = proper(urljoin(url, location))
    return Answer(FAILED, f"more than {MOST_REDIRECTS} redirects")


def _safely(method: str, url: str) -> Answer:
    """The same, with every failure in words."""
    try:
        return _follow(method, url)
    except Improper as error:
        return Answer(FAILED, str(error))
    except exceptions.SSLError:
        # Browsers fetch what a server left out of its chain of certificates; we do not, so we cannot tell.
        return Answer(UNCLEAR, "its certificate could not be verified")
    except (exceptions.NewConnectionError, exceptions.TimeoutError) as error:
        words = "no answer in time" if isinstance(error, exceptions.TimeoutError) else "no server can be reached there"
        return Answer(FAILED, "no such host" if "no such host" in str(error) else words, reached=False)
    except (exceptions.HTTPError, OSError, ValueError):
        return Answer(FAILED, "the answer breaks off, or is none")


def look(url: str) -> Answer:
    """Look at the address, and say whether readers will find something there."""
    try:
        asked = proper(url)
    except Improper as error:
        return Answer(FAILED, str(error))
    answer = _safely("HEAD", asked)
    # Many servers refuse HEAD, or answer it wrongly: nothing bad is concluded from it alone.
    return answer if answer.outcome == WORKS or not answer.reached else _safely("GET", asked)
