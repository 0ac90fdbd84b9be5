"""Words that the house style avoids, read from docs/house-style.md: there is one list, and it is that table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from publishing.checks import Draft, Finding, around

HEADING = "## Avoid and prefer"
_ROW = re.compile(r"^\|(?P<avoid>[^|]+)\|(?P<prefer>[^|]+)\|(?P<why>[^|]+)\|$", re.MULTILINE)
_NAMES = re.compile(r"Names that keep their words:(?P<names>[^.|]+)\.")
#: Words that a source used, within marks; ’ inside a word is an apostrophe.
_QUOTED = re.compile(r"‘[^‘]*?’(?!\w)|“[^”]*”")
#: Where a phrase means something else: ‘work hard to engage families’, ‘the disabled children’s team’.
_MEANS_ELSE = re.compile(
    r"\b(?:work(?:s|ed|ing)?|tr(?:y|ies|ied|ying)|strives?)\s+(?:\w+ly\s+|very\s+|so\s+)?hard\s+to\s+\w+"
    r"|\bthe\s+(?:disabled|mentally\s+ill)\s+(?:child|young|people|person|parent|adult|wom[ae]n|m[ae]n\b|mother|father|bab)\w*",
    re.IGNORECASE,
)
_BARE_SCR = r"(?<!MAPPA )\bSCRs?\b(?!\s*\((?:England|Scotland|Wales|Northern Ireland)\))"


@dataclass(frozen=True)
class Advice:
    """One phrase to avoid, with what to say instead, and why."""

    phrase: str
    prefer: str
    why: str


class NoHouseStyle(RuntimeError):
    """docs/house-style.md is not there, or has no table."""


def house_style() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "house-style.md"


@cache
def advice() -> dict[str, Advice]:
    """phrase, in small letters unless it is wholly in capitals -> what the house style says of it."""
    section = house_style().read_text(encoding="utf-8").partition(HEADING)[2]
    found: dict[str, Advice] = {}
    for row in _ROW.finditer(section):
        if row["avoid"].strip() in {"Avoid", "---"}:
            continue
        for phrase in map(str.strip, row["avoid"].split(";")):
            one = Advice(phrase, row["prefer"].strip(), row["why"].strip())
            found[phrase if phrase.isupper() else phrase.casefold()] = one
    if not found:
        raise NoHouseStyle(f"{house_style()} has no table under ‘{HEADING}’.")
    return found


@cache
def names_kept() -> re.Pattern[str]:
    """Names of laws, schemes and bodies, which keep their own words."""
    text = " ".join(house_style().read_text(encoding="utf-8").partition(HEADING)[2].split())
    match = _NAMES.search(text)
    names = [name.strip() for name in match["names"].split(";")] if match else []
    return _any_of(names, re.IGNORECASE, plural="s?")


def _any_of(phrases: list[str], flags: re.RegexFlag | int = 0, plural: str = "") -> re.Pattern[str]:
    """Whole words, the longest phrase first; a space of the phrase is any white space of the text."""
    words = ["".join(r"\s+" if one == " " else re.escape(one) for one in phrase) for phrase in phrases]
    choices = "|".join(sorted(words, key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<![\w-])(?:{choices}){plural}(?![\w-])", flags)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    capitals = [phrase for phrase in advice() if phrase.isupper() and not phrase.startswith("SCR")]
    others = [phrase for phrase in advice() if not phrase.isupper() and phrase.casefold() != "scrs"]
    return _any_of(others, re.IGNORECASE), _any_of(capitals), re.compile(_BARE_SCR)


def _blanked(text: str) -> str:
    """The text with quotations and kept names blanked out, each letter where it was."""
    for pattern in (_QUOTED, names_kept(), _MEANS_ELSE):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def avoided(text: str) -> Iterator[tuple[re.Match[str], Advice]]:
    """Each phrase of the text that the house style avoids."""
    looked_at = _blanked(text)
    for pattern in _patterns():
        for match in pattern.finditer(looked_at):
            phrase = " ".join(match[0].split())
            found = advice().get(phrase) or advice().get(phrase.casefold()) or advice()["SCR"]
            yield match, found


def house_style_of(draft: Draft) -> Iterator[Finding]:
    """What the house style avoids, with the preferred words."""
    for text in draft.texts:
        for match, one in avoided(text.text):
            yield Finding(
                text.place,
                f"The house style avoids ‘{match[0]}’: {one.why[:1].lower()}{one.why[1:]}.",
                f"Prefer: {one.prefer}.",
                around(text.text, match.start(), match.end()),
            )
