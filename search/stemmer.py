"""The Porter stemmer (M. F. Porter, 1980): 'referral', 'referrals' and 'referring' become one stem.

It is our own, and not that of SQLite or PostgreSQL, so that both databases find the same and snippets mark what was
found. tests/search/test_words.py holds it against the Porter tokenizer of SQLite, word by word.
"""

from __future__ import annotations

import re

# Runs of consonants (C) and vowels (V): Porter's measure m counts the VC of a stem. A first y is a consonant.
_C = "[^aeiou][^aeiouy]*"
_V = "[aeiouy][aeiou]*"
_M_OVER_0 = re.compile(f"(?:{_C})?{_V}{_C}")
_M_IS_1 = re.compile(f"(?:{_C})?{_V}{_C}(?:{_V})?$")
_M_OVER_1 = re.compile(f"(?:{_C})?{_V}{_C}{_V}{_C}")
_HAS_VOWEL = re.compile(f"(?:{_C})?[aeiouy]")
_ENDS_CVC = re.compile(f"{_C}[aeiouy][^aeiouwxy]$")
_DOUBLE = re.compile(r"([^aeiouylsz])\1$")

_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble", "alli": "al",
    "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate", "alism": "al",
    "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ou", "ism", "ate", "iti", "ous",
    "ive", "ize",
)  # fmt: skip


def _ending(endings: list[str]) -> re.Pattern[str]:
    """Matches the longest of the endings that a word has."""
    return re.compile(f"(?:{'|'.join(sorted(endings, key=len, reverse=True))})$")


_ENDING_2, _ENDING_3, _ENDING_4 = _ending(list(_STEP_2)), _ending(list(_STEP_3)), _ending([*_STEP_4, "(?<=[st])ion"])


def stem(word: str) -> str:
    """The stem of a word in small plain letters; words of one or two letters are their own.

    >>> stem("safeguarding"), stem("families")
    ('safeguard', 'famili')
    """
    if len(word) < 3:
        return word
    first_y = word[0] == "y"
    word = _plural(f"Y{word[1:]}" if first_y else word)
    word = _past(word)
    if word.endswith("y") and _HAS_VOWEL.match(word[:-1]):
        word = f"{word[:-1]}i"
    word = _suffix(word, _ENDING_2, _STEP_2)
    word = _suffix(word, _ENDING_3, _STEP_3)
    found = _ENDING_4.search(word)
    if found and _M_OVER_1.match(word[: found.start()]):
        word = word[: found.start()]
    word = _final(word)
    return f"y{word[1:]}" if first_y else word


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    """Without -eed, -ed or -ing, and with what English changed before them put back."""
    if word.endswith("eed"):
        return word[:-1] if _M_OVER_0.match(word[:-3]) else word
    cut = next((len(ending) for ending in ("ed", "ing") if word.endswith(ending)), 0)
    if not cut or not _HAS_VOWEL.match(word[:-cut]):
        return word
    word = word[:-cut]
    if word.endswith(("at", "bl", "iz")) or _ENDS_CVC.match(word):
        return f"{word}e"
    return word[:-1] if _DOUBLE.search(word) else word


def _suffix(word: str, endings: re.Pattern[str], instead: dict[str, str]) -> str:
    found = endings.search(word)
    if found and _M_OVER_0.match(word[: found.start()]):
        return word[: found.start()] + instead[found[0]]
    return word


def _final(word: str) -> str:
    """Without a last e, and with one l for two, where the stem is long enough."""
    if word.endswith("e"):
        rest = word[:-1]
        if _M_OVER_1.match(rest) or (_M_IS_1.match(rest) and not _ENDS_CVC.match(rest)):
            word = rest
    return word[:-1] if word.endswith("ll") and _M_OVER_1.match(word[:-1]) else word
