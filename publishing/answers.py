"""Answers that the version of the published content decides: kept in the memory of each process, compressed once.

A view that shows published content and nothing else is marked with `of_version`, a single answer with `mark`.
`KeptAnswers` stands in front of Django: asked again while nothing was published, such a page costs one look at the
version and none at Django; a browser that has it is told so (304). What is not marked, and whoever sends a cookie,
passes through.

Keys are hashes with the secret key, so that no reader's words stand in them; nothing is written to disk.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache, wraps
from pathlib import Path
from typing import Any, NamedTuple

import brotli
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from isal import isal_zlib

from publishing.held import Shelf
from publishing.models import content_version

#: Names in the WSGI environment: the version that was read for this request, and the version that decides the answer.
READ, DECIDES = "publishing.version", "publishing.decides"
#: Of a list of 60 kB these take 0.9 and 0.14 ms, where the slowest levels take 150 and 3 for an eighth less.
BROTLI_LEVEL, GZIP_LEVEL = 5, 3
#: What headers and Python take of a kept answer, beside its body.
_OVERHEAD = 1500
_RELEASE_FILES = ("*.py", "*.html", "*.mo", "*.json")
_NOT_OURS = {".venv", "var", "tests", "node_modules", ".git", "docs"}

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]


def of_version(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view whose answer is decided by the address, the version of the published content and the day."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        mark(request)
        return view(request, *args, **kwargs)

    return marked


def mark(request: HttpRequest) -> None:
    """Mark one answer as `of_version` does, of a view that gives others too."""
    request.META[DECIDES] = request.META.get(READ)


def is_numbered(request: HttpRequest) -> bool:
    """Whether `KeptAnswers` gives the answer to this request its ETag."""
    return request.META.get(DECIDES) is not None


class Answer(NamedTuple):
    """An answer as it is sent."""

    headers: Headers
    packed: bytes


def encoding_of(accepted: str) -> str:
    """'br', 'gzip' or '': how a client that accepts this is answered."""
    if _BROTLI.search(accepted):
        return "br"
    return "gzip" if _GZIP.search(accepted) else ""


_BROTLI, _GZIP = (re.compile(rf"\b{name}\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))") for name in ("br", "gzip"))


#: With gzip's header, and no time in it.
AS_GZIP = 16 + isal_zlib.MAX_WBITS


def compressed(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_LEVEL)
    return isal_zlib.compress(body, GZIP_LEVEL, AS_GZIP) if encoding else body


@cache
def release() -> bytes:
    """What decides pages beside content and address: code, templates, words, and the settings that pages show."""
    found = hashlib.blake2b(digest_size=16)
    for pattern in _RELEASE_FILES:
        for path in sorted(Path(settings.BASE_DIR).rglob(pattern)):
            if not _NOT_OURS.intersection(path.relative_to(settings.BASE_DIR).parts):
                found.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    found.update(manifest.read_bytes() if manifest.exists() else b"")
    shown = (settings.SITE_URL, settings.EXIT_URL, settings.CONTACT_EMAIL, settings.HTTPS)
    found.update(repr(shown).encode())
    return found.digest()


class KeptAnswers:
    """WSGI: in front of `application`. `most_bytes` 0 keeps nothing, and still answers 304."""

    def __init__(self, application: Application, most_bytes: int) -> None:
        self.application = application
        self.store: Shelf[Answer] = Shelf(most_bytes)
        self._passing = (settings.STATIC_URL, "/admin/", "/healthz/")
        self._secret = hashlib.sha256(settings.SECRET_KEY.encode()).digest()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._may_be_kept(environ):
            return self.application(environ, start_response)
        try:
            version = content_version()
        except DatabaseError:  # Django mends the connection, or says what is wrong
            return self.application(environ, start_response)
        environ[READ] = version
        state = version, timezone.localdate().isoformat()
        key = self._key(environ, encoding_of(environ.get("HTTP_ACCEPT_ENCODING", "")))
        answer = self.store.get(state, key)
        tag = self._tag(state, key)
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked and tag in asked:  # whoever has the tag has the page of this state
            return self._not_changed(start_response, tag)
        if answer is None:
            return self._made(environ, start_response, state, key, tag)
        return self._sent(environ, start_response, answer)

    def _may_be_kept(self, environ: dict[str, Any]) -> bool:
        return (
            environ["REQUEST_METHOD"] in ("GET", "HEAD")
            and not environ.get("HTTP_COOKIE")
            and "HTTP_HX_REQUEST" not in environ
            and not environ["PATH_INFO"].startswith(self._passing)
        )

    def _key(self, environ: dict[str, Any], encoding: str = "") -> bytes:
        names = "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO"
        parts = [
            encoding,
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            *(environ.get(name, "") for name in names),
        ]
        return hashlib.blake2b("\n".join(parts).encode("latin-1", "replace"), key=self._secret, digest_size=16).digest()

    def _tag(self, state: tuple[str, str], key: bytes) -> str:
        text = "\n".join(state).encode() + key + release()
        return f'W/"{hashlib.blake2b(text, key=self._secret, digest_size=12).hexdigest()}"'

    def _not_changed(self, start_response: Callable[..., Any], tag: str) -> Iterable[bytes]:
        start_response("304 Not Modified", [("ETag", tag), ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding")])
        return []

    def _made(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
        state: tuple[str, str],
        key: bytes,
        tag: str,
    ) -> Iterable[bytes]:
        """The answer of the application; kept, and sent compressed, where the version decides it."""
        told: list[Any] = []

        def listen(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], Any]:
            told[:] = status, headers, exc_info
            return lambda data: None

        body = self.application(environ, listen)
        status, headers, exc_info = told
        whole = environ.get(DECIDES) == state[0] and status == "200 OK" and not getattr(body, "streaming", False)
        if not whole or environ["REQUEST_METHOD"] != "GET" or _is_personal(headers):
            start_response(status, headers, exc_info) if exc_info else start_response(status, headers)
            return body
        encoding = encoding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
        answer = _packed(headers, b"".join(body), tag, encoding)
        if close := getattr(body, "close", None):
            close()
        self.store.put(state, key, answer, len(answer.packed) + _OVERHEAD)
        return self._sent(environ, start_response, answer)

    def _sent(self, environ: dict[str, Any], start_response: Callable[..., Any], answer: Answer) -> Iterable[bytes]:
        start_response("200 OK", [*answer.headers])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.packed]


def _is_personal(headers: Headers) -> bool:
    """Whether the answer is one reader's: it sets a cookie or varies by one, or is compressed or numbered already."""
    for name, value in headers:
        name = name.lower()
        if name in ("set-cookie", "content-encoding") or (name == "vary" and "cookie" in value.lower()):
            return True
        if name == "cache-control" and ("no-store" in value or "private" in value):
            return True
    return False


def _packed(headers: Headers, body: bytes, tag: str, encoding: str) -> Answer:
    replaced = ("content-length", "etag", "vary")
    kept = [(name, value) for name, value in headers if name.lower() not in replaced]
    vary = [part for name, value in headers if name.lower() == "vary" for part in value.split(", ")]
    kept.append(("Vary", ", ".join(dict.fromkeys([*vary, "Accept-Encoding"]))))
    if not any(name.lower() == "cache-control" for name, _value in kept):
        kept.append(("Cache-Control", "no-cache"))
    packed = compressed(body, encoding)
    kept += [("ETag", tag), ("Content-Length", str(len(packed)))]
    return Answer([*kept, ("Content-Encoding", encoding)] if encoding else kept, packed)
