"""Texts as the index sees them: words in plain small letters, and their stems.

Both databases are given stems made here and told to stem nothing, so that the same words find the same rows on each.
Whoever changes what `stems` returns must also add a migration that empties the index: SQLite's forgets a row by being
given the very stems that it was given before (engines/sqlite.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from search import stemmer

#: Longer words are cut: nobody types them, and PostgreSQL refuses those of 2 kB.
LONGEST_WORD = 40
#: Words and stems kept per process; most texts use the same few thousand.
_REMEMBERED = 60_000

_APOSTROPHES = "'’‘ʼ`´′＇"
#: A word as it stands in a text.
WORD = re.compile(f"[^\\W_]++(?:[{_APOSTROPHES}]+[^\\W_]++)*")
_APART = re.compile(f"({WORD.pattern})")
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-‐‑][^\W_]++)+")
_NO_HYPHENS = dict.fromkeys(map(ord, "-‐‑"))
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]+")
# Soft hyphens, byte order marks and their like stand within words and are not seen.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
# With these replaced most texts are ASCII, and a third of the time is enough (reindexing is bound by this module).
_TYPOGRAPHY = [*((mark, "'") for mark in _APOSTROPHES[1:]), *((mark, " ") for mark in "“”–—…•\u00a0")]
_ONLY_WORDS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "'"}
# Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        **dict.fromkeys(_APOSTROPHES, "'"),
    }
)

#: Plurals that no rule of endings undoes, with and without their possessive s.
_IRREGULAR = {
    "children": "child",
    "childrens": "child",
    "women": "woman",
    "womens": "woman",
    "men": "man",
    "mens": "man",
}
#: American and older spellings that stand beside ours in what reviews cite; both sides become one.
_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{3})iz(?=e[drs]?$|ers$|ing$|ations?$)"), "is"),
    (re.compile(r"^(behavi|neighb|harb|hon|lab|fav|col)or"), r"\1our"),
    (re.compile(r"^practis(?=e[ds]?$|ing$)"), "practic"),
    (re.compile(r"^inquir(?=y$|ies$|e|ing$)"), "enquir"),
    (re.compile(r"^judgement"), "judgment"),
)


#: Stems that are no beginning of all their words, and letters that these words have.
_COMMON_LETTERS = (
    (re.compile(r"^(wo)?man$"), r"\1m"),
    (re.compile(r"^enquir.*"), "nquir"),
    (re.compile(r"^(behavi|neighb|harb|hon|lab|fav|col)our.*"), r"\1o"),
    (re.compile(r"^judgment.*"), "judg"),
    (re.compile(r"ble?$"), ""),
    (re.compile(r".$"), ""),
)


class _Memo(dict[str, str]):
    """What a function returned for each text, forgotten all at once when there are too many."""

    def __init__(self, function: Callable[[str], str]) -> None:
        self.function = function

    def __missing__(self, text: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        result = self.function(text)
        if not text[-1:].isdigit():  # codes and numbers do not come again
            self[text] = result
        return result


def clean(text: str) -> str:
    """The text on one line, without what no database stores (NUL, half characters) and what is not seen."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", _CONTROLS.sub(" ", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def _small(text: str) -> str:
    """The text in small letters, with plain punctuation."""
    text = text.casefold()
    if not text.isascii():
        for mark, instead in _TYPOGRAPHY:
            text = text.replace(mark, instead)
    return text


def _split(text: str) -> list[str]:
    """The words of a text in small letters, still with their apostrophes and accents."""
    text = _small(text)
    return text.translate(_ONLY_WORDS).split() if text.isascii() else WORD.findall(text)


def _fold(raw: str) -> str:
    """
    >>> _fold("children’s"), _fold("ŵyr"), _fold("o'brien")
    ('children', 'wyr', 'obrien')
    """
    if not raw.isascii():
        raw = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", raw).casefold()).translate(_PLAIN_LETTERS)
    word = raw.casefold().strip("'").removesuffix("'s").replace("'", "")
    if not word.isalnum():
        word = "".join(letter for letter in word if letter.isalnum())
    return word[:LONGEST_WORD]


def _stem(word: str) -> str:
    word = _IRREGULAR.get(word, word)
    if not word.isascii():
        return word
    for spelling, ours in _SPELLINGS:
        word = spelling.sub(ours, word)
    return stemmer.stem(word)


_folded, _stemmed = _Memo(_fold), _Memo(_stem)
_stem_of_raw = _Memo(lambda raw: raw[:LONGEST_WORD] if raw.isascii() and raw.isdigit() else _stemmed[_folded[raw]])


def words(text: str) -> list[str]:
    """The words of a text, in order.

    >>> words("The child’s Multi-Agency plan, Caerffili & Tŷ Bach")
    ['the', 'child', 'multi', 'agency', 'plan', 'caerffili', 'ty', 'bach']
    """
    return list(filter(None, map(_folded.__getitem__, _split(text))))


def stem(word: str) -> str:
    """The stem of one of `words`, or of a word as it stands in a text ('' where it has no letter and no digit).

    >>> stem("Children’s"), stem("recognised"), stem("recognizing")
    ('child', 'recognis', 'recognis')
    """
    return _stem_of_raw[word]


def stems(raw: Iterable[str]) -> list[str]:
    """The same of many words."""
    return list(map(_stem_of_raw.__getitem__, raw))


def letters_of(stem: str) -> str:
    """Letters that stand side by side in every word of that stem: its beginning, as far as no ending changes it. Z is s.

    >>> letters_of("famili"), letters_of("capabl"), letters_of("enquiri")
    ('famil', 'capa', 'nquir')
    """
    if not stem.isascii():
        return ""
    found = next(letters.sub(common, stem) for letters, common in _COMMON_LETTERS if letters.search(stem))
    return found.replace("z", "s")


def parts_with(text: str, letters: Collection[str], *, alone: bool = True) -> list[tuple[int, int]]:
    """Where parts of the text begin and end, between spaces, whose words may have any of those letters; the whole of it where
    that is not so easily seen, or where they are not wanted `alone`. A look, before anything is taken apart.

    >>> parts_with("A child’s plan, and children", ["child"])
    [(2, 9), (20, 28)]
    """
    small = _small(text).replace("z", "s")
    joined = small.replace("'", "").replace("-", "")
    whole = [(0, len(text))]
    if not joined.isascii() or "" in letters:
        return whole
    counts = {some: joined.count(some) for some in letters}
    if not any(counts.values()):
        return []
    if not alone or len(small) != len(text):
        return whole
    found = set()
    for some, count in counts.items():
        place = small.find(some)
        while place >= 0:
            count -= 1
            end = text.find(" ", place)
            found.add((text.rfind(" ", 0, place) + 1, end if end >= 0 else len(text)))
            place = small.find(some, place + len(some))
        if count:  # some have a mark between them
            return whole
    return sorted(found)


def apart(text: str) -> list[str]:
    """The text in pieces: each second one is a word as it stands there, the others are what is between words.

    >>> apart("The child’s plan.")
    ['', 'The', ' ', 'child’s', ' ', 'plan', '.']
    """
    return _APART.split(text)


def analyse(text: str) -> tuple[list[str], list[str]]:
    """The stems of a text, in order, and its words before folding, for `uses`."""
    raw = _split(text)
    return list(filter(None, stems(raw))), raw


def uses(raw: Mapping[str, int]) -> Counter[str]:
    """Counts of unfolded words, as counts of the words that can be suggested."""
    found: Counter[str] = Counter()
    for one, count in raw.items():
        word = _folded[one]
        if 3 <= len(word) <= 30 and word.isalpha():
            found[word] += count
    return found


def has_compounds(text: str) -> bool:
    """Whether `compounds` can find any: most texts have none."""
    return "-" in text or (not text.isascii() and ("‐" in text or "‑" in text))


def compounds(text: str) -> list[tuple[str, tuple[int, int]]]:
    """Words with hyphens as one, and where they stand: so 'multiagency' finds 'multi-agency'.

    >>> compounds("a multi-agency plan")
    [('multiagency', (2, 14))]
    """
    joined = ((found[0].translate(_NO_HYPHENS), found.span()) for found in _COMPOUND.finditer(text))
    return [(_folded[word], span) for word, span in joined]
