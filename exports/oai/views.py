"""OAI-PMH 2.0 at /oai, so that library catalogues can harvest what is published here."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from exports.oai.repository import server

#: What XML cannot hold, so that no answer could repeat it.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A verb of the library that the protocol does not have.
OWN_VERB = "GetMetadata"


def arguments(query: QueryDict) -> dict[str, str] | None:
    """What is asked; None where an argument comes twice, or holds what no XML can."""
    if any(len(values) > 1 for _name, values in query.lists()):
        return None
    found = {name: query[name] for name in query}
    return None if any(NOT_XML.search(text) or len(text) > 2000 for pair in found.items() for text in pair) else found


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    asked = arguments(request.POST if request.method == "POST" else request.GET)
    if asked is None:
        asked = {"verb": "Identify", "argument": "repeated or unreadable"}  # which is answered with badArgument
    elif asked.get("verb") == OWN_VERB:
        asked = {"verb": f"not of the protocol: {OWN_VERB}"}
    return HttpResponse(server().handleRequest(asked), content_type="text/xml; charset=utf-8")
