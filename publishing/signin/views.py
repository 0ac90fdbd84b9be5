"""The door: log-in, the second step, and each person's own second factor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import django_otp
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import LoginView, redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from publishing.signin import audit, factors
from publishing.signin.forms import LogInForm, NewFactorForm, SecondStepForm

View = Callable[..., HttpResponse]


def _next(request: HttpRequest) -> str:
    """Where the person was going: an address of this site, or the start page of the desk."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if safe else reverse("admin:index")


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "next": _next(request), **context}
    return TemplateResponse(request, f"signin/{template}", context, status=status)


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class LogIn(LoginView):
    """The first step. In the place of the admin's own page, and under its address."""

    form_class = LogInForm
    template_name = "admin/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "GET" and not request.user.is_authenticated and hasattr(request, "half_signed_in"):
            return redirect(f"{reverse('signin:second-step')}?{urlencode({'next': _next(request)})}")
        if request.method == "GET" and admin.site.has_permission(request):
            return redirect(_next(request))
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        if factors.asks(self.request.user):
            return f"{reverse('signin:second-step')}?{urlencode({'next': _next(self.request)})}"
        return _next(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        path = self.request.get_full_path()
        more = {**admin.site.each_context(self.request), "title": "Log in", "subtitle": None, "app_path": path}
        return {**super().get_context_data(**kwargs), **more, "next": _next(self.request)}


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """In the place of the admin's own, which leaves the session of a person who owes the second step as it is."""
    if not request.user.is_authenticated and hasattr(request, "half_signed_in"):
        request.user = request.half_signed_in
    return admin.site.logout(request)


def locked(request: HttpRequest, original_response: Any = None, credentials: Any = None) -> HttpResponse:
    """What django-axes answers after too many failures."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer: Any = _page(request, "locked.html", 429, title="Too many tries", minutes=minutes)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer.render()  # type: ignore[no-any-return]


def _for_staff(view: View) -> View:
    """For who has given a password, whether or not the second step is still owed: the view gets the person."""

    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The middleware finds out who half is when it is asked who is.
        person = request.user if request.user.is_authenticated else getattr(request, "half_signed_in", None)
        if person is None or not (person.is_active and person.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request, person, *args, **kwargs)

    return checked


def _for_signed_in(view: View) -> View:
    """The same, for who owes nothing any more."""

    @wraps(view)
    def checked(request: HttpRequest, person: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("signin:second-step")
        return view(request, person)

    return _for_staff(checked)


@sensitive_post_parameters()
@_for_staff
def second_step(request: HttpRequest, person: Any) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_next(request))
    if not factors.has_factor(person):
        return redirect("signin:new")
    form = SecondStepForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        used = audit.Kind.SECOND_STEP if isinstance(form.device, factors.TOTPDevice) else audit.Kind.CODE_USED
        _let_in(request, person, form.device)
        audit.record(used, request=request, user=person)
        if used == audit.Kind.CODE_USED:
            messages.warning(
                request, f"Recovery codes left: {factors.codes_left(person)}. Make new ones before they run out."
            )
        return redirect(_next(request))
    if request.method == "POST":
        audit.record(audit.Kind.SECOND_FAILED, request=request, user=person)
    return _page(request, "second_step.html", title="Second step", form=form)


def _let_in(request: HttpRequest, person: Any, device: Any) -> None:
    """The second step is done: a session key that nobody could have known before."""
    request.user = person
    request.session.cycle_key()
    django_otp.login(request, device)


@_for_signed_in
def second_factor(request: HttpRequest, person: Any) -> HttpResponse:
    return _page(
        request,
        "second_factor.html",
        title="Second factor",
        on=factors.has_factor(person),
        left=factors.codes_left(person),
        required=factors.is_required(person),
    )


@sensitive_post_parameters()
@_for_staff
def new(request: HttpRequest, person: Any) -> HttpResponse:
    """Set an app up: first a secret is made, then a code of the app confirms it."""
    if not request.user.is_authenticated and factors.has_factor(person):
        return redirect("signin:second-step")
    if request.method == "POST" and "begin" in request.POST:
        factors.begin(user=person)
        return redirect("signin:new")
    device = factors.unconfirmed(person)
    form = NewFactorForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        _let_in(request, person, form.device)
        audit.record(audit.Kind.FACTOR_ON, request=request, user=person)
        return _page(request, "codes.html", title="Recovery codes", codes=form.codes)
    shown = {"qr": factors.qr(device), "key": factors.key_text(device)} if device else {}
    owed = not request.user.is_authenticated
    return _page(request, "new.html", title="Set up a second factor", form=form, device=device, owed=owed, **shown)


@require_POST
@_for_signed_in
def codes(request: HttpRequest, person: Any) -> HttpResponse:
    if not factors.has_factor(person):
        return redirect("signin:second-factor")
    made = factors.new_codes(user=person)
    audit.record(audit.Kind.CODES_NEW, request=request, user=person)
    return _page(request, "codes.html", title="Recovery codes", codes=made)


@require_POST
@_for_signed_in
def off(request: HttpRequest, person: Any) -> HttpResponse:
    if factors.is_required(person):
        messages.error(request, "Your role needs a second factor. You can set up another app in its place.")
    elif factors.has_factor(person):
        factors.take_away(user=person)
        audit.record(audit.Kind.FACTOR_OFF, request=request, user=person)
        messages.success(request, "Your second factor is off. The password alone lets you in.")
    return redirect("signin:second-factor")
