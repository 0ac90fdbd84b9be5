"""Following a list, and the pages behind the links of the mails.

Whatever address is given, the answer is the same page: nobody learns here who follows what.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alerts import actions, keys
from alerts.addresses import masked
from alerts.following import LONGEST_QUERY, NEWSLETTER, canonical, described
from alerts.forms import AddressForm, FollowForm
from alerts.limits import mailbox_allows, network_allows
from alerts.models import Frequency, Subscriber
from alerts.pages import FollowPage, feed_of
from alerts.promptly import send_soon
from publishing.guard import own_forms_only, private
from search.listings import LISTINGS, ListingPage

takes_forms = require_http_methods(["GET", "HEAD", "POST"])


def index(request: HttpRequest) -> HttpResponse:
    lists = [(one.title, reverse("alerts:follow", args=[one.kind])) for one in LISTINGS.values()]
    return _page(request, "index", newsletter=reverse("alerts:follow", args=[NEWSLETTER]), lists=lists)


@own_forms_only
@takes_forms
def follow(request: HttpRequest, kind: str) -> HttpResponse:
    """Follow the list whose filters stand in the address."""
    if kind not in LISTINGS:
        raise Http404
    page = ListingPage(LISTINGS[kind], request.GET)
    form = FollowForm(request.POST) if request.method == "POST" else None
    query = canonical(page)
    if form is None or len(query) > LONGEST_QUERY or not form.is_valid():
        shown = FollowPage(page, feed_of(page), too_long=len(query) > LONGEST_QUERY)
        return _page(request, "follow", page=shown, form=form or FollowForm(), frequencies=Frequency.choices)
    wish = {"kind": kind, "query": query, "frequency": form.cleaned_data["frequency"]}
    return _asked(request, form, lambda address: actions.ask(address=address, language=_language(), **wish))


@own_forms_only
@takes_forms
def link(request: HttpRequest) -> HttpResponse:
    """Ask for the link to manage alerts."""
    form = AddressForm(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        return _page(request, "link", form=form or AddressForm())
    return _asked(request, form, lambda address: actions.ask_for_link(address=address, language=_language()))


def _asked(request: HttpRequest, form: AddressForm, act: Any) -> HttpResponse:
    """Do what was asked, within the limits; the answer does not tell what that was."""
    if form.is_trapped:
        return redirect("alerts:done", "asked")
    if not network_allows(request):
        return _page(request, "busy", status=429)
    address = form.cleaned_data["address"]
    if mailbox_allows(address):
        send_soon(act(address))
    return redirect("alerts:done", "asked")


def done(request: HttpRequest, what: str) -> HttpResponse:
    """What came of a form: a page of its own, so that a second look sends nothing twice."""
    if what not in {"asked", "ended", "erased"}:
        raise Http404
    return _page(request, "done", what=what)


@own_forms_only
@private
@takes_forms
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm an alert, by a press: programs that look at links before people do must not."""
    alert = keys.alert_of("confirm", request.GET.get("key", ""))
    if alert is None:
        return _no_such_link(request)
    if request.method != "POST":
        return _page(request, "confirm", alert=alert, followed=described(alert.followed))
    if "refuse" in request.POST:
        actions.end(alert=alert)
        return redirect("alerts:done", "erased")
    actions.confirm(alert=alert)
    return redirect(f"{_local(keys.address('manage', alert.subscriber))}&saved=confirmed")


@own_forms_only
@private
@takes_forms
def manage(request: HttpRequest) -> HttpResponse:
    """All that one address follows: change it, end it, erase everything."""
    subscriber = keys.subscriber_of(request.GET.get("key", ""))
    if subscriber is None:
        return _no_such_link(request)
    if request.method == "POST":
        return _managed(request, subscriber)
    alerts = subscriber.alerts.select_related("followed").order_by("asked_at")
    served = [(one, described(one.followed)) for one in alerts if one.confirmed_at]
    context = {"subscriber": subscriber, "address": masked(subscriber.address), "alerts": served}
    return _page(request, "manage", saved=request.GET.get("saved", ""), frequencies=Frequency.choices, **context)


def _managed(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    if "erase" in request.POST:
        actions.erase(subscriber=subscriber)
        return redirect("alerts:done", "erased")
    given = request.POST.get("alert", "")
    alert = subscriber.alerts.filter(pk=given).first() if given.isdecimal() and len(given) < 19 else None
    saved = ""
    if alert and "end" in request.POST:
        actions.end(alert=alert)
        saved = "ended"
    elif alert and request.POST.get("frequency") in Frequency.values:
        actions.change(alert=alert, frequency=request.POST["frequency"])
        saved = "changed"
    if not Subscriber.objects.filter(pk=subscriber.pk).exists():
        return redirect("alerts:done", "ended")
    return redirect(f"{_local(keys.address('manage', subscriber))}&saved={saved}")


@csrf_exempt
@private
@takes_forms
def end(request: HttpRequest) -> HttpResponse:
    """End one alert. A mail program posts here by itself (RFC 8058), from wherever it is; the key is what counts."""
    alert = keys.alert_of("end", request.GET.get("key", ""))
    if request.method == "POST":
        if alert:
            actions.end(alert=alert)
        return redirect("alerts:done", "ended")
    if alert is None:
        return _no_such_link(request)
    return _page(request, "end", alert=alert, followed=described(alert.followed))


def _no_such_link(request: HttpRequest) -> HttpResponse:
    return _page(request, "expired", status=410 if request.GET.get("key") else 200)


def _local(address: str) -> str:
    return address.removeprefix(settings.SITE_URL)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _page(request: HttpRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"email_on": settings.EMAIL_ON, "section": ""}
    return render(request, f"alerts/{name}.html", context, status=status)
