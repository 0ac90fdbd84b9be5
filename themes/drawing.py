"""Rows of lists, drawn by their components before it is known on which page they will stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.template import engines
from markupsafe import Markup

from themes.glossary import Part, drawn_ahead


def component(file: str, name: str) -> Callable[..., Markup]:
    """The macro of that name in templates/components/, in the language in force."""
    macro: Callable[..., Markup] = getattr(engines["jinja2"].env.get_template(f"components/{file}.html").module, name)
    return macro


def by_component(file: str, name: str, **settings: Any) -> Callable[[Any], Part]:
    """A function that draws a row by the macro of that name, given those settings."""

    def draw(row: Any) -> Part:
        macro = component(file, name)
        return drawn_ahead(lambda: macro(row, **settings), component("words", "Explained"))

    return draw
