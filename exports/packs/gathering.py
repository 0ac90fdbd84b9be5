"""From the keys of a pack to what is published under them, and to the outline from which its forms are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exports.gather import References, as_at, item_of, language, texts_of, whole, words_of
from exports.glyphs import cleaned
from exports.outline import Item, Outline, Section
from exports.packs.contents import CODE, Pack
from exports.references import MAKERS, by_key
from exports.things import THINGS
from publishing.models import GUARDED_REASONS, Status
from reviews import citations
from reviews.models import CaseReview, Evidence, LearningPoint
from reviews.pages import kind_of_statement, what_it_was

#: Kinds that a pack holds, in the order in which they are counted.
KINDS = ("learning", "recommendation", "review")
#: An address that is longer is no use on paper: words lead to it.
LONGEST_PRINTED = 160


@dataclass(frozen=True)
class Entry:
    """One place of a pack. `row`: what is published there, made ready; None: `gone` says why there is nothing.
    `key`: by which it goes from now on; `was`: the code under which it was collected, before two points became one."""

    key: str
    kind: str
    row: Any = None
    gone: str = ""
    was: str = ""

    @property
    def name(self) -> str:
        """What a button calls it."""
        if self.row is None:
            return self.key if self.kind != "review" else _("Review")
        return str(self.row.citation_label) if self.kind == "review" else self.key


def _numbers(keys: Iterable[str]) -> list[int]:
    return [int(key[1:]) for key in keys if key.startswith("~")]


def _guarded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(status=Status.WITHDRAWN, withdrawn_reason__in=GUARDED_REASONS)


def _found(keys: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
    """key -> (kind, row) of all that is public, withdrawn or not; a merged point by what took it over."""
    codes = [key for key in keys if CODE.fullmatch(key)]
    points = LearningPoint.objects.public().select_related("superseded_by", "merged_into__superseded_by")
    found = {row.code: ("learning", _taken_over(row)) for row in points.filter(code__in=codes)}
    asked = THINGS["recommendation"].rows().filter(code__in=codes)
    found |= {row.code: ("recommendation", row) for row in asked}
    slugs = [key for key in keys if key not in codes and not key.startswith("~")]
    guarded = _guarded(CaseReview.objects.all()).filter(pk__in=_numbers(keys)).values("pk")
    for row in THINGS["review"].rows().filter(Q(slug__in=slugs) | Q(pk__in=guarded)):
        found |= {row.slug: ("review", row), f"~{row.pk}": ("review", row)}
    return found


def _taken_over(point: LearningPoint) -> LearningPoint:
    into = point.merged_into
    return into if into is not None and into.is_public else point


def _entry(key: str, kind: str, row: Any) -> Entry:
    if row is None:
        return Entry(key, kind, gone=_("Nothing is published here under this code. It may have been mistyped."))
    guarded = kind == "review" and row.withdrawn_reason in GUARDED_REASONS
    now = f"~{row.pk}" if guarded else row.slug if kind == "review" else row.code
    was = key if kind == "learning" and key != now else ""
    return Entry(now, kind, gone=gone_words(kind, row), was=was) if row.is_withdrawn else Entry(now, kind, row, was=was)


def gone_words(kind: str, row: Any) -> str:
    """What its tombstone says, in a sentence."""
    what, publishers = what_it_was(row) if kind == "review" else (kind_of_statement(kind), "")
    words = _("%(what)s. Withdrawn on %(date)s. Reason: %(reason)s.") % {
        "what": ", ".join(filter(None, (what, publishers))),
        "date": date_format(row.withdrawn_on, "j F Y"),
        "reason": str(row.get_withdrawn_reason_display()).lower(),
    }
    return str(words)


class Collected:
    """A pack with what is published of it. `entries`: in its order, each thing once; `pack`: by the keys of today."""

    def __init__(self, pack: Pack) -> None:
        found = _found(pack.keys) if pack.keys else {}
        self._ready([row for _kind, row in found.values()])
        entries = (_entry(key, *found.get(key, ("", None))) for key in pack.keys)
        once: dict[str, Entry] = {}
        for entry in entries:
            once.setdefault(entry.key, entry)
        self.entries = list(once.values())
        self.pack = replace(pack, keys=tuple(once))

    @staticmethod
    def _ready(rows: list[Any]) -> None:
        from reviews.attach import attach

        unique = list({(type(row), row.pk): row for row in rows}.values())
        groups = [[row for row in unique if type(row) is THINGS[kind].model] for kind in KINDS]
        attach(*groups)

    @property
    def shown(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.row is not None]

    @property
    def statements(self) -> list[Any]:
        return [entry.row for entry in self.shown if entry.kind != "review"]

    @property
    def counted(self) -> str:
        """'3 learning points, one review'; '' where nothing of it is published."""
        counts = {kind: sum(entry.kind == kind for entry in self.shown) for kind in KINDS}
        words = (
            ngettext("%(num)s learning point", "%(num)s learning points", counts["learning"]),
            ngettext("%(num)s recommendation", "%(num)s recommendations", counts["recommendation"]),
            ngettext("%(num)s review", "%(num)s reviews", counts["review"]),
        )
        return ", ".join(text % {"num": n} for text, n in zip(words, counts.values(), strict=True) if n)

    @cached_property
    def outline(self) -> Outline:
        """What every form that is made to be read is drawn from."""
        references = References(self.statements)
        items = tuple(_item(entry, references) for entry in self.entries)
        sections = (Section(_("In this pack"), "pack", items=items),)
        url = whole(self.pack.address)
        outline = Outline(
            title=self.pack.heading or _("Evidence pack"),
            url=url,
            url_text=_("this pack, on the site") if len(url) > LONGEST_PRINTED else "",
            language=language(),
            english=False,
            kicker=kicker(self.pack),
            care=_("Some of this tells of violence or of a child’s death. It gives no graphic detail."),
            byline=(self.counted,) if self.counted else (),
            as_at=as_at(),
            sections=sections,
            references=references.all,
            words=words_of(*texts_of(sections)),
        )
        return cleaned(outline)  # type: ignore[no-any-return]

    @cached_property
    def references(self) -> list[citations.Reference]:
        """Of each thing in its order, then of what the statements were learned from: each once."""
        own = [MAKERS[entry.kind](entry.row) for entry in self.shown]
        pieces = [
            line.piece for one in self.statements for line in one.evidence_view.lines if line.state != "withdrawn"
        ]
        return [*own, *self._behind(pieces)]

    def _behind(self, pieces: list[Evidence]) -> list[citations.Reference]:
        """The reviews that are named, and the documents in which the others and the sets were read."""
        held = {entry.row.pk for entry in self.shown if entry.kind == "review"}
        reviews = dict.fromkeys(piece.review_id for piece in pieces if piece.review and piece.review.identified)
        read = {piece.document_id: piece.document for piece in pieces if not (piece.review and piece.review.identified)}
        shown = References(self.statements).shown
        found = by_key("review", [pk for pk in reviews if pk not in held]) if reviews else {}
        documents = [citations.of_document(shown[pk]) for pk in read if pk in shown]
        return [*(found[pk] for pk in reviews if pk in found), *documents]


def kicker(pack: Pack) -> str:
    """Says whose words the heading is: it comes with a link that anyone may have written."""
    if pack.heading:
        return _("Evidence pack put together by a reader, who chose the heading")
    return _("Evidence pack put together by a reader")


def _item(entry: Entry, references: References) -> Item:
    if entry.row is None:
        return Item(entry.kind, entry.name, "", "", gone=entry.gone)
    if entry.kind != "review":
        return item_of(entry.row, references)
    review = entry.row
    numbers = [references.of_document(document) for document in review.document_list]
    if not numbers:
        reference = citations.of_review(review)
        numbers = [references.add(("review", review.pk), reference.words, reference.url)]
    return Item(
        "review",
        review.reference,
        whole(review.get_absolute_url()),
        review.title,
        kind_words=review.kind_words,
        detail=review.summary,
        note=review.content_note,
        about=tuple(text for text in (review.published_text, review.publisher_names) if text),
        numbers=tuple(numbers),
        fictional=review.fictional,
    )
