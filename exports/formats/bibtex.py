"""BibTeX, for those who write with LaTeX: single things.

Written by hand: what matters is the escaping. Letters beyond ASCII stay as they are (biber and BibTeX 0.99d take UTF-8).
"""

from __future__ import annotations

import re

from exports.formats import Format
from exports.references import MAKERS
from reviews.citations import SITE, Reference

#: Characters that mean something to TeX, and how it is told that they mean themselves.
ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&%#_"},
}
SPECIAL = re.compile(r"[\\{}~^$&%#_]")


def escaped(text: str) -> str:
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], " ".join(text.split()))


def address(url: str) -> str:
    """Taken word for word by the url field: only what would end it is changed."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def entry(reference: Reference) -> str:
    # A second pair of braces keeps the capitals of a title, and the name of a body in one piece.
    fields = {
        "author": " and ".join(f"{{{escaped(author)}}}" for author in reference.authors),
        "title": f"{{{escaped(reference.title)}}}",
        "institution": escaped(", ".join(reference.authors)) if reference.report else "",
        "organization": "" if reference.report else SITE,
        "type": escaped(reference.genre),
        "year": reference.year,
        "month": reference.date[5:7].lstrip("0"),
        "address": escaped(reference.place),
        "abstract": escaped(reference.abstract),
        "keywords": escaped(", ".join(keyword.replace(",", "") for keyword in reference.keywords)),
        "note": escaped(" ".join(filter(None, [reference.note, f"{reference.as_at}." if reference.as_at else ""]))),
        "url": address(reference.url),
        "urldate": reference.read.isoformat(),
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'techreport' if reference.report else 'misc'}{{{key(reference)},\n{body}}}\n"


def key(reference: Reference) -> str:
    return re.sub(r"[^A-Za-z0-9:.-]", "-", reference.id)


FORMAT = Format(
    "bib",
    "application/x-bibtex; charset=utf-8",
    "BibTeX",
    things={kind: lambda row, make=make: entry(make(row)).encode() for kind, make in MAKERS.items()},
    order=72,
)
