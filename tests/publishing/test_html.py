"""Text that becomes HTML: a curator's Markdown, and snippets with their matches."""

import html5lib
import pytest

from publishing.html import MATCH_BEGINS, MATCH_ENDS, TAGS, markdown, marked


def elements(html: str) -> list:
    """Every element of a piece of HTML as a browser would build it."""
    return list(html5lib.parseFragment(html, namespaceHTMLElements=False).iter())[1:]


HOSTILE = [
    "<script>alert(1)</script>",
    "</p><script src=//evil.example></script>",
    '<img src=x onerror="alert(1)">',
    "![a picture](https://evil.example/pixel.gif)",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt:alert(1))",
    "[click](java\nscript:alert(1))",
    "[click](&#106;avascript:alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "[click](vbscript:x)",
    "<javascript:alert(1)>",
    '<a href="javascript:alert(1)" onclick="alert(1)">click</a>',
    '<p style="position:fixed;inset:0">over everything</p>',
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=//evil.example><input name=q><button>go</button></form>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<object data=x></object><embed src=x><video src=x onerror=alert(1)>",
    '*[DA]: "><script>alert(1)</script>\n\nDA',
    '[a]: https://x.example "onmouseover=alert(1)"\n\n[a]',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "`<script>alert(1)</script>`",
    "# <script>alert(1)</script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_harmless(text):
    for element in elements(markdown(text)):
        assert element.tag in TAGS
        assert element.attrib.keys() <= {"href", "title", "rel"}
        assert element.attrib.get("href", "https:").split(":")[0] in {"https", "http", "mailto"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("A *plain* **word**.", "<p>A <em>plain</em> <strong>word</strong>.</p>"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"),
        ("### Heading", "<h3>Heading</h3>"),
        ("", ""),
    ],
)
def test_plain_markdown_becomes_html(text, html):
    assert markdown(text).strip() == html


def test_link_of_a_curator_leads_on_but_vouches_for_nothing():
    link = elements(markdown("[the report](https://report.example/a)"))[-1]
    assert (link.tag, link.attrib) == ("a", {"href": "https://report.example/a", "rel": "nofollow"})


def test_the_headings_of_a_page_are_not_a_curators():
    assert {element.tag for element in elements(markdown("# One\n\n## Two\n\n### Three"))} & {"h1", "h2"} == set()


@pytest.mark.parametrize("text", ["<b>&\"'", "</mark><script>alert(1)</script>", f"{MATCH_ENDS}<img>{MATCH_BEGINS}"])
def test_snippet_is_escaped_before_its_matches_are_marked(text):
    assert {element.tag for element in elements(marked(f"{MATCH_BEGINS}word{MATCH_ENDS} {text}"))} == {"mark"}


def test_matches_of_a_snippet_are_marked():
    assert marked(f"the {MATCH_BEGINS}child{MATCH_ENDS} & all") == "the <mark>child</mark> &amp; all"
