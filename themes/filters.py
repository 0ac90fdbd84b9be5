"""How a vocabulary becomes the choices of a facet."""

from __future__ import annotations

from collections.abc import Callable

from themes.attach import vocabulary
from themes.models import Term


def terms(model: type[Term]) -> Callable[[], dict[str, Term]]:
    """The terms of a vocabulary by slug, in its order; merged ones too, so that old addresses still narrow a list."""
    return lambda: {term.slug: term for term in vocabulary(model).values()}
