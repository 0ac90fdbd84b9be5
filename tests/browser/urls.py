"""The site's routes, and pages that no reader can ask for by an address: they must be as sound as the others.

Drawn by the site's own views and templates: the answer to what broke, the refusal, help with a helpline that was
verified (a number of the range that Ofcom keeps for fiction), a tombstone under which learning stays, the pages behind
the links of alerts. The shipped content has none of these, and what stood in its lists would be counted there.
"""

import datetime
from functools import partial
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from alerts import actions as alert_actions
from alerts import keys
from alerts import views as alert_views
from alerts.models import Alert
from briefings.models import Helpline
from config import views
from config.urls import handler403, handler404, handler500
from config.urls import urlpatterns as site
from reviews.attach import attach
from reviews.pages import points_of

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def helpline() -> Helpline:
    today = timezone.localdate()
    return Helpline(
        name="Fictional helpline",
        number="01632 960000",
        nation="wales",
        hours="every day, 8 to 20",
        source_url="https://helpline.example/",
        verified_on=today,
        expires_on=today + datetime.timedelta(days=90),
    )


def help_with_a_helpline(request: HttpRequest) -> HttpResponse:
    return render(request, "briefings/help.html", {"helplines": [helpline()], "section": "help"})


def withdrawn_with_learning(request: HttpRequest) -> HttpResponse:
    points = points_of(code__in=["LP-0300", "LP-0004"])
    attach(points)
    context = {"what": "A set of reviews", "publisher_names": "", "reason": "Time limit of the publisher"}
    context |= {"withdrawn_on": "1 June 2026", "points": points, "section": "reviews"}
    return render(request, "reviews/tombstone.html", context, status=410)


def behind_a_link(request: HttpRequest, purpose: str) -> HttpResponse:
    """The page that a link of a mail leads to, for a reader who follows one list."""
    alert_actions.ask(
        address="reader@example.org", kind="review", query="nation=england", frequency="monthly", language="en-gb"
    )
    alert = Alert.objects.select_related("subscriber").get()
    if purpose == "manage":
        alert_actions.confirm(alert=alert)
    link = keys.address(purpose, alert.subscriber if purpose == "manage" else alert)
    request.GET = QueryDict(urlsplit(link).query)
    view = {"confirm": alert_views.confirm, "manage": alert_views.manage, "end": alert_views.end}[purpose]
    return view(request)


def too_many(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"email_on": False, "section": ""}, status=status)


urlpatterns = [
    path("sample/broken/", views.server_error, name="sample-broken"),
    path("sample/refused/", partial(views.forbidden, exception=PermissionError()), name="sample-refused"),
    path("sample/help/", help_with_a_helpline, name="sample-help"),
    path("sample/withdrawn/", withdrawn_with_learning, name="sample-withdrawn"),
    path("sample/alerts/busy/", partial(too_many, template="alerts/busy.html", status=429)),
    path("sample/files/busy/", partial(too_many, template="exports/busy.html", status=503)),
    *[path(f"sample/alerts/{one}/", partial(behind_a_link, purpose=one)) for one in ("confirm", "manage", "end")],
    *site,
]
