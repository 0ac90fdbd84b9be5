"""Import a table from a file: tried first, row by row; all of it or nothing, unless good rows alone are asked for."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from intake import actions
from intake.files import BadFileError
from intake.kinds import KINDS
from intake.models import Existing, Line, Mapping, Run, counted
from intake.planned import Planned
from publishing.progress import Bar

_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import reviews, learning points, recommendations, vocabularies or publishers from CSV, XLSX or RIS. Rows arrive "
        "as drafts, and changes to published rows as changes that wait. An interrupted import leaves nothing behind."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", choices=KINDS, help="what each row is; --mapping says it too")
        parser.add_argument("--mapping", default="", help="slug of a mapping; else the one that fits the columns")
        parser.add_argument(
            "--existing", choices=Existing.values, default="", help="what to do with rows that are here"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what each row would do, and change nothing")
        parser.add_argument("--good-rows-only", action="store_true", help="import the others where rows are refused")
        parser.add_argument(
            "--publish", action="store_true", help="publish what is imported, by the rules of publishing"
        )
        parser.add_argument("--author", default="", help="name of the account that brings the file in")
        parser.add_argument("--report", type=Path, help="write what becomes of each row to this CSV file")
        parser.add_argument("--encoding", default="", help="of a CSV file, where it is not recognised")
        parser.add_argument("--sheet", default="", help="of an XLSX workbook; else the first")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        run = self._run(file, options)
        bar = Bar("Trying", 1000, sys.stderr) if options["verbosity"] else None
        try:
            refused = self._try(run, file, bar, options["report"], options["verbosity"])
        except BadFileError as error:
            raise CommandError(f"{file.name}: {error} Nothing was changed.") from error
        self.stdout.write(f"Read as {run.read_as}{self._unused(run)}.")
        self.stdout.write(f"{'Would be: ' if options['dry_run'] else 'Tried: '}{counted(run.counts)}.")
        if options["dry_run"]:
            return
        if refused and not run.good_rows_only:
            raise CommandError("Nothing was imported, because rows are refused: mend them, or say --good-rows-only.")
        self._import(run, file, options)

    def _import(self, run: Run, file: Path, options: dict[str, Any]) -> None:
        bar = Bar("Importing", 1000, sys.stderr) if options["verbosity"] else None
        try:
            actions.carry_out(run=run, path=file, tell=teller(bar))
        except actions.NothingImportedError as error:
            raise CommandError(f"{error} Nothing was imported.") from error
        self.stdout.write(f"Imported: {counted(run.counts)}. To undo: manage.py undo_import {run.pk}")

    def _run(self, file: Path, options: dict[str, Any]) -> Run:
        mapping = Mapping.objects.filter(slug=options["mapping"]).first() if options["mapping"] else None
        if options["mapping"] and mapping is None:
            known = ", ".join(Mapping.objects.values_list("slug", flat=True)) or "none: run load_content"
            raise CommandError(f"There is no mapping ‘{options['mapping']}’. There are: {known}.")
        kind = options["kind"] or (mapping.kind if mapping else "")
        if not kind or (mapping and mapping.kind != kind):
            raise CommandError("Say what each row is, with --kind or with a --mapping of that kind.")
        users = get_user_model().objects
        author = users.filter(username=options["author"]).first() if options["author"] else None
        if options["author"] and author is None:
            raise CommandError(f"There is no account called ‘{options['author']}’.")
        chosen = {
            name: options[name] for name in ("mapping", "existing", "good_rows_only", "publish", "sheet", "encoding")
        }
        try:
            return actions.receive(path=file, name=file.name, kind=kind, by=author, **chosen)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _try(self, run: Run, file: Path, bar: Bar | None, report: Path | None, verbosity: int) -> int:
        """How many rows are refused; says of the first ones why, and writes what becomes of all to `report`."""
        refused, said = Counter[str](), []
        with report.open("w", encoding="utf-8-sig", newline="") if report else _Nowhere() as target:
            writer = csv.writer(target)
            writer.writerow(["row", "outcome", "reference", "messages"])
            for one in actions.try_out(run=run, path=file, tell=teller(bar), keep_lines=False):
                for part in (one, *one.joined):
                    refused.update([part.outcome])
                    if report:
                        writer.writerow([part.number, part.outcome, part.key or part.reference, _messages(part)])
                    if part.outcome == Line.Outcome.REFUSED and len(said) < _SHOWN:
                        said.append(f"  row {part.number}: {_messages(part)}")
        if bar:
            bar.end()
        count = refused[Line.Outcome.REFUSED]
        if said and verbosity:
            more = [f"  and {count - len(said):,} more (--report writes them all)"] if count > len(said) else []
            self.stderr.write("\n".join(["Refused:", *said, *more]))
        return count

    def _unused(self, run: Run) -> str:
        return f"; columns not used: {', '.join(run.unused)}" if run.unused else ""


class _Nowhere:
    """A file that keeps nothing."""

    def __enter__(self) -> _Nowhere:
        return self

    def __exit__(self, *error: Any) -> None:
        return

    def write(self, text: str) -> int:
        return len(text)


def _messages(one: Planned) -> str:
    return "; ".join(f"{m['column']}: {m['text']}" if m["column"] else m["text"] for m in one.messages)


def teller(bar: Bar | None) -> Any:
    """What actions tell how far they are: draws the bar."""

    def tell(share: float, rows: int) -> None:
        if bar:
            bar(int(share * bar.total) - bar.done, f"{rows:,} rows")

    return tell
