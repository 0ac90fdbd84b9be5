"""The public page of what is not public yet: for those allowed, and by a signed link for a reviewer without an account.

The page is made by the site's own view and template, in a transaction in which the row is published and which is then
undone. So it is the page that readers will see, to the byte, and there is no second way to draw one that could differ.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import resolve, reverse
from django.utils import timezone, translation

from publishing.actions import pending_for
from publishing.models import Publishable, Status, one_version
from publishing.roles import may
from publishing.snapshots import SnapshotError, find, hash_of, key_of, restore, snapshot
from publishing.writes import locked

SALT = "publishing.preview"


class NoPreview(ValueError):
    """There is no page to show: the message says why, for a curator."""


def content_of(row: Publishable) -> dict[str, Any]:
    """What a preview of the row shows."""
    pending = pending_for(row) if row.is_published else None
    return pending.content if pending else snapshot(row)


@contextmanager
def _as_published(row: Publishable) -> Iterator[Publishable]:
    """The row as it will be once it is published, until the block ends."""
    with transaction.atomic(), one_version(f"preview {uuid.uuid4()}"):
        current = locked(row)
        pending = pending_for(current) if current.is_published else None
        touched = current.rows_touched()
        if pending is not None:
            changes = current.changes
            restore(pending.content, current)
            type(current)._default_manager.filter(pk=current.pk).update(changes=changes)
            current.refresh_from_db()
        else:
            when = current.published_at or timezone.now()
            back = {"withdrawn_on": None, "withdrawn_reason": ""}
            fields = {"status": Status.PUBLISHED, "published_at": when, **back, **current.preview_fields()}
            type(current)._default_manager.filter(pk=current.pk).update(**fields)
            current.refresh_from_db()
        if not current.refusals():
            current.recount()
        for other in touched:
            other.recount()
        try:
            yield current
        finally:
            transaction.set_rollback(True)


def refusals_of(row: Publishable) -> list[str]:
    """What would stand in the way if the row, or the change to it that waits, were published now."""
    try:
        with _as_published(row) as published:
            return published.refusals()
    except SnapshotError as error:
        return [str(error)]


def render(row: Publishable, request: HttpRequest, language: str = settings.LANGUAGE_CODE) -> HttpResponse:
    """The row's public page, as a reader without an account would get it. Raises NoPreview."""
    if row.is_withdrawn:
        raise NoPreview("It is withdrawn: there is no page to show.")
    try:
        with _as_published(row) as published, translation.override(language):
            path = published.get_absolute_url()  # type: ignore[attr-defined]
            match = resolve(path)
            response: HttpResponse = match.func(_readers_request(request, path, language), *match.args, **match.kwargs)
            if hasattr(response, "render"):
                response.render()
    except SnapshotError as error:
        raise NoPreview(f"It cannot be shown: {error}") from error
    return never_kept(response)


def _readers_request(request: HttpRequest, path: str, language: str) -> HttpRequest:
    """The request by which a reader would ask for that page: of the same host, and of nobody."""
    asked = copy.copy(request)
    asked.path = asked.path_info = path
    asked.method, asked.GET, asked.POST = "GET", QueryDict(), QueryDict()  # type: ignore[assignment,misc]
    asked.COOKIES, asked.user = {}, AnonymousUser()
    asked.META = {
        name: value
        for name, value in request.META.items()
        if name not in {"HTTP_COOKIE", "QUERY_STRING", "HTTP_HX_REQUEST"}
    } | {"PATH_INFO": path, "REQUEST_METHOD": "GET", "QUERY_STRING": ""}
    asked.LANGUAGE_CODE = language  # type: ignore[attr-defined]
    return asked


def never_kept(response: HttpResponse) -> HttpResponse:
    """No cache keeps it, no search engine lists it, no other page learns its address."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    for name in ("ETag", "Last-Modified", "Expires"):
        response.headers.pop(name, None)
    return response


# -- links for reviewers without an account --------------------------------------------------------------------------


@dataclass(frozen=True)
class Shared:
    """What a link leads to: the row as it may be shown, or None and why not: 'expired', 'changed', 'published'."""

    row: Any
    ended: str = ""


def link_for(row: Publishable, *, by: Any) -> str:
    """An address that shows the preview of what the row says now to whoever has it, for settings.PREVIEW_DAYS.

    The token stands in the query, which no log of ours keeps. It holds the hash of the content: what is written later
    needs a new link, so that nobody outside sees what nobody meant to show.
    """
    said = {"model": row._meta.label_lower, "key": key_of(row), "hash": hash_of(content_of(row)), "by": by.pk}
    token = signing.dumps(said, salt=SALT, compress=True)
    return f"{settings.SITE_URL}{reverse('publishing:preview')}?link={token}"


def shared_by(token: str) -> Shared | None:
    """What the link leads to; None where the site never made it."""
    try:
        said = signing.loads(token, salt=SALT)
        fresh = signing.loads(token, salt=SALT, max_age=settings.PREVIEW_DAYS * 24 * 3600)
    except signing.SignatureExpired:
        return Shared(None, "expired") if said else None
    except (signing.BadSignature, ValueError):
        return None
    row: Any = find(apps.get_model(fresh["model"]), fresh["key"])
    maker = get_user_model()._default_manager.filter(pk=fresh["by"]).first()
    if row is None or row.is_withdrawn or maker is None or not may(maker, "share", type(row)):
        return Shared(None, "expired")
    if hash_of(content_of(row)) != fresh["hash"]:
        return Shared(None, "changed")
    return Shared(row, "published" if row.is_published and pending_for(row) is None else "")
