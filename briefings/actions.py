"""Writes to briefings and to help, outside the steps of publishing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from briefings.models import Helpline, Section, SectionItem
from publishing.history import Step, record
from publishing.models import move_on
from reviews.models import LearningPoint, Recommendation


@transaction.atomic
def save_helpline(*, row: Helpline, by: Any = None, comment: str = "") -> None:
    """Save a helpline. It is shown as soon as it is verified, and no longer than its term."""
    row.save()
    record(row=row, step=Step.SAVED, by=by, comment=comment)
    move_on([])


def unknown_codes(codes: list[str]) -> list[str]:
    """Those of the codes that are neither a learning point nor a recommendation."""
    known = set(LearningPoint.objects.filter(code__in=codes).values_list("code", flat=True))
    known |= set(Recommendation.objects.filter(code__in=codes).values_list("code", flat=True))
    return [code for code in codes if code not in known]


@transaction.atomic
def set_items(*, section: Section, codes: list[str]) -> None:
    """Make the section hold the things with these codes, in this order; what stays keeps its short text."""
    held = {item.included.code: item for item in section.items.select_related("learning_point", "recommendation")}
    for code, item in held.items():
        if code not in codes:
            item.delete()
    points = LearningPoint.objects.in_bulk(codes, field_name="code")
    recommendations = Recommendation.objects.in_bulk(codes, field_name="code")
    for order, code in enumerate(codes, 1):
        item = held.get(code) or SectionItem(
            section=section, learning_point=points.get(code), recommendation=recommendations.get(code)
        )
        item.order = order
        item.save()


@transaction.atomic
def set_short_form(*, section: Section, chosen: dict[str, str]) -> None:
    """Take the things with these codes into the short forms, each with its short text ('' for its own words)."""
    for item in section.items.select_related("learning_point", "recommendation"):
        code = item.included.code
        item.in_short_form, item.short_text = code in chosen, chosen.get(code, item.short_text)
        item.save(update_fields=["in_short_form", "short_text"])
