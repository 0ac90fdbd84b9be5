"""Say where our sentences share a run of words with the texts they were learned from: facts carry over, sentences do not.

    manage.py check_wording path/to/texts [more paths]

Reads every .txt, .md and .csv file at those paths, in which words are compared without case and punctuation.
"""

from __future__ import annotations

import csv
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models

from briefings.models import Briefing, Resource, Section
from reviews.models import CaseReview, Document, Evidence, EvidenceSet, LearningPoint, Recommendation
from themes.models import VOCABULARIES

#: So many words in a row are somebody's sentence.
RUN = 8
#: The fields that hold sentences of ours. Titles, names, headings and places are facts and carry over.
PROSE: dict[type[models.Model], tuple[str, ...]] = {
    LearningPoint: ("statement", "detail", "questions", "context_note"),
    Recommendation: ("text",),
    Evidence: ("note",),
    CaseReview: ("summary", "content_note"),
    EvidenceSet: ("description",),
    Document: ("note",),
    Briefing: ("summary", "content_note"),
    Section: ("body", "speaker_notes"),
    Resource: ("note",),
    **dict.fromkeys(VOCABULARIES, ("scope_note",)),
}


class Command(BaseCommand):
    help = "Check that no sentence of the content shares eight words in a row with the texts at the given paths."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path)

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        known = {run for text in texts_at(paths) for run in runs(text)}
        if not known:
            raise CommandError("There is no text at those paths: name files or folders with .txt, .md or .csv in them.")
        shared = list(shared_runs(known))
        for where, run in shared:
            self.stdout.write(f"{where}: … {run} …")
        if shared:
            raise CommandError(f"{len(shared)} places share {RUN} words in a row with a source.")
        self.stdout.write(f"No sentence shares {RUN} words in a row with these texts.")


def words(text: str) -> list[str]:
    """
    >>> words("The child’s voice - unheard.")
    ['the', 'child', 's', 'voice', 'unheard']
    """
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> Iterator[str]:
    found = words(text)
    for start in range(len(found) - RUN + 1):
        yield " ".join(found[start : start + RUN])


def texts_at(paths: list[Path]) -> Iterator[str]:
    """The text of each file; of a CSV file each cell by itself."""
    csv.field_size_limit(sys.maxsize)
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in {".txt", ".md"}:
                yield file.read_text(encoding="utf-8", errors="replace")
            elif file.suffix == ".csv":
                with file.open(encoding="utf-8", errors="replace", newline="") as lines:
                    yield from (cell for row in csv.reader(lines) for cell in row)


def shared_runs(known: set[str]) -> Iterator[tuple[str, str]]:
    """(row and field, run) of each run of ours that is in a source."""
    for model, fields in PROSE.items():
        for row in model._default_manager.order_by("pk"):
            for field in fields:
                for run in runs(getattr(row, field)):
                    if run in known:
                        yield f"{model._meta.label} {row} {field}"[:120], run
