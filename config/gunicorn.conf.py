"""gunicorn --config config/gunicorn.conf.py: what `make run` and production both use."""

import ctypes
import gc
import os
import socket
from contextlib import suppress
from typing import Any

#: M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of malloc.h, and bytes for the last two: with less, brotli takes a third longer.
_ARENA_MAX, _OWN_PAGES, _TRIMMED = -8, -3, -1
_MUCH = 4 * 1024 * 1024

wsgi_app = "config.wsgi:application"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
# Each worker has a listening socket of its own, and the kernel parts connections between them: of one that all share, a
# worker may take every lasting connection of a proxy while the other idles. One that is a file, or systemd's, is shared.
reuse_port = not bind.startswith("unix:") and "LISTEN_FDS" not in os.environ
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
# Each thread has a connection: 20 MB for each, as commands have it, made no page quicker.
os.environ.setdefault("SQLITE_CACHE_MB", "2")
# Django is imported once, before the fork: a wrong setting stops the start instead of workers that die in a loop.
preload_app = True
timeout = 60
# A listing with many filters chosen is one long address; the default of 4,094 bytes would refuse it.
limit_request_line = 8190
# Against what may leak in months, and no sooner: a worker that begins anew has nothing drawn, and drops its connections.
max_requests, max_requests_jitter = 500_000, 50_000

# No control socket: it would be made in the home directory of whoever starts the server.
control_socket_disable = True

# No access log: it would hold readers' addresses and search words.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL") or "warning"


def on_starting(server: Any) -> None:
    """gunicorn names the whole address of a request that broke: its log keeps the path only, as Django's does."""
    from config.logs import PathOnly

    if reuse_port and not server.master_pid:  # else it is a new master, beside the old one
        _refuse_taken(server.cfg.address)
    _of_the_heap("mallopt", _ARENA_MAX, 1)  # one for all threads: what one has freed another can use
    # What is large has pages of its own and gives them back: else one long text would raise the measure for all others.
    _of_the_heap("mallopt", _OWN_PAGES, _MUCH)
    _of_the_heap("mallopt", _TRIMMED, _MUCH)
    server.log.error_log.addFilter(PathOnly())


def _refuse_taken(addresses: list[tuple[str, int]]) -> None:
    """Two sites that both share their port would each get half of the readers, and nobody would be told."""
    for host, port, *_ in addresses:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise SystemExit(
                    f"Cannot serve on {host}, port {port}: {error.strerror}. Choose another: PORT=8001."
                ) from error


#: Pages that are asked for once before the fork: what templates, routes and catalogues take then, all workers share.
_VISITED = ("/", "/cy/", "/reviews/", "/learning/", "/recommendations/", "/briefings/", "/themes/")


def _visit(application: Any) -> None:
    from urllib.parse import urlsplit
    from wsgiref.util import setup_testing_defaults

    from django.conf import settings

    for path in _VISITED:
        request = {"PATH_INFO": path, "HTTP_HOST": urlsplit(settings.SITE_URL).hostname, "wsgi.url_scheme": "https"}
        setup_testing_defaults(request)
        answer = application(request, lambda status, headers, error=None: None)
        list(answer)
        if close := getattr(answer, "close", None):
            close()


def _of_the_heap(name: str, *given: int) -> None:
    """Ask something of the C library's heap, where it knows it."""
    with suppress(AttributeError, OSError):
        getattr(ctypes.CDLL(None), name)(*given)


def when_ready(server: Any) -> None:
    """Before the workers are forked: what is built now, they share. What cannot be built yet, each builds when asked."""
    from django.db import DatabaseError, connections

    from search import matches
    from search.listings import LISTINGS, indexes

    try:
        for index in indexes(*LISTINGS):
            index.make_orders()
        matches.warm()
        _visit(server.app.wsgi())
    except DatabaseError as error:
        server.log.warning("Lists are not built yet: %s", error)
    connections.close_all()
    # What stands now, no collector looks at again: each look would give each worker a copy of the pages it stands on.
    gc.collect()
    gc.freeze()
    _of_the_heap("malloc_trim", 0)
    print("Serving on", *(f"http://{address}" for address in server.cfg.bind), "- Ctrl+C stops", flush=True)
