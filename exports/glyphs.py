"""Texts made fit for print: what the faces cannot draw is named, not lost."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

#: A code point that is no character, and never will be: no face has it.
NO_CHARACTER = "\ufffe"
#: Control characters, surrogates and directional overrides: they draw nothing and can turn a line round.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def face(name: str) -> Path:
    """The file of a face: face('SourceSansPro-Regular')."""
    from exports.typesetting import font_folders

    return next(path for folder in font_folders() if (path := Path(folder) / f"{name}.ttf").exists())


@cache
def faces() -> list[tuple[ImageFont.FreeTypeFont, bytes]]:
    """Both faces, each with the picture that it has for what it lacks."""
    names = ("SourceSansPro-Regular", "SourceSerifPro-Regular")
    opened = [ImageFont.truetype(str(face(name)), 40, layout_engine=ImageFont.Layout.BASIC) for name in names]
    return [(one, bytes(one.getmask(NO_CHARACTER))) for one in opened]


@lru_cache(maxsize=4096)
def is_drawable(character: str) -> bool:
    """Whether both of the faces have the character: they draw something else than for one that nobody has."""
    return all(bytes(one.getmask(character)) != lacking for one, lacking in faces())


def named(character: str) -> str:
    """'[U+1F600]' for what the faces lack."""
    return f"[U+{ord(character):04X}]"


def seen(text: str) -> str:
    """The text without what draws nothing: no form may hold such characters (XML forbids many of them)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


def cleaned(thing: Any) -> Any:
    """An outline, or any part of one, with each of its texts as `seen` leaves it."""
    if isinstance(thing, str):
        return seen(thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{one.name: cleaned(getattr(thing, one.name)) for one in fields(thing)})
    if isinstance(thing, (list, tuple)):
        return type(thing)(cleaned(one) for one in thing)
    if isinstance(thing, dict):
        return {key: cleaned(value) for key, value in thing.items()}
    return thing


def printed(text: str) -> str:
    """The text as print can show it: no control character, each character drawable."""
    text = seen(text)
    return "".join(one if one in "\n\t" or is_drawable(one) else named(one) for one in text)


def printable(data: Any, name: str = "") -> Any:
    """Plain data with every text made fit for print; addresses (`url`, `href`) stay as they are."""
    if isinstance(data, str):
        return data if name in {"url", "href"} or name.endswith("_url") else printed(data)
    if isinstance(data, dict):
        return {key: printable(value, key) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [printable(value) for value in data]
    return data
