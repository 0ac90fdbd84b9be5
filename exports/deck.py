"""Slides as a PowerPoint file: real title placeholders, one reading order, notes, links, a language for each text."""

from __future__ import annotations

import datetime
import re
from copy import deepcopy
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Pt

from exports import slides as plan
from exports.outline import Outline
from exports.slides import Slide, Words
from reviews.citations import SITE

INK, SOFT, VERDIGRIS, COPPER, PAPER, BAND, WHITE = (
    RGBColor.from_string(one) for one in ("13232A", "3B4F56", "0A5160", "87390C", "F3F6F6", "0D2F38", "FFFFFF")
)
FACE = "Arial"
HYPERLINK = re.compile(rb"(<a:hlink>).*?(</a:hlink>)")
TITLE_SLIDE, CONTENT = 0, 1  # layouts of the library's own template


def _place(shape: Any, left: float, top: float, width: float, height: float) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(left), Pt(top), Pt(width), Pt(height)


def _layouts(deck: Any) -> None:
    """The two layouts we use, in our proportions; what is placed on a slide takes its place from them."""
    deck.slide_width, deck.slide_height = Pt(plan.WIDTH), Pt(plan.HEIGHT)
    fill = deck.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = PAPER
    for number, top, height in (
        (TITLE_SLIDE, 90, 2 * plan.TITLE_HEIGHT),
        (CONTENT, plan.TITLE_TOP, plan.TITLE_HEIGHT),
    ):
        layout = deck.slide_layouts[number]
        title, body = layout.placeholders[0], layout.placeholders[1]
        _place(title, plan.MARGIN, top, plan.ROOM, height)
        below = top + height + 10
        _place(body, plan.MARGIN, below, plan.ROOM, min(plan.BODY_HEIGHT, plan.SOURCE_TOP - below))
        for placeholder in layout.placeholders:
            if placeholder.placeholder_format.type == 13:  # the number of the slide
                _place(placeholder, plan.WIDTH - plan.MARGIN - 70, plan.SOURCE_TOP, 70, 20)
    unused = [one for n, one in enumerate(deck.slide_layouts) if n not in (TITLE_SLIDE, CONTENT)]
    for layout in unused:
        deck.slide_layouts.remove(layout)


def _frame(shape: Any, anchor: Any = MSO_ANCHOR.TOP) -> Any:
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    return frame


def _run(paragraph: Any, text: str, size: float, colour: Any, language: str, **looks: Any) -> Any:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.name, run.font.bold = Pt(size), FACE, looks.get("bold", False)
    run.font.color.rgb = colour
    run._r.get_or_add_rPr().set("lang", language)
    return run


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.deck = Presentation()
        _layouts(self.deck)
        properties = self.deck.core_properties
        properties.title, properties.author = outline.title[:255], (outline.publisher or SITE)[:255]
        properties.language, properties.last_modified_by = outline.language, SITE
        properties.created = properties.modified = datetime.datetime.now(datetime.UTC).replace(microsecond=0)

    def language(self, english: bool) -> str:
        return "en-GB" if english else {"cy": "cy-GB"}.get(self.outline.language, self.outline.language)

    def paragraph(self, paragraph: Any, words: Words) -> None:
        """One paragraph; the bullets and spaces of the layout give way to measured ones."""
        language = self.language(words.english)
        paragraph.space_after, paragraph.space_before, paragraph.line_spacing = Pt(words.gap), Pt(0), 1.0
        properties = paragraph._p.get_or_add_pPr()
        if words.bullet:
            properties.set("marL", str(Pt(plan.BULLET)))
            properties.set("indent", str(-Pt(plan.BULLET)))
            bullet = properties.makeelement(qn("a:buChar"), {"char": "•"})
        else:
            properties.set("marL", "0")
            properties.set("indent", "0")
            bullet = properties.makeelement(qn("a:buNone"), {})
        properties.append(bullet)
        if words.code:
            code = _run(paragraph, words.code, words.size, VERDIGRIS, language)
            if words.url.startswith("http"):
                code.hyperlink.address = words.url
            _run(paragraph, " ", words.size, SOFT, language)
        colour = SOFT if words.look == "about" else INK
        if words.text:
            _run(paragraph, words.text, words.size, colour, language, bold=words.look == "statement")
        if words.evidence:
            before = " " if words.text else ""
            _run(paragraph, f"{before}{words.evidence}", words.size, COPPER, self.language(False))

    def slide(self, slide: Slide) -> None:
        layout = self.deck.slide_layouts[0 if slide.kind == "title" else 1]
        made = self.deck.slides.add_slide(layout)
        title, body = made.shapes.title, made.placeholders[1]
        anchor = MSO_ANCHOR.BOTTOM if slide.kind == "title" else MSO_ANCHOR.MIDDLE
        heading = _frame(title, anchor).paragraphs[0]
        heading.alignment, heading.line_spacing = 1, 1.0
        _run(heading, slide.title, slide.title_size, INK, self.language(slide.english), bold=True)
        if slide.words:
            frame = _frame(body)
            for number, words in enumerate(slide.words):
                paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
                paragraph.alignment = 1
                self.paragraph(paragraph, words)
        else:
            body._element.getparent().remove(body._element)
        self._source(made, slide.source)
        self._number(made, layout)
        if slide.kind == "title":
            self._on_the_band(made)
        if slide.notes:
            made.notes_slide.notes_text_frame.text = slide.notes

    def _on_the_band(self, made: Any) -> None:
        """White on the ground of the site's masthead."""
        fill = made.background.fill
        fill.solid()
        fill.fore_color.rgb = BAND
        for shape in made.shapes:
            for paragraph in shape.text_frame.paragraphs:
                for run in paragraph.runs:
                    run.font.color.rgb = WHITE

    def _source(self, made: Any, text: str) -> None:
        box = made.shapes.add_textbox(
            Pt(plan.MARGIN), Pt(plan.SOURCE_TOP), Pt(plan.SOURCE_ROOM), Pt(plan.SOURCE_HEIGHT)
        )
        box.name = "Source"
        box._element.nvSpPr.cNvPr.set("descr", "What this slide rests on")
        _run(_frame(box).paragraphs[0], text, plan.SOURCE, SOFT, "en-GB")

    def _number(self, made: Any, layout: Any) -> None:
        """The number of the slide, which the program that shows it fills in."""
        for placeholder in layout.placeholders:
            if placeholder.placeholder_format.type == 13:
                made.shapes._spTree.append(deepcopy(placeholder._element))

    def _links_in_verdigris(self) -> None:
        """The colour of links is the theme's, whatever their runs say."""
        [theme] = [
            one.target_part for one in self.deck.slide_master.part.rels.values() if one.reltype.endswith("/theme")
        ]
        theme._blob = HYPERLINK.sub(rb'\g<1><a:srgbClr val="0A5160"/>\g<2>', theme.blob)

    def write(self, all_slides: list[Slide]) -> bytes:
        for slide in all_slides:
            self.slide(slide)
        self._links_in_verdigris()
        relations = self.deck.part.package._rels
        for key in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
            relations.pop(key)
        file = BytesIO()
        self.deck.save(file)
        return file.getvalue()


def pptx(outline: Outline, help_url: str) -> bytes:
    """The outline as a PowerPoint file."""
    return _Writer(outline).write(plan.slides(outline, help_url))
