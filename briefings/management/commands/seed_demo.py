"""Make a fictional collection of any size, for demonstration and for measuring. It says on every page that it is one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from briefings.demo import collection
from briefings.demo.plan import NoVocabularyError, Sizes
from publishing.progress import Bar


class Command(BaseCommand):
    help = "Make a fictional collection: --reviews 2000 makes as many, with ten learning points to each and their evidence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reviews", type=int, default=2000, help="how many published reviews (2000)")
        parser.add_argument("--seed", type=int, default=1, help="another number gives another collection (1)")
        parser.add_argument("--no-index", action="store_true", help="leave the search index as it is; reindex follows")

    def handle(self, *args: Any, reviews: int, seed: int, no_index: bool, **options: Any) -> None:
        if reviews < 1:
            raise CommandError("--reviews is a number from 1 on.")
        if collection.exists():
            raise CommandError("There is a fictional collection already. Begin with an empty database.")
        sizes = Sizes(reviews)
        bar = Bar("Making", sizes.rows, sys.stderr)
        try:
            collection.make(sizes, seed, bar if options["verbosity"] else lambda more: None)
        except NoVocabularyError as error:
            raise CommandError(f"Nothing was made: no terms of {error}. Run load_content first.") from error
        if options["verbosity"]:
            bar.end()
            self.stdout.write(f"{sizes.reviews:,} reviews and {sizes.points:,} learning points made, all fictional.")
        self._tell_planner()
        if not no_index:
            call_command("reindex", verbosity=options["verbosity"])

    @staticmethod
    def _tell_planner() -> None:
        """The database's planner learns at once how large the tables are now."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
