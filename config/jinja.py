"""The Jinja2 environment of the public pages."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from jinja2 import Environment, StrictUndefined

from exports.linked_data import schema_org
from exports.links import forms_of, handouts_of
from publishing.html import markdown, marked
from themes.glossary import explained, new_words


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named route: url("reviews:detail", review.slug)."""
    return reverse(name, args=args, kwargs=kwargs)


def day(value: Any) -> str:
    """'18 November 2026' in the reader's language; a text passes as it is."""
    return value if isinstance(value, str) else date_format(value, "j F Y")


# What every template can call. A new one is one line here; it comes from the app that owns it.
GLOBALS: dict[str, Any] = {
    "explained": explained,
    "forms_of": forms_of,
    "handouts_of": handouts_of,
    "get_language": translation.get_language,
    "markdown": markdown,
    "marked": marked,
    "new_words": new_words,
    "schema_org": schema_org,
    "static": static,
    "url": url,
}
FILTERS: dict[str, Any] = {"day": day}


def environment(**options: Any) -> Environment:
    options |= {
        "autoescape": True,
        "extensions": ["jinja2.ext.i18n"],
        "lstrip_blocks": True,
        "trim_blocks": True,
        "undefined": StrictUndefined,
    }
    env = Environment(**options)  # noqa: S701 - it is on
    # Looked up at each call, so that one compiled template serves every language.
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(GLOBALS)
    env.filters.update(FILTERS)
    return env
