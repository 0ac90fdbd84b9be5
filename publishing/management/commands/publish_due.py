from typing import Any

from django.core.management.base import BaseCommand

from publishing.schedule import publish_due


class Command(BaseCommand):
    help = (
        "Publish what an editor scheduled and whose time has come. For a timer, every few minutes; safe to run twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = publish_due()
        for name in outcome.published:
            self.stdout.write(f"published: {name}")
        for words in outcome.refused:
            self.stderr.write(f"not published: {words}")
