"""Load the content that ships with the project. A second run changes nothing.

A row is loaded if it was never loaded before; it is updated if the fixture changed and nobody has touched the row
since it was loaded; else it is left as it is. What a curator has edited, withdrawn, merged, retired or removed is hers.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Model

from publishing import actions, history, writes
from publishing.models import Publishable, ShippedRow
from publishing.signals import gathered
from publishing.snapshots import SnapshotError, find, fingerprint, hash_of, restore


class Command(BaseCommand):
    help = "Load the shipped content (fixtures/*.json); never overwrites what a curator has changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="JSON files; those of fixtures/ if none is named")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        files = files or sorted((settings.BASE_DIR / "fixtures").glob("[0-9]*.json"))
        try:
            with transaction.atomic(), gathered(), history.as_one(step=history.Step.LOADED):
                shipped = {(row.model, row.key): row for row in ShippedRow.objects.all()}
                counts = Counter(_load(row, shipped) for path in files for row in _read(path))
        except SnapshotError as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        self.stdout.write(", ".join(f"{n} {what}" for what, n in sorted(counts.items())) or "nothing to load")


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) and {"model", "key"} <= row.keys() for row in rows):
        raise CommandError(f"{path.name} is not a list of rows with 'model' and 'key'.")
    return rows


def _model(label: str) -> type[Model]:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise SnapshotError(f"There is no model called ‘{label}’.") from error


def _load(data: dict[str, Any], all_shipped: dict[tuple[str, str], ShippedRow]) -> str:
    """Load one row; say what was done with it."""
    shipped = all_shipped.get((data["model"], data["key"]))
    source = hash_of(data)
    if shipped is not None and shipped.source == source:
        return "unchanged"
    row = find(_model(data["model"]), data["key"])
    if shipped is None and row is not None:
        return "kept (made by a curator)"
    if shipped is not None and (row is None or not history.is_still(row, shipped.hash)):
        return "kept (changed by a curator)"
    loaded = _write(data, row)
    ShippedRow.objects.update_or_create(
        model=data["model"], key=data["key"], defaults={"hash": fingerprint(loaded), "source": source}
    )
    return "loaded" if row is None else "updated"


def _write(data: dict[str, Any], row: Any) -> Any:
    if isinstance(row, Publishable) and row.is_published:
        with writes.announced(row):
            loaded = restore(data, row)
            if reasons := loaded.refusals():
                raise SnapshotError(f"{loaded}: {' '.join(reasons)}")
            loaded.recount()
    else:
        loaded = restore(data, row)
        if isinstance(loaded, Publishable):
            _publish(loaded)
        else:
            writes.announce_change(loaded)
    history.record(row=loaded, step=history.Step.LOADED)
    loaded.refresh_from_db()
    return loaded


def _publish(loaded: Any) -> None:
    try:
        actions.publish(row=loaded)
    except writes.Refused as error:
        raise SnapshotError(" ".join(error.messages)) from error
