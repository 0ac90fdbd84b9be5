"""An outline as a Word document, part by part."""

from __future__ import annotations

from typing import Any

from exports import word
from exports.blocks import Block
from exports.documents import by_source
from exports.labels import labels
from exports.outline import Item, Link, Outline, Section, Source, both_texts
from exports.word import add_link, add_run
from reviews.citations import SITE


class _Writer:
    def __init__(self, outline: Outline, help_url: str) -> None:
        self.outline, self.help_url, self.labels = outline, help_url, labels()
        self.document = word.blank(outline.title, outline.publisher or SITE, outline.language)

    # -- pieces ---------------------------------------------------------------------------------------------------

    def heading(self, text: str, level: int, english: bool = True) -> Any:
        paragraph = self.document.add_paragraph(style=f"Heading {level}")
        add_run(paragraph, text, english=english)
        return paragraph

    def words(self, text: str, style: str = "Normal", english: bool = True, **looks: bool) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        add_run(paragraph, text, english=english, **looks)
        return paragraph

    def block(self, block: Block, style: str = "Normal", depth: int = 1) -> None:
        if block.kind == "table":
            self._table(block)
            return
        style = {"heading": "Heading 3", "quote": "Quote"}.get(block.kind, style)
        if block.runs:
            paragraph = self.document.add_paragraph(style=style)
            for run in block.runs:
                add_link(paragraph, run.text, run.href, bold=run.strong, italic=run.emphasis)
        for child in block.children:
            if child.kind == "item":
                name = "List Number" if block.ordered else "List Bullet"
                self.block(child, f"{name} 2" if depth > 1 else name, depth + 1)
            else:
                self.block(child, style, depth)

    def _table(self, block: Block) -> None:
        rows = [[cell.text for cell in row.children] for row in block.children]
        columns = max((len(row) for row in rows), default=0)
        if columns:
            rows = [row + [""] * (columns - len(row)) for row in rows]
            word.add_table(self.document, rows[0], rows[1:], [160 / columns] * columns)

    def links(self, heading: str, links: tuple[Link, ...]) -> None:
        if not links:
            return
        self.heading(heading, 1, english=False)
        for link in links:
            paragraph = self.document.add_paragraph(style="List Bullet")
            add_link(paragraph, link.label, link.url)
            add_run(paragraph, f" {link.about}" if link.about else "", english=False)
            add_run(paragraph, f". {link.note}" if link.note else "")

    # -- statements -----------------------------------------------------------------------------------------------

    def source(self, source: Source) -> None:
        paragraph = self.document.add_paragraph(style="Source")
        if source.withdrawn:
            add_run(paragraph, source.title, english=False, bold=True)
            words = f". {self.labels['source_withdrawn']}. {source.withdrawn}"
            add_run(paragraph, words, english=False)
        else:
            add_link(paragraph, source.title, source.url, bold=True)
            add_run(paragraph, f" {source.kind_words}", english=False)
        for place in source.places:
            paragraph = self.document.add_paragraph(style="Place")
            add_run(paragraph, f"{place.text} " if place.text else "")
            if place.number:
                add_link(paragraph, f"[{place.number}]", anchor=f"reference_{place.number}")
            add_run(paragraph, f" {place.code}")
            add_run(paragraph, f". {place.note}" if place.note else "")

    def item(self, item: Item, level: int) -> None:
        if item.gone:
            self.heading(item.code, level)
            self.words(item.gone, english=False)
            return
        if item.kind == "recommendation":
            self.heading(f"{item.code} {self.labels['to']} {item.to}" if item.to else item.code, level)
            self.words(item.text, "Lead")
        else:
            self.heading(item.text, level)
        self._about(item)
        for text, is_note in both_texts(item):
            self.words(text, italic=is_note)
        self._numbers(item)
        if item.newer:
            add_link(self.words(f"{self.labels['newer']} ", english=False), item.newer.label, item.newer.url)
        evidence = ". ".join(part for part in (item.evidence, item.flag, item.flag_sentence) if part)
        if evidence:
            self.words(evidence, "Evidence words", english=False)
        for source in item.sources:
            self.source(source)

    def _numbers(self, item: Item) -> None:
        """Of the references, where no source carries them."""
        if item.sources or not item.numbers:
            return
        paragraph = self.words(self.labels["references"], "Small", english=False)
        for number in item.numbers:
            add_run(paragraph, " ")
            add_link(paragraph, f"[{number}]", anchor=f"reference_{number}")

    def _about(self, item: Item) -> None:
        paragraph = self.document.add_paragraph(style="Small")
        add_link(paragraph, item.code, item.url)
        about = [item.kind_words, *item.about, self.labels["fictional"] if item.fictional else ""]
        add_run(paragraph, ", " + ", ".join(part for part in about if part), english=False)
        if item.answers:
            add_run(paragraph, f". {self.labels['answers']} ", english=False)
            for number, one in enumerate(item.answers):
                add_run(paragraph, ", " if number else "")
                add_link(paragraph, one.label, one.url)

    def section(self, section: Section) -> None:
        self.heading(section.heading, 1, english=self.outline.english)
        for block in section.body:
            self.block(block)
        group = ""
        for item in section.items:
            if item.group and item.group != group:
                self.heading(item.group, 2)
            group = item.group
            self.item(item, 3 if item.group else 2)

    # -- the whole ------------------------------------------------------------------------------------------------

    def head(self) -> None:
        outline, labels = self.outline, self.labels
        self.words(outline.kicker, "Small", english=False)
        if outline.fictional:
            self.words(labels["fictional"], "Small", english=False, bold=True)
        add_run(self.document.add_paragraph(style="Title"), outline.title, english=outline.english)
        if outline.summary:
            self.words(outline.summary, "Lead")
        self.words(" · ".join(outline.byline), "Small", english=False)
        paragraph = self.words(f"{labels['online']} ", "Small", english=False)
        add_link(paragraph, outline.url_text or outline.url, outline.url)
        add_run(paragraph, f". {outline.as_at}.", english=False)
        if outline.care:
            self.heading(labels["care"], 1, english=False)
            self.words(outline.care, english=outline.english)
            add_link(self.words(f"{labels['danger']} ", english=False), labels["help"], self.help_url, english=False)

    def ends(self) -> None:
        outline, labels = self.outline, self.labels
        rows = by_source(outline)
        if rows:
            self.heading(labels["by_source"], 1, english=False)
            texts = [(row["title"], row["kind_words"], ", ".join(row["codes"])) for row in rows]
            heads = (labels["source"], labels["what_it_is"], labels["statements"])
            word.add_table(self.document, heads, texts, (38, 44, 78))
        if outline.references:
            self.heading(labels["references"], 1, english=False)
        for one in outline.references:
            paragraph = self.words(f"[{one.number}] {one.text} ")
            word.add_bookmark(paragraph, f"reference_{one.number}", one.number)
            add_link(paragraph, one.url, one.url)
        self.links(labels["sets"], outline.sets)
        self.links(labels["resources"], outline.resources)
        self._last()

    def _last(self) -> None:
        outline, labels = self.outline, self.labels
        parts = [
            (labels["themes"], [", ".join(outline.themes)] if outline.themes else []),
            (labels["words"], [f"{term}: {meaning}" for term, meaning in outline.words]),
            (labels["cite"], [outline.citation] if outline.citation else []),
            (labels["changes"], [f"{date}: {what}" for date, what in outline.changes]),
        ]
        for heading, texts in parts:
            if texts:
                self.heading(heading, 1, english=False)
            for text in texts:
                self.words(text)

    def write(self) -> bytes:
        self.head()
        for section in self.outline.sections:
            self.section(section)
        self.ends()
        foot = f"{SITE}: {self.outline.title}. {self.outline.as_at}"
        word.add_footer(self.document, foot, self.labels["page"])
        return word.saved(self.document)


def docx(outline: Outline, help_url: str) -> bytes:
    """The outline as a Word document."""
    return _Writer(outline, help_url).write()
