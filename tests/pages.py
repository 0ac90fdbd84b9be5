"""Reading pages as a browser does, and files as whoever opens them."""

import io
import zipfile
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse
from pypdf import PdfReader


def parsed(response: HttpResponse, strict: bool = True) -> Element:
    """The page as a tree; raises where it is not HTML (strict) as the standard has it."""
    parser = html5lib.HTMLParser(strict=strict, namespaceHTMLElements=False)
    root: Element = parser.parse(response.content.decode())
    return root


def words_of(response: Any) -> str:
    """Every word of an answer, whatever its form: of an office file or an archive all that is packed into it."""
    return words_in(response.getvalue())


def words_in(content: bytes, errors: str = "strict") -> str:
    """`errors`: an archive packs pictures too, which are no UTF-8; they are read all the same, none is passed over."""
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(words_in(archive.read(name), "replace") for name in archive.namelist())
    return content.decode(errors=errors)


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def links(root: Element) -> list[str]:
    return [element.attrib["href"] for element in root.iter("a") if "href" in element.attrib]


def hooks(root: Element, name: str) -> list[str]:
    """Values of an attribute, in the order of the page: hooks(root, "data-id")."""
    return [element.attrib[name] for element in root.iter() if name in element.attrib]


def total(root: Element) -> int:
    """The number in the heading of the results."""
    [number] = hooks(root, "data-total")
    return int(number)


def results(root: Element) -> list[tuple[str, str]]:
    """(kind, id) of each result."""
    return [
        (one.attrib["data-kind"], one.attrib["data-id"]) for one in root.iter("article") if "data-kind" in one.attrib
    ]


def facts(root: Element) -> dict[str, str]:
    """The pairs of the lists of facts."""
    return {
        text_of(pair.find("dt")): text_of(pair.find("dd"))
        for facts in root.iter("dl")
        for pair in facts.iter("div")
        if pair.find("dt") is not None
    }


def form_data(root: Element, form_id: str) -> dict[str, Any]:
    """What a browser would send if the form were sent as it stands."""
    [form] = [one for one in root.iter("form") if one.attrib.get("id") == form_id]
    data: dict[str, Any] = {}
    for control in form.iter():
        name, kind = control.attrib.get("name"), control.attrib.get("type", "text")
        if not name or "disabled" in control.attrib or kind in {"submit", "button", "file"}:
            continue
        if control.tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in control.attrib):
            data[name] = control.attrib.get("value", "on" if kind == "checkbox" else "")
        elif control.tag == "textarea":
            data[name] = "".join(control.itertext()).removeprefix("\n")
        elif control.tag == "select":
            chosen = [option.attrib["value"] for option in control.iter("option") if "selected" in option.attrib]
            data[name] = chosen if "multiple" in control.attrib else (chosen or [""])[0]
    return data


def counts_of_choices(root: Element) -> dict[str, int]:
    """The number beside each choice of the filters, as drawn: {"theme-neglect": 12}."""
    found = {}
    for label in root.iter("label"):
        box, number = label.find("input"), label.find("span")
        if label.attrib.get("class") == "choice" and box is not None and number is not None:
            found[f"{box.attrib['name']}-{box.attrib['value']}"] = int(text_of(number))
    return found
