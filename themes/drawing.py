"""Rows of lists, drawn by their components before it is known on which page they will stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.template import engines
from markupsafe import Markup

from themes.glossary import Part, drawn_ahead


def component(file: str, name: str) -> Callable[..., Markup]:
    """The macro of that name in templates/components/, in the language in force."""
    macro: Callable[..., Markup] = getattr(engines["jinja2"].env.get_template(f"components/{file}.html").module, name)
    return macro


def by_component(file: str, name: str, **settings: Any) -> Callable[[Sequence[Any]], list[Part]]:
    """A function that draws rows by the macro of that name, given those settings."""

    def draw(rows: Sequence[Any]) -> list[Part]:
        macro, meanings = component(file, name), component("words", "Explained")
        return [drawn_ahead(partial(macro, row, **settings), meanings) for row in rows]

    return draw
