"""How a vocabulary becomes the choices of a facet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language

from themes.attach import vocabulary
from themes.models import Term


@dataclass(frozen=True)
class Untranslated:
    """A choice whose label exists in English alone, such as the title of a set."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def lang(self) -> str:
        return "en" if get_language() == "cy" else ""


def terms(model: type[Term]) -> Callable[[], dict[str, Term]]:
    """The terms of a vocabulary by slug, in its order; merged ones too, so that old addresses still narrow a list."""
    return lambda: {term.slug: term for term in vocabulary(model).values()}
