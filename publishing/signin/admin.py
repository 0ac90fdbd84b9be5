"""The audit log, to read; and people, whose lost second factor an administrator can take away."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from publishing.admin import ReadOnlyAdmin
from publishing.signin import audit, factors
from publishing.signin.models import AuditEntry

# Their forms would show secrets; each person keeps her own device, on the pages of this app.
admin.site.unregister([StaticDevice, TOTPDevice, get_user_model()])


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "name", "by", "address")
    list_filter = ("kind",)
    search_fields = ("name", "by", "address")
    date_hierarchy = "at"
    list_per_page = 100


@admin.register(get_user_model())
class PersonAdmin(UserAdmin):
    """Django's own, with the second factor."""

    list_display = ("username", "first_name", "last_name", "is_active", "is_staff", "is_superuser", "second_factor")
    actions = ("take_second_factor_away",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Administrators give roles, which are groups. Only a superuser makes another one, or hands out single rights."""
        held = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return [*super().get_readonly_fields(request, obj), *held]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        beyond = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not beyond and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        from django.db.models import Exists, OuterRef

        device = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(has_factor=Exists(device))

    @admin.display(description="second factor", boolean=True, ordering="has_factor")
    def second_factor(self, person: Any) -> bool:
        return bool(person.has_factor)

    @admin.action(description="Take the second factor away (a lost telephone)", permissions=["change"])
    def take_second_factor_away(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """So that the person sets up a new one at the next sign-in. Nobody does it for somebody who may do more."""
        for person in queryset:
            if person.is_superuser and not request.user.is_superuser:
                self.message_user(request, f"Only a superuser may do that for {person}.", messages.ERROR)
                continue
            factors.take_away(user=person)
            audit.record(audit.Kind.FACTOR_OFF, request=request, user=person, by=request.user)
            self.message_user(request, f"{person} has no second factor now.", messages.SUCCESS)
