"""Every route of the site, read from the URL configuration."""

from collections.abc import Iterator
from typing import Any

from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation

#: Curators' pages: behind a log-in, and tested in test_admin.py and tests/publishing/signin/.
NOT_PUBLIC = {"admin", "signin"}
#: Routes that answer with a file or with data, and so lead nowhere.
FILES = {"exports:listing", "exports:pack-file", "exports:thing", "search:suggest"}


def public_routes() -> dict[str, bool]:
    """Names of the routes that readers can ask for, and whether each stands under /cy/ too."""
    return dict(_walk(get_resolver().url_patterns, "", in_languages=False))


def _walk(patterns: list[Any], namespace: str, in_languages: bool) -> Iterator[tuple[str, bool]]:
    for one in patterns:
        if isinstance(one, URLPattern):
            assert one.name, f"the route {one.pattern} has no name"
            yield f"{namespace}{one.name}", in_languages
        elif isinstance(one, URLResolver) and one.namespace not in NOT_PUBLIC:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, inner, in_languages or isinstance(one.pattern, LocalePrefixPattern))


def address(name: str, *args: Any, language: str = "en-gb") -> str:
    with translation.override(language):
        return reverse(name, args=args)


assert is_language_prefix_patterns_used("config.urls")
