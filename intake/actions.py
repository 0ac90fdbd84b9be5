"""From a file to drafts: tried, then imported in one transaction or not at all, and undone the same way.

A trial reads the whole file, writes nothing but the record of what each row would do, and holds no lock. An import does
the same again and writes. Whoever is killed in the middle has changed nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from intake import looking, store
from intake.files import BadFileError, Table, open_table
from intake.kinds import KINDS
from intake.mapping import Fit, fits, fitting, lay, ris, sources_of
from intake.models import Line, Mapping, Run
from intake.planned import Planned
from intake.planner import Planner
from intake.writing import ImportStoppedError, Writer

Tell = Callable[[float, int], None]
MAX_ROWS = 250_000
_LOCK = 7_204_118_305  # of PostgreSQL's advisory locks: any number that nobody else takes
State, Outcome = Run.State, Line.Outcome


class NothingImportedError(Exception):
    """The file was not imported; says why. Nothing was changed."""


def mapping_for(run: Run, heading: list[str], read_as: str = "") -> Mapping:
    """The mapping that a run names, or the best that fits its file; raises BadFileError where none does."""
    kind = KINDS[run.kind]
    if run.mapping:
        found = Mapping.objects.filter(slug=run.mapping).first()
        if found is None or not fits(found, heading):
            needed = (
                ", ".join(sorted({n for rule in found.columns.values() for n in sources_of(rule)})) if found else "?"
            )
            raise BadFileError(f"The mapping ‘{run.mapping}’ does not fit: it reads the columns {needed}.")
        return found
    if read_as.startswith("RIS") and kind.name == "reviews":
        return ris(heading)
    fitted = fitting(kind, heading)
    if not fitted:
        raise BadFileError(
            f"No mapping fits these columns: {', '.join(heading)[:500]}. Match them once, and the mapping is kept."
        )
    return fitted[0]


@contextmanager
def _planned(run: Run, path: Path, tell: Tell, *, holds: bool = False) -> Iterator[tuple[Fit, Iterator[list[Planned]]]]:
    """The file of a run, planned batch by batch; notes on the run how it was read."""
    with open_table(path, encoding=run.encoding, sheet=run.sheet) as table:
        mapping = mapping_for(run, table.heading, table.how)
        fit = lay(mapping, table.heading)
        run.mapping, run.read_as, run.unused = mapping.slug, table.how, fit.unused
        run.existing = run.existing or mapping.existing
        yield fit, _counted(Planner(fit, run.existing, holds=holds).batches(_limited(table)), table, tell)


def _limited(table: Table) -> Iterator[Any]:
    for number, row in enumerate(table.rows(), 1):
        if number > MAX_ROWS:
            raise BadFileError(f"More than {MAX_ROWS:,} rows. Split the file.")
        yield row


def _counted(batches: Iterator[list[Planned]], table: Table, tell: Tell) -> Iterator[list[Planned]]:
    rows = 0
    for batch in batches:
        yield batch
        rows += len(batch)
        tell(table.share(), rows)


def try_out(*, run: Run, path: Path, tell: Tell, keep_lines: bool = True) -> Iterator[Planned]:
    """Say row by row what the file would do, and what in it may identify a person; nothing is changed.

    Raises BadFileError.
    """
    counts: Counter[str] = Counter()
    with _planned(run, path, tell) as (fit, batches):
        for batch in batches:
            for one in batch:
                looking.warn(one, fit.kind)
            if keep_lines:
                Line.objects.bulk_create([line for one in batch for line in one.line(run)], batch_size=500)
            counts.update(_counts(batch))
            yield from batch
    if not counts:
        raise BadFileError("There is nothing below the heading: the file holds no rows.")
    run.counts = dict(counts)


def _counts(batch: list[Planned]) -> Iterator[str]:
    for one in batch:
        for part in (one, *one.joined):
            yield part.outcome
            if any(message["level"] == "warning" for message in part.messages):
                yield "warned"


def carry_out(*, run: Run, path: Path, tell: Tell) -> None:
    """Import the file: all of it, or its good rows if the run says so, in one transaction.

    Raises NothingImportedError, after which the database is as it was.
    """
    try:
        with transaction.atomic():
            one_at_a_time()
            if run.pk is None:
                run.save()
            run.lines.all().delete()
            counts = _write(run, path, tell)
            if not counts:
                raise BadFileError("There is nothing below the heading: the file holds no rows.")
            run.counts, run.state, run.message, run.finished_at = dict(counts), State.DONE, "", timezone.now()
            run.save()
    except (BadFileError, ImportStoppedError) as error:
        raise NothingImportedError(str(error)) from error


def _write(run: Run, path: Path, tell: Tell) -> Counter[str]:
    counts: Counter[str] = Counter()
    with _planned(run, path, tell, holds=True) as (fit, batches):
        writer = Writer(run, fit.kind)
        for batch in batches:
            refused = next((bad for one in batch for bad in one.refused), None)
            if refused and not run.good_rows_only:
                first = refused.messages[-1]
                raise ImportStoppedError(f"Row {refused.number}, {first['column'] or 'whole row'}: {first['text']}")
            writer.write(batch)
            Line.objects.bulk_create([line for one in batch for line in one.line(run)], batch_size=500)
            counts.update(_counts(batch))
    return counts


def one_at_a_time() -> None:
    """Inside a transaction: let no other import write until it ends.

    On SQLite a transaction has the one write lock from its beginning (settings: IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def receive(*, path: Path, name: str, kind: str, by: Any, **options: Any) -> Run:
    """A run for a file, not saved yet; options: mapping, existing, good_rows_only, publish, sheet, encoding."""
    return Run(
        kind=kind,
        file_name=os.path.basename(name)[-200:],  # noqa: PTH119 - a name that a browser sent, no path of ours
        file_hash=store.hash_of_file(path),
        file_size=path.stat().st_size,
        author=by,
        **options,
    )
