"""Take rows out as a file that import_file reads back."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from intake.exporting import formats_of, pieces
from intake.kinds import KINDS
from publishing.models import Publishable, Status


class Command(BaseCommand):
    help = (
        "Export reviews, learning points, recommendations, vocabularies or publishers to CSV or XLSX, reviews to RIS."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file", type=Path, help="its name ends in .csv, .xlsx or .ris")
        parser.add_argument("--status", choices=Status.values, help="only rows that stand there")

    def handle(self, *args: Any, kind: str, file: Path, status: str | None, **options: Any) -> None:
        extension = file.suffix.removeprefix(".").lower()
        if extension not in formats_of(KINDS[kind]):
            raise CommandError(f"{kind} go out as {', '.join(formats_of(KINDS[kind]))}: end the file’s name so.")
        rows: Any = KINDS[kind].model._default_manager.all()
        if status and issubclass(KINDS[kind].model, Publishable):
            rows = rows.filter(status=status)
        draft = file.with_name(f"{file.name}.part")
        try:
            with draft.open("wb") as target:
                target.writelines(pieces(kind, extension, rows))
            draft.replace(file)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)
        self.stdout.write(f"{rows.count():,} {KINDS[kind].label.lower()} written to {file}.")
