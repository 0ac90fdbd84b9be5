"""How to cite a page: 'Publisher (Year) Title: review type. Place.' (the field's house form, as the NSPCC's lists have it)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from reviews.models import CaseReview
    from reviews.models.learning import Statement

SITE = "Learning Repository"


def read_on() -> str:
    return date_format(timezone.localdate(), "j F Y")


def available_at(path: str) -> str:
    return _("Available at: %(url)s (read %(date)s).") % {"url": f"{settings.SITE_URL}{path}", "date": read_on()}


def in_english() -> translation.override:
    """What we cite is in English, and so is the reference to it, on a Welsh page too; it names the English address."""
    return translation.override(settings.LANGUAGE_CODE)


def of_review(review: CaseReview) -> str:
    """Reference to the review itself and to the page here."""
    with in_english():
        return _of_review(review)


def _of_review(review: CaseReview) -> str:
    publisher = review.publisher_names or _("Publisher not named")
    year = review.year or _("no date")
    place = f" {review.area_name}." if review.area_name else ""
    return f"{publisher} ({year}) {review.title}: {review.review_type.name}.{place} {available_at(review.get_absolute_url())}"


def of_statement(statement: Statement, text: str) -> str:
    """Reference to a learning point or a recommendation, as this site words it."""
    with in_english():
        year = (statement.published_at or timezone.now()).year
        as_at = getattr(statement, "as_at_text", "")
        when = f", {as_at[:1].lower()}{as_at[1:]}" if as_at else ""
        return f"{SITE} ({year}) {statement.code}: {text}{when}. {available_at(statement.get_absolute_url())}"
