"""An outline as an editable Word document: real headings, lists, links and header rows, and a language for each text."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

INK, SOFT, VERDIGRIS, COPPER = "13232A", "3B4F56", "0A5160", "87390C"
#: Faces that every office program has, or has a twin of.
SERIF, SANS = "Georgia", "Arial"
ENGLISH = "en-GB"


def element(tag: str, **attributes: str) -> Any:
    """An element of the w: namespace: element("w:lang", val="cy")."""
    made = OxmlElement(tag)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _style(document: Any, name: str, *, size: float, colour: str = INK, face: str = SANS, **more: Any) -> Any:
    styles = document.styles
    made = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    font = made.font
    font.size, font.name, font.color.rgb = Pt(size), face, RGBColor.from_string(colour)
    font.bold, font.italic = more.get("bold", False), False
    fonts = made.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in list(fonts.attrib):
        del fonts.attrib[kind]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), face)
    made.paragraph_format.space_before, made.paragraph_format.space_after = (
        Pt(more.get("before", 0)),
        Pt(more.get("after", 5)),
    )
    made.paragraph_format.keep_with_next = more.get("keep", False)
    return made


def _evidence_style(document: Any, name: str, indent: float, **more: Any) -> None:
    """The thread: a copper line at the side of what a statement rests on."""
    made = _style(document, name, size=9.5, after=1, **more)
    made.paragraph_format.left_indent = Mm(indent)
    borders = element("w:pBdr")
    borders.append(element("w:left", val="single", sz="12", space="6", color=COPPER))
    made.element.get_or_add_pPr().append(borders)


def blank(title: str, author: str, language: str) -> Any:
    """A document with our styles, language and properties, and no text."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(22)
    _style(document, "Normal", size=10.5)
    _style(document, "Title", size=24, face=SERIF, after=8)
    for level, (size, before) in enumerate([(17, 20), (12.5, 14), (11, 10), (10.5, 8)], 1):
        face = SANS if level == 4 else SERIF
        _style(document, f"Heading {level}", size=size, before=before, face=face, bold=level > 1, keep=True)
    for name in ("List Bullet", "List Number", "List Bullet 2", "List Number 2"):
        _style(document, name, size=10.5, after=2)
    _style(document, "Quote", size=10.5)
    _style(document, "Lead", size=12.5, face=SERIF, after=8)
    _style(document, "Small", size=9, colour=SOFT, after=4)
    _style(document, "Evidence words", size=9.5, colour=COPPER, bold=True, before=3, after=2, keep=True)
    _evidence_style(document, "Source", 4, keep=True)
    _evidence_style(document, "Place", 8, colour=SOFT)
    _properties(document, title, author, language)
    return document


def _properties(document: Any, title: str, author: str, language: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.language = title[:255], author[:255], language
    properties.last_modified_by, properties.comments = author[:255], ""
    properties.created = properties.modified = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(element("w:lang", val=language, eastAsia=language, bidi=language))
    borders = document.styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)


def saved(document: Any) -> bytes:
    """The file; without the thumbnail of an empty page that the library's template brings."""
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
        relations.pop(key)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def add_run(paragraph: Any, text: str, *, english: bool = True, bold: bool = False, italic: bool = False) -> Any:
    """Words at the end of the paragraph. `english`: they are ours to read, and in English alone."""
    run = paragraph.add_run(text)
    if bold:
        run.bold = True
    if italic:
        run.italic = True
    if english:
        run._r.get_or_add_rPr().append(element("w:lang", val=ENGLISH))
    return run


def is_address(url: str) -> bool:
    return url.startswith(("https://", "http://", "mailto:"))


def add_link(paragraph: Any, text: str, url: str = "", *, anchor: str = "", **looks: bool) -> None:
    """A link to an address, or to a bookmark of the document; words alone where there is neither."""
    run = add_run(paragraph, text, **looks)
    if not (is_address(url) or anchor):
        return
    run.font.color.rgb, run.font.underline = RGBColor.from_string(VERDIGRIS), True
    link = OxmlElement("w:hyperlink")
    if anchor:
        link.set(qn("w:anchor"), anchor)
    else:
        link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    link.append(run._r)


def add_bookmark(paragraph: Any, name: str, number: int) -> None:
    begin = element("w:bookmarkStart", id=str(number), name=name)
    paragraph._p.append(begin)
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def add_footer(document: Any, text: str, page_words: str) -> None:
    """The text and 'Page 1 of 9', counted by the program that shows it. `page_words`: 'Page {n} of {of}'."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles["Small"]
    add_run(paragraph, f"{text}. ")
    before, _n, rest = page_words.partition("{n}")
    between, _of, after = rest.partition("{of}")
    add_run(paragraph, before, english=False)
    _field(paragraph, "PAGE")
    add_run(paragraph, between, english=False)
    _field(paragraph, "NUMPAGES")
    add_run(paragraph, after, english=False)


def _field(paragraph: Any, instruction: str) -> None:
    field = element("w:fldSimple", instr=instruction)
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    field.append(run)
    paragraph._p.append(field)


def add_table(document: Any, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> Any:
    """A table whose first row is a header row, repeated on each page; widths in millimetres."""
    rows = list(rows)
    table = document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    table.autofit = False
    header = table.rows[0]
    header._tr.get_or_add_trPr().append(element("w:tblHeader"))
    for cell, words in zip(header.cells, heads, strict=True):
        add_run(cell.paragraphs[0], words, english=False, bold=True)
    for row, texts in zip(table.rows[1:], rows, strict=True):
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        for cell, words in zip(row.cells, texts, strict=True):
            add_run(cell.paragraphs[0], words)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table
