"""How long alerts take, and in how much memory: 10,000 subscribers, 1,000 distinct filters, 500 new reviews.

    make bench-alerts                     on SQLite, in a folder of its own that is gone afterwards
    DATABASE_URL=... make bench-alerts    on an empty database of yours

The collection is fictional (seed_demo). What is measured runs in a process of its own, as cron would start it, so that
its memory is its own.
"""

import argparse
import contextlib
import itertools
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def prepare(reviews: int, subscribers: int, filters: int, new: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from alerts.additions import note_additions
    from alerts.models import Addition

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    call_command("seed_demo", reviews=reviews, verbosity=0)
    note_additions()
    # The last of the collection are made new: alerts have not met them yet.
    fresh = Addition.objects.filter(kind="review").order_by("-number")[:new]
    Addition.objects.filter(pk__in=[one.pk for one in fresh]).delete()
    subscribe(subscribers, filters)


def subscribe(subscribers: int, filters: int) -> None:
    """Each follows one list, and every fifth a second one, so that what both bring is left out of one."""
    from django.db import transaction
    from django.utils import timezone

    from alerts.additions import last_number
    from alerts.models import Alert, FollowedList, Subscriber

    now, last = timezone.now(), last_number()
    with transaction.atomic():
        lists = FollowedList.objects.bulk_create(
            FollowedList(kind="review", query=query) for query in itertools.islice(queries(), filters)
        )
        people = Subscriber.objects.bulk_create(
            (Subscriber(address=f"reader{n}@example.org") for n in range(subscribers)), batch_size=1000
        )
        pairs = [(one, lists[n % filters]) for n, one in enumerate(people)]
        pairs += [(one, lists[(n + 7) % filters]) for n, one in enumerate(people) if n % 5 == 0]
        Alert.objects.bulk_create(
            (
                Alert(
                    subscriber=one, followed=which, frequency="at-once", language="en-gb", confirmed_at=now, after=last
                )
                for one, which in pairs
            ),
            batch_size=1000,
        )


def queries():
    """Distinct filters, as readers choose them: a theme, a nation, an age, years; every tenth with a word to search for."""
    from django.http import QueryDict

    from alerts.following import canonical
    from search.listings import LISTINGS, ListingPage

    chance, listing, seen = random.Random(1), LISTINGS["review"], set()
    labels = listing.index().labels
    while True:
        chosen = [
            f"{name}={chance.choice(list(labels[name]))}"
            for name in ("theme", "nation", "age", "sector", "harm", "type")
            if labels[name] and chance.random() < 0.35
        ]
        if chance.random() < 0.2:
            chosen.append(f"from={chance.randint(2000, 2024)}")
        if chance.random() < 0.1:
            chosen.append(f"q={chance.choice(['children', 'police', 'school', 'health visitor', 'neglect'])}")
        query = canonical(ListingPage(listing, QueryDict("&".join(chosen))))
        if query not in seen:
            seen.add(query)
            yield query


def measure() -> None:
    """Match and queue, as send_alerts does."""
    import django

    django.setup()
    from alerts.queueing import Queued, queue_news

    began, before = time.perf_counter(), peak()
    queued = queue_news(Queued())
    seconds = time.perf_counter() - began
    sys.stdout.write(
        f"{queued.matched:,} filters matched for {queued.alerts:,} alerts, {queued.mails:,} mails queued in {seconds:.1f} s; "
        f"memory of the process {peak():.0f} MB at its peak ({before:.0f} MB before)\n"
    )


def send(mails: int) -> None:
    """Hand some of them to a mail server on this machine."""
    import django

    django.setup()
    from alerts.sending import Summary, send_waiting

    class EnoughError(Exception):
        pass

    def tell(summary: Summary) -> None:
        if summary.sent >= mails:
            raise EnoughError

    began, summary = time.perf_counter(), Summary()
    with contextlib.suppress(EnoughError):
        send_waiting(summary, tell=tell)
    seconds = time.perf_counter() - began
    sys.stdout.write(f"{summary.sent:,} mails sent in {seconds:.1f} s: {summary.sent / seconds:.0f} a second\n")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", nargs="?", choices=["prepare", "measure", "send"])
    parser.add_argument("--reviews", type=int, default=20_000)
    parser.add_argument("--subscribers", type=int, default=10_000)
    parser.add_argument("--filters", type=int, default=1_000)
    parser.add_argument("--new", type=int, default=500)
    parser.add_argument("--send", type=int, default=1_000)
    given = parser.parse_args()
    if given.step == "prepare":
        prepare(given.reviews, given.subscribers, given.filters, given.new)
    elif given.step:
        measure() if given.step == "measure" else send(given.send)
    else:
        run_all()


def run_all() -> None:
    from tests.alerts.server import running

    with tempfile.TemporaryDirectory() as var, running() as (_server, port):
        environment = {"VAR_DIR": var, **os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{port}/"}
        for step in ("prepare", "measure", "send"):
            subprocess.run(
                [sys.executable, "-m", "tests.bench_alerts", step, *sys.argv[1:]], check=True, env=environment
            )


if __name__ == "__main__":
    main()
