"""What templates show of evidence: lines of a thread, and the words beside it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from publishing.addresses import here
from publishing.models import GUARDED_REASONS
from reviews import strength
from reviews.citations import in_english

if TYPE_CHECKING:
    from reviews.models import CaseReview, Evidence, EvidenceSet

#: Nodes drawn in the folded mark; more become a '+' (look.md).
MOST_NODES = 6


class EvidenceLine(NamedTuple):
    """One piece of evidence as a line of the thread, in one language. Of a withdrawn source it says no more than a
    tombstone shows."""

    piece: Evidence
    same: bool  # its source is that of the line before
    state: str  # 'review', 'set' or 'withdrawn'
    title: str
    href: str  # '' for a source withdrawn for a court or a family: its very address may name the place
    kind_words: str
    year: int | None
    withdrawn_text: str
    place: str  # document and place in it; a review's own report is named by its kind alone
    note: str

    @property
    def code(self) -> str:
        return self.piece.code

    @property
    def read_in(self) -> str:
        return _read_in(self.piece)


def _of_source(
    source: CaseReview | EvidenceSet, is_review: bool, at: tuple[str | None, str]
) -> tuple[str, str, str, str, int | None, str]:
    """What its lines have in common: from `state` to `withdrawn_text`."""
    href = "" if source.withdrawn_reason in GUARDED_REASONS else source.get_absolute_url(at)
    if source.is_withdrawn:
        text = _("Withdrawn on %(date)s. The record of the place is kept, and not shown.")
        when = text % {"date": date_format(source.withdrawn_on, "j F Y")} if source.withdrawn_on else ""
        return "withdrawn", _("A source that has been withdrawn"), href, "", None, when
    if is_review:
        return "review", source.citation_label, href, source.kind_words, source.year, ""  # type: ignore[union-attr]
    return "set", source.title, href, source.size_words, None, ""  # type: ignore[union-attr]


def _read_in(piece: Evidence) -> str:
    """The document; its kind alone where its title would name a review that readers may not see."""
    document = piece.document
    return document.get_kind_display() if piece.document_hidden else document.citation


def _place(piece: Evidence) -> str:
    if piece.review_id and piece.source.identified:  # type: ignore[union-attr]
        read_in = piece.document.label_in(settings.LANGUAGE_CODE, "kind")  # as the locator is
    else:
        with in_english():
            read_in = _read_in(piece)
    return f"{read_in}, {piece.locator}" if read_in and piece.locator else read_in or piece.locator


def _lines_of(pieces: list[Evidence]) -> list[EvidenceLine]:
    """Pieces as lines, in the language in force; what places of one source have in common is found once."""
    lines: list[EvidenceLine] = []
    common: Any = None
    before, at = None, here()
    for piece in pieces:
        key = piece.review_id, piece.evidence_set_id
        if key != before:
            common = _of_source(piece.source, bool(piece.review_id), at)
        told = ("", "") if common[0] == "withdrawn" else (_place(piece), piece.note)
        lines.append(EvidenceLine(piece, key == before, *common, *told))
        before = key
    return lines


def _line_order(piece: Evidence) -> tuple[int, int, int, int]:
    """Reviews, newest first, then sets, then withdrawn sources; places of one source together."""
    source: Any = piece.source
    group = 2 if source.is_withdrawn else 0 if piece.review_id else 1
    year = source.year or 0 if piece.review_id else 0
    return group, -year, source.pk, piece.order


class EvidenceView:
    """The evidence of one statement, ready to be drawn. Takes pieces with their sources prefetched."""

    def __init__(self, pieces: list[Evidence]) -> None:
        self.pieces = sorted((piece for piece in pieces if piece.source.is_public), key=_line_order)
        self._lines: tuple[str | None, list[EvidenceLine]] | None = None

    @cached_property
    def basis(self) -> strength.Basis:
        return strength.basis_of(self.pieces)

    @property
    def lines(self) -> list[EvidenceLine]:
        """In the language in force: a row that is held is shown in both."""
        language, found = get_language(), self._lines
        if found is None or found[0] != language:
            found = self._lines = language, _lines_of(self.pieces)
        return found[1]

    def first_lines(self, most: int) -> tuple[list[EvidenceLine], int]:
        """The lines of the first `most` sources, where there are clearly more; else, and for 0, all of them. And how many
        sources there are, where those are not all, or 0."""
        lines = self.lines
        begins = [n for n, line in enumerate(lines) if not line.same] if most else []
        return (lines[: begins[most]], len(begins)) if len(begins) > most + 2 else (lines, 0)

    @property
    def words(self) -> str:
        return strength.words(self.basis)

    @property
    def nodes(self) -> tuple[list[str], bool]:
        """The states of the first sources, and whether there are more."""
        states = [line.state for line in self.lines if not line.same]
        return states[:MOST_NODES], len(states) > MOST_NODES

    @property
    def flag(self) -> str:
        return strength.flag(self.basis.strength)

    @property
    def flag_kind(self) -> str:
        return "thin" if self.flag else ""

    @property
    def flag_sentence(self) -> str:
        return strength.flag_sentence(self.basis)
