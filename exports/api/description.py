"""The API described in OpenAPI 3.1, by drf-spectacular; records come from the same fields as everything else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from exports.api import paging, problems
from exports.fields import object_schema
from publishing.models import content_version

PROBLEM = {"$ref": "#/components/schemas/Problem"}
HEADERS = {
    "ETag": ("string", "Send it back as If-None-Match: 304 means that nothing has changed."),
    "RateLimit-Limit": ("string", "How many requests one address may make in the time that RateLimit-Policy names."),
    "RateLimit-Remaining": ("string", "How many of them are left."),
    "RateLimit-Reset": ("string", "In how many seconds there are more."),
}
ABOUT = """Case reviews, what was learned from them and where, what was recommended, and briefings: everything that stands
on this site's pages, from the same published rows. Read only. What is withdrawn leaves the API at once: a list no longer
has it, its own address answers 410.

A parameter that is not understood is answered with 400 and named, never left out in silence. `next` leads from page to
page until it is null. Send back an ETag and nothing is sent twice."""


class Described(AutoSchema):
    """The description of one address, made from its resource when it is asked for."""

    @property
    def _resource(self) -> Any:
        return self.view.resource

    @property
    def _many(self) -> bool:
        return "{" not in self.path

    def get_operation_id(self) -> str:
        words = self._resource.name.replace("-", "_")
        return f"list_{words}" if self._many else f"get_{words}"

    def get_summary(self) -> str:
        return (
            f"All, or those that the filters leave: {self._resource.name}"
            if self._many
            else f"One: {self._resource.item}"
        )

    def get_description(self) -> str:
        return str(self._resource.about)

    def get_tags(self) -> list[str]:
        return [self._resource.name]

    def get_auth(self) -> list[Any]:
        return []

    def _get_parameters(self) -> list[dict[str, Any]]:
        if not self._many:
            about = "The last part of the address of its page."
            key = {"name": "key", "in": "path", "required": True, "description": about, "schema": {"type": "string"}}
            example = self._resource.example()
            return [{**key, "example": example} if example else key]
        limit = {"type": "integer", "minimum": 1, "maximum": paging.MOST, "default": paging.DEFAULT}
        return [
            *self._resource.parameters(),
            {"name": "limit", "in": "query", "description": "How many on a page.", "schema": limit},
            {
                "name": "cursor",
                "in": "query",
                "description": "Where the last page ended; take it from `next`.",
                "schema": {"type": "string"},
            },
        ]

    def get_response_serializers(self) -> dict[int, OpenApiResponse]:
        item = {"$ref": f"#/components/schemas/{self._resource.item}"}
        found = {200: OpenApiResponse(_page_of(item) if self._many else item, "What was asked for.")}
        # An empty 304 has no body to describe.
        words = {
            400: "A parameter is not understood; it is named.",
            404: "There is nothing there.",
            **({} if self._many else {410: "It was withdrawn; when and why."}),
            429: "Too many requests from this address; Retry-After says when to come back.",
        }
        problems_ = {(status, problems.MEDIA_TYPE): OpenApiResponse(PROBLEM, text) for status, text in words.items()}
        if self._resource.kind == "learning" and not self._many:
            found[301] = OpenApiResponse(description="It was merged into another one, which is at this Location.")
        return {**found, 304: OpenApiResponse(description="Nothing has changed."), **problems_}  # type: ignore[dict-item]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _get_response_headers_for_code(self, status_code: Any, direction: str = "response") -> dict[str, Any]:
        if str(status_code) not in {"200", "429"}:
            return {}
        named = {"Retry-After": ("string", "In how many seconds to come back.")} if str(status_code) == "429" else {}
        return {
            name: {"schema": {"type": kind}, "description": about}
            for name, (kind, about) in {**named, **HEADERS}.items()
            if not (name == "ETag" and str(status_code) == "429")
        }


def _page_of(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "count": {"type": "integer", "description": "How many there are in all."},
            "next": {"type": ["string", "null"], "format": "uri", "description": "The next page."},
            "results": {"type": "array", "items": item},
        },
        "required": ["count", "next", "results"],
    }


_held: dict[str, dict[str, Any]] = {}


def description() -> dict[str, Any]:
    """The whole description, made once for each version of the content: filters name the values that they have."""
    version = content_version()
    if version not in _held:
        with translation.override(settings.LANGUAGE_CODE):
            made = _describe()
        _held.clear()
        _held[version] = made
    return _held[version]


def _describe() -> dict[str, Any]:
    from exports.api.resources import RESOURCES
    from exports.api.urls import described

    found: dict[str, Any] = SchemaGenerator(patterns=described).get_schema(request=None, public=True)
    schemas = {one.item: object_schema(one.fields) for one in RESOURCES.values()}
    return {
        **found,
        "openapi": "3.1.0",
        "info": {
            "title": "Learning Repository",
            "version": "1",
            "description": ABOUT,
            **({"contact": {"email": settings.CONTACT_EMAIL}} if settings.CONTACT_EMAIL else {}),
        },
        "servers": [{"url": settings.SITE_URL}],
        "components": {"schemas": {**schemas, "Problem": problems.SCHEMA}},
    }
