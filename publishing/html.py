"""The only place where text becomes HTML that is trusted: after sanitising, or after escaping."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import markdown as markdown_library
import nh3
from markupsafe import Markup, escape

#: Elements that a curator's text may have: no picture, no style, no raw HTML.
TAGS = frozenset(
    [
        "p",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "a",
        "blockquote",
        "code",
        "br",
        "hr",
        "abbr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "dl",
        "dt",
        "dd",
    ]
)
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}}
EXTENSIONS = ["tables", "def_list", "abbr", "sane_lists", "smarty"]

#: A tag as nh3 writes it: a '>' may stand inside the quotes of an attribute.
TAG = re.compile(r'(</?[a-z][^<>"]*(?:"[^"]*"[^<>"]*)*>)')
#: Elements whose words stay as they are: what is a link or is explained already.
SETTLED = ("a", "abbr", "code")

#: Control characters that enclose a match in a snippet (search/index.py): never in a text, so never in the way.
MATCH_BEGINS, MATCH_ENDS = "\x02", "\x03"


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """A curator's Markdown as clean HTML. Headings begin at h3: a page's own are h1 and h2."""
    html = markdown_library.markdown(text, extensions=EXTENSIONS)
    clean = nh3.clean(
        html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes={"https", "http", "mailto"}, link_rel="nofollow"
    )
    return Markup(clean)  # noqa: S704 - sanitised in the line above


def marked(snippet: str) -> Markup:
    """A snippet with its matches in <mark>; everything else is escaped."""
    escaped = str(escape(snippet))
    return Markup(escaped.replace(MATCH_BEGINS, "<mark>").replace(MATCH_ENDS, "</mark>"))  # noqa: S704 - escaped above


def with_expansions(text: str | Markup, names: re.Pattern[str], expansion: Callable[[str], str]) -> Markup:
    """The text (escaped, unless it is Markup) with <abbr> around each of the names that `expansion` spells out.

    `expansion` is asked for every name that is met, in order; '' leaves that one as it is.
    """

    def spell(found: re.Match[str]) -> str:
        title = expansion(found[0])
        return f'<abbr title="{escape(title)}">{found[0]}</abbr>' if title else found[0]

    parts, inside = TAG.split(str(escape(text))), 0
    for n, part in enumerate(parts):
        if n % 2:
            tag = part.strip("</>").split()[0]
            inside += (-1 if part.startswith("</") else 1) if tag in SETTLED else 0
        elif not inside:
            parts[n] = names.sub(spell, part)
    return Markup("".join(parts))  # noqa: S704 - text that was escaped or sanitised before; the titles are escaped above


#: What could end a data block, or begin another element in it; JSON reads the escapes as the characters.
IN_JSON = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def data_block(data: Any, media_type: str) -> Markup:
    """Data for machines in a page. A block that is no script is never run, so the page's policy has nothing against it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(IN_JSON)
    return Markup(f'<script type="{escape(media_type)}">{text}</script>')  # noqa: S704 - escaped in the line above
