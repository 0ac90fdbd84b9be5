"""E-mail addresses: how they are written, hidden, and recognised."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

LONGEST = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets with its angle brackets

_WRONG = _("This does not look like an e-mail address. Write it like name@example.org.")
_is_address = EmailValidator(message=_WRONG)


def written(given: str) -> str:
    """The address as it is kept: in small letters, its domain in ASCII.

    Local parts can differ by case by the letter of RFC 5321, 2.4; no provider lets them, and two rows for one person
    would write to her twice. Raises ValidationError, in words for the reader.
    """
    address = given.strip()
    if not address:
        raise ValidationError(_("Write your e-mail address."))
    if len(address) > LONGEST:
        raise ValidationError(_("This address is too long: an e-mail address has 254 characters at most."))
    _is_address(address)
    local, _at, domain = address.rpartition("@")
    try:
        address = f"{local}@{punycode(domain)}".lower()
    except UnicodeError as error:
        raise ValidationError(_WRONG) from error
    if not address.isascii() or len(address) > LONGEST or '"' in local:
        raise ValidationError(_WRONG)
    return address


def masked(address: str) -> str:
    """Enough for its owner to recognise it, and not for whoever looks over her shoulder.

    >>> masked("nobody@example.org")
    'n…@example.org'
    """
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def mailbox(address: str) -> str:
    """What stands for the mailbox behind an address: name+1@, name+2@ and n.ame@ reach one person, and share a limit.

    >>> mailbox("n.obody+list@example.org")
    'nobody@example.org'
    """
    local, _at, domain = address.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '') or local}@{domain}"


def hashed(text: str) -> str:
    """A keyed hash: whoever reads the table and lacks the key can test no guess against it."""
    return hmac.new(f"alerts:{settings.SECRET_KEY}".encode(), text.encode(), hashlib.sha256).hexdigest()


def message_domain() -> str:
    """The host of the site, for Message-ID and the default sender; 'localhost' where it is a bare IP address."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return "localhost"
