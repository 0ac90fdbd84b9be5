"""Lists as a workbook of Excel (ECMA-376): one row for each thing, and a second sheet that says what the columns mean.

openpyxl's write-only mode holds back the first byte until the last row is written (half a minute for 100,000 reviews), and
takes twice the time. The part of the format that a plain table needs is small, so it is written here and streamed; tests
read it with openpyxl. Every text is typed as text, so none is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone

from exports.archives import zipped
from exports.fields import Field, header, rows_of
from exports.formats import Format
from exports.links import listing_href
from exports.records import SOURCES, records
from exports.records.parts import absolute
from search.facets import query_string
from search.listings import ListingPage

#: What XML cannot hold; and what Excel reads as an escaped character in a text that has it as it is.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LIKE_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
#: A cell holds no more (Excel specifications and limits); a sheet has no more rows.
LONGEST, MOST_ROWS = 32_767, 1_048_576

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEETS = ("Data", "About")
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet2.xml" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(SHEETS, 1))
    + "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Style 0 is plain, style 1 the bold of the first row.
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def cell(value: Any, style: str = "") -> str:
    if value == "":
        return "<c/>"
    if type(value) is bool:
        return f'<c t="b"{style}><v>{int(value)}</v></c>'
    if type(value) is int:
        return f"<c{style}><v>{value}</v></c>"
    text = NOT_XML.sub("", str(value))
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    return (
        f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(LIKE_ESCAPE.sub("_x005F_", text))}</t></is></c>'
    )


def rows_xml(rows: Iterable[list[Any]], style: str = "") -> bytes:
    return "".join(f"<row>{''.join([cell(value, style) for value in row])}</row>" for row in rows).encode()


def sheet(names: list[str], widths: list[int], rows: Iterable[bytes]) -> Iterator[bytes]:
    """A sheet whose first row stays in view."""
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(widths, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    ).encode() + rows_xml([names], ' s="1"')
    yield from rows
    yield b"</sheetData></worksheet>"


def about(page: ListingPage, fields: tuple[Field, ...]) -> Iterator[bytes]:
    """What the table is, when and where it was taken, and what its columns mean."""
    query = query_string(page.selection.pairs())
    facts = [
        ["", f"Taken from {absolute(listing_href('xlsx', page.listing, query))} on {timezone.localdate():%d %B %Y}."],
        [
            "",
            "Words here are this site’s own; each document belongs to its publisher. Read the source before you quote it.",
        ],
    ]
    return sheet(
        ["Column", "What it means"], [24, 110], [rows_xml([*([one.name, one.about] for one in fields), *facts])]
    )


def listing(page: ListingPage) -> Iterator[bytes]:
    fields = SOURCES[page.kind].fields
    widths = [44 if one.name in {"title", "statement", "text", "summary", "evidence"} else 20 for one in fields]
    found = (
        rows_xml(rows_of(fields, some)) for some in records(page.kind, page.ids(0, min(page.total, MOST_ROWS - 1)))
    )
    parts: list[tuple[str, Iterable[bytes]]] = [(name, [(HEAD + text).encode()]) for name, text in PARTS.items()]
    parts.append(("xl/worksheets/sheet2.xml", about(page, fields)))
    parts.append(("xl/worksheets/sheet1.xml", sheet(header(fields), widths, found)))
    return zipped(parts, level=1)


FORMAT = Format("xlsx", f"{KIND}.sheet", "Excel", listing=listing, order=58)
