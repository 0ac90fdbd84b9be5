"""How to cite a page: 'Publisher (Year) Title: review type. Place.' (the field's house form, as the NSPCC's lists have it)."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import CaseReview
from reviews.models.learning import Statement

SITE = "Learning Repository"


def read_on() -> str:
    return date_format(timezone.localdate(), "j F Y")


def available_at(path: str) -> str:
    return _("Available at: %(url)s (read %(date)s).") % {"url": f"{settings.SITE_URL}{path}", "date": read_on()}


def of_review(review: CaseReview) -> str:
    """Reference to the review itself and to the page here."""
    publisher = review.publisher_names or _("Publisher not named")
    year = review.year or _("no date")
    place = f" {review.area_name}." if review.area_name else ""
    return f"{publisher} ({year}) {review.title}: {review.review_type.name}.{place} {available_at(review.get_absolute_url())}"


def of_statement(statement: Statement, text: str, as_at: str = "") -> str:
    """Reference to a learning point or a recommendation, as this site words it."""
    year = (statement.published_at or timezone.now()).year
    when = f", {as_at[:1].lower()}{as_at[1:]}" if as_at else ""
    return f"{SITE} ({year}) {statement.code}: {text}{when}. {available_at(statement.get_absolute_url())}"
