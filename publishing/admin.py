"""The curator's forms: what every publishable row has in common.

A draft is saved as it is. An edit of a published row becomes its pending version: the form is saved inside a savepoint,
the row is read back as a snapshot, and the savepoint is undone. The form of such a row shows the pending version in
the same way. Readers see the change when it is published, whole.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from publishing import actions, looks
from publishing.models import ContentVersion, PendingVersion, Publishable, ShippedRow, Version, WithdrawnReason
from publishing.roles import may
from publishing.snapshots import SnapshotError, find, restore, snapshot


class HasPending(admin.SimpleListFilter):
    """Rows with a change that waits."""

    title = _("change that waits")
    parameter_name = "pending"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        model = queryset.model
        keys = PendingVersion.objects.filter(model=model._meta.label_lower).values("key")
        return queryset.filter(**{f"{getattr(model, 'natural_key_field', 'slug')}__in": keys})


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


class PublishableAdmin(admin.ModelAdmin):
    """Base of the forms of everything that is published."""

    actions = ["submit", "send_back", "publish", "publish_changes", "discard_changes", "withdraw"]
    save_on_top = True
    list_per_page = 50
    common_filters = ["status", HasPending, "fictional"]
    standing = ("status", "published_at", "withdrawn_on", "withdrawn_reason", "changed_at", "changed_by", "pending")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        key = getattr(self.model, "natural_key_field", "slug")
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
            "{}: {}, {}",
            _t("The form shows it"),
            waiting.changed_by or _t("unknown"),
            waiting.changed_at.strftime("%d.%m.%Y %H:%M"),
        )

    # -- who may do what ----------------------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never published can be deleted; the rest is withdrawn."""
        never_public = obj is not None and obj.published_at is None
        return never_public and super().has_delete_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A withdrawn row stays as it was."""
        return not (obj is not None and obj.is_withdrawn) and super().has_change_permission(request, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "publish", self.model)

    def view_on_site(self, row: Publishable) -> str | None:  # type: ignore[override]
        return row.get_absolute_url() if row.is_public else None  # type: ignore[attr-defined]

    # -- an edit of a published row is a pending version --------------------------------------------------------

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Django's own, which changeform_view calls within its transaction: a savepoint made outside would undo that."""
        row = self.get_object(request, object_id) if object_id else None
        waiting = actions.pending_for(row) if row is not None and row.is_published else None
        if waiting is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc,no-any-return]
        with transaction.atomic():
            start = transaction.savepoint()
            request.undo_to = start  # type: ignore[attr-defined]
            try:
                restore(waiting.content, row, provisional=True)
            except SnapshotError as error:
                transaction.savepoint_rollback(start)
                self.message_user(request, str(error), messages.ERROR)
            response: HttpResponse = super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
            if isinstance(response, TemplateResponse):
                response.render()
            if not getattr(request, "is_undone", False):
                transaction.savepoint_rollback(start)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An edit of a published row is saved to be undone; a draft is saved with its relations, by save_related."""
        if change and obj.is_published:
            if not hasattr(request, "undo_to"):
                request.undo_to = transaction.savepoint()  # type: ignore[attr-defined]
            obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        related = partial(super().save_related, request, form, formsets, change)
        undo_to = getattr(request, "undo_to", None)
        if undo_to is None:
            actions.save_draft(row=form.instance, by=request.user, relations=related)
            return
        related()
        row = type(form.instance)._default_manager.get(pk=form.instance.pk)
        content = snapshot(row)
        transaction.savepoint_rollback(undo_to)
        request.is_undone = True  # type: ignore[attr-defined]
        row = find(type(row), content["key"])
        if snapshot(row) == content:
            actions.discard_pending(row=row, by=request.user)
            self.message_user(request, _t("Nothing differs from what is published, so nothing waits."))
            return
        actions.save_pending(row=row, content=content, by=request.user)
        self.message_user(
            request,
            _t("Readers still see the published version. Choose ‘Publish changes’ in the list to swap this one in."),
            messages.WARNING,
        )

    # -- steps ---------------------------------------------------------------------------------------------------

    def _each(self, request: HttpRequest, queryset: QuerySet[Any], step: Any, done: str) -> None:
        """Take the step for each row by itself: what is refused is said, the rest is done."""
        count = 0
        for row in queryset:
            try:
                step(row)
                count += 1
            except actions.Refused as error:
                for message in error.messages:
                    self.message_user(request, message, messages.ERROR)
        if count:
            self.message_user(
                request, ngettext("One row: %(done)s.", "%(n)d rows: %(done)s.", count) % {"n": count, "done": done}
            )

    @admin.action(description=_("Send to review"), permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, lambda row: actions.submit(row=row, by=request.user), _t("sent to review"))

    @admin.action(description=_("Send back to draft"), permissions=["publish"])
    def send_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(request, queryset, lambda row: actions.send_back(row=row, by=request.user), _t("sent back"))

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if page := looks.ask(request, self.admin_site, queryset, _t("Publish")):
            return page
        self._each(request, queryset, lambda row: actions.publish(row=row, by=request.user), _t("published"))
        return None

    @admin.action(description=_("Publish changes that wait"), permissions=["publish"])
    def publish_changes(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if page := looks.ask(request, self.admin_site, queryset, _t("Publish changes")):
            return page
        self._each(
            request, queryset, lambda row: actions.publish_pending(row=row, by=request.user), _t("changes published")
        )
        return None

    @admin.action(description=_("Discard changes that wait"), permissions=["publish"])
    def discard_changes(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._each(
            request, queryset, lambda row: actions.discard_pending(row=row, by=request.user), _t("changes discarded")
        )

    @admin.action(description=_("Withdraw…"), permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Asks why first, on a page of its own."""
        reason = request.POST.get("reason", "")
        if reason in WithdrawnReason.values:
            self._each(
                request,
                queryset,
                lambda row: actions.withdraw(row=row, reason=reason, by=request.user),
                _t("withdrawn"),
            )
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _t("Withdraw"),
            "rows": queryset,
            "reasons": WithdrawnReason.choices,
            "opts": self.model._meta,
            "selected": request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
            "missing": "reason" in request.POST,
        }
        return TemplateResponse(request, "admin/publishing/withdraw.html", context)


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
    list_display = ("key", "model", "changed_by", "changed_at")
    list_filter = ("model",)
    search_fields = ("key",)
    list_select_related = ("changed_by",)


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
