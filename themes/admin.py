"""The vocabularies, for their keepers. Terms are merged and retired, never deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from publishing.kept import KeptAdmin
from themes import actions
from themes.models import AgeStage, Area, Harm, Principle, ReviewType, Sector, Term, Theme


class TermAdmin(KeptAdmin):
    """Base of the forms of all vocabularies."""

    list_display = ("label", "slug", "label_cy", "order", "retired", "replaced_by")
    list_filter = ("retired",)
    list_select_related = ("replaced_by",)
    search_fields = ("label", "label_cy", "slug", "alt_labels")
    readonly_fields = ("retired", "replaced_by")
    prepopulated_fields = {"slug": ("label",)}
    actions = ("merge", "retire")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["slug"] if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("order", "label")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Retired terms are not offered where a term is chosen."""
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(retired=False)
        return super().get_search_results(request, queryset, search_term)

    def write(self, *, row: Term, by: Any) -> None:
        actions.save(term=row, by=by)

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for term in queryset:
            actions.retire(term=term, by=request.user)
        self.message_user(request, _t("Retired. What carries these terms keeps them."))

    @admin.action(description=_("Merge into another term…"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Asks first which one."""
        given = request.POST.get("into", "")
        into = self.model._default_manager.filter(pk=given).first() if given.isdecimal() else None
        if into is not None:
            try:
                for term in queryset:
                    actions.merge(term=term, into=into, by=request.user)
                self.message_user(request, _t("Merged. The old addresses lead to the other term."))
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Merge"),
            "rows": queryset,
            "terms": self.model._default_manager.current().exclude(pk__in=queryset.values("pk")),
            "opts": self.model._meta,
            "selected": request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
        }
        return TemplateResponse(request, "admin/themes/merge.html", context)


@admin.register(Theme)
class ThemeAdmin(TermAdmin):
    list_display = ("label", "code", "is_mission", "slug", "label_cy", "order", "retired")
    list_filter = ("is_mission", "retired")
    list_select_related = ("replaced_by", "parent")
    search_fields = ("label", "label_cy", "slug", "code", "alt_labels")
    autocomplete_fields = ("parent",)


@admin.register(Sector)
class SectorAdmin(TermAdmin):
    list_display = ("label", "is_agency", "is_audience", "slug", "order", "retired")
    list_filter = ("is_agency", "is_audience", "retired")


@admin.register(ReviewType)
class ReviewTypeAdmin(TermAdmin):
    list_display = ("label", "abbreviation", "nations", "in_use_from", "in_use_to", "retired")
    search_fields = ("label", "abbreviation", "alt_labels", "slug")


admin.site.register([AgeStage, Area, Harm, Principle], TermAdmin)
