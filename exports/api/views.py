"""The API's answers. Read only, the same for everyone, in English; errors are problem details (problems.py)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.urls import reverse
from django.utils.decorators import method_decorator
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exports.api import paging
from exports.api.description import Described, description
from exports.api.problems import BadParameters, Gone, ProblemRenderer, handler
from exports.api.resources import RESOURCES, Resource
from exports.api.throttling import Throttle
from exports.records.parts import absolute
from exports.responses import unchanged_is_304
from search.listings import LISTINGS, ListingPage

#: Parameters of the API that are no filters of a list.
OWN = ("cursor", "limit")


class Json(BaseContentNegotiation):
    """There is one form, whatever is asked for; other forms have addresses of their own (/learning.csv)."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


@method_decorator(unchanged_is_304, name="dispatch")
class Answer(APIView):
    """What all answers share. Open to scripts of every site: nothing here is secret, and no cookie is read."""

    resource: Resource = RESOURCES["reviews"]
    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = Json
    throttle_classes = (Throttle,)
    http_method_names = ("get", "head", "options")
    schema = Described()

    def get_exception_handler(self) -> Any:
        return handler

    def get_throttles(self) -> list[Any]:
        self.throttles = [throttle() for throttle in self.throttle_classes]
        return self.throttles

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(response, Response) and response.exception:
            request.accepted_renderer = ProblemRenderer()  # type: ignore[attr-defined]
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = (
            "ETag, Link, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
        )
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        for throttle in getattr(self, "throttles", []):
            if hasattr(throttle, "history"):
                for name, value in throttle.headers().items():
                    response[name] = value
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a browser asks first where a script sends If-None-Match."""
        return HttpResponse(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, HEAD",
                "Access-Control-Allow-Headers": "If-None-Match, Accept",
                "Access-Control-Max-Age": "86400",
                "Allow": "GET, HEAD, OPTIONS",
            },
        )

    def only_known(self, request: Request, known: tuple[str, ...] = ()) -> None:
        wrong = [f"‘{name[:60]}’ is not a parameter here." for name in request.query_params if name not in known]
        if wrong:
            raise BadParameters(wrong)


class ListAnswer(Answer):
    def get(self, request: Request) -> Response:
        limit, cursor = self._limit(request), request.query_params.get("cursor", "")
        page = self._page(request)
        keys = self.resource.keys(page)
        shown, following = paging.page_of(keys, cursor, limit)
        next_url = self._address(request, following) if following else None
        body = {"count": len(keys), "next": next_url, "results": self.resource.read(shown)}
        return Response(body, headers={"Link": f'<{next_url}>; rel="next"'} if next_url else {})

    def _page(self, request: Request) -> ListingPage | None:
        """What the list has found; None for what has no list. Raises BadParameters where the page would leave one out."""
        query = request.query_params.copy()
        for name in OWN:
            query.pop(name, None)
        if self.resource.kind not in LISTINGS:
            self.only_known(request, OWN)
            return None
        wrong = ["‘page’ is not a parameter here: follow ‘next’."] if "page" in query else []
        page = ListingPage(LISTINGS[self.resource.kind], in_order(query))
        if wrong or page.ignored:
            raise BadParameters([*wrong, *map(plain, page.ignored)])
        return page

    def _limit(self, request: Request) -> int:
        given = request.query_params.get("limit", str(paging.DEFAULT))
        if given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= paging.MOST:
            return int(given)
        raise BadParameters([f"‘limit’ is a whole number from 1 to {paging.MOST}."])

    def _address(self, request: Request, cursor: str) -> str:
        query = request.query_params.copy()
        query["cursor"] = cursor
        return f"{absolute(request.path)}?{query.urlencode()}"


def plain(sentence: str) -> str:
    """What a page says of a filter that it left out, without what it did then: the API left nothing out."""
    return sentence.partition(", so these results")[0].rstrip(".") + "."


def in_order(query: QueryDict) -> QueryDict:
    """Years the wrong way round are turned, as the page of the list does."""
    first, last = query.get("from", ""), query.get("to", "")
    if first.isdecimal() and last.isdecimal() and int(first[:9]) > int(last[:9]):
        query["from"], query["to"] = last, first
    return query


class OneAnswer(Answer):
    def get(self, request: Request, key: str) -> HttpResponse:
        self.only_known(request)
        row = self.resource.find(key)
        instead = getattr(row, "merged_into", None)
        if instead and instead.is_published:  # as its page does
            return HttpResponsePermanentRedirect(reverse("api:one", args=[self.resource.name, instead.code]))
        if getattr(row, "is_withdrawn", False):
            raise Gone(row)
        found = self.resource.read([row.pk])
        if not found:
            raise Http404
        return Response(found[0])


class Root(Answer):
    """Where everything is."""

    schema = None  # type: ignore[assignment]

    def get(self, request: Request) -> Response:
        self.only_known(request)
        found = {name: absolute(reverse("api:list", args=[name])) for name in RESOURCES}
        more = {
            "description": absolute(reverse("api:openapi")),
            "documentation": absolute(reverse("exports:api")),
            "data": absolute(reverse("exports:data")),
        }
        return Response(found | more)


class OpenApi(Answer):
    """The description of the API (OpenAPI 3.1), with the values that filters have at present."""

    schema = None  # type: ignore[assignment]

    def get(self, request: Request) -> Response:
        self.only_known(request)
        return Response(description(), content_type="application/vnd.oai.openapi+json;version=3.1")


class Nothing(Answer):
    """Every other address under /api/: a program is told so in its own language."""

    schema = None  # type: ignore[assignment]

    def get(self, request: Request, rest: str = "") -> Response:
        raise Http404
