"""A curator's Markdown as plain data: blocks of runs, which each form draws in its own way.

It starts from the sanitised HTML that the page shows (publishing.html), so no form can show more than the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.conf import settings

from publishing.html import markdown

#: What the elements of a sanitised text become; anything else only passes its words on.
BLOCKS = {"p": "paragraph", "h3": "heading", "h4": "heading", "blockquote": "quote", "hr": "rule", "table": "table"}
BLOCKS |= {"ul": "list", "ol": "list", "li": "item", "dl": "list", "dd": "item", "dt": "item", "tr": "row"}
BLOCKS |= {"td": "cell", "th": "cell"}
LOOKS = {"a", "strong", "em"}


@dataclass(frozen=True)
class Run:
    """A stretch of words that looks alike. `href` is whole: a file is read away from the site."""

    text: str
    href: str = ""
    strong: bool = False
    emphasis: bool = False


@dataclass
class Block:
    """`kind`: paragraph, heading, list, item, quote, table, row, cell. `head`: a cell that names its column."""

    kind: str
    runs: list[Run] = field(default_factory=list)
    children: list[Block] = field(default_factory=list)
    ordered: bool = False
    head: bool = False

    @property
    def text(self) -> str:
        """Its own words, without those of its children."""
        return "".join(run.text for run in self.runs).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Block("root")
        self.open = [self.root]
        self.looks = [Run("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        look = self.looks[-1]
        if tag in BLOCKS:
            block = Block(BLOCKS[tag], ordered=tag == "ol", head=tag == "th")
            self.open[-1].children.append(block)
            if tag != "hr":
                self.open.append(block)
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self.looks.append(replace(look, href=urljoin(f"{settings.SITE_URL}/", href)))
        elif tag == "strong":
            self.looks.append(replace(look, strong=True))
        elif tag == "em":
            self.looks.append(replace(look, emphasis=True))
        elif tag == "br":
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and tag != "hr":
            self.open.pop()
        elif tag in LOOKS:
            self.looks.pop()

    def handle_data(self, data: str) -> None:
        self._add(_one_line(data))

    def _add(self, text: str) -> None:
        """Words belong to the open block; beside blocks inside it, or in none that holds words, to a paragraph."""
        block = self.open[-1]
        if block.runs and block.runs[-1].text.endswith("\n"):
            text = text.lstrip(" ")
        if not text.strip():
            if block.runs and not block.children:
                block.runs.append(replace(self.looks[-1], text=text))
            return
        if block.children or block.kind in {"root", "list", "table", "row"}:
            block.children.append(block := Block("paragraph"))
        block.runs.append(replace(self.looks[-1], text=text))


def _one_line(text: str) -> str:
    """The words with single spaces, keeping one at either end where there was any."""
    inner = " ".join(text.split())
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and inner else ""
    return f"{before}{inner}{after}"


def blocks(text: str) -> list[Block]:
    """The Markdown `text` as blocks; an empty text gives none."""
    reader = _Reader()
    reader.feed(str(markdown(text)))
    reader.close()
    return [block for block in reader.root.children if block.runs or block.children]
