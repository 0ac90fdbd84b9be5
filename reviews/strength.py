"""Strength of evidence: how many distinct reviews a statement was learned from.

The rule is design.md's: reviews are counted, never documents; members of a cited set count once each; evidence sets
of one report are one analysis; sizes of sets are never added up; drafts and withdrawn sources do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from reviews.models import CaseReview, Evidence, EvidenceSet


class Strength(models.TextChoices):
    SEVERAL = "several", _("Several reviews")
    ONE_ANALYSIS = "one-analysis", _("One analysis")
    ONE_REVIEW = "one-review", _("One review")
    NONE = "none", _("All sources withdrawn")


#: Of sets: whether it is a review of research, and its reported size.
Sizes = tuple[tuple[bool, int | None], ...]


@dataclass(frozen=True)
class Basis:
    """What a statement rests on, each thing once."""

    reviews: tuple[CaseReview, ...]  # cited directly, published
    sets: tuple[EvidenceSet, ...]  # cited, published
    withdrawn: tuple[CaseReview | EvidenceSet, ...]
    inside: frozenset[int]  # primary keys of those of the reviews that are members of a cited set

    @property
    def alone(self) -> list[CaseReview]:
        """Reviews cited directly that are in none of the cited sets."""
        return [review for review in self.reviews if review.pk not in self.inside]

    def beside(self, review: CaseReview) -> Basis:
        """The rest, where a statement is shown below one of its reviews."""
        others = tuple(one for one in self.reviews if one.pk != review.pk)
        return Basis(others, self.sets, (), self.inside - {review.pk})

    @property
    def sizes(self) -> Sizes:
        return tuple((one.kind == one.Kind.LITERATURE, one.reported_size) for one in self.sets)

    @property
    def analyses(self) -> set[str]:
        return {one.analysis_key for one in self.sets}

    @property
    def strength(self) -> Strength:
        alone, analyses = len(self.alone), len(self.analyses)
        if alone + analyses > 1:
            return Strength.SEVERAL
        if analyses:
            return Strength.ONE_ANALYSIS
        return Strength.ONE_REVIEW if alone else Strength.NONE


def basis_of(evidence: list[Evidence]) -> Basis:
    """What these pieces of evidence rest on; several places in one source are one source."""
    reviews: dict[int, CaseReview] = {}
    sets: dict[int, EvidenceSet] = {}
    withdrawn: dict[tuple[str, int], CaseReview | EvidenceSet] = {}
    for piece in evidence:
        source = piece.source
        if source.is_withdrawn:
            withdrawn[(source._meta.label, source.pk)] = source
        elif source.is_published and piece.review_id:
            reviews[source.pk] = source
        elif source.is_published:
            sets[source.pk] = source
    inside = frozenset(piece.review_id for piece in evidence if piece.inside and piece.review_id)
    return Basis(tuple(reviews.values()), tuple(sets.values()), tuple(withdrawn.values()), inside)


def _members(evidence: list[Evidence]) -> set[int]:
    """Published members of the published sets that are cited, by primary key."""
    sets = [piece.evidence_set for piece in evidence if piece.evidence_set and piece.evidence_set.is_published]
    return {member.pk for one in sets for member in one.members.all() if member.is_published}


def mark_inside(evidence: list[Evidence]) -> None:
    """Set on each piece whether its review is a member of a set cited beside it (a derived figure, kept on writing)."""
    members = _members(evidence)
    for piece in evidence:
        piece.inside = piece.review_id in members


def known_reviews(evidence: list[Evidence]) -> int:
    """How many distinct reviews are known one by one: those cited, and the members of cited sets."""
    cited = {piece.review_id for piece in evidence if piece.review and piece.review.is_published}
    return len(cited | _members(evidence))


def figures_of(evidence: list[Evidence]) -> dict[str, Any]:
    """What a statement keeps of its evidence, by the names of its columns (Statement.derived_fields)."""
    basis = basis_of(evidence)
    return {
        "evidence_count": len(evidence),
        "review_count": known_reviews(evidence),
        "strength": basis.strength,
        "first_year": min((review.year for review in basis.reviews if review.year), default=None),
    }


def _join(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return _t("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def set_words(literature: bool, size: int | None, of_what: bool = False) -> str:
    """'a set of 72', 'a set of reviews, number not stated', 'a review of research'.

    `of_what`: no review was named before it, so that it has to say what was counted: 'a set of 72 reviews'.
    """
    if literature:
        return _t("a review of research")
    if size is None:
        return _t("a set of reviews, number not stated")
    if of_what:
        return ngettext("a set of %(n)d review", "a set of %(n)d reviews", size) % {"n": size}
    return _t("a set of %(n)d") % {"n": size}


def words(basis: Basis) -> str:
    """'Learned from 3 reviews and a set of 72', for the reader."""
    return _words(len(basis.alone), basis.sizes, len(basis.withdrawn), get_language())


@lru_cache(maxsize=5000)
def _words(alone: int, sets: Sizes, gone: int, language: str | None) -> str:
    """Once for each language: most statements rest on so much as some other does."""
    parts = _counted(alone, sets, ngettext("one review", "%(n)d reviews", alone))
    sentence = _t("Learned from %(sources)s") % {"sources": _join(parts)} if parts else ""
    if gone:
        lost = ngettext("one source withdrawn", "%(n)d sources withdrawn", gone) % {"n": gone}
        sentence = f"{sentence}, {lost}" if sentence else lost[:1].upper() + lost[1:]
    return sentence


def _counted(alone: int, sets: Sizes, reviews: str) -> list[str]:
    """The reviews that are in none of the sets, as `reviews` says them, and each set."""
    parts = [reviews % {"n": alone}] if alone else []
    return parts + [set_words(*one, of_what=not parts and not n) for n, one in enumerate(sets)]


def flag(strength: str) -> str:
    """The flag in words, or ''."""
    if strength == Strength.ONE_REVIEW:
        return _t("Thin evidence")
    return _t("One analysis") if strength == Strength.ONE_ANALYSIS else ""


def flag_sentence(basis: Basis) -> str:
    """What the flag means, in a sentence; '' where there is no flag."""
    if basis.strength == Strength.ONE_REVIEW:
        return _t("All this rests on one review. It can still be true. Look for it where you work.")
    if basis.strength != Strength.ONE_ANALYSIS:
        return ""
    sizes = {one.reported_size for one in basis.sets if one.reported_size}
    if len(sizes) == 1:
        return _t(
            "All this rests on one analysis, of %(n)d reviews. It can still be true. Look for it where you work."
        ) % {"n": sizes.pop()}
    return _t("All this rests on one analysis. It can still be true. Look for it where you work.")


def also_words(others: int, sets: Sizes) -> str:
    """'Also found in 3 other reviews and a set of 72.'; of what there is beside the review in question."""
    return _also_words(others, sets, get_language())


@lru_cache(maxsize=5000)
def _also_words(others: int, sets: Sizes, language: str | None) -> str:
    if not (others or sets):
        return _t("Found in this review alone.")
    parts = _counted(others, sets, ngettext("one other review", "%(n)d other reviews", others))
    return _t("Also found in %(sources)s.") % {"sources": _join(parts)}
