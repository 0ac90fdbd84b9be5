"""Look whether the addresses that the content names still lead somewhere; for a timer, each night."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from publishing.links.checking import NoNetwork, check, due, gather
from publishing.links.models import Link
from publishing.progress import Bar


class Command(BaseCommand):
    help = (
        "Check the links to other sites, each host with a pause. One that failed in two runs is called dead on the desk. "
        "Exit code: 0 none is dead, 1 some are, 2 nothing could be reached."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--hours",
            type=int,
            default=20,
            help="leave alone what was checked within so many hours: a run that was broken off goes on (20; 0: none)",
        )

    def handle(self, *args: Any, hours: int, **options: Any) -> None:
        gather()
        links = due(max(0, hours))
        bar = Bar("Checking links", len(links), sys.stderr)
        try:
            for _link in check(links):
                bar(1)
        except NoNetwork:
            raise CommandError(
                "No server could be reached, so nothing was written down: has this machine a way to the internet?",
                returncode=2,
            ) from None
        except KeyboardInterrupt:
            raise CommandError("Broken off. The next run goes on with the rest.", returncode=130) from None
        finally:
            bar.end()
        dead = Link.objects.filter(status=Link.Status.DEAD).count()
        self.stdout.write(f"{len(links)} of {Link.objects.count()} links checked; {dead} dead (admin, Links).")
        if dead:
            raise SystemExit(1)
