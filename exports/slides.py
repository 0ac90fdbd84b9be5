"""An outline as slides: what stands on each, measured so that nothing overflows and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from exports import measure
from exports.blocks import Block
from exports.labels import labels
from exports.outline import Item, Outline, Section
from exports.seven_minutes import lines_of, proposed_findings
from reviews.citations import SITE

#: Points. A slide is 960 by 540 (16 to 9); the margins of a box inside it are set to nought.
WIDTH, HEIGHT = 960, 540
MARGIN = 54
ROOM = WIDTH - 2 * MARGIN
TITLE_TOP, TITLE_HEIGHT = 34, 78
BODY_TOP, BODY_HEIGHT = 122, 332
SOURCE_TOP, SOURCE_HEIGHT = 466, 44
#: Room that the number of the slide takes beside the source.
SOURCE_ROOM = ROOM - 90
BODY, STATEMENT, ABOUT, SOURCE = 20, 22, 14, 11
BULLET = 20  # indent of a line with a bullet
GAP = 8  # after a paragraph
TITLE_SIZES = (28, 24, 20, 16, 13, 11)
MOST_QUESTIONS = 5


@dataclass(frozen=True)
class Words:
    """A paragraph on a slide. `look`: body, statement, about; `url`: where its code leads; `keep`: stays with the next."""

    text: str
    look: str = "body"
    bullet: bool = False
    english: bool = True
    code: str = ""  # stands first, and leads to `url`
    evidence: str = ""  # stands last: what it rests on
    url: str = ""
    keep: bool = False

    @property
    def size(self) -> int:
        return {"body": BODY, "statement": STATEMENT, "about": ABOUT}[self.look]

    @property
    def room(self) -> float:
        return ROOM - (BULLET if self.bullet else 0)

    @property
    def whole(self) -> str:
        return " ".join(part for part in (self.code, self.text, self.evidence) if part)

    @property
    def height(self) -> float:
        return measure.height(self.whole, self.room, self.size, self.look == "statement") + self.gap

    @property
    def gap(self) -> int:
        """After the paragraph: small inside a statement, wide after it."""
        return 3 if self.keep else 14 if self.code else GAP


@dataclass(frozen=True)
class Slide:
    """`kind`: title or content; `source`: what it rests on; `notes`: what the speaker sees."""

    title: str
    words: tuple[Words, ...] = ()
    source: str = ""
    notes: str = ""
    kind: str = "content"
    english: bool = True  # the title

    @property
    def title_size(self) -> int:
        return size_of_title(self.title, TITLE_HEIGHT if self.kind == "content" else 2 * TITLE_HEIGHT)


def size_of_title(title: str, room: float) -> int:
    fits = (size for size in TITLE_SIZES if measure.height(title, ROOM, size, bold=True) <= room)
    return next(fits, TITLE_SIZES[-1])


def packed(words: list[Words]) -> list[tuple[Words, ...]]:
    """Paragraphs by slides, on as few as hold them and as evenly: none stands alone on the last while others are full."""
    groups = list(grouped(words))
    heights = [sum(one.height for one in group) for group in groups]
    if any(height > BODY_HEIGHT for height in heights):
        return list(filled(groups))
    # Up to each group: how many slides at least, how uneven (squares of their heights), and where the last begins.
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for end in range(1, len(groups) + 1):
        ways, height = [], 0.0
        for start in range(end - 1, -1, -1):
            height += heights[start]
            if height > BODY_HEIGHT:
                break
            ways.append((best[start][0] + 1, best[start][1] + height**2, start))
        best.append(min(ways))
    pages, end = [], len(groups)
    while end:
        start = best[end][2]
        pages.append(tuple(one for group in groups[start:end] for one in group))
        end = start
    return pages[::-1]


def filled(groups: list[list[Words]]) -> Iterator[tuple[Words, ...]]:
    """The same where something is longer than a slide: each as full as it can be, what is longer in parts."""
    page: list[Words] = []
    left: float = BODY_HEIGHT
    for group in groups:
        if page and sum(one.height for one in group) > left:
            yield tuple(page)
            page, left = [], BODY_HEIGHT
        for one in group:
            for number, part in enumerate(parts(one, left)):
                if number or part.height > left:
                    if page:
                        yield tuple(page)
                    page, left = [], BODY_HEIGHT
                page.append(part)
                left -= part.height
    if page:
        yield tuple(page)


def grouped(words: list[Words]) -> Iterator[list[Words]]:
    group: list[Words] = []
    for one in words:
        group.append(one)
        if not one.keep:
            yield group
            group = []
    if group:
        yield group


def parts(words: Words, left: float) -> Iterator[Words]:
    """The paragraph, in parts where it is higher than a whole slide."""
    if words.height <= BODY_HEIGHT:
        yield words
        return
    bold, text, room = words.look == "statement", words.whole, left - words.gap
    if room < 3 * words.size * measure.LINE:
        room = BODY_HEIGHT - words.gap
    first = True
    while text:
        some, text = measure.split(text, words.room, words.size, room, bold)
        part = replace(words, text=some, code="", evidence="", keep=False)
        if first and words.code and some.startswith(words.code):
            part = replace(words, text=some[len(words.code) + 1 :], evidence="", keep=False)
        yield part
        first, room = False, BODY_HEIGHT - words.gap


# -- what stands on them -----------------------------------------------------------------------------------------------


def block_words(block: Block) -> Iterator[Words]:
    """A block of a section's text; the cells of a table's row in one line."""
    if block.kind == "row":
        yield Words(" | ".join(cell.text for cell in block.children), bullet=True)
        return
    if block.text:
        look = "statement" if block.kind == "heading" else "body"
        yield Words(" ".join(block.text.split()), look, bullet=block.kind == "item")
    for child in block.children:
        yield from block_words(child)


def item_words(item: Item) -> Iterator[Words]:
    """A statement, and under it its code and what it rests on."""
    if item.gone:
        yield Words(item.gone, "body", english=False, code=item.code)
        return
    if item.to:
        yield Words(f"{labels()['to']} {item.to}", "about", english=False, keep=True)
    yield Words(item.short or item.text, "statement", keep=True)
    fictional = labels()["fictional"] if item.fictional else ""
    about = "".join(f"{part.rstrip('.')}. " for part in (item.kind_words, item.note, fictional) if part).strip()
    flag = item.flag.replace(" ", "\u00a0")  # not torn over two lines
    evidence = ". ".join(part for part in (item.evidence, flag) if part)
    yield Words(about, "about", english=False, code=item.code, url=item.url, evidence=evidence)


def item_notes(item: Item) -> str:
    """For the speaker: the statement in full, what else is said of it, its sources and places, its questions."""
    if item.gone:
        return ""
    lines = [f"{item.code}. {item.text}", ", ".join(item.about), item.detail]
    if item.numbers and not item.sources:
        lines.append(f"{labels()['references']} {' '.join(f'[{number}]' for number in item.numbers)}")
    for source in item.sources:
        if source.withdrawn:
            lines.append(f"{labels()['source_withdrawn']}. {source.title}. {source.withdrawn}")
        for place in source.places:
            where = "" if source.withdrawn else f"{source.title}: {place.text}"
            number = f"[{place.number}]" if place.number else ""
            lines.append(" ".join(filter(None, (where, number, place.code, place.note))))
    lines += [f"{labels()['questions']}: {' '.join(item.questions)}" if item.questions else ""]
    return "\n".join(line for line in lines if line)


def source_line(items: list[Item], default: str) -> str:
    """What the statements of a slide rest on, by name, in two lines; the rest is in the notes."""
    titles = list(dict.fromkeys(source.title for item in items for source in item.sources if not source.withdrawn))
    words = _("Learned from:")
    if not titles:
        return default
    for count in range(len(titles), 0, -1):
        more = f"; {_('more in the notes')}" if count < len(titles) else ""
        line = f"{words} {'; '.join(titles[:count])}{more}"
        if measure.height(line, SOURCE_ROOM, SOURCE) <= SOURCE_HEIGHT:
            return line
    return default


def section_words(section: Section) -> list[Words]:
    """The context of a section, then its statements under the headings of their groups."""
    found = [words for block in section.body for words in block_words(block)]
    # What leads up to a list stays with its beginning.
    found = [replace(one, keep=True) if one.text.endswith(":") else one for one in found[:-1]] + found[-1:]
    group = ""
    for item in section.items:
        if item.group and item.group != group:
            found.append(Words(item.group, "about", keep=True))
        group = item.group
        found += item_words(item)
    return found


def section_slides(section: Section, default: str, english: bool) -> Iterator[Slide]:
    """Each statement's sources and places stand in the notes of its slide; the speaker's own notes on the first."""
    by_code = {item.code: item for item in section.items}
    told: set[str] = set()
    for number, words in enumerate(packed(section_words(section)), 1):
        shown = [by_code[one.code] for one in words if one.code in by_code]
        new = [item for item in shown if item.code not in told]
        told |= {item.code for item in new}
        notes = [section.speaker_notes if number == 1 else "", *(item_notes(item) for item in new)]
        title = section.heading if number == 1 else f"{section.heading} ({number})"
        yield Slide(title, words, source_line(shown, default), "\n\n".join(filter(None, notes)), english=english)


def questions_of(outline: Outline) -> list[str]:
    own = lines_of(outline.own.get("team_questions", ""))
    if own:
        return own
    found = [item.questions[0] for item in proposed_findings(outline, 12) if item.questions]
    general = [
        _("Think of one child you know. Which of these findings could be true there?"),
        _("What will we do differently by next month, and who will see to it?"),
    ]
    return [*sorted(found, key=len)[: MOST_QUESTIONS - 1], general[1]] if found else general


def last_slide(outline: Outline, default: str) -> Iterator[Slide]:
    """Questions to talk about: of those that were not written for it, as many as one slide holds."""
    words = [Words(text, bullet=True, english=bool(outline.items)) for text in questions_of(outline)]
    pages = list(packed(words))
    if not lines_of(outline.own.get("team_questions", "")):
        pages = pages[:1]
    for page in pages:
        yield Slide(labels()["questions"], page, default, english=False)


def slides(outline: Outline, help_url: str) -> list[Slide]:
    """Every slide, in order: title, warning, what it is about, sections, references, questions."""
    words = labels()
    default = f"{SITE}: {outline.title}. {outline.as_at}. {outline.url}"
    if measure.height(default, SOURCE_ROOM, SOURCE) > SOURCE_HEIGHT:
        default = f"{SITE}. {outline.as_at}. {outline.url}"
    if measure.height(default, SOURCE_ROOM, SOURCE) > SOURCE_HEIGHT:
        default = f"{SITE}. {outline.as_at}."
    fictional = [Words(words["fictional"], english=False)] if outline.fictional else []
    head = [
        *fictional,
        *[Words(text, english=False) for text in (outline.kicker, *outline.byline, outline.as_at) if text],
    ]
    care = outline.care or _("These slides speak of abuse and neglect of children.")
    warning = [Words(care, english=bool(outline.care) and outline.english), Words(words["stay"], english=False)]
    warning += [Words(words["danger"], english=False), Words(f"{words['help']}: {help_url}", english=False)]
    first, *others = packed(head)
    found = [Slide(outline.title, first, default, f"{words['online']} {outline.url}", "title", outline.english)]
    found += [Slide(outline.title, page, default, english=outline.english) for page in others]
    found += [Slide(words["care"], page, default, english=False) for page in packed(warning)]
    if outline.summary:
        about = packed([Words(outline.summary)])
        found += [Slide(_("What it is about"), page, default, english=False) for page in about]
    chosen = any(item.chosen for item in outline.items)
    for section in outline.sections:
        kept = tuple(item for item in section.items if item.chosen or not chosen)
        found += section_slides(replace(section, items=kept), default, outline.english)
    references = [Words(f"{one.number}. {one.text} {one.url}".strip(), "about") for one in outline.references]
    for number, page in enumerate(packed(references), 1):
        title = words["references"] if number == 1 else f"{words['references']} ({number})"
        found.append(Slide(title, page, default, english=False))
    return [*found, *last_slide(outline, default)]
