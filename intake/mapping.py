"""From the columns of a file to ours.

A mapping says for each of our columns where its text comes from:

    {"from": "Name of report"}                              the text of that column
    {"from": ["page", "section"], "text": "page {page}, ‘{section}’"}   several, put together; nothing where all are blank,
                                                            and no paragraph whose own are all blank
    {"always": "england"}                                   the same for every row
    {..., "split": " | "}                                   several values in one cell, at that sign
    {..., "values": {"ILACS": "…", "* board": "…"}}         what a value stands for here (* is anything; "": nothing)
    {..., "others": "leave out"}                            values that `values` does not name say nothing here
    {..., "rest_to": "detail"}                              a text too long for the column goes there whole
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from intake.columns import SEPARATOR
from intake.kinds import KINDS, Kind
from intake.models import Existing, Mapping

#: A column of every kind of statement that no model has: what the row is called where it comes from.
REFERENCE = "reference"
RIS = "RIS"
_HOLE = re.compile(r"\{([^{}]+)\}")
_OPTIONS = {"from", "always", "text", "split", "values", "others", "rest_to"}
#: Our columns and the tags of RIS that may hold them, the best first (as reference managers and `exports` write them).
_RIS = {
    "reference": ["ID", "AN"],
    "title": ["TI", "T1"],
    "published": ["DA", "PY", "Y1"],
    "publishers": ["AU", "A2", "PB"],
    "review_type": ["M3"],
    "area": ["CY"],
    "summary": ["AB", "N2"],
    "document_title": ["TI", "T1"],
    "document_url": ["L2", "UR"],
    "themes": ["KW"],
}


@dataclass
class Fit:
    """A mapping laid over the heading of a file."""

    mapping: Mapping
    kind: Kind
    columns: dict[str, dict[str, Any]]
    unused: list[str]
    is_own: bool  # the file has our own column names: a blank cell clears what is here


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def sources_of(rule: dict[str, Any]) -> list[str]:
    """Names of the file's columns that a rule reads."""
    given = rule.get("from", [])
    return [given] if isinstance(given, str) else list(given)


def targets(kind: Kind) -> list[str]:
    """Names of our columns that a mapping may fill."""
    return [*([REFERENCE] if kind.is_statement else []), *kind.names]


def faults_of(mapping: Mapping) -> list[str]:
    """What is wrong with a mapping, in words; [] if nothing is."""
    kind = KINDS.get(mapping.kind)
    if kind is None or not isinstance(mapping.columns, dict) or not isinstance(mapping.only, dict):
        return ["Write the columns as {“title”: {“from”: “Name of report”}}."]
    faults = []
    for name, rule in mapping.columns.items():
        if name not in targets(kind):
            faults.append(f"‘{name}’ is no column of {kind.label}: {', '.join(targets(kind))}.")
        elif not isinstance(rule, dict) or not rule.keys() <= _OPTIONS or not rule.keys() & {"from", "always"}:
            faults.append(f"‘{name}’: write “from” or “always”, and nothing but {', '.join(sorted(_OPTIONS))}.")
        elif not isinstance(rule.get("values", {}), dict) or rule.get("rest_to", name) not in targets(kind):
            faults.append(f"‘{name}’: “values” is a table of texts, “rest_to” one of our columns.")
        elif "text" in rule and not _fills(rule):
            faults.append(f"‘{name}’: “text” may name only what stands in “from”, each in {{braces}}.")
    return faults


def _fills(rule: dict[str, Any]) -> bool:
    return isinstance(rule["text"], str) and set(_HOLE.findall(rule["text"])) <= set(sources_of(rule))


def own(kind: Kind, heading: list[str]) -> Mapping:
    """The mapping of files with our own column names, as export writes them."""
    wanted = {_plain(name): name for name in targets(kind)}
    columns = {wanted[_plain(name)]: {"from": name} for name in heading if _plain(name) in wanted}
    return Mapping(slug="", name="Our own column names", kind=kind.name, columns=columns, existing=Existing.UPDATE)


def ris(heading: list[str]) -> Mapping:
    """The mapping of references in RIS."""
    found = {name: [tag for tag in tags if tag in heading] for name, tags in _RIS.items()}
    columns: dict[str, Any] = {name: {"from": tags[0]} for name, tags in found.items() if tags}
    for name in ("publishers", "themes"):
        if name in columns:
            columns[name] |= {"split": ";"}
    columns["document_kind"] = {"always": "report"}
    return Mapping(slug="", name=RIS, kind="reviews", columns=columns, existing=Existing.FILL)


def lay(mapping: Mapping, heading: list[str]) -> Fit:
    """The mapping with the names as this file writes them; columns that it has not are left out."""
    here = {_plain(name): name for name in heading}
    columns: dict[str, dict[str, Any]] = {}
    for target, rule in mapping.columns.items():
        found = {name: here[_plain(name)] for name in sources_of(rule) if _plain(name) in here}
        if found or "always" in rule:
            columns[target] = {**rule, "from": list(found.values()), "called": {v: k for k, v in found.items()}}
    used = {name for rule in columns.values() for name in rule["from"]}
    used |= {here[_plain(name)] for name in mapping.only if _plain(name) in here}
    only_own = not mapping.slug and mapping.name != RIS
    return Fit(mapping, KINDS[mapping.kind], columns, [name for name in heading if name not in used], only_own)


def fits(mapping: Mapping, heading: list[str]) -> bool:
    """Whether the file has every column that the mapping reads."""
    here = {_plain(name) for name in heading}
    needed = {_plain(name) for rule in mapping.columns.values() for name in sources_of(rule)}
    return bool(needed) and needed | {_plain(name) for name in mapping.only} <= here


def fitting(kind: Kind, heading: list[str]) -> list[Mapping]:
    """Mappings of that kind that this file fits, the one that reads most of its columns first; ours where they are even."""
    mine = own(kind, heading)
    needed = {column.name for column in kind.columns if column.required}
    fitted = [mine] if needed <= mine.columns.keys() else []
    fitted += [one for one in Mapping.objects.filter(kind=kind.name) if fits(one, heading)]
    return sorted(fitted, key=lambda one: -len({name for rule in one.columns.values() for name in sources_of(rule)}))


def texts(fit: Fit, cells: dict[str, str]) -> dict[str, str]:
    """The text of each of our columns that the file speaks of."""
    return {name: _text(rule, cells) for name, rule in fit.columns.items()}


def _text(rule: dict[str, Any], cells: dict[str, str]) -> str:
    found = {name: cells.get(name, "") for name in rule["from"]}
    if "always" in rule:
        return str(rule["always"])
    if "text" in rule:
        named = {rule["called"][name]: value for name, value in found.items()}
        return "\n\n".join(filter(None, (_filled(part, named) for part in rule["text"].split("\n\n"))))
    whole = "\n\n".join(value for value in found.values() if value)
    if "values" not in rule and "split" not in rule:
        return whole
    several = whole.split(rule["split"]) if rule.get("split") else [whole]
    return SEPARATOR.join(filter(None, (_value(rule, one.strip()) for one in several)))


def _filled(paragraph: str, named: dict[str, str]) -> str:
    """The paragraph with its holes filled; '' where all of them would be blank."""
    wanted = [named.get(name, "") for name in _HOLE.findall(paragraph)]
    return _HOLE.sub(lambda hole: named.get(hole[1], ""), paragraph) if any(wanted or named.values()) else ""


def _value(rule: dict[str, Any], value: str) -> str:
    wanted = value.casefold()
    # The most telling first: PostgreSQL keeps the names of a JSON table in an order of its own.
    known = sorted(rule.get("values", {}).items(), key=lambda pair: ("*" in pair[0], -len(pair[0]), pair[0]))
    for name, meaning in known:
        if fnmatchcase(wanted, name.casefold()):
            return str(meaning)
    return "" if rule.get("others") == "leave out" else value


def is_left_out(fit: Fit, cells: dict[str, str]) -> str:
    """Why the mapping leaves the row out; '' if it does not."""
    here = {_plain(name): value for name, value in cells.items()}
    for name, values in fit.mapping.only.items():
        value = here.get(_plain(name), "")
        if value.casefold() not in {str(one).casefold() for one in values}:
            return (
                f"{name} is ‘{value[:60]}’, and the mapping takes only rows where it is {', '.join(map(str, values))}"
            )
    return ""
