"""The evidence floor, for curators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from publishing.admin import PublishableAdmin, ReadOnlyAdmin, name_chosen
from publishing.kept import KeptAdmin
from publishing.links.admin import LinkState
from publishing.writes import Refused
from reviews import actions, merging
from reviews.codes import next_code
from reviews.models import (
    CaseReview,
    Document,
    Evidence,
    EvidenceSet,
    LearningPoint,
    Publisher,
    Recommendation,
    ReviewPublisher,
)
from search.similar import similar


@admin.register(Publisher)
class PublisherAdmin(KeptAdmin):
    list_display = ("name", "short_name", "kind", "nation", "active_from", "active_to")
    list_filter = ("kind", "nation")
    search_fields = ("name", "short_name", "slug", "alt_labels")
    prepopulated_fields = {"slug": ("name",)}

    def write(self, *, row: Publisher, by: Any) -> None:
        actions.save_source(row=row, by=by)


@admin.register(Document)
class DocumentAdmin(KeptAdmin):
    list_display = ("title", "kind", "publisher", "date", "url", "checked_on")
    list_filter = ("kind", LinkState, "publisher")
    list_select_related = ("publisher",)
    search_fields = ("title", "slug", "url", "publisher__name")
    autocomplete_fields = ("publisher",)
    prepopulated_fields = {"slug": ("title",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        """What readers see of a document at once, somebody who may publish has to change."""
        given = super().get_readonly_fields(request, obj)
        return given if obj is None or actions.may_change_text(obj, request.user) else (*given, "text")

    def write(self, *, row: Document, by: Any) -> None:
        actions.save_source(row=row, by=by)


class ReviewPublisherInline(admin.TabularInline):
    model = ReviewPublisher
    extra = 0
    autocomplete_fields = ("publisher",)


@admin.register(CaseReview)
class CaseReviewAdmin(PublishableAdmin):
    list_display = (
        "title",
        "reference",
        "review_type",
        "nation",
        "area_name",
        "publication_date",
        "availability",
        "status",
    )
    list_filter = (*PublishableAdmin.common_filters, "review_type", "nation", "identified", "availability", "themes")
    list_select_related = ("review_type",)
    search_fields = ("title", "reference", "area_name", "summary", "publishers__name")
    ordering = ("title",)
    date_hierarchy = "publication_date"
    autocomplete_fields = ("review_type", "themes", "age_stages", "harms", "sectors", "documents")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (ReviewPublisherInline,)
    fieldsets = (
        (
            None,
            {
                "fields": ("title", "reference", "slug", "review_type", "identified"),
                "description": _("The pseudonym that the report uses, and nothing else that could name a child."),
            },
        ),
        (
            _("Where and when"),
            {
                "fields": (
                    "nation",
                    "area_name",
                    "area_code",
                    "publication_date",
                    "publication_precision",
                    "incident_year",
                    "added_on",
                )
            },
        ),
        (_("What it is about"), {"fields": ("summary", "content_note", "themes", "age_stages", "harms", "sectors")}),
        (_("Full report"), {"fields": ("documents", "availability")}),
        (_("Where it stands"), {"fields": PublishableAdmin.standing}),
    )


@admin.register(EvidenceSet)
class EvidenceSetAdmin(PublishableAdmin):
    list_display = ("title", "kind", "analysis", "reported_size", "status")
    list_filter = (*PublishableAdmin.common_filters, "kind")
    search_fields = ("title", "slug", "description")
    autocomplete_fields = ("documents", "size_document", "members")
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "description", "documents")}),
        (
            _("Size"),
            {
                "fields": ("analysis", "reported_size", "size_document", "members"),
                "description": _(
                    "A size is given only with the document that states it. Members are the reviews known one by one."
                ),
            },
        ),
        (_("Where it stands"), {"fields": PublishableAdmin.standing}),
    )


class EvidenceForm(forms.ModelForm):
    """One piece of evidence. A code left blank is given."""

    class Meta:
        model = Evidence
        fields = ("code", "review", "evidence_set", "document", "locator", "passage", "note", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        name_chosen(self, "review", "evidence_set", "document")

    def clean_code(self) -> str:
        return self.cleaned_data["code"] or next_code(Evidence, taken=int(self.prefix.rpartition("-")[2] or 0))


class EvidenceInline(admin.StackedInline):
    model = Evidence
    form = EvidenceForm
    extra = 0
    autocomplete_fields = ("review", "evidence_set", "document")
    verbose_name_plural = _("evidence: which review or set it was learned from, in which document, and where")
    fieldsets = (
        (
            None,
            {
                "fields": (("code", "order"), ("review", "evidence_set"), ("document", "locator", "passage"), "note"),
                "description": _("Exactly one review or one set. Without evidence nothing can be published."),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("review", "evidence_set", "document")


class StatementAdmin(PublishableAdmin):
    inlines = (EvidenceInline,)
    strength_fields = ("evidence_count", "review_count", "strength")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *self.strength_fields]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A draft takes its evidence with it, which nobody may delete by itself."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed - {Evidence._meta.verbose_name}, protected

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"code": next_code(self.model), **super().get_changeform_initial_data(request)}


@admin.register(LearningPoint)
class LearningPointAdmin(StatementAdmin):
    list_display = ("code", "status", "statement", "kind", "evidence_count", "strength", "as_at")
    list_filter = (*PublishableAdmin.common_filters, "kind", "strength", "themes", "sectors", "age_stages")
    search_fields = ("code", "statement", "detail", "evidence__passage")
    actions = (*StatementAdmin.actions, "merge")
    autocomplete_fields = ("themes", "sectors", "age_stages", "principles", "superseded_by")
    fieldsets = (
        (None, {"fields": ("code", "statement", "detail", "kind")}),
        (_("What it is about"), {"fields": ("themes", "sectors", "age_stages", "principles", "questions")}),
        (_("How old it is"), {"fields": ("as_at", "as_at_precision", "context_note", "superseded_by")}),
        (
            _("Strength of its evidence"),
            {
                "fields": StatementAdmin.strength_fields,
                "description": _("Counts reviews, never documents. Kept by the site."),
            },
        ),
        (_("Where it stands"), {"fields": PublishableAdmin.standing}),
    )

    @admin.action(description=_("Merge into another learning point…"), permissions=["publish"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Asks first which one, and offers those that say nearly the same."""
        code = (request.POST.get("other") or request.POST.get("into") or "").strip().upper()
        into = LearningPoint.objects.filter(code=code).first()
        if into is None:
            return TemplateResponse(request, "admin/reviews/merge.html", self._merging(request, queryset, code))
        for point in queryset:
            try:
                merging.merge(point=point, into=into, by=request.user)
                self.message_user(request, f"{point.code} is merged into {into.code}.", messages.SUCCESS)
            except Refused as error:
                for message in error.messages:
                    self.message_user(request, message, messages.ERROR)
        return None

    def _merging(self, request: HttpRequest, queryset: QuerySet[Any], code: str) -> dict[str, Any]:
        points = list(queryset)
        found = {
            one.row.pk: one.row for point in points for one in similar(LearningPoint, point.statement, besides=point)
        }
        return {
            **self.admin_site.each_context(request),
            "title": "Merge",
            "rows": points,
            "similar": [row for row in found.values() if not row.is_withdrawn],
            "code": code,
            "selected": request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
            "opts": self.model._meta,
        }


@admin.register(Recommendation)
class RecommendationAdmin(StatementAdmin):
    list_display = ("code", "status", "text", "group_heading", "evidence_count", "strength")
    list_filter = (*PublishableAdmin.common_filters, "strength", "addressed_to", "themes")
    search_fields = ("code", "text", "evidence__passage")
    autocomplete_fields = ("addressed_to", "themes", "answers")
    fieldsets = (
        (None, {"fields": ("code", "text", "group_heading", "addressed_to")}),
        (_("What it is about"), {"fields": ("themes", "answers")}),
        (
            _("Strength of its evidence"),
            {
                "fields": StatementAdmin.strength_fields,
                "description": _("Counts reviews, never documents. Kept by the site."),
            },
        ),
        (_("Where it stands"), {"fields": PublishableAdmin.standing}),
    )


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """To find what rests on a source or a passage; changed in the form of its statement."""

    list_display = (
        "code",
        "learning_point",
        "recommendation",
        "review",
        "evidence_set",
        "document",
        "locator",
        "passage",
    )
    list_select_related = ("learning_point", "recommendation", "review", "evidence_set", "document")
    list_filter = ("document", "evidence_set")
    search_fields = ("code", "passage", "review__title", "learning_point__code", "recommendation__code")
