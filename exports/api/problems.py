"""What goes wrong, as 'problem details' (RFC 9457): what it is, and what to do about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "description": "What went wrong, in a word or two."},
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {"type": "string", "description": "What is wrong and what to do."},
        "errors": {"type": "array", "items": {"type": "string"}, "description": "Each parameter that is wrong."},
    },
    "required": ["title", "status", "detail"],
}


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


class BadParameters(exceptions.APIException):
    """`errors`: a sentence for each parameter that is not understood."""

    status_code = 400

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        super().__init__("Some parameters are not understood. Nothing is left out in silence: mend them and ask again.")


class Gone(exceptions.APIException):
    status_code = 410

    def __init__(self, row: Any) -> None:
        reason = row.get_withdrawn_reason_display().lower()
        super().__init__(f"It was withdrawn on {row.withdrawn_on.isoformat()}. Why: {reason}.")


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. What is no error of the reader's is left to Django, and answered with 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing at this address.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    more = {"errors": error.errors} if isinstance(error, BadParameters) else {}
    headers = {}
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(max(1, round(error.wait)))
    body = problem(error.status_code, str(error.detail), **more)
    return Response(body, status=error.status_code, headers=headers, content_type=MEDIA_TYPE)
