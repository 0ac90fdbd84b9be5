"""How much room words take on a slide: so that no box overflows, whatever stands in it.

Slides are set in Arial, which a server has not got; the face at hand is narrower. `WIDER` is by how much, with some to
spare: Liberation Sans, which has the widths of Arial, is 1.07 times as wide over all shipped learning points (1.09 in
bold), 1.12 times in the widest line, and 1.20 times in a row of nothing but W.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

from PIL import ImageFont

from exports.glyphs import face

WIDER = 1.22
#: From one line to the next, as a part of the size of the type.
LINE = 1.2
#: Measured at this size, and scaled: a face keeps its proportions.
AT = 100


@cache
def _face(bold: bool) -> ImageFont.FreeTypeFont:
    name = "SourceSansPro-Bold" if bold else "SourceSansPro-Regular"
    return ImageFont.truetype(str(face(name)), AT, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=20_000)
def _width(word: str, bold: bool) -> float:
    return _face(bold).getlength(word) * WIDER / AT


def width(text: str, size: float, bold: bool = False) -> float:
    """In points, at a size in points."""
    return _width(text, bold) * size


def pieces(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """The words of the text; one that is wider than the room comes in parts that are not, the first without a space."""
    for word in text.split():
        while width(word, size, bold) > room:
            length = max(1, int(len(word) * room / width(word, size, bold)))
            yield word[:length]
            word = word[length:]
        yield word


def lines(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """The text as lines no wider than `room` points."""
    found: list[str] = []
    line = ""
    for word in pieces(text, room, size, bold):
        longer = f"{line} {word}" if line else word
        if line and width(longer, size, bold) > room:
            found.append(line)
            line = word
        else:
            line = longer
    return [*found, line] if line else found


def height(text: str, room: float, size: float, bold: bool = False) -> float:
    """In points, of the text set in lines of that width; an empty text takes a line."""
    return max(1, len(lines(text, room, size, bold))) * size * LINE


def split(text: str, room: float, size: float, most: float, bold: bool = False) -> tuple[str, str]:
    """The text in two: what stands in `most` points of height, and the rest; of the first at least one line."""
    found = lines(text, room, size, bold)
    kept = max(1, int(most / (size * LINE)))
    first, count = found[:kept], 0
    for line in first:
        count += len(line.replace(" ", ""))
    return " ".join(first), _after(text, count)


def _after(text: str, letters: int) -> str:
    """The text after so many letters, spaces not counted."""
    for place, letter in enumerate(text):
        if not letter.isspace():
            if letters == 0:
                return text[place:]
            letters -= 1
    return ""
