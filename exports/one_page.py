"""The seven-minute briefing on its one page: what fits, what is refused, and its files."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from briefings.models import MOST_WARNING, Briefing
from exports import store, typesetting
from exports.documents import page_data
from exports.gather import SEVEN_MINUTE_FIELDS, as_at, of_briefing
from exports.labels import labels
from exports.outline import Outline
from exports.seven_minutes import ROOMS, Sheet, sheet_in

logger = logging.getLogger(__name__)


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    data = page_data(sheet.outline) | {"boxes": [asdict(box) for box in sheet.boxes], "size": sheet.size}
    return data | {"kicker": kicker(), "sections": [], "by_source": []}


def kicker() -> str:
    return _("Seven-minute briefing, to be read and talked about together")


def pages_of(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(BytesIO(pdf)).pages)


def fitted(outline: Outline) -> tuple[Sheet, bytes, int]:
    """The sheet, its PDF, and on how many pages: the most generous proposal that fits beside what the curator chose."""
    for room in ROOMS:
        sheet = sheet_in(outline, room)
        pdf = typesetting.pdf("seven_minutes.typ", sheet_data(sheet))
        pages = pages_of(pdf)
        if pages == 1:
            break
    return sheet, pdf, pages


def refusals(briefing: Briefing) -> list[str]:
    """Why the briefing may not be published: what its curator chose for the seven-minute page does not fit on it.

    A proposal alone is not tried: it fits, since it is made smaller until it does, beside every title and warning that a
    form takes (`MOST_WARNING`). A warning that was longer before it was bounded is tried.
    """
    own = any(getattr(briefing, name) for name in SEVEN_MINUTE_FIELDS)
    picked = briefing.sections.filter(items__in_short_form=True).exists()
    if not (own or picked) and len(briefing.content_note) <= MOST_WARNING:
        return []
    _sheet, _pdf, pages = fitted(of_briefing(Briefing.objects.for_detail().get(pk=briefing.pk)))
    if pages == 1:
        return []
    over = ngettext(
        "its seven-minute briefing fills %(n)d page, and has one: choose fewer statements, or shorten its texts",
        "its seven-minute briefing fills %(n)d pages, and has one: choose fewer statements, or shorten its texts",
        pages,
    )
    return [over % {"n": pages}]


def pdf(outline: Outline) -> bytes:
    """One page. Should statements have grown since the curator chose them, a second page takes what the first cannot."""
    sheet, found, pages = fitted(outline)
    if pages > 1:
        logger.warning("The seven-minute briefing of %s no longer fits on one page.", sheet.outline.url)
    return found


def docx(outline: Outline) -> bytes:
    from exports import word_sheet

    return word_sheet.docx(fitted(outline)[0], kicker())


def boxes(outline: Outline) -> bytes:
    """What the page shows, as JSON: the boxes as the PDF has them."""
    return json.dumps([asdict(box) for box in fitted(outline)[0].boxes]).encode()


#: The files: extension -> (media type, label, function of an outline).
FILES: dict[str, tuple[str, Any, Any]] = {
    "pdf": ("application/pdf", "PDF", pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", docx),
}


def made(briefing: Briefing, form: str) -> bytes:
    """The file with that extension, or 'boxes', of a published briefing; raises store.Busy."""
    write = FILES[form][2] if form in FILES else boxes

    def make() -> bytes:
        whole = Briefing.objects.published().for_detail().get(pk=briefing.pk)
        content: bytes = write(of_briefing(whole))
        return content

    return store.kept(make, "seven-minute", form, briefing.slug)


def page_of(briefing: Briefing) -> dict[str, Any]:
    """What the page of the seven-minute briefing shows."""
    return {
        "briefing": briefing,
        "kicker": kicker(),
        "labels": labels(),
        "as_at": as_at(),
        "boxes": [on_the_site(box) for box in json.loads(made(briefing, "boxes"))],
    }


def on_the_site(box: dict[str, Any]) -> dict[str, Any]:
    """The box with addresses as a page of the site gives them, whatever the host it is read at."""
    lines = [line | {"url": line["url"].removeprefix(settings.SITE_URL)} for line in box["lines"]]
    return box | {"lines": lines}
