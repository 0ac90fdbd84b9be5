"""What templates show of evidence: lines of a thread, and the words beside it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publishing.models import GUARDED_REASONS
from reviews import strength
from reviews.citations import in_english

if TYPE_CHECKING:
    from reviews.models import CaseReview, Evidence, EvidenceSet

#: Nodes drawn in the folded mark; more become a '+' (look.md).
MOST_NODES = 6


class EvidenceLine:
    """One piece of evidence as a line of the thread. `same`: its source is that of the line before."""

    def __init__(self, piece: Evidence, same: bool = False) -> None:
        self.piece, self.same = piece, same
        self.source: CaseReview | EvidenceSet = piece.source
        self.code = piece.code
        self.state = "withdrawn" if self.source.is_withdrawn else "review" if piece.review_id else "set"

    @property
    def title(self) -> str:
        """Of a withdrawn source no more than a tombstone shows."""
        if self.state == "withdrawn":
            return _("A source that has been withdrawn")
        return self.piece.review.citation_label if self.piece.review else self.source.title

    @property
    def href(self) -> str:
        """Nowhere for a source withdrawn for a court or a family: its very address may name the place."""
        if not self.source.is_public or self.source.withdrawn_reason in GUARDED_REASONS:
            return ""
        return self.source.get_absolute_url()

    @property
    def kind_words(self) -> str:
        if self.state == "withdrawn":
            return ""
        return self.piece.review.kind_words if self.piece.review else self.piece.evidence_set.size_words  # type: ignore[union-attr]

    @property
    def year(self) -> int | None:
        return self.piece.review.year if self.piece.review and self.state == "review" else None

    @property
    def place(self) -> str:
        """Document and place in it; a review's own report is named by its kind alone."""
        if self.state == "withdrawn":
            return ""
        if self.piece.review is not None and self.piece.review.identified:
            read_in = self.piece.document.label_in(settings.LANGUAGE_CODE, "kind")  # as the locator is
        else:
            with in_english():
                read_in = self.read_in
        return ", ".join(part for part in (read_in, self.piece.locator) if part)

    @property
    def read_in(self) -> str:
        """The document; its kind alone where its title would name a review that readers may not see."""
        document = self.piece.document
        return document.get_kind_display() if self.piece.document_hidden else document.citation

    @property
    def note(self) -> str:
        return "" if self.state == "withdrawn" else self.piece.note

    @property
    def withdrawn_text(self) -> str:
        if self.state != "withdrawn" or self.source.withdrawn_on is None:
            return ""
        return _("Withdrawn on %(date)s. The record of the place is kept, and not shown.") % {
            "date": date_format(self.source.withdrawn_on, "j F Y")
        }


def _line_order(piece: Evidence) -> tuple[int, int, int, int]:
    """Reviews, newest first, then sets, then withdrawn sources; places of one source together."""
    source = piece.source
    group = 2 if source.is_withdrawn else 0 if piece.review_id else 1
    year = piece.review.year or 0 if piece.review else 0
    return group, -year, source.pk, piece.order


class EvidenceView:
    """The evidence of one statement, ready to be drawn. Takes pieces with their sources prefetched."""

    def __init__(self, pieces: list[Evidence]) -> None:
        self.pieces = sorted((piece for piece in pieces if piece.source.is_public), key=_line_order)

    @cached_property
    def basis(self) -> strength.Basis:
        return strength.basis_of(self.pieces)

    @cached_property
    def lines(self) -> list[EvidenceLine]:
        lines, before = [], None
        for piece in self.pieces:
            source = piece.review_id, piece.evidence_set_id
            lines.append(EvidenceLine(piece, same=source == before))
            before = source
        return lines

    @cached_property
    def source_count(self) -> int:
        return sum(not line.same for line in self.lines)

    def first_lines(self, most: int) -> list[EvidenceLine]:
        """The lines of the first `most` sources, where there are clearly more; else, and for 0, all of them."""
        if not most or self.source_count <= most + 2:
            return self.lines
        begins = [n for n, line in enumerate(self.lines) if not line.same]
        return self.lines[: begins[most]]

    @property
    def words(self) -> str:
        return strength.words(self.basis)

    @property
    def nodes(self) -> list[str]:
        return [line.state for line in self.lines if not line.same][:MOST_NODES]

    @property
    def more(self) -> bool:
        return self.source_count > MOST_NODES

    @property
    def flag(self) -> str:
        return strength.flag(self.basis.strength)

    @property
    def flag_kind(self) -> str:
        return "thin" if self.flag else ""

    @property
    def flag_sentence(self) -> str:
        return strength.flag_sentence(self.basis)
