"""The repository as the oaipmh library asks for it: six verbs, Dublin Core, tokens that keep their place.

The library's own resumption counts rows from the start of the list, so a row that changes in between shifts the rest out
of sight. Here a token names the last row that was told. It also takes a verb of its own and echoes what XML cannot hold:
views.py refuses both before it is asked.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from lxml import etree
from oaipmh import common, error
from oaipmh.metadata import MetadataRegistry
from oaipmh.server import NS_DC, NS_OAIDC, NS_XSI, ServerBase, decodeResumptionToken, encodeResumptionToken

from exports.oai import records
from exports.oai.records import KINDS, SET_NAMES, Item, Place
from exports.records.parts import absolute
from reviews.citations import SITE, Reference

#: Records of one answer.
BATCH = 250
DC = "oai_dc"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def dublin_core(reference: Reference) -> dict[str, list[str]]:
    """A reference in the fifteen words of Dublin Core, as far as it has something to say in each."""
    found = {
        "title": [reference.title],
        "creator": list(reference.authors),
        "subject": list(reference.keywords),
        "description": [reference.abstract, reference.note, reference.as_at],
        "publisher": [SITE],
        "date": [reference.date],
        "type": ["Text", reference.genre],
        "format": ["text/html"],
        "identifier": [reference.url, reference.id],
        "source": [reference.full_text],
        "language": ["en-GB"],
        "coverage": [reference.place],
    }
    return {name: [one for one in values if one] for name, values in found.items()}


def write_dublin_core(element: Any, metadata: common.Metadata) -> None:
    """The library's writer names the schema of another namespace; else this is the same."""
    root = etree.SubElement(element, f"{{{NS_OAIDC}}}dc", nsmap={"oai_dc": NS_OAIDC, "dc": NS_DC, "xsi": NS_XSI})
    root.set(f"{{{NS_XSI}}}schemaLocation", f"{NS_OAIDC} {SCHEMA}")
    for name, values in metadata.getMap().items():
        for value in values:
            etree.SubElement(root, f"{{{NS_DC}}}{name}").text = value


def _header(item: Item) -> common.Header:
    return common.Header(None, item.identifier, item.datestamp, [item.kind], item.withdrawn)


def _record(item: Item) -> tuple[Any, Any, None]:
    metadata = common.Metadata(None, dublin_core(item.reference)) if item.reference else None
    return _header(item), metadata, None


class Identity(common.Identify):
    """The library asks who we are with every answer; the earliest date is looked up only where it is told."""

    def earliestDatestamp(self) -> datetime.datetime:  # noqa: N802
        return records.earliest()


class Repository:
    """Names are those of the library's interface."""

    def identify(self) -> common.Identify:
        return Identity(
            repositoryName=SITE,
            baseURL=absolute("/oai"),
            protocolVersion="2.0",
            adminEmails=[settings.CONTACT_EMAIL or "no-address-set@example.invalid"],
            earliestDatestamp=None,
            deletedRecord="persistent",
            granularity="YYYY-MM-DDThh:mm:ssZ",
            compression=["identity"],
            toolkit_description=False,
        )

    def listMetadataFormats(self, identifier: str | None = None) -> list[tuple[str, str, str]]:  # noqa: N802
        if identifier is not None and records.find(identifier, whole=False) is None:
            raise error.IdDoesNotExistError(f"Nothing is called {identifier}.")
        return [(DC, SCHEMA, NS_OAIDC)]

    def listSets(self, resumptionToken: str | None = None) -> tuple[list[tuple[str, str, str]], None]:  # noqa: N802, N803
        if resumptionToken is not None:
            raise error.BadResumptionTokenError("The list of sets is never interrupted.")
        return [(kind, str(name), "") for kind, name in SET_NAMES.items()], None

    def getRecord(self, metadataPrefix: str, identifier: str) -> tuple[Any, Any, None]:  # noqa: N802, N803
        item = records.find(identifier)
        if item is None:
            raise error.IdDoesNotExistError(f"Nothing is called {identifier}.")
        _only_dc(metadataPrefix)
        return _record(item)

    def listIdentifiers(self, **asked: Any) -> tuple[list[Any], str | None]:  # noqa: N802
        found, token = _page(asked, whole=False)
        return [_header(item) for item in found], token

    def listRecords(self, **asked: Any) -> tuple[list[Any], str | None]:  # noqa: N802
        found, token = _page(asked, whole=True)
        return [_record(item) for item in found], token


def _only_dc(prefix: str) -> None:
    if prefix != DC:
        raise error.CannotDisseminateFormatError(f"There is no format called {prefix}; there is {DC}.")


def _page(asked: dict[str, Any], *, whole: bool) -> tuple[list[Item], str | None]:
    """The items of one answer, and the token of the next: None where one answer is all, '' at the end of several."""
    after, resumed = None, "resumptionToken" in asked
    if resumed:
        asked, after = _resumed(asked["resumptionToken"])
    _only_dc(asked["metadataPrefix"])
    since, until, chosen = asked.get("from_"), asked.get("until"), asked.get("set")
    if since and until and since > until:
        raise error.BadArgumentError("‘from’ is later than ‘until’.")
    kinds = KINDS if chosen is None else (chosen,) if chosen in KINDS else ()
    found = records.items(kinds, since, until, after, BATCH + 1, whole=whole)
    # What was withdrawn while this was read has moved to the end of the harvest, and is told there.
    told = [one for one in found[:BATCH] if one.withdrawn or one.reference or not whole]
    if len(found) <= BATCH:
        return told, "" if resumed else None
    return told, encodeResumptionToken(asked, found[BATCH - 1].place.packed())


def _resumed(token: str) -> tuple[dict[str, Any], Place]:
    """What a token asks for. Raises BadResumptionTokenError for one that is none of ours."""
    try:
        asked, number = decodeResumptionToken(token)
        place = Place.unpacked(number)
        known = {"metadataPrefix"} <= asked.keys() <= {"metadataPrefix", "set", "from_", "until"}
        known = known and all(
            isinstance(asked[name], datetime.datetime) for name in ("from_", "until") if name in asked
        )
    except (error.ErrorBase, error.DatestampError, ValueError, OverflowError, OSError) as broken:
        raise error.BadResumptionTokenError("This token is none of ours. Begin again without it.") from broken
    if not known:
        raise error.BadResumptionTokenError("This token is none of ours. Begin again without it.")
    return asked, place


def server() -> ServerBase:
    registry = MetadataRegistry()
    registry.registerWriter(DC, write_dublin_core)
    return ServerBase(Repository(), metadata_registry=registry)
