"""Themes as things that can be searched for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from search.kinds import Kind, Shown
from search.kinds import register as register_kind
from themes.models import Theme


def shown(theme: Theme) -> Shown:
    return Shown(title=theme.name, href=theme.get_absolute_url(), id=theme.slug, kind_words=_t("Theme"))


def nothing(*groups: Any) -> None:
    """What a theme says stands in its own row."""


def register() -> None:
    register_kind(Kind("theme", _("Themes"), Theme, Theme.objects.current, shown, nothing, nothing))
