"""Do what waits: try, import and undo the files that curators have brought in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from intake import waiting


class Command(BaseCommand):
    help = (
        "Try, import and undo the files that wait, one after another, then end. Requests start it by themselves; with "
        "IMPORT_BY_TIMER=1 a timer has to, each minute. Several at once do not get into each other’s way."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = waiting.work(tell=self.stdout.write if options["verbosity"] else lambda text: None)
        if options["verbosity"]:
            self.stdout.write(f"{done} done.")
