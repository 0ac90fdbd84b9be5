"""What tests of alerts do over and over: follow, queue, send, and read what came."""

import re
from typing import Any

from django.utils import timezone

from alerts import actions
from alerts.models import Alert, Mail
from alerts.queueing import Queued, queue_news
from alerts.sending import Summary, send_waiting


def follow(
    address: str, kind: str = "review", query: str = "", frequency: str = "at-once", language: str = "en-gb"
) -> Alert:
    """A confirmed alert."""
    mail = actions.ask(address=address, kind=kind, query=query, frequency=frequency, language=language)
    assert mail.alert
    actions.confirm(alert=mail.alert)
    mail.delete()
    return Alert.objects.get(pk=mail.alert.pk)


def send() -> Summary:
    return send_waiting(Summary())


def queue() -> Queued:
    return queue_news(Queued())


def links_in(message: Any) -> dict[str, str]:
    """Links of a message by their words, as its HTML has them."""
    html = message.get_body(("html",)).get_content()
    return {text: href.replace("&amp;", "&") for href, text in re.findall(r'<a href="([^"]+)"[^>]*>([^<]*)</a>', html)}


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)


def due_now() -> None:
    """As if all pauses and leases were over."""
    Mail.objects.filter(state=Mail.State.QUEUED).update(not_before=timezone.now())
