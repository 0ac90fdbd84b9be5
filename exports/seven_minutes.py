"""The seven-minute briefing: one page with the boxes that practitioners know.

The curator chooses and shortens what goes in; what she leaves open is proposed here, and a proposal is made smaller until
the page holds it. Her own choice is never shrunk or cut: it is refused when she publishes (one_page.py).
The boxes are those in use in local partnerships' 'how to write one' guides: why it matters, what happened, key findings,
what to do, questions, more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exports.outline import Item, Outline
from reviews.models import LearningPoint

SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Line:
    """One line of a box; a statement carries its code and what it rests on."""

    text: str
    code: str = ""
    url: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Box:
    """`name`: why, happened, findings, todo, questions or more; `english`: it holds what is ours to read."""

    name: str
    heading: str
    text: str = ""
    lines: tuple[Line, ...] = ()
    english: bool = True


@dataclass(frozen=True)
class Room:
    """How much a proposal may take: characters of a text, lines of a box; and the size of the type in points."""

    text: int
    findings: int
    todo: int
    questions: int
    size: float = 10.5


#: From generous to sparse; the first that fits is taken. The last two hold one finding and nothing else that is as long
#: as its author made it: beside them fits whatever title and warning a briefing may have (test_one_page.py).
ROOMS = (
    Room(420, 5, 4, 3),
    Room(360, 4, 3, 3),
    Room(280, 3, 3, 3),
    Room(220, 3, 2, 2),
    Room(140, 1, 1, 1),
    Room(0, 1, 0, 0),
    Room(0, 1, 0, 0, size=9),
)
#: Statements longer than this are proposed only where there is nothing shorter.
SHORT = 150


@dataclass(frozen=True)
class Sheet:
    """The page: what stands above its boxes, the boxes in their order, and the size of the type in points."""

    outline: Outline
    boxes: tuple[Box, ...]
    size: float = ROOMS[0].size


def lines_of(text: str) -> list[str]:
    return [line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t")]


def sentences(text: str, most: int) -> str:
    """As many whole sentences as `most` characters hold; at least one, if it stands alone within twice as many."""
    found = ""
    for sentence in SENTENCE.split(" ".join(text.split())):
        longer = f"{found} {sentence}".strip()
        if len(longer) > (most if found else 2 * most):
            break
        found = longer
    return found


#: Words that tell of a death. What has them is not for a proposal: the page is read aloud, and its reader may be bereaved.
GRAVE = re.compile(
    r"\b(died?|deaths?|dying|fatal\w*|kill\w*|murder\w*|homicides?|suicid\w*|took (their|his|her) own li(fe|ves))\b",
    re.IGNORECASE,
)


def weight(item: Item) -> tuple[bool, bool, int, int]:
    """Sorts the best founded first: several sources, a text that can be read at a glance."""
    return (len(item.text) > SHORT, bool(item.flag), -len(item.sources), len(item.text))


def is_grave(item: Item) -> bool:
    return GRAVE.search(item.text) is not None


def chosen(outline: Outline, *kinds: str) -> list[Item]:
    return [item for item in outline.items if item.chosen and item.kind in kinds]


def proposed_findings(outline: Outline, most: int) -> list[Item]:
    """The best founded learning points, one from a section before any section gives a second.

    One that tells of a death is proposed only where there is nothing else: a curator may choose it, and knows who reads.
    """
    kinds = {LearningPoint.Kind.CONTEXT, LearningPoint.Kind.PRINCIPLE}
    ranked: list[tuple[tuple[bool, int], Any, int, Item]] = []
    for place, section in enumerate(outline.sections):
        points = [
            one for one in section.items if one.kind == "learning" and one.point_kind not in kinds and not one.newer
        ]
        points.sort(key=lambda item: (is_grave(item), weight(item)))
        ranked += [((is_grave(item), turn), weight(item), place, item) for turn, item in enumerate(points)]
    ranked.sort(key=lambda entry: entry[:3])
    order = {item.code: n for n, item in enumerate(outline.items)}
    best = {item.code: item for _turn, _weight, _place, item in ranked}
    return sorted(list(best.values())[:most], key=lambda item: (is_grave(item), order[item.code]))


def proposed_actions(outline: Outline, taken: list[Item], most: int) -> list[Item]:
    """The best founded recommendations; without any, what the reviews teach for practice."""
    asked = [item for item in outline.items if item.kind == "recommendation"]
    if not asked:
        codes = {item.code for item in taken}
        learning = LearningPoint.Kind.LEARNING
        asked = [one for one in outline.items if one.point_kind == learning and one.code not in codes and not one.newer]
    return sorted(asked, key=weight)[:most]


def as_line(item: Item) -> Line:
    return Line(item.short or item.text, item.code, item.url, f"{item.evidence[:1].lower()}{item.evidence[1:]}")


def what_happened(outline: Outline, most: int) -> str:
    """What the briefing rests on, by name as far as there is room."""
    words = outline.byline[-1] if outline.byline and (outline.reviews or outline.sets) else ""
    names = [f"{one.label} ({one.about[:1].lower()}{one.about[1:]})" for one in outline.sets]
    names += [one.label for one in outline.reviews]
    shown: list[str] = []
    for name in names:
        if len("; ".join([words, *shown, name])) > most:
            break
        shown.append(name)
    more = len(names) - len(shown)
    if more and shown:
        shown.append(ngettext("one more", "%(n)d more", more) % {"n": more})
    return f"{words}: {'; '.join(shown)}." if shown else f"{words}." if words else ""


def questions(findings: list[Item], most: int) -> list[str]:
    """Questions of the findings, one of each; where none has any, two that fit every briefing."""
    found = [item.questions[0] for item in findings if item.questions]
    found.sort(key=len)
    return found[:most] or [
        _("Think of one child you know. Which of these findings could be true there?"),
        _("What will we do differently by next month, and who will see to it?"),
    ]


def more(outline: Outline) -> tuple[Line, ...]:
    points = sum(item.kind == "learning" for item in outline.items)
    asked = len(outline.items) - points
    counted = [ngettext("one learning point", "%(n)d learning points", points) % {"n": points}] if points else []
    counted += [ngettext("one recommendation", "%(n)d recommendations", asked) % {"n": asked}] if asked else []
    full = _("The full briefing, with the reviews behind each statement: %(what)s.")
    return (
        Line(full % {"what": _(" and ").join(counted)} if counted else _("The full briefing:"), url=outline.url),
        Line(_("Each code leads to the reviews behind it.")),
        Line(_("Call 999 if a child, or anyone, is in danger.")),
    )


def sheet_in(outline: Outline, room: Room) -> Sheet:
    """The sheet with proposals as large as `room` where the curator has chosen nothing."""
    own = outline.own
    findings = chosen(outline, "learning") or proposed_findings(outline, room.findings)
    asked = chosen(outline, "recommendation") or proposed_actions(outline, findings, room.todo)
    todo = [Line(line) for line in lines_of(own.get("what_to_do", ""))] or [as_line(item) for item in asked]
    nothing = [Line(_("Choose one finding. Say what you will do about it, who will do it and by when."))]
    talk = lines_of(own.get("team_questions", "")) or questions(findings, room.questions)
    theirs = room.questions and any(item.questions for item in findings)
    asked_in_english = bool(own.get("team_questions") or theirs)
    why = own.get("why_it_matters") or sentences(outline.summary, room.text)
    read_on = "" if why else _("The full briefing tells why.")
    happened = own.get("what_happened") or what_happened(outline, room.text)
    boxes = (
        Box("why", _("Why it matters"), why or read_on, english=bool(why)),
        Box("happened", _("What happened"), happened, english=bool(own.get("what_happened"))),
        Box("findings", _("Key findings"), lines=tuple(as_line(item) for item in findings)),
        Box("todo", _("What to do"), lines=tuple(todo or nothing), english=bool(todo)),
        Box(
            "questions", _("Questions for the team"), lines=tuple(Line(text) for text in talk), english=asked_in_english
        ),
        Box("more", _("More"), lines=more(outline), english=False),
    )
    return Sheet(outline, boxes, room.size)
