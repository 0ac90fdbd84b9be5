"""One finding that was written down twice: two learning points become one."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from publishing.actions import delete_draft, pending_for, save_draft, save_pending, withdraw
from publishing.history import Step, record
from publishing.models import PendingVersion, Publishable, WithdrawnReason
from publishing.snapshots import snapshot
from publishing.writes import Refused, announce
from reviews.models import Evidence, LearningPoint

#: Relations of which the point that stays takes over what it lacks.
UNITED = ("themes", "sectors", "age_stages", "principles")
#: What makes two pieces of evidence one: the same place in the same document of the same source.
PLACE = ("review", "evidence_set", "document", "locator", "passage")


@transaction.atomic
def merge(*, point: LearningPoint, into: LearningPoint, by: Any = None, comment: str = "") -> None:
    """Give `into` the evidence, terms, sections and recommendations of `point`, whose address then leads there.

    Of two published points both change at once, as at a withdrawal: `point` becomes a tombstone that redirects. A draft
    merged into a published point becomes a change to it that waits. A draft that was merged is deleted; its history
    stays. Raises Refused, and changes nothing, where a draft would become public or a change that waits would be lost.
    """
    held = LearningPoint.objects.select_for_update(of=("self",)).in_bulk(sorted({point.pk, into.pk}))
    point, into = held[point.pk], held[into.pk]
    _refuse(point, into)
    comment = comment or _("%(old)s merged into %(new)s") % {"old": point.code, "new": into.code}
    if point.is_published:
        _merge_public(point, into, by, comment)
    elif into.is_published:
        _propose(point, into, by, comment)
    else:
        _merge_drafts(point, into, by, comment)


def _refuse(point: LearningPoint, into: LearningPoint) -> None:
    reasons = [_("A learning point cannot be merged into itself.")] if point.pk == into.pk else []
    reasons += [
        _("%(code)s is withdrawn, and stays as it was.") % {"code": one.code}
        for one in (point, into)
        if one.is_withdrawn
    ]
    if point.is_published and not into.is_published:
        reasons.append(
            _(
                "%(new)s is not published, and readers would lose %(old)s. Merge the other way round, or publish it first."
            )
            % {"new": into.code, "old": point.code}
        )
    reasons += _waiting_on(point, into)
    if reasons:
        raise Refused(list(dict.fromkeys(reasons)))


def _waiting_on(point: LearningPoint, into: LearningPoint) -> list[str]:
    """Changes that wait and would no longer fit: of the point that goes, or of a row that names it."""
    found = []
    for pending in PendingVersion.objects.all():
        is_point = (pending.model, pending.key) == (point._meta.label_lower, point.code)
        both_public = point.is_published and (pending.model, pending.key) == (into._meta.label_lower, into.code)
        if is_point or both_public or f'"{point.code}"' in json.dumps(pending.content):
            found.append(
                _("A change to %(key)s waits. Publish or discard it first, then merge.") % {"key": pending.key}
            )
    return found


def _place(piece: Evidence) -> tuple[Any, ...]:
    return tuple(getattr(piece, f"{name}_id", None) or getattr(piece, name) for name in PLACE)


def _give_evidence(point: LearningPoint, into: LearningPoint) -> None:
    """Move the pieces that `into` has not; a piece that it has stays with the tombstone, or goes with the draft."""
    known = {_place(piece) for piece in into.evidence.all()}
    last = max((piece.order for piece in into.evidence.all()), default=0)
    for piece in point.evidence.order_by("order", "pk"):
        if _place(piece) not in known:
            last += 1
            piece.learning_point, piece.order = into, last
            piece.save(update_fields=["learning_point", "order"])
            known.add(_place(piece))


def _give_relations(point: LearningPoint, into: LearningPoint, by: Any, comment: str) -> None:
    for name in UNITED:
        getattr(into, name).add(*getattr(point, name).all())
    changed: list[Publishable] = []
    for recommendation in point.recommendations.all():  # type: ignore[attr-defined]
        recommendation.answers.add(into)
        recommendation.answers.remove(point)
        changed.append(recommendation)
    changed += _give_sections(point, into)
    for older in point.supersedes.all():  # type: ignore[attr-defined]
        older.superseded_by = into if older.pk != into.pk else None
        older.save(update_fields=["superseded_by"])
        changed.append(older)
    LearningPoint.objects.filter(merged_into=point).update(merged_into=into)
    for row in changed:
        record(row=row, step=Step.MERGED, by=by, comment=comment)
        if row.is_published:
            announce(row)


def _give_sections(point: LearningPoint, into: LearningPoint) -> list[Publishable]:
    """Put `into` in the place of `point` in every section, or take `point` out where `into` stands already."""
    briefings = {}
    for item in point.section_items.select_related("section__briefing"):  # type: ignore[attr-defined]
        briefings[item.section.briefing.pk] = item.section.briefing
        if item.section.items.filter(learning_point=into).exists():
            item.delete()
        else:
            item.learning_point = into
            item.save(update_fields=["learning_point"])
    return list(briefings.values())


def _merge_public(point: LearningPoint, into: LearningPoint, by: Any, comment: str) -> None:
    withdraw(
        row=point, reason=WithdrawnReason.SUPERSEDED, by=by, comment=comment
    )  # first: it may lose all its evidence
    _give_evidence(point, into)
    _give_relations(point, into, by, comment)
    point.recount()
    LearningPoint.objects.filter(pk=point.pk).update(merged_into=into)
    into.refresh_from_db()
    into.recount()
    record(row=into, step=Step.MERGED, by=by, comment=comment)
    announce(into)


def _merge_drafts(point: LearningPoint, into: LearningPoint, by: Any, comment: str) -> None:
    _give_evidence(point, into)
    _give_relations(point, into, by, comment)
    save_draft(row=into, by=by, comment=comment, step=Step.MERGED, relations=lambda: None)
    _drop(point, by, comment)


def _propose(point: LearningPoint, into: LearningPoint, by: Any, comment: str) -> None:
    """A change to the published point that waits, with what the draft brings; an earlier change is kept and added to."""
    waiting = pending_for(into)
    content = waiting.content if waiting else snapshot(into)
    brought = snapshot(point)
    pieces = content["parts"]["evidence"]
    known = [[piece[name] for name in PLACE] for piece in pieces]
    pieces += [piece for piece in brought["parts"]["evidence"] if [piece[name] for name in PLACE] not in known]
    for name in UNITED:
        content["fields"][name] = sorted({*content["fields"][name], *brought["fields"][name]})
    _give_draft_relations(point, into, by, comment)
    _drop(point, by, comment)
    save_pending(row=into, content=content, by=by, comment=comment, step=Step.MERGED)


def _give_draft_relations(point: LearningPoint, into: LearningPoint, by: Any, comment: str) -> None:
    """Only drafts can name a draft, but for a relation that a page hides until it is published."""
    terms = {name: list(getattr(into, name).all()) for name in UNITED}
    _give_relations(point, into, by, comment)
    for name, before in terms.items():
        getattr(into, name).set(before)  # readers see these only when the change is published


def _drop(point: LearningPoint, by: Any, comment: str) -> None:
    LearningPoint.objects.filter(superseded_by=point).update(superseded_by=None)
    delete_draft(row=point, by=by, comment=comment)
