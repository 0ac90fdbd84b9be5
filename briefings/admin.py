"""The editorial floor, for curators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from briefings import actions, checks
from briefings.models import Briefing, Helpline, Resource, Section, SectionItem
from publishing.admin import PublishableAdmin
from publishing.kept import KeptAdmin


class SectionForm(forms.ModelForm):
    """A section; what stands in it is given by codes, so that it can be put in order by moving lines."""

    codes = forms.CharField(
        label=_("learning points and recommendations"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Their codes in order, one on each line: LP-0042 or REC-0007."),
    )

    short = forms.CharField(
        label=_("in the short forms"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "For the seven-minute briefing and the slides: a code on each line, then a shorter text if you like: "
            "LP-0042 Children are heard last. Where no section names any, the site proposes."
        ),
    )

    class Meta:
        model = Section
        fields = ("heading", "slug", "order", "body", "passages", "codes", "short", "speaker_notes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            items = list(self.instance.items.all())
            self.initial["codes"] = "\n".join(item.included.code for item in items)
            chosen = [f"{item.included.code} {item.short_text}".strip() for item in items if item.in_short_form]
            self.initial["short"] = "\n".join(chosen)

    def clean_codes(self) -> str:
        codes = [line.strip().upper() for line in self.cleaned_data["codes"].splitlines() if line.strip()]
        unknown = actions.unknown_codes(codes)
        if unknown:
            raise forms.ValidationError(_t("There is no %(codes)s.") % {"codes": ", ".join(unknown)})
        return "\n".join(dict.fromkeys(codes))

    def clean_short(self) -> dict[str, str]:
        """{code: short text}, of things that stand in this section."""
        chosen: dict[str, str] = {}
        for line in self.cleaned_data["short"].splitlines():
            code, _space, words = line.strip().partition(" ")
            if code:
                chosen[code.upper()] = words.strip()
        strange = [code for code in chosen if code not in self.cleaned_data.get("codes", "").split()]
        if strange:
            codes = ", ".join(strange)
            raise forms.ValidationError(_t("%(codes)s: no such code stands in this section.") % {"codes": codes})
        most = SectionItem._meta.get_field("short_text").max_length or 0
        long = [code for code, words in chosen.items() if len(words) > most]
        if long:
            message = _t("%(codes)s: a short text has %(most)d characters at most.")
            raise forms.ValidationError(message % {"codes": ", ".join(long), "most": most})
        return chosen


class SectionInline(admin.StackedInline):
    model = Section
    form = SectionForm
    extra = 0
    fields = (("heading", "slug", "order"), "body", "passages", "codes", "short", "speaker_notes")
    prepopulated_fields = {"slug": ("heading",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("items__learning_point", "items__recommendation")


class ResourceInline(admin.StackedInline):
    model = Resource
    extra = 0
    fields = (("label", "order"), "url", ("kind", "checked_on"), "note", "passages")


@admin.register(Briefing)
class BriefingAdmin(PublishableAdmin):
    list_display = ("title", "kind", "publisher", "date", "status")
    list_filter = (*PublishableAdmin.common_filters, "kind", "publisher", "themes")
    list_select_related = ("publisher",)
    search_fields = ("title", "summary", "slug")
    autocomplete_fields = ("publisher", "documents", "based_on", "themes", "sectors")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (SectionInline, ResourceInline)
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "summary", "content_note")}),
        (_("Where it comes from"), {"fields": ("publisher", "date", "date_precision", "documents", "based_on")}),
        (_("What it is about"), {"fields": ("themes", "sectors")}),
        (
            _("Seven-minute briefing"),
            {
                "fields": ("why_it_matters", "what_happened", "what_to_do", "team_questions"),
                "description": _(
                    "One page. What you leave blank is proposed by the site; the sections below say which findings go in."
                ),
            },
        ),
        (_("Where it stands"), {"fields": PublishableAdmin.standing}),
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Section:
            for section in formset.forms:
                if not section.instance.pk or section in formset.deleted_forms:
                    continue
                if "codes" in section.changed_data:
                    actions.set_items(section=section.instance, codes=section.cleaned_data["codes"].splitlines())
                if "short" in section.changed_data:
                    actions.set_short_form(section=section.instance, chosen=section.cleaned_data["short"])
            # Said when it is saved, and refused when it is published (Briefing.refusals).
            for reason in checks.reasons(form.instance):
                self.message_user(
                    request, _t("It cannot be published so: %(reason)s.") % {"reason": reason}, messages.WARNING
                )


@admin.register(Helpline)
class HelplineAdmin(KeptAdmin):
    list_display = ("name", "number", "nation", "hours", "verified_on", "expires_on", "is_shown")
    list_filter = ("nation", "verified_on", "expires_on")
    search_fields = ("name", "number", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": ("name", "slug", "number", "nation", "hours")}),
        (
            _("Checked"),
            {
                "fields": ("source_url", "verified_on", "expires_on"),
                "description": _(
                    "Readers see a helpline only while its check stands. Read number and hours on its own page, then set both dates."
                ),
            },
        ),
    )

    @admin.display(boolean=True, description=_("shown"))
    def is_shown(self, row: Helpline) -> bool:
        today = timezone.localdate()
        return bool(row.verified_on and row.expires_on and row.verified_on <= today <= row.expires_on)

    def write(self, *, row: Helpline, by: Any) -> None:
        actions.save_helpline(row=row, by=by)
