"""Rebuild the search index from everything that is published."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from publishing.models import move_on
from publishing.progress import Bar
from search import index
from search.models import SearchDocument


class Command(BaseCommand):
    help = "Rebuilds the search index. Readers go on searching; if it is interrupted, the old index stays."

    def handle(self, *args: Any, **options: Any) -> None:
        total = sum(source.count() for source in index.sources() if source.count)
        bar = Bar("Indexing", total, sys.stderr)
        with transaction.atomic():
            index.rebuild(index.entries(), progress=bar if options["verbosity"] else None)
            move_on([SearchDocument(pk=0)])  # what a search finds may differ now; no row of a list does
        if options["verbosity"]:
            bar.end()
            self.stdout.write(f"{bar.done:,} documents indexed.")
