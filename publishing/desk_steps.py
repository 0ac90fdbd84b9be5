"""The steps of publishing in the admin: as actions of a list, as links of a form, each with one page that asks.

One page serves a step of one row and of many; a POST that answers it at once takes the step in one request.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path

from publishing import actions, looks, preview
from publishing.differences import differences
from publishing.models import Publishable, Version
from publishing.roles import may
from publishing.snapshots import hash_of, snapshot
from publishing.steps import STEPS, CuratorsStep, StepForm, take
from publishing.writes import Refused

#: What says that the page of a step was answered, rather than asked for.
CONFIRMED = "confirmed"
#: What the page showed of each row, as 'primary key:hash': only that is let go.
SEEN = "seen"


class StepsAdmin(admin.ModelAdmin):
    """Mixin for KeptAdmin: steps, preview, and links for reviewers."""

    def get_urls(self) -> list[Any]:
        meta, wrap = self.model._meta, self.admin_site.admin_view
        name = f"{meta.app_label}_{meta.model_name}"
        return [
            path("<path:object_id>/step/<slug:step>/", wrap(self.step_view), name=f"{name}_step"),
            path("<path:object_id>/preview/", wrap(self.preview_view), name=f"{name}_preview"),
            path("<path:object_id>/share/", wrap(self.share_view), name=f"{name}_share"),
            *super().get_urls(),
        ]

    # -- steps ---------------------------------------------------------------------------------------------------

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The steps that the person's roles allow, and what a kind offers beside them."""
        if admin.options.IS_POPUP_VAR in request.GET:
            return {}
        offered = [one for one in STEPS.values() if self._may_be_offered(request, one)]
        steps = {one.name: (partial(_act, one), one.name, one.label) for one in offered}
        return steps | super().get_actions(request)

    def _may_be_offered(self, request: HttpRequest, step: CuratorsStep) -> bool:
        is_own = step.own is not CuratorsStep.own and may(request.user, "save", self.model)
        return may(request.user, step.right, self.model) or is_own

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        row = self.row_or_404(request, object_id)  # type: ignore[attr-defined]
        asked = STEPS.get(step)
        if asked is None:
            raise Http404
        if not asked.is_allowed(request.user, row, actions.pending_for(row)):
            raise PermissionDenied
        done = self.take_step(request, asked, [row])
        return done or HttpResponseRedirect(self.address("change", row.pk))  # type: ignore[attr-defined]

    def take_step(self, request: HttpRequest, step: CuratorsStep, rows: list[Any]) -> HttpResponse | None:
        """Take the step with each row, if the page of the step was answered; else (or where it was not well) show it."""
        is_answer = request.method == "POST" and CONFIRMED in request.POST
        form = StepForm(request.POST if is_answer else None, step=step)
        if is_answer and form.is_valid() and step.lets_go:
            for row in _changed_since(request, rows):
                form.add_error(None, f"{row}: somebody changed it while you looked. This is what it says now.")
        if is_answer and form.is_valid():
            done, note = step.label.rstrip("…"), form.cleaned_data.get("note", "")
            found = looks.ask(request, self.admin_site, rows, done, note) if step.lets_go else None
            if found is not None:
                return found
            self._each(request, step, rows, form.cleaned_data)
            return None
        return self.page(  # type: ignore[attr-defined,no-any-return]
            request,
            "step",
            step.label.rstrip("…"),
            rows[0] if len(rows) == 1 else None,
            step=step,
            form=form,
            rows=[self._before(row, step) for row in rows],
            selected=request.POST.getlist(admin.helpers.ACTION_CHECKBOX_NAME),
            action=request.POST.get("action", ""),
        )

    def _before(self, row: Publishable, step: CuratorsStep) -> dict[str, Any]:
        """What the page of a step says of a row: what would change for readers, and what stands in the way."""
        pending = actions.pending_for(row) if row.is_published else None
        said: dict[str, Any] = {"row": row, "url": self.address("change", row.pk)}  # type: ignore[attr-defined]
        if step.lets_go and pending is not None:
            said["differences"] = differences(snapshot(row), pending.content)
        if step.lets_go:
            said["seen"] = hash_of(preview.content_of(row))
            said["refusals"] = preview.refusals_of(row)
        if step.lets_go and not row.is_withdrawn:
            said["preview"] = self.address("preview", row.pk)  # type: ignore[attr-defined]
        return said

    def _each(self, request: HttpRequest, step: CuratorsStep, rows: list[Any], data: dict[str, Any]) -> None:
        """Take the step for each row by itself: what is refused is said, the rest is done."""
        count = 0
        for row in rows:
            try:
                for warning in take(step, row=row, user=request.user, data=data):
                    self.message_user(request, f"{row}: at present {warning}. Mend it by then.", messages.WARNING)
                count += 1
            except Refused as error:
                for message in error.messages:
                    self.message_user(request, message, messages.ERROR)
            except PermissionDenied:
                self.message_user(request, f"{row}: you may not do that.", messages.ERROR)
        if count:
            words = f"One row: {step.done}." if count == 1 else f"{count} rows: {step.done}."
            self.message_user(request, words, messages.SUCCESS)

    def context_of(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """For the top of the form: the steps that are offered, and the last that were taken."""
        pending = getattr(request, "waiting", None) or (actions.pending_for(row) if row.is_published else None)
        offered = [one for one in STEPS.values() if one.is_offered(request.user, row, pending)]
        address = partial(self.address)  # type: ignore[attr-defined]
        return (
            super().context_of(request, row)
            | {  # type: ignore[misc,no-any-return]
                "steps": [(one, address("step", row.pk, one.name)) for one in offered],
                "last": list(Version.objects.of(row)[:3]),
                "waiting": pending,
                "preview": "" if row.is_withdrawn else address("preview", row.pk),
                "share": address("share", row.pk)
                if may(request.user, "share", self.model) and not row.is_withdrawn
                else "",
            }
        )

    # -- preview -------------------------------------------------------------------------------------------------

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page as readers will see it, in Welsh with ?language=cy."""
        row = self.row_or_404(request, object_id)  # type: ignore[attr-defined]
        try:
            return preview.render(row, request, "cy" if request.GET.get("language") == "cy" else "en-gb")
        except preview.NoPreview as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self.address("change", row.pk))  # type: ignore[attr-defined]

    def share_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a link for a reviewer who has no account."""
        row = self.row_or_404(request, object_id)  # type: ignore[attr-defined]
        if not may(request.user, "share", self.model) or row.is_withdrawn:
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        link = preview.link_for(row, by=request.user)
        title, days = f"A link for a reviewer: {row}", settings.PREVIEW_DAYS
        return preview.never_kept(self.page(request, "share", title, row, link=link, days=days))  # type: ignore[attr-defined]


def _changed_since(request: HttpRequest, rows: list[Any]) -> list[Any]:
    """The rows that say something else than the page said that is answered."""
    seen = dict(one.split(":", 1) for one in request.POST.getlist(SEEN) if ":" in one)
    return [row for row in rows if seen.get(str(row.pk), now := hash_of(preview.content_of(row))) != now]


def _act(step: CuratorsStep, page: StepsAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """An action of a list."""
    response = page.take_step(request, step, list(queryset))
    return response.render() if isinstance(response, TemplateResponse) else response
