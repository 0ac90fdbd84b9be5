"""What a briefing or a pack says, as plain data: every form of it is drawn from one outline, so that nothing drifts.

An outline holds only what readers may see, in the reader's language, with whole addresses: a file is read away from the
site. gather.py makes it from a briefing; packs/gathering.py from what a reader collected.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from exports.blocks import Block


@dataclass(frozen=True)
class Place:
    """Where in a source it was read: document and place in words, the code of the evidence, the number of the reference."""

    code: str
    text: str
    note: str = ""
    number: int = 0  # 0: the document may not be named


@dataclass(frozen=True)
class Source:
    """A review or a set behind a statement. A withdrawn one says when it was withdrawn, and nothing else."""

    title: str
    url: str
    kind_words: str
    withdrawn: str = ""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    about: str = ""
    note: str = ""


@dataclass(frozen=True)
class Item:
    """A learning point, a recommendation, or (in a pack) a case review.

    `about`: kind, date and the like, in words; `note`: when a statement was written, or the warning before a review; `to`: whom a recommendation speaks to; `evidence`: 'Learned from 5 reviews';
    `short`: the curator's short text; `chosen`: the curator took it into the short forms; `numbers`: of its references
    where no source carries them; `gone`: a withdrawn or unknown thing of a pack, of which no more than these words is said.
    """

    kind: str  # learning | recommendation | review
    code: str
    url: str
    text: str
    kind_words: str = ""
    detail: str = ""
    to: str = ""
    group: str = ""
    about: tuple[str, ...] = ()
    note: str = ""
    newer: Link | None = None
    answers: tuple[Link, ...] = ()
    evidence: str = ""
    flag: str = ""
    flag_sentence: str = ""
    sources: tuple[Source, ...] = ()
    questions: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()  # of the references, in order
    point_kind: str = ""
    short: str = ""
    chosen: bool = False
    fictional: bool = False
    gone: str = ""


def both_texts(item: Item) -> list[tuple[str, bool]]:
    """Detail and note, as far as there are any, in their order: (text, whether it is the note)."""
    texts = [(item.detail, False), (item.note, True)]
    # The warning before a review stands before what it warns of.
    return [one for one in (reversed(texts) if item.kind == "review" else texts) if one[0]]


@dataclass(frozen=True)
class Section:
    heading: str
    slug: str
    body: tuple[Block, ...] = ()
    items: tuple[Item, ...] = ()
    speaker_notes: str = ""


@dataclass(frozen=True)
class Reference:
    """A document that was read, or a review, as a reference list names it."""

    number: int
    text: str
    url: str = ""


@dataclass(frozen=True)
class Outline:
    """The whole of it, in the order in which a page shows it."""

    title: str
    url: str
    language: str  # of the labels, as HTML names it; what is ours to read is in English
    english: bool = True  # title, warning and headings of sections are ours too; a pack's are in the reader's language
    url_text: str = ""  # what stands for the address where that is too long to be read
    kicker: str = ""
    fictional: bool = False  # made up for demonstration, which every form says
    summary: str = ""
    care: str = ""
    byline: tuple[str, ...] = ()
    as_at: str = ""
    sections: tuple[Section, ...] = ()
    reviews: tuple[Link, ...] = ()
    references: tuple[Reference, ...] = ()
    documents: tuple[Link, ...] = ()
    sets: tuple[Link, ...] = ()
    resources: tuple[Link, ...] = ()
    themes: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()  # (date, what changed)
    words: tuple[tuple[str, str], ...] = ()  # (word, what it means): those that the text uses
    citation: str = ""
    publisher: str = ""
    own: dict[str, str] = field(default_factory=dict)  # the curator's texts for the seven-minute form, by name

    @property
    def items(self) -> list[Item]:
        """Each once, in the order of its first place."""
        return list({item.code: item for section in self.sections for item in section.items}.values())
