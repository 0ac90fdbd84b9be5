"""What a mail says, as plain blocks from which its text and its HTML are both drawn, so that they say the same.

The first sentences stand on a lock screen, so they name no subject. Content is read when the mail leaves: what was
withdrawn by then is not in it.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts import keys
from alerts.following import address_of, in_words, page_of
from alerts.models import DAYS_TO_CONFIRM, Batch, Mail
from publishing.models import content_version
from search import kinds

WIDTH = 76


@dataclass(frozen=True)
class Block:
    """A paragraph; a heading; a link, where there is an address; an item of a list, where there are facts as well."""

    text: str
    href: str = ""
    about: str = ""
    kind: str = "text"
    lang: str = ""

    def as_text(self) -> str:
        if self.kind == "heading":
            return f"{self.text}\n{'-' * min(len(self.text), WIDTH)}"
        first, rest = ("- ", "  ") if self.kind == "item" else ("", "")
        lines = [_wrapped(self.text, first, rest)]
        lines += [_wrapped(self.about, rest, rest)] if self.about else []
        lines += [rest + self.href] if self.href else []
        return "\n".join(lines)


def _wrapped(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


@dataclass(frozen=True)
class Letter:
    """`unsubscribe`: the address that ends the alert at one press (RFC 8058); '' where there is nothing to end."""

    subject: str
    blocks: list[Block]
    unsubscribe: str = ""
    left_out: list[int] = field(default_factory=list)

    def as_text(self) -> str:
        return "\n\n".join(block.as_text() for block in self.blocks) + "\n"

    def as_html(self) -> str:
        return render_to_string("alerts/mail.html", {"letter": self})


NOTHING = Letter("", [])


def letter_of(mail: Mail) -> Letter:
    """What a mail says in its subscriber's language; a letter without blocks where nothing is left to say."""
    with translation.override(mail.language):
        if mail.what == Mail.What.NEWS:
            return _news(mail)
        return _link(mail) if mail.what == Mail.What.LINK else _confirm(mail)


def _confirm(mail: Mail) -> Letter:
    alert = mail.alert
    if alert is None or (alert.confirmed_at and not alert.subscriber.stopped_at):
        return NOTHING
    page = page_of(alert.followed)
    return Letter(
        _("Please confirm your request"),
        [
            Block(
                _("Someone, probably you, asked for messages to this address. Nothing is sent until you confirm it.")
            ),
            Block(_("Confirm, or say that it was not you"), keys.address("confirm", alert)),
            Block(
                _("The link works for %(n)d days. If you do nothing, nothing comes, and the address is forgotten.")
                % {"n": DAYS_TO_CONFIRM}
            ),
            Block(_("What was asked for"), kind="heading"),
            Block(f"{in_words(page)}. {alert.get_frequency_display()}.", settings.SITE_URL + address_of(page)),
            *_ending(),
        ],
    )


def _link(mail: Mail) -> Letter:
    subscriber = mail.subscriber
    if subscriber is None:
        return NOTHING
    return Letter(
        _("The link you asked for"),
        [
            Block(_("Someone, probably you, asked for the link to the messages that come to this address.")),
            Block(_("See, change or end what you follow"), keys.address("manage", subscriber)),
            Block(_("The link works for 40 days. If you did not ask for it, you can leave it unopened.")),
            *_ending(),
        ],
    )


def _news(mail: Mail) -> Letter:
    alert = mail.alert
    if alert is None or mail.batch is None:
        return NOTHING
    page, ids = page_of(alert.followed), _not_sent_yet(mail, mail.batch)
    shown = _shown(alert.followed.kind, ids)
    left_out = [pk for pk in ids if pk not in shown]
    if not shown:
        return Letter("", [], left_out=left_out)
    since = date_format(timezone.localtime(mail.since or mail.queued_at), "j F Y")
    end = keys.address("end", alert)
    blocks = [
        Block(
            _(
                "Here is what was added to a list that you follow, since %(date)s. You asked for these messages; the links below change or end them at any time."
            )
            % {"date": since}
        ),
        Block(in_words(page), kind="heading"),
        Block(ngettext("One is new:", "%(num)d are new:", len(shown)) % {"num": len(shown)}),
        *shown.values(),
        Block(_("The whole list"), settings.SITE_URL + address_of(page)),
        Block(_("Your messages"), kind="heading"),
        Block(_("You asked for this list: %(how)s.") % {"how": str(alert.get_frequency_display()).lower()}),
        Block(_("See, change or end what you follow"), keys.address("manage", alert.subscriber)),
        Block(_("End this alert"), end),
        *_ending(),
    ]
    return Letter(settings.ALERTS_SUBJECT or _("New on a list you follow"), blocks, end, left_out)


def _ending() -> list[Block]:
    found = [Block(_("If someone may look at your mail, delete this message when you have read it."))]
    if settings.CONTACT_EMAIL:
        found.append(Block(_("Questions: %(address)s") % {"address": settings.CONTACT_EMAIL}))
    return found


def _not_sent_yet(mail: Mail, batch: Batch) -> list[int]:
    """What the mail brings, without what an earlier one brought the same subscriber for another list."""
    before = Mail.objects.filter(
        subscriber=mail.subscriber_id,
        state__in=[Mail.State.SENT, Mail.State.UNCERTAIN, Mail.State.BOUNCED],
        batch__followed__kind=batch.followed.kind,
    ).exclude(pk=mail.pk)
    had: set[int] = set()
    for ids, left_out in before.values_list("batch__ids", "left_out"):
        had |= set(ids) - set(left_out)
    return [pk for pk in batch.ids if pk not in had]


#: The items last shown, since many mails bring the same: (version of the content, language, kind, ids) -> blocks.
_held: dict[Any, dict[int, Block]] = {}
MOST_HELD = 200


def _shown(kind: str, ids: list[int]) -> dict[int, Block]:
    """Each thing that is published at this moment, as an item."""
    key = content_version(), translation.get_language(), kind, tuple(ids)
    if key not in _held:
        if len(_held) >= MOST_HELD:
            _held.clear()
        found, _texts = kinds.fetch({kind: ids})
        rows = found.get(kind, {})
        _held[key] = {pk: _item(kind, rows[pk]) for pk in ids if pk in rows}
    return _held[key]


def _item(kind: str, row: Any) -> Block:
    shown = kinds.KINDS[kind].shown(row)
    about = [*shown.about, *([_("Not a real review")] if row.fictional else [])]
    english = "" if (translation.get_language() or "en").startswith("en") else "en"
    return Block(shown.title, settings.SITE_URL + shown.href, " · ".join(about), "item", english)
