"""Vocabularies as linked data, and the whole collection as a data package."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from exports import package
from exports.records.vocabularies import NAMES
from exports.responses import as_file, unchanged_is_304

#: Forms of linked data: extension -> (name of rdflib's serialiser, media type).
FORMS = {"ttl": ("turtle", "text/turtle; charset=utf-8"), "jsonld": ("json-ld", "application/ld+json; charset=utf-8")}
#: The name that stands for all vocabularies.
ALL = "all"


def _open(response: HttpResponseBase) -> HttpResponseBase:
    """Scripts of every site may read it: nothing here is secret."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@vary_on_headers("Accept")
def vocabulary(request: HttpRequest, name: str) -> HttpResponse:
    """The name of a vocabulary in linked data: leads to what is said of it, in the form that is asked for."""
    extension = "jsonld" if "json" in request.headers.get("Accept", "") else "ttl"
    return HttpResponseRedirect(reverse("data:vocabulary-file", args=[name, extension]), status=303)


@require_safe
@unchanged_is_304
def vocabulary_file(request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
    from exports import skos  # rdflib is large, and seldom asked for

    serialiser, media_type = FORMS[extension]
    content = skos.write(NAMES if name == ALL else [name], serialiser)
    return _open(as_file(request, content, name=f"{name}.{extension}", media_type=media_type, shown=True))


@require_safe
@unchanged_is_304
def description(request: HttpRequest) -> HttpResponseBase:
    content = json.dumps(package.description(), ensure_ascii=False, indent=1).encode()
    return _open(as_file(request, content, name="datapackage.json", media_type="application/json", shown=True))


@require_safe
@unchanged_is_304
def archive(request: HttpRequest) -> HttpResponseBase:
    """Everything, streamed: a table at a time."""
    return as_file(request, package.archive(), name="learning-repository.zip", media_type="application/zip")
