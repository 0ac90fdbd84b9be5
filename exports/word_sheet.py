"""The seven-minute briefing as an editable Word document: its boxes, and an action plan to be filled in together."""

from __future__ import annotations

from django.utils.translation import gettext as _
from docx.shared import Mm, Pt

from exports import word
from exports.labels import labels
from exports.seven_minutes import Box, Line, Sheet
from exports.word import add_link, add_run
from reviews.citations import SITE

#: Rows of the action plan that are left empty.
EMPTY_ROWS = 3


def _line(paragraph: object, line: Line, english: bool) -> None:
    add_run(paragraph, line.text, english=english)
    if line.code:
        add_run(paragraph, " ")
        add_link(paragraph, line.code, line.url)
        add_run(paragraph, f", {line.evidence}" if line.evidence else "", english=False)
    elif line.url:
        add_run(paragraph, " ")
        add_link(paragraph, line.url, line.url)


def _box(document: object, number: int, box: Box) -> None:
    heading = document.add_paragraph(style="Heading 1")  # type: ignore[attr-defined]
    add_run(heading, f"{number}. {box.heading}", english=False)
    if box.text:
        add_run(document.add_paragraph(), box.text, english=box.english)  # type: ignore[attr-defined]
    for line in box.lines:
        _line(document.add_paragraph(style="List Bullet"), line, box.english)  # type: ignore[attr-defined]


def _plan(document: object, sheet: Sheet) -> None:
    """What was agreed, by whom and by when: the record that shows the briefing was used."""
    heading = document.add_paragraph(style="Heading 1")  # type: ignore[attr-defined]
    heading.paragraph_format.page_break_before = True
    add_run(heading, _("Our action plan"), english=False)
    heads = (_("What we will do"), _("Who"), _("By when"), _("How we will know"))
    [todo] = [box for box in sheet.boxes if box.name == "todo"]
    rows = [(" ".join(filter(None, (line.text, line.code))), "", "", "") for line in todo.lines]
    table = word.add_table(document, heads, [*rows, *[("", "", "", "")] * EMPTY_ROWS], (68, 30, 26, 38))
    for row in table.rows[1:]:
        row.height = Mm(15)


def docx(sheet: Sheet, kicker: str) -> bytes:
    """The sheet as a Word document: one page, and the action plan on the next."""
    outline, words = sheet.outline, labels()
    document = word.blank(outline.title, outline.publisher or SITE, outline.language)
    section = document.sections[0]
    section.top_margin = section.bottom_margin = Mm(12)
    section.left_margin = section.right_margin = Mm(18)
    document.styles["Title"].font.size = Pt(18)
    for name, size, before in (("Heading 1", 12, 7), ("Normal", 9.5, 0), ("List Bullet", 9.5, 0)):
        style = document.styles[name]
        style.font.size, style.paragraph_format.space_before = Pt(size), Pt(before)
        style.paragraph_format.space_after = Pt(2)
    add_run(document.add_paragraph(style="Small"), kicker, english=False)
    if outline.fictional:
        add_run(document.add_paragraph(style="Small"), words["fictional"], english=False, bold=True)
    add_run(document.add_paragraph(style="Title"), outline.title)
    if outline.care:
        paragraph = document.add_paragraph()
        add_run(paragraph, f"{words['care']}: ", english=False, bold=True)
        add_run(paragraph, f"{outline.care} ")
        add_run(paragraph, words["stay"], english=False)
    for number, box in enumerate(sheet.boxes, 1):
        _box(document, number, box)
    _plan(document, sheet)
    word.add_footer(document, f"{SITE}: {outline.title}. {outline.as_at}", words["page"])
    return word.saved(document)
