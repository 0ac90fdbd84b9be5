"""RIS, which every reference manager reads: lists, and single things.

Written by hand: it is a line for each fact. rispy's writer puts a number before each record, which Zotero takes for text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exports.formats import Format
from exports.references import MAKERS, references
from reviews.citations import SITE, Reference
from search.listings import ListingPage


def lines(reference: Reference) -> Iterator[tuple[str, str]]:
    """Tags and values of one reference, those without a value left out by `record`."""
    yield "TY", "RPRT" if reference.report else "ELEC"
    yield "ID", reference.id
    yield from (("AU", author) for author in reference.authors)
    yield "TI", reference.title
    yield "M3", reference.genre[:1].upper() + reference.genre[1:]
    yield "PY", reference.year
    # Year, month and day as far as they are known, a stroke for each that is not.
    yield "DA", "/".join([*reference.date.split("-"), "", ""][:3]) if reference.date else ""
    yield "PB", ", ".join(reference.authors)
    yield "CY", reference.place
    yield "T2", "" if reference.report else SITE
    yield "AB", reference.abstract
    yield from (("KW", keyword) for keyword in reference.keywords)
    yield "N1", " ".join(filter(None, [reference.note, f"{reference.as_at}." if reference.as_at else ""]))
    yield "LA", "en-GB"
    yield "UR", reference.url
    yield "L2", reference.full_text
    yield "Y2", reference.read.strftime("%Y/%m/%d")


def record(reference: Reference) -> str:
    text = "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines(reference) if value)
    return f"{text}ER  - \r\n\r\n"


def write(found: Iterable[Reference]) -> bytes:
    """References as one file: of a page, of a pack."""
    return "".join(map(record, found)).encode()


def listing(page: ListingPage) -> Iterator[bytes]:
    for some in references(page.kind, page.ids()):
        yield write(some)


FORMAT = Format(
    "ris",
    "application/x-research-info-systems; charset=utf-8",
    "RIS",
    listing=listing,
    things={kind: lambda row, make=make: write([make(row)]) for kind, make in MAKERS.items()},
    pack=lambda collected: write(collected.references),
    order=70,
)
