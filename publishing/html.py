"""The only place where text becomes HTML that is trusted: after sanitising, or after escaping."""

from __future__ import annotations

from functools import lru_cache

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
