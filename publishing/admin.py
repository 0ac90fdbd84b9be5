"""The curator's forms: what every publishable row has in common.

A draft is saved as it is. An edit of a published row becomes its pending version: the form is saved inside a savepoint,
the row is read back as a snapshot, and the savepoint is undone. The form of such a row shows the pending version in
the same way. Readers see the change when it is published, whole. kept.py has what holds for rows of any kind: their
history, and two people at once; desk_steps.py the steps of publishing.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from publishing import actions
from publishing.desk_steps import StepsAdmin
from publishing.kept import KeptAdmin, is_trial
from publishing.models import ContentVersion, PendingVersion, Publishable, ShippedRow, Status, Version
from publishing.roles import may
from publishing.snapshots import SnapshotError, find, key_field, restore, snapshot


class HasPending(admin.SimpleListFilter):
    """Rows with a change that waits."""

    title = _("change that waits")
    parameter_name = "pending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), *PendingVersion.Status.choices, ("scheduled", "On the schedule")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that wait, or of those the ones in that state."""
        narrowed = {"yes": {}, "scheduled": {"publish_at__isnull": False}}
        narrowed |= {status: {"status": status} for status in PendingVersion.Status.values}
        if self.value() not in narrowed:
            return queryset
        model = queryset.model
        keys = PendingVersion.objects.filter(model=model._meta.label_lower, **narrowed[self.value()]).values("key")
        return queryset.filter(**{f"{key_field(model)}__in": keys})


class _Known(list[Any]):
    """Rows at hand, in the place of the queryset of which an autocomplete asks the name of what is chosen."""

    def using(self, alias: Any) -> Self:
        return self

    def filter(self, **lookup: Any) -> list[Any]:
        [values] = lookup.values()
        return [row for row in self if str(row.pk) in values]


def name_chosen(form: ModelForm[Any], *names: str) -> None:
    """Let these autocompletes name what the form's row holds already; else each asks the database by itself."""
    for name in names:
        chosen = getattr(form.instance, name, None)
        if chosen is not None and not form.is_bound:
            choices: Any = form.fields[name].choices  # type: ignore[attr-defined]
            choices.queryset = _Known([chosen])
            form.fields[name].widget.choices = choices  # type: ignore[attr-defined]


class LastStep(admin.SimpleListFilter):
    """Rows by what was done with them last."""

    title = "last step"
    parameter_name = "last_step"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        steps = Version.Step
        return [
            (step.value, step.label) for step in (steps.SUBMITTED, steps.SENT_BACK, steps.SCHEDULED, steps.RESTORED)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in Version.Step.values:
            return queryset
        model = queryset.model
        newest = Version.objects.newest().filter(model=model._meta.label_lower, step=self.value())
        return queryset.filter(**{f"{key_field(model)}__in": newest.values("key")})


class Scheduled(admin.SimpleListFilter):
    """Rows that will be published at a time, themselves or a change to them."""

    title = "on the schedule"
    parameter_name = "scheduled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        model = queryset.model
        changes = PendingVersion.objects.filter(model=model._meta.label_lower, publish_at__isnull=False)
        return queryset.filter(Q(publish_at__isnull=False) | Q(**{f"{key_field(model)}__in": changes.values("key")}))


class PublishableAdmin(StepsAdmin, KeptAdmin):
    """Base of the forms of everything that is published."""

    save_on_top = True
    list_per_page = 50
    common_filters = ["status", HasPending, LastStep, Scheduled, "fictional"]
    standing = (
        "status",
        "published_at",
        "publish_at",
        "withdrawn_on",
        "withdrawn_reason",
        "changed_at",
        "changed_by",
        "pending",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        key = key_field(self.model)
        fixed = [key] if obj and key in {f.name for f in self.model._meta.fields} else []
        fixed += ["slug"] if obj and obj.is_public and hasattr(obj, "slug") else []
        return [*super().get_readonly_fields(request, obj), *self.standing, *dict.fromkeys(fixed)]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))

    @admin.display(description=_("change that waits"))
    def pending(self, row: Publishable) -> str:
        waiting = actions.pending_for(row) if row.pk else None
        if waiting is None:
            return "–"
        return format_html(
            "{}: {}, {}, {}",
            _t("The form shows it"),
            waiting.get_status_display(),  # type: ignore[attr-defined]
            waiting.changed_by or _t("unknown"),
            date_format(localtime(waiting.changed_at), "j F Y, H:i"),
        )

    # -- who may do what ----------------------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never published can be deleted; the rest is withdrawn."""
        never_public = obj is not None and obj.published_at is None
        return never_public and may(request.user, "delete", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A withdrawn row stays as it was; what is in review is changed by whoever reviews it."""
        if not super().has_change_permission(request, obj) or (obj is not None and obj.is_withdrawn):
            return False
        return obj is None or not self._is_in_review(request, obj) or self.has_publish_permission(request)

    def _is_in_review(self, request: HttpRequest, row: Publishable) -> bool:
        """Whether the row is, or the change to it; asked once a request, as the admin asks for permissions often."""
        held: dict[Any, bool] = request.__dict__.setdefault("in_review", {})
        if row.pk not in held:
            waiting = actions.pending_for(row) if row.is_published else None
            held[row.pk] = Status.IN_REVIEW in {row.status, waiting.status if waiting else ""}
        return held[row.pk]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "publish", self.model)

    def view_on_site(self, row: Publishable) -> str | None:  # type: ignore[override]
        return row.get_absolute_url() if row.is_public else None  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actions.delete_draft(row=obj, by=request.user)

    # -- an edit of a published row is a pending version --------------------------------------------------------

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """The form of a row with a change that waits: applied within a savepoint, and undone."""
        row = self.get_object(request, object_id) if object_id else None
        waiting = actions.pending_for(row) if row is not None and row.is_published else None
        if waiting is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            start = transaction.savepoint()
            request.undo_to, request.waiting = start, waiting  # type: ignore[attr-defined]
            try:
                restore(waiting.content, row, provisional=True)
            except SnapshotError as error:
                transaction.savepoint_rollback(start)
                self.message_user(request, str(error), messages.ERROR)
            response: HttpResponse = super()._changeform_view(request, object_id, form_url, extra_context)
            if isinstance(response, TemplateResponse):
                response.render()
            if not getattr(request, "is_undone", False):
                transaction.savepoint_rollback(start)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An edit of a published row is saved to be undone; a draft is saved with its relations, by save_related."""
        if is_trial(request):
            obj.save()
        elif change and obj.is_published:
            if not hasattr(request, "undo_to"):
                request.undo_to = transaction.savepoint()  # type: ignore[attr-defined]
            obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        related = partial(super().save_related, request, form, formsets, change)
        undo_to = getattr(request, "undo_to", None)
        if is_trial(request):
            related()
            return
        if undo_to is None:
            actions.save_draft(row=form.instance, by=request.user, relations=related)
            return
        related()
        row = type(form.instance)._default_manager.get(pk=form.instance.pk)
        content = snapshot(row)
        transaction.savepoint_rollback(undo_to)
        request.is_undone = True  # type: ignore[attr-defined]
        self._keep_for_later(request, find(type(row), content["key"]), content)

    def _keep_for_later(self, request: HttpRequest, row: Any, content: dict[str, Any]) -> None:
        if snapshot(row) == content:
            actions.discard_pending(row=row, by=request.user)
            self.message_user(request, _t("Nothing differs from what is published, so nothing waits."))
            return
        actions.save_pending(row=row, content=content, by=request.user)
        self.message_user(
            request,
            _t("Readers still see the published version. Send the change to review; an editor swaps it in."),
            messages.WARNING,
        )


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at, never to change: kept by the machine."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(PendingVersion)
class PendingVersionAdmin(ReadOnlyAdmin):
    """Changes that wait: where each stands, and the way to the form of its row, which shows it."""

    list_display = ("key", "model", "status", "publish_at", "changed_by", "changed_at")
    list_filter = ("model", "status")
    search_fields = ("key",)
    list_select_related = ("changed_by",)
    fields = readonly_fields = ("row", "model", "status", "publish_at", "note", "changed_by", "changed_at")

    @admin.display(description=_("row"))
    def row(self, pending: PendingVersion) -> str:
        address = reverse("admin:row", args=[pending.model, pending.key])
        return format_html('<a href="{}">{}</a>', address, pending.key)


@admin.register(ShippedRow)
class ShippedRowAdmin(ReadOnlyAdmin):
    list_display = ("key", "model", "hash")
    list_filter = ("model",)
    search_fields = ("key",)


@admin.register(ContentVersion)
class ContentVersionAdmin(ReadOnlyAdmin):
    list_display = ("number", "changed_at")


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """The log of every step: who took it, when, with which row, and what they said of it. Nobody can edit it."""

    list_display = ("at", "who", "step", "pending", "key", "title", "comment")
    list_filter = ("step", "pending", "model", "at")
    search_fields = ("key", "title", "by_name", "comment", "batch")
    date_hierarchy = "at"
    ordering = ("-pk",)
    show_full_result_count = False
