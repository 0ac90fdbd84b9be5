"""Coding a report: its passages on one side, learning points and their evidence on the other. Works without a script."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from publishing.roles import may
from publishing.writes import Refused
from reviews.coding import actions, screen
from reviews.coding.forms import OFFERED, BeginForm, CodeForm
from reviews.coding.models import Passage, Reading
from reviews.models import CaseReview, Document, EvidenceSet, LearningPoint


@admin.register(Reading)
class ReadingAdmin(admin.ModelAdmin):
    form = BeginForm
    list_display = ("document", "source_name", "passages_left", "begun_by", "begun_at", "go_on")
    list_display_links = None
    list_select_related = ("document", "review", "evidence_set", "begun_by")
    search_fields = ("document__title", "review__title", "evidence_set__title")
    add_form_template = "coding/begin.html"
    fieldsets = (
        (None, {"fields": ("document_name", "source_name")}),
        ("Its text", {"fields": ("pdf", ("first", "last"), "text")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        open_ones = Count("passages", filter=Q(passages__set_aside=False))
        return super().get_queryset(request).annotate(all_passages=Count("passages"), not_aside=open_ones)

    @admin.display(description="source")
    def source_name(self, reading: Reading) -> str:
        return str(reading.source)

    @admin.display(description="passages")
    def passages_left(self, reading: Any) -> str:
        return f"{reading.all_passages}, {reading.all_passages - reading.not_aside} set aside"

    @admin.display(description="")
    def go_on(self, reading: Reading) -> str:
        return format_html('<a href="{}">Go on coding</a>', reverse("admin:coding_code", args=[reading.pk]))

    def get_urls(self) -> list[Any]:
        own = [
            path("<int:pk>/code/", self.admin_site.admin_view(self.code), name="coding_code"),
            path("<int:pk>/code/<int:number>/aside/", self.admin_site.admin_view(self.aside), name="coding_aside"),
        ]
        return own + super().get_urls()

    # -- begin --------------------------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {name: request.GET.get(name, "") for name in ("document_name", "source_name")}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        reviews = CaseReview.objects.exclude(status="withdrawn").order_by("-pk")[:OFFERED]
        sets = EvidenceSet.objects.exclude(status="withdrawn")[:OFFERED]
        names = {
            "documents": Document.objects.order_by("-pk").values_list("slug", "title")[:OFFERED],
            "sources": [(one.reference, one.title) for one in reviews] + [(one.slug, one.title) for one in sets],
            "title": "Begin to code a report",
        }
        return super().add_view(request, form_url, {**(extra_context or {}), **names})

    def save_model(self, request: HttpRequest, obj: Reading, form: Any, change: bool) -> None:
        made = actions.begin(document=form.document, source=form.source, found=form.found, by=request.user)
        obj.pk = made.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, f"{obj.passages.count()} passages were found.", messages.SUCCESS)
        return redirect("admin:coding_code", pk=obj.pk)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not object_id.isdecimal():
            return super().change_view(request, object_id, *args, **kwargs)
        return self.code(request, int(object_id))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may code may remove the text of a document; what was made of it stays."""
        return self.has_change_permission(request, obj)

    # -- code ---------------------------------------------------------------------------------------------------

    def code(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The screen. Whoever may see it without writing learning points sees the passages alone."""
        reading = get_object_or_404(Reading.objects.select_related("document", "review", "evidence_set"), pk=pk)
        if not self.has_view_permission(request, reading):
            raise PermissionDenied
        lines = screen.lines(reading)
        number = request.GET.get("passage", "")
        wanted = int(number) if number.isdecimal() and len(number) < 9 else screen.after(lines, 0)
        line = next((one for one in lines if one.passage.number == wanted), lines[0])
        words = " ".join(request.GET.get("words", "").split())[:400]
        form = CodeForm(
            request.POST or None, initial={"locator": line.passage.locator, "kind": "finding", "statement": words}
        )
        may_code = may(request.user, "save", LearningPoint) and self.has_change_permission(request, reading)
        if request.method == "POST":
            if not may_code:
                raise PermissionDenied
            if form.is_valid() and self._save(request, line.passage, form):
                return self._next(reading, line.passage.number)
        offered = screen.offered(line.passage, form.data.get("statement", "") or words)
        return self._screen(request, reading, lines, line, form, offered, words, may_code)

    def _screen(self, request: HttpRequest, reading: Reading, lines: Any, line: Any, form: Any, offered: Any, words: str,
                may_code: bool) -> HttpResponse:  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": f"Coding: {reading.document}",
            "reading": reading,
            "lines": lines,
            "line": line,
            "form": form,
            "offered": offered,
            "chosen": form.data.get("to", ""),
            "words": words,
            "settled": sum(not one.is_open for one in lines),
            "may_code": may_code,
            "opts": self.model._meta,
        }
        return TemplateResponse(request, "coding/code.html", context)

    def _save(self, request: HttpRequest, passage: Passage, form: CodeForm) -> bool:
        data = form.cleaned_data
        common = {"passage": passage, "locator": data["locator"], "note": data["note"], "by": request.user}
        try:
            if form.point is None:
                fields = {name: data[name] for name in ("statement", "detail", "kind") if data[name]}
                point = actions.code_new(relations=form.relations, **fields, **common)
                said = f"{point.code} is made, a draft with {passage.code} as its evidence."
            elif actions.code_existing(point=form.point, **common):
                said = f"{passage.code} is evidence of {form.point.code} in a change that waits to be published."
            else:
                said = f"{passage.code} is evidence of {form.point.code}, a draft."
        except Refused as error:
            form.add_error(None, error)
            return False
        except IntegrityError:  # the code that was free a moment ago
            form.add_error(None, "Somebody else made something at the same moment. Nothing is lost: save once more.")
            return False
        self.message_user(request, said, messages.SUCCESS)
        return True

    def _next(self, reading: Reading, number: int) -> HttpResponse:
        following = screen.after(screen.lines(reading), number)
        return redirect(f"{reverse('admin:coding_code', args=[reading.pk])}?passage={following}#p{following}")

    def aside(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Nothing to learn from this passage, or after all something."""
        return require_POST(self._aside)(request, pk, number)

    def _aside(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        passage = get_object_or_404(Passage.objects.select_related("reading"), reading=pk, number=number)
        if not self.has_change_permission(request, passage.reading):
            raise PermissionDenied
        aside = "back" not in request.POST
        actions.set_aside(passage=passage, aside=aside)
        if not aside:
            return redirect(f"{reverse('admin:coding_code', args=[pk])}?passage={number}#p{number}")
        return self._next(passage.reading, number)
