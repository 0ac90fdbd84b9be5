"""Files read by programs that know nothing of how we made them: poppler, pypdf, python-docx, a validator of PDF/UA."""

import io
import re
import subprocess
from functools import lru_cache
from itertools import pairwise

import docx
import page
from pptx import Presentation
from pypdf import PdfReader

SPACE = re.compile(r"[\s\u200b\u00ad]+")


def squeezed(text):
    """Without any space: a form may break a line anywhere."""
    return SPACE.sub("", text)


@lru_cache(maxsize=16)
def pdf_text(content):
    return "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(content)).pages)


@lru_cache(maxsize=16)
def poppler(content, *options):
    """What pdfinfo says of a PDF; it reads the file by itself."""
    done = subprocess.run(["pdfinfo", *options, "-"], input=content, capture_output=True, check=True, timeout=60)
    return done.stdout.decode(errors="replace")  # a bounding box may hold any bytes


@lru_cache(maxsize=16)
def fonts(content):
    """(name, embedded) of each face."""
    done = subprocess.run(["pdffonts", "-"], input=content, capture_output=True, check=True, timeout=60)
    rows = done.stdout.decode().splitlines()[2:]
    return [(row.split()[0], re.search(r"(yes|no) +(yes|no) +(yes|no) +\d+ +\d+$", row)[1]) for row in rows]


@lru_cache(maxsize=16)
def broken_rules(content):
    """The rules of PDF/UA-1 that the file breaks, by an independent validator."""
    report = page.validate_pdf_bytes(content, profile="ua1")
    assert report.rules.total > 100
    return [(one.rule_id, one.message) for one in report.failures]


def beyond_the_edge(content):
    """Words that poppler finds outside the paper: (word, right edge, width of the paper)."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True, timeout=60)
    found, width = [], 0.0
    for line in done.stdout.decode(errors="replace").splitlines():
        if sheet := re.search(r'<page width="([\d.]+)"', line):
            width = float(sheet[1])
        elif word := re.search(r'<word xMin="([-\d.]+)" .*?xMax="([\d.]+)" .*?>(.*)</word>', line):
            found.append((word[3], float(word[1]), float(word[2]), width))
    return [one for one in found if one[1] < 0 or one[2] > one[3]]


def headings(content):
    """Levels of the headings in the structure of a PDF, in reading order."""
    return [int(level) for level in re.findall(r"^ *H(\d) ", poppler(content, "-struct"), re.MULTILINE)]


def is_in_order(levels):
    """Begins with 1, and none is more than one deeper than the one before."""
    return levels[:1] == [1] and all(after <= before + 1 for before, after in pairwise(levels))


@lru_cache(maxsize=16)
def word_text(content):
    document = docx.Document(io.BytesIO(content))
    texts = [text_of(one) for one in document.element.body.iter(f"{{{docx.oxml.ns.nsmap['w']}}}p")]
    return "\n".join(texts)


def text_of(paragraph):
    """All words of a paragraph, those of its links too."""
    return "".join(one.text or "" for one in paragraph.iter(f"{{{docx.oxml.ns.nsmap['w']}}}t"))


def word_headings(content):
    document = docx.Document(io.BytesIO(content))
    names = [one.style.name for one in document.paragraphs]
    return [0 if name == "Title" else int(name[-1]) for name in names if name == "Title" or name.startswith("Heading")]


def deck_text(content):
    """All words of a deck: of its slides, and of the notes of each."""
    texts = []
    for slide in Presentation(io.BytesIO(content)).slides:
        texts += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        texts += [slide.notes_slide.notes_text_frame.text] if slide.has_notes_slide else []
    return "\n".join(texts)


def drawn_by_office(content, extension, folder):
    """The pages that LibreOffice makes of a file: of each, its words with their lower edges in points."""
    path = folder / f"file.{extension}"
    path.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    drawn = path.with_suffix(".pdf").read_bytes()
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=drawn, capture_output=True, check=True, timeout=60)
    pages = done.stdout.decode(errors="replace").split("<page ")[1:]
    words = re.compile(r'yMax="([\d.]+)">(.*?)</word>')
    return [[(word, float(bottom)) for bottom, word in words.findall(one)] for one in pages]
