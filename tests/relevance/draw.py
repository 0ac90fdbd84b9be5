"""How the held-out queries were drawn, once, before any answer to them was seen: python -m tests.relevance.draw FOLDER.

Known texts: of each file so many rows, drawn at random; of the words of a row (letters only, five or more, none that half
of all texts have) four at random, drawn again until no other row of these files has all four. The letter of an inspection
holds what was found in it, and is no other row. Themes: the codes of the frame of the ONS with three tagged reports or
more, and the categories of the judiciary with three to sixty reports, each by the words of its label. Which reports belong
to one is read from the files when it is measured: the tags are not ours to ship.
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections import Counter
from pathlib import Path

SEED = 20261129
#: File, what a row of it is called, its texts, and how many are drawn.
DRAWN = (
    ("ofsted_reviews.csv", "{review_id}", ("summary",), 10),
    ("ofsted_full_text.csv", "{review_id}", ("full_text",), 6),
    ("ofsted_findings.csv", "{item_id} {kind}", ("text",), 8),
    ("ofsted_recommendations.csv", "{item_id}", ("text",), 8),
    ("pfd_child_reports.csv", "{report_id}", ("investigation", "circumstances", "concerns"), 6),
    ("adolescent_concerns.csv", "{concern_id}", ("concern",), 3),
    ("adolescent_actions.csv", "{action_id}", ("action_taken",), 3),
)
_WORD = re.compile(r"(?<![\w’'-])[a-z]{5,}(?![\w’'-])")
_BRACKETS = re.compile(r"\([^)]*\)")
Text = tuple[str, str, frozenset[str]]


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def texts_of(folder: Path) -> list[Text]:
    """(file, what the row is called, its words) of each row that says something."""
    found = []
    for name, called, columns, _count in DRAWN:
        for row in rows_of(folder, name):
            words = frozenset(_WORD.findall(" ".join(row[column] for column in columns)))
            found.append((name, called.format(**row), words))
    return found


def known(folder: Path, chance: random.Random) -> list[tuple[str, str]]:
    texts = texts_of(folder)
    counts = Counter(word for _file, _name, words in texts for word in words)
    common = {word for word, count in counts.items() if count > len(texts) / 2}
    drawn = []
    for name, _called, _columns, count in DRAWN:
        own = [text for text in texts if text[0] == name and len(text[2] - common) >= 4]
        for _file, called, words in chance.sample(own, count):
            if four := four_of(sorted(words - common), name, called, texts, chance):
                drawn.append((" ".join(four), called))
    return drawn


def four_of(words: list[str], file: str, called: str, texts: list[Text], chance: random.Random) -> list[str] | None:
    for _try in range(200):
        four = chance.sample(words, 4)
        others = (text for text in texts if text[:2] != (file, called) and not is_letter_of(text, called))
        if not any(set(four) <= text[2] for text in others):
            return four
    return None


def is_letter_of(text: Text, called: str) -> bool:
    """Whether the text is the letter, or the beginning of it, of the inspection in which the row was found."""
    return text[0] in ("ofsted_full_text.csv", "ofsted_reviews.csv") and called.startswith(text[1])


def themes(folder: Path) -> list[tuple[str, str, str]]:
    """(words, column of the files, value)"""
    labels = rows_of(folder, "themes.csv")
    tagged = Counter(row["theme_code"] for row in rows_of(folder, "pfd_child_theme_tags.csv"))
    reports = [*rows_of(folder, "pfd_child_reports.csv"), *rows_of(folder, "pfd_child_index.csv")]
    by_category: dict[str, set[str]] = {}
    for row in reports:
        for value in row["category"].split("|"):
            by_category.setdefault(value.strip(), set()).add(row["report_id"])
    found = []
    for row in labels:
        words = " ".join(re.findall(r"[a-z]+", _BRACKETS.sub("", row["label"]).replace("’", "").casefold()))
        if row["parent_code"] and tagged[row["code"]] >= 3:
            found.append((words, "theme_code", row["code"]))
        elif row["scheme"] == "judiciary_pfd_category" and 3 <= len(by_category.get(row["label"], ())) <= 60:
            found.append((words, "category", row["label"]))
    return found


def main(folder: Path) -> None:
    here, chance = Path(__file__).parent, random.Random(SEED)
    with (here / "held_known.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("words", "id"), *known(folder, chance)])
    with (here / "held_themes.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("words", "column", "value"), *themes(folder)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
