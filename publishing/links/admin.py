"""Links for curators: to look at; an address is mended where it stands."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join

from publishing.admin import ReadOnlyAdmin
from publishing.links.addresses import holder, rows_that_name
from publishing.links.models import Link


class LinkState(admin.SimpleListFilter):
    """Rows by the state of the address in their field `url`."""

    title = "link"
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Link.Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Link.Status.values:
            return queryset
        return queryset.filter(url__in=Link.objects.filter(status=self.value()).values("url"))


@admin.register(Link)
class LinkAdmin(ReadOnlyAdmin):
    list_display = ("status", "address", "answer", "checked_at", "worked_at")
    list_display_links = ("address",)
    list_filter = ("status", "checked_at")
    search_fields = ("url", "answer")
    ordering = ("-failures", "status", "url")
    readonly_fields = ("open", "stands_in")

    @admin.display(description="address", ordering="url")
    def address(self, link: Link) -> str:
        """Short enough for its row: what the host is, and how it ends."""
        return link.url if len(link.url) <= 56 else f"{link.url[:32]}…{link.url[-20:]}"

    @admin.display(description="open it")
    def open(self, link: Link) -> str:
        """The stored address is shown as a link only where a browser may follow it."""
        if not link.url.startswith(("http://", "https://")):
            return "–"
        return format_html('<a href="{}" rel="noreferrer">{}</a>', link.url, link.url)

    @admin.display(description="stands in")
    def stands_in(self, link: Link) -> str:
        """The rows that name it, each with the way to its form."""
        held = {(row._meta.label, row.pk): row for row in map(holder, rows_that_name(link.url))}
        return format_html_join("", "<div>{}</div>", ((_way_to(row),) for row in held.values())) or "–"


def _way_to(row: Any) -> str:
    meta = row._meta
    try:
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return str(row)
    return format_html('{} <a href="{}">{}</a>', str(meta.verbose_name).capitalize(), address, row)
