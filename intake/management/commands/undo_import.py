"""Take back what a file brought in."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.management.commands.import_file import teller
from intake.models import Run
from intake.undoing import NotUndoneError, undo
from publishing.progress import Bar


class Command(BaseCommand):
    help = "Undo an import: all of it or, where somebody has changed or published what it made, nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int, help="number of the import, as import_file and the admin say it")

    def handle(self, *args: Any, run: int, **options: Any) -> None:
        found = Run.objects.filter(pk=run).first()
        if found is None:
            raise CommandError(f"There is no import with the number {run}.")
        bar = Bar("Undoing", 1000, sys.stderr) if options["verbosity"] else None
        try:
            undo(run=found, tell=teller(bar))
        except NotUndoneError as error:
            raise CommandError(f"Nothing was undone.\n{error}") from error
        if bar:
            bar.end()
        self.stdout.write(f"Undone: {found.file_name}.")
