"""Rows of lists, drawn by their components before it is known on which page they will stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.template import engines
from markupsafe import Markup

from publishing.addresses import here
from themes.glossary import Part, drawn_ahead
from themes.models import Term


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


def tag(term: Term) -> Markup:
    """The term as one of a row's tags."""
    return _held(term, "Tag")


def link(term: Term) -> Markup:
    """The term as a link to its page."""
    return _held(term, "Link")


def _held(term: Term, name: str) -> Markup:
    """The term by that macro of tags.html: drawn once for each language, and held with the term, which is held for a
    version."""
    drawn = term.__dict__.setdefault("_drawn", {})
    key = name, *here()
    if key not in drawn:
        drawn[key] = component("tags", name)(term)
    found: Markup = drawn[key]
    return found
