"""How often the form may be used: by mailbox, by network, and by everyone together.

Kept as keyed hashes, each of which is forgotten when its time is over.
"""

from __future__ import annotations

import datetime
import ipaddress

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from alerts.addresses import hashed, mailbox
from alerts.models import Allowance
from publishing.signin.audit import client_address

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
#: (times, within): a mailbox gets no more mails than these that it did not confirm, whoever asks for them; a network is
#: an office or a household, where many may share an address.
LIMITS = {
    "mailbox": [(3, DAY), (8, 30 * DAY)],
    "network": [(20, HOUR), (60, DAY)],
    "everyone": [(600, HOUR)],
}


def mailbox_allows(address: str) -> bool:
    return _take("mailbox", mailbox(address))


def network_allows(request: HttpRequest) -> bool:
    """Whether this network, and all together, may ask once more."""
    return _take("network", network_of(request)) and _take("everyone", "")


@transaction.atomic
def _take(what: str, text: str) -> bool:
    """Use one of the allowance up; False, with nothing used, where none is left."""
    now, taken = timezone.now(), []
    for times, within in LIMITS[what]:
        key = hashed(f"{what} {within} {text}")
        Allowance.objects.filter(what=key, until__lte=now).delete()
        row, _made = Allowance.objects.get_or_create(what=key, defaults={"until": now + within})
        if not Allowance.objects.filter(pk=row.pk, used__lt=times).update(used=F("used") + 1):
            Allowance.objects.filter(pk__in=taken).update(used=F("used") - 1)
            return False
        taken.append(row.pk)
    return True


def network_of(request: HttpRequest) -> str:
    """The network that a request comes from: /24 of IPv4, /48 of IPv6, which is what one customer may have."""
    found = client_address(request)
    if found is None:
        return "unknown"
    address = ipaddress.ip_address(found)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))
