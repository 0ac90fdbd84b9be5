"""Where the content names addresses of other sites: in fields made for one, and as links in its texts.

Read from the models themselves: whatever is published, its parts, and whatever names a keeper (roles.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Model, Q

from publishing.html import markdown
from publishing.links.models import Link
from publishing.models import Publishable
from publishing.roles import parts_of

_HREF = re.compile(r'<a [^>]*?href="(https?://[^"]+)"')


def in_text(text: str) -> list[str]:
    """The addresses that a text, rendered for readers, links to.

    >>> in_text("See [the report](https://example.org/a?b=1&c=2).")
    ['https://example.org/a?b=1&c=2']
    """
    return [unescape(found) for found in _HREF.findall(markdown(text))] if "://" in text else []


@cache
def _models() -> list[tuple[type[Model], list[str], list[str]]]:
    """(model, its fields for an address, its fields for a text) of all content."""
    content = [m for m in apps.get_models() if issubclass(m, Publishable) or hasattr(m, "kept_by")]
    parts = [part for model in content for part in parts_of(model)]
    found = []
    for model in dict.fromkeys([*content, *parts]):
        if model is Link:
            continue
        fields = model._meta.concrete_fields
        urls = [one.name for one in fields if isinstance(one, models.URLField)]
        texts = [one.name for one in fields if isinstance(one, models.TextField)]
        if urls or texts:
            found.append((model, urls, texts))
    return found


def in_content() -> Iterator[str]:
    """Every address that any row names, some more than once; a statement for each field."""
    for model, urls, texts in _models():
        rows = model._default_manager.order_by()
        for name in urls:
            yield from rows.exclude(**{name: ""}).values_list(name, flat=True).iterator()
        for name in texts:
            for text in rows.filter(**{f"{name}__contains": "://"}).values_list(name, flat=True).iterator():
                yield from in_text(text)


def rows_that_name(url: str) -> Iterator[Model]:
    """The rows in which that address stands."""
    for model, urls, texts in _models():
        wanted = Q(*((name, url) for name in urls), _connector=Q.OR)
        for row in model._default_manager.filter(wanted) if urls else ():
            yield row
        mentioned = Q(*((f"{name}__contains", "://") for name in texts), _connector=Q.OR)
        for row in model._default_manager.filter(mentioned) if texts else ():
            if any(url in in_text(getattr(row, name)) for name in texts):
                yield row


def holder(row: Any) -> Any:
    """The row in whose form it is edited: of a part the whole that it belongs to."""
    for model in apps.get_models():
        for part in getattr(model, "parts", ()):
            relation: Any = model._meta.get_field(part)
            if relation.related_model is type(row) and getattr(row, relation.field.name) is not None:
                return holder(getattr(row, relation.field.name))
    return row
