"""The form of every row whose history is kept: nobody overwrites what they have not seen, and each version can be read.

A form carries the hash of what it was opened with. Where the row says something else when the form is sent, nothing is
saved: the form comes back as it was filled in, with what the other person changed and what it would change itself.
Sent once more, it is saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import widgets
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from publishing.actions import pending_for
from publishing.differences import Difference, differences
from publishing.models import Publishable, Version
from publishing.restoring import restore_row, restore_version
from publishing.roles import may
from publishing.snapshots import SnapshotError, hash_of, restore, snapshot
from publishing.writes import Refused

#: Name of the hidden input that says what the form was opened with.
OPENED = "opened"


@dataclass(frozen=True)
class Conflict:
    """Somebody else wrote while the form was open."""

    newest: Version | None
    theirs: list[Difference]
    yours: list[Difference]

    @property
    def words(self) -> str:
        who = self.newest.who if self.newest else "Somebody else"
        return (
            f"{who} saved this while you had it open, so nothing of yours is saved yet, and nothing is lost: what you wrote"
            " stands below. Look at what differs, take over what you want to keep, and save again."
        )


def present_content(row: Any) -> dict[str, Any]:
    """What the form of the row shows: the change that waits, where there is one."""
    waiting = pending_for(row) if isinstance(row, Publishable) and row.is_published else None
    return waiting.content if waiting else snapshot(row)


class Sentence(forms.CharField):
    """One line that is too long for one: it is typed where all of it can be seen, and breaks of lines are spaces."""

    widget = widgets.AdminTextareaWidget(attrs={"rows": 3, "class": "vLargeTextField sentence"})

    def to_python(self, value: Any) -> Any:
        """The words with single spaces between them."""
        return " ".join(super().to_python(value).split())


#: Characters from which on a field of one line is a sentence.
_SENTENCE = 300


class KeptAdmin(admin.ModelAdmin):
    """Base of the forms of all content."""

    change_form_template = "admin/publishing/change_form.html"
    object_history_template = "admin/publishing/history.html"

    class Media:
        css = {"all": ("desk/desk.css",)}

    def write(self, *, row: Any, by: Any) -> None:
        """Save the row by the action of its app."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if is_trial(request):
            obj.save()
        else:
            self.write(row=obj, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if is_trial(request):
            request.trial_content = snapshot(type(form.instance)._default_manager.get(pk=form.instance.pk))  # type: ignore[attr-defined]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        plain = type(db_field) is models.CharField and not db_field.choices
        if plain and db_field.max_length >= _SENTENCE:
            return db_field.formfield(form_class=Sentence)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # -- two people at once ----------------------------------------------------------------------------------------

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Django's own, which changeform_view calls within its transaction: a savepoint made outside would undo that."""
        row = self.get_object(request, object_id) if object_id else None
        if row is not None:
            if request.method == "POST" and self.has_change_permission(request, row):
                row = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
                request.conflict = self._conflict(request, row, object_id or "", form_url)  # type: ignore[attr-defined]
            extra_context = {**(extra_context or {}), **self.context_of(request, row)}
        return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc,no-any-return]

    def context_of(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """What our template of the form shows beside the form."""
        conflict = getattr(request, "conflict", None)
        return {"opened": hash_of(present_content(row)), "conflict": conflict}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        conflict = getattr(request, "conflict", None)
        if conflict is None or is_trial(request):
            return form

        def clean(self: Any) -> Any:
            cleaned = form.clean(self)
            self.add_error(None, conflict.words)
            return cleaned

        return type(form.__name__, (form,), {"clean": clean})

    def _conflict(self, request: HttpRequest, row: Any, object_id: str, form_url: str) -> Conflict | None:
        opened, present = request.POST.get(OPENED, ""), present_content(row)
        if opened == hash_of(present):
            return None
        yours = self._as_it_would_be(request, row, present, object_id, form_url)
        if yours == present:
            return None  # both made the same change
        seen = Version.objects.of(row).filter(hash=opened).first()
        newest = Version.objects.of(row).filter(step__in=Version.WRITES).first()
        theirs = differences(seen.content, present) if seen else []
        return Conflict(newest, theirs, differences(present, yours) if yours else [])

    def _as_it_would_be(
        self, request: HttpRequest, row: Any, present: dict[str, Any], object_id: str, form_url: str
    ) -> dict[str, Any] | None:
        """What the row would say if the form were saved; None where it has errors. Nothing stays."""
        request.trial, request.trial_content = True, None  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                if getattr(row, "is_published", False):
                    restore(present, row, provisional=True)
                super()._changeform_view(request, object_id, form_url, None)  # type: ignore[misc]
                transaction.set_rollback(True)
        except SnapshotError:
            return None
        finally:
            request.trial = False  # type: ignore[attr-defined]
        return request.trial_content  # type: ignore[attr-defined,no-any-return]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if is_trial(request) else super().log_change(request, obj, message)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponse() if is_trial(request) else super().response_change(request, obj)

    # -- history ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        meta, wrap = self.model._meta, self.admin_site.admin_view
        name = f"{meta.app_label}_{meta.model_name}_version"
        return [path("<path:object_id>/history/<int:number>/", wrap(self.version_view), name=name), *super().get_urls()]

    def row_or_404(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def address(self, page: str, *args: Any) -> str:
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args, current_app=self.admin_site.name)

    def page(self, request: HttpRequest, template: str, title: str, row: Any, **context: Any) -> TemplateResponse:
        """A page of ours about one row, in the frame of the admin."""
        frame = {**self.admin_site.each_context(request), "opts": self.model._meta, "original": row, "title": title}
        frame |= {"media": self.media, "changelist": self.address("changelist"), "is_popup": False}
        frame["change_url"] = self.address("change", row.pk) if row is not None else ""
        return TemplateResponse(request, f"admin/publishing/{template}.html", {**frame, **context})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version of the row, the newest first, with what each step changed."""
        row = self.row_or_404(request, object_id)
        found = list(Version.objects.of(row)[: _SHOWN + 1])
        steps = [
            (one, self.address("version", row.pk, one.pk), _changed_by(one, found[n:]))
            for n, one in enumerate(found[:_SHOWN])
        ]
        more = max(0, Version.objects.of(row).count() - _SHOWN)
        return self.page(request, "history", f"History: {row}", row, steps=steps, more=more)

    def version_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """One version whole, and what differs from it now; a POST restores it."""
        row = self.row_or_404(request, object_id)
        version = Version.objects.of(row).filter(pk=number).first()
        if version is None:
            raise Http404
        restorable = not getattr(row, "is_withdrawn", False) and self.has_change_permission(request, row)
        if request.method == "POST":
            if not restorable or not may(request.user, "restore", self.model):
                raise PermissionDenied
            return self._restore(request, row, version)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "POST"])
        since, whole = differences(version.content, present_content(row)), differences({}, version.content)
        context = {"version": version, "since": since, "whole": whole, "restorable": restorable and bool(since)}
        context["has_steps"] = isinstance(row, Publishable)
        return self.page(request, "version", f"{version.get_step_display()}: {row}", row, **context)

    def _restore(self, request: HttpRequest, row: Any, version: Version) -> HttpResponse:
        try:
            step = restore_version if isinstance(row, Publishable) else restore_row
            step(row=row, version=version, by=request.user, comment=request.POST.get("comment", ""))
            self.message_user(request, f"Restored {_as_what(row)}.", messages.SUCCESS)
        except Refused as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        return HttpResponseRedirect(self.address("change", row.pk))


#: Versions that the page of a row's history shows.
_SHOWN = 100


def is_trial(request: HttpRequest) -> bool:
    return getattr(request, "trial", False)


def _as_what(row: Any) -> str:
    if not isinstance(row, Publishable):
        return "at once: it says again what it said then"
    return "as a change that waits: readers still see the published version" if row.is_published else "as a draft"


def _changed_by(version: Version, since: list[Version]) -> list[Difference]:
    """What a step changed: of a change that waits, against the version before; else against what the row said before."""
    if version.step not in _TOLD:
        return []
    before = next((one for one in since[1:] if version.pending or not one.pending), None)
    return differences(before.content if before else {}, version.content)


#: Steps that change what is said: the others change where it stands.
_TOLD = {*Version.WRITES, Version.Step.PUBLISHED, Version.Step.DISCARDED}
