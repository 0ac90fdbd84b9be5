"""Themes, and areas, as things that can be searched for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from publishing.held import Held
from search.kinds import Kind, Shown
from search.kinds import register as register_kind
from search.query import register_synonyms
from search.suggestions import register_names
from themes.attach import VOCABULARIES, vocabulary
from themes.models import Area, Theme


def shown(theme: Theme) -> Shown:
    return Shown(title=theme.name, href=theme.get_absolute_url(), id=theme.slug, kind_words=_t("Theme"))


def nothing(*groups: Any) -> None:
    """What a theme says stands in its own row."""


def names() -> Iterator[list[str]]:
    """For each term in use all that it is called, its name in the reader's language first."""
    for term in chain.from_iterable(vocabulary(model).values() for model in VOCABULARIES):
        if not term.retired:
            others = [term.label, term.label_cy, *term.alt_labels, getattr(term, "abbreviation", "")]
            name = str(term.name)
            yield [name, *(one for one in dict.fromkeys(others) if one and one != name)]


def shown_area(area: Area) -> Shown:
    return Shown(title=area.name, href=area.get_absolute_url(), id=area.slug, kind_words=_t("Area"))


@Held
def names_of_areas() -> list[list[str]]:
    """For each area in use all that it is called."""
    rows = Area.objects.current().values_list("label", "label_cy", "alt_labels")
    return [[name for name in dict.fromkeys((label, welsh, *others)) if name] for label, welsh, others in rows]


def register() -> None:
    register_names(names)
    for add in (register_names, register_synonyms):
        add(names_of_areas)
    register_kind(
        Kind("theme", _("Themes"), Theme, Theme.objects.current, shown, nothing, ("slug", "label", "label_cy"))
    )
    register_kind(
        Kind("area", _("Areas"), Area, Area.objects.current, shown_area, nothing, ("slug", "label", "label_cy"))
    )
