"""The desk for files: mappings of columns, and the runs. What is done with a run stands in views.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from intake import views
from intake.kinds import KINDS
from intake.models import Mapping, Run, counted


@admin.register(Mapping)
class MappingAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "kind", "existing")
    list_filter = ("kind",)
    search_fields = ("name", "slug", "note")
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", "kind"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ("name",)}


@admin.register(Run)
class RunAdmin(admin.ModelAdmin):
    """The list of runs; their pages are our own, since a run is looked at and told what to do, never edited."""

    change_list_template = "admin/intake/runs.html"
    list_display = ("file_name", "what", "state", "rows", "author", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ("author",)
    search_fields = ("file_name", "file_hash", "mapping")
    list_display_links = None

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return ("link", *self.list_display[1:])

    @admin.display(description="file", ordering="file_name")
    def link(self, run: Run) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:intake_run_change", args=[run.pk]), run.file_name)

    @admin.display(description="what each row is", ordering="kind")
    def what(self, run: Run) -> str:
        return KINDS[run.kind].label

    @admin.display(description="rows")
    def rows(self, run: Run) -> str:
        return counted(run.counts)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Files brought in", **(extra_context or {})})

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return views.bring_in(self, request)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return views.show(self, request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("admin:intake_run_change", object_id)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("out/", wrap(lambda request: views.take_out(self, request)), name="intake_out"),
            path("<int:pk>/match/", wrap(lambda request, pk: views.match(self, request, pk)), name="intake_match"),
            path("<int:pk>/do/", require_POST(wrap(lambda request, pk: views.do(self, request, pk))), name="intake_do"),
            path(
                "<int:pk>/refused.csv",
                wrap(lambda request, pk: views.refused(self, request, pk)),
                name="intake_refused",
            ),
        ]
        return [*own, *super().get_urls()]
