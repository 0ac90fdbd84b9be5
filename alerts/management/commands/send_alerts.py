"""Find what is new, put it into the outbox, and send what waits: for cron or a timer, on any number of machines."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from alerts.housekeeping import tidy
from alerts.models import Mail, Subscriber
from alerts.queueing import Queued, queue_news
from alerts.sending import Summary, send_waiting


class Command(BaseCommand):
    help = "Send what is new to those who follow it. Safe to run every few minutes, and on several machines at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent; change and send nothing")
        parser.add_argument("--progress", action="store_true", help="a progress line even where there is no terminal")

    def handle(self, *args: Any, dry_run: bool, progress: bool, **options: Any) -> None:
        self.shows_progress = progress or sys.stderr.isatty()
        if dry_run:
            self._dry_run()
            return
        tidied = tidy()
        queued = queue_news(Queued(), tell=self._queued_so_far)
        self._end_line()
        summary = send_waiting(Summary(), tell=self._sent_so_far)
        self._end_line()
        self._report(queued, summary, tidied)

    def _dry_run(self) -> None:
        with transaction.atomic():
            queued = queue_news(Queued(), tell=self._queued_so_far)
            waiting = Mail.objects.filter(state=Mail.State.QUEUED).count()
            transaction.set_rollback(True)
        self._end_line()
        self.stdout.write(
            f"Dry run: {queued.matched} lists have {queued.alerts} alerts that are due; {queued.mails} mails would be "
            f"queued, and {waiting} sent. Nothing was changed."
        )

    def _report(self, queued: Queued, summary: Summary, tidied: dict[str, int]) -> None:
        waiting = Mail.objects.unfinished().count()
        parts = [
            f"{queued.matched} lists matched for {queued.alerts} alerts",
            f"{queued.mails + queued.returned} mails queued",
            f"{summary.sent} {'sent' if settings.EMAIL_ON else 'written to files, for e-mail is off'}",
            f"{waiting} wait",
        ]
        counted = {
            "had nothing left to say": summary.dropped,
            "refused for now": summary.paused,
            "given up": summary.failed,
            "addresses stopped": summary.stopped,
            "taken over by another sender": summary.lost,
            "unconfirmed forgotten": tidied["unconfirmed"],
        }
        parts += [f"{n} {what}" for what, n in counted.items() if n]
        self.stdout.write("; ".join(parts) + ".")
        self._report_trouble(summary)

    def _report_trouble(self, summary: Summary) -> None:
        for code, n in sorted(summary.refusals.items()):
            self.stdout.write(f"The mail server refused {n} with {code}.")
        for name in summary.doubtful:
            self.stdout.write(f"In doubt, will be sent once more: {name}")
        for name in summary.uncertain:
            self.stdout.write(f"In doubt twice, not tried again: {name}")
        if summary.unreachable:
            self.stdout.write(
                f"The mail server cannot be used ({summary.unreachable}); what waits is sent by a later run."
            )
        if stopped := Subscriber.objects.filter(stopped_at__isnull=False).count():
            self.stdout.write(f"{stopped} addresses are stopped: see Alerts by e-mail in the admin.")

    def _queued_so_far(self, queued: Queued) -> None:
        self._line(f"matching {queued.lists} of {queued.of_lists} lists, {queued.mails} mails queued")

    def _sent_so_far(self, summary: Summary) -> None:
        waiting = Mail.objects.filter(state=Mail.State.QUEUED).count() if self.shows_progress else 0
        self._line(f"{summary.sent} sent, {waiting} wait")

    def _line(self, text: str) -> None:
        if self.shows_progress:
            self.stderr.write(f"\r{text}\033[K", ending="")

    def _end_line(self) -> None:
        if self.shows_progress:
            self.stderr.write("")
