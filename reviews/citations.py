"""References to what stands here: as text ('Publisher (Year) Title: review type. Place.', the field's house form, as the
NSPCC's lists have it), and as the facts from which reference managers make their own."""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.dates import Precision

if TYPE_CHECKING:
    from reviews.models import CaseReview, Document
    from reviews.models.learning import Statement

SITE = "Learning Repository"
#: What a reference to a thing made up for demonstration says, in every form.
FICTIONAL = "Not a real review: made up for demonstration."


@dataclass(frozen=True)
class Reference:
    """What is cited, in English as it is written. `authors`: organisations, as they sign; `date`: as far as it is known
    ('2020', '2020-06', '2020-06-30', ''); `suffix`: what follows the title in a reference; `url`: its page here;
    `report`: a report of its own, where it is not a page of this site; `full_text`: where the report itself can be read.
    """

    id: str
    report: bool
    title: str
    authors: tuple[str, ...]
    date: str
    url: str
    suffix: str = ""
    genre: str = ""
    place: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""
    full_text: str = ""
    as_at: str = ""

    @property
    def year(self) -> str:
        return self.date[:4]

    @property
    def read(self) -> datetime.date:
        """The day on which it is read: today."""
        return timezone.localdate()

    @property
    def words(self) -> str:
        """'Ofsted (2025) Norfolk: ...: joint targeted area inspection. Norfolk.'"""
        with in_english():
            who = ", ".join(self.authors) or _("Publisher not named")
            title = self.title if self.title.endswith(("?", "!")) and not self.suffix else f"{self.title}{self.suffix}."
            parts = [f"{who} ({self.year or 'no date'}) {title}", f"{self.place}." if self.place else "", self.note]
            return " ".join(filter(None, parts))

    @property
    def harvard(self) -> str:
        """The same, and where and when it was read: '... Available at: ... (read 3 June 2026).'"""
        with in_english():
            return f"{self.words} {available_at(self.url, self.read)}"


def available_at(url: str, read: datetime.date) -> str:
    return _("Available at: %(url)s (read %(date)s).") % {"url": url, "date": date_format(read, "j F Y")}


def in_english() -> AbstractContextManager[None]:
    """What we cite is in English, and so is the reference to it, on a Welsh page too; it names the English address."""
    code = settings.LANGUAGE_CODE
    return nullcontext() if translation.get_language() == code else translation.override(code)


def known_date(date: datetime.date | None, precision: str) -> str:
    """'2020', '2020-06' or '2020-06-30', as far as it is known; '' where it is not."""
    return date.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision, 10)] if date else ""  # type: ignore[call-overload]


def address(row: Any) -> str:
    """The English address of a thing's page, whole."""
    with in_english():
        return f"{settings.SITE_URL}{row.get_absolute_url()}"


def of_review(review: CaseReview) -> Reference:
    """Reference to the review itself and to the page here. Takes a review with its publishers, terms and documents."""
    with in_english():
        return Reference(
            id=review.reference,
            report=True,
            title=review.title,
            suffix=f": {review.review_type.name}",
            authors=tuple(publisher.label for publisher in review.publishers.all()),
            date=known_date(review.publication_date, review.publication_precision),
            genre=review.review_type.name,
            place=review.area_name,
            url=address(review),
            full_text=next((document.url for document in review.document_list if document.url), ""),
            note=FICTIONAL if review.fictional else "",
            abstract=review.summary,
            keywords=tuple(theme.name for theme in review.theme_list),
        )


def of_document(document: Document) -> Reference:
    """Reference to a document that may be named, as its publisher made it. Takes one with its publisher."""
    with in_english():
        return Reference(
            id=document.slug,
            report=True,
            title=document.title,
            authors=(document.publisher_name,) if document.publisher_name else (),
            date=known_date(document.date, document.date_precision),
            genre=str(document.get_kind_display()),
            url=document.url,
        )


def of_statement(statement: Statement) -> Reference:
    """Reference to a learning point or a recommendation, as this site words it. Takes one with its terms."""
    with in_english():
        as_at = getattr(statement, "as_at_text", "")
        return Reference(
            id=statement.code,
            report=False,
            title=f"{statement.code}: {statement.sentence.rstrip('.')}",
            suffix=f", {as_at[:1].lower()}{as_at[1:]}" if as_at else "",
            authors=(SITE,),
            date=(statement.published_at or timezone.now()).date().isoformat(),
            genre=str(statement._meta.verbose_name),
            url=address(statement),
            note=FICTIONAL if statement.fictional else "",
            abstract=getattr(statement, "detail", ""),
            keywords=tuple(theme.name for theme in statement.theme_list),
            as_at=as_at,
        )
