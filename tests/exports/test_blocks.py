"""A curator's Markdown as blocks: what the page shows, and no more."""

import pytest

from exports.blocks import blocks
from tests.publishing.test_html import HOSTILE


def shape(block):
    return (block.kind, block.text, [shape(child) for child in block.children])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One.\n\nTwo.", [("paragraph", "One.", []), ("paragraph", "Two.", [])]),
        ("- a\n- b", [("list", "", [("item", "a", []), ("item", "b", [])])]),
        ("- a\n    - b", [("list", "", [("item", "a", [("list", "", [("item", "b", [])])])])]),
        ("> said", [("quote", "", [("paragraph", "said", [])])]),
        ("### Part", [("heading", "Part", [])]),
        ("a  \nb", [("paragraph", "a\nb", [])]),
    ],
)
def test_blocks_of_a_text(text, expected):
    assert [shape(block) for block in blocks(text)] == expected


def test_looks_and_links_of_words_are_kept_and_addresses_are_whole(settings):
    settings.SITE_URL = "https://learning.example"
    [block] = blocks("A **strong** *soft* [link](/learning/LP-0001/), [mail](mailto:a@b.example).")
    looks = {run.text: (run.strong, run.emphasis, run.href) for run in block.runs}
    assert looks["strong"] == (True, False, "")
    assert looks["soft"] == (False, True, "")
    assert looks["link"][2] == "https://learning.example/learning/LP-0001/"
    assert looks["mail"][2] == "mailto:a@b.example"
    assert block.text == "A strong soft link, mail."


def test_cells_of_a_table_keep_their_places():
    [table] = blocks("| a | b |\n|---|---|\n| 1 | 2 |")
    rows = [row for row in table.children if row.kind == "row"]
    assert [[cell.text for cell in row.children] for row in rows] == [["a", "b"], ["1", "2"]]
    assert [cell.head for cell in rows[0].children] == [True, True]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_leads_nowhere_but_to_web_and_mail(text):
    def runs(found):
        for block in found:
            yield from block.runs
            yield from runs(block.children)

    assert all(run.href.split(":")[0] in {"", "https", "http", "mailto"} for run in runs(blocks(text)))
