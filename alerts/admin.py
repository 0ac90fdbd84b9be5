"""For administrators alone: who follows what, and which addresses refuse their mails. Nothing can be edited here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from alerts.models import Alert, Mail, Subscriber


class ForAdministrators(admin.ModelAdmin):
    """Seen by superusers only, whatever permissions a group has been given."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AlertInline(admin.TabularInline):
    model = Alert
    fields = ("followed", "frequency", "language", "asked_at", "confirmed_at", "due_on")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        return super().get_queryset(request).select_related("followed")


@admin.register(Subscriber)
class SubscriberAdmin(ForAdministrators):
    """To erase an address on its owner's request, and to see which ones were stopped, and why."""

    list_display = ("address", "alert_count", "refusals", "bounces", "stopped_at", "last_refusal", "created_at")
    list_filter = (("stopped_at", admin.EmptyFieldListFilter), "refusals")
    search_fields = ("address",)
    inlines = (AlertInline,)
    exclude = ("key",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        """Her alerts and mails go with a subscriber, though nobody may delete them alone."""
        objects, counts, _permissions, protected = super().get_deleted_objects(objs, request)
        return objects, counts, set(), protected

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        return super().get_queryset(request).annotate(number=Count("alerts"))

    @admin.display(description="alerts", ordering="number")
    def alert_count(self, row: Any) -> int:
        return int(row.number)


@admin.register(Mail)
class MailAdmin(ForAdministrators):
    """The outbox: what waits, what was refused, and what may have arrived twice."""

    list_display = ("message_id", "what", "state", "queued_at", "finished_at", "attempts", "doubts", "last_error")
    list_filter = ("state", "what", ("doubts", admin.AllValuesFieldListFilter))
    search_fields = ("message_id",)
    exclude = ("subscriber", "alert", "batch", "lease")
