"""A run over all links: which are due, in which order, and what is kept of each answer.

Each answer is kept as it comes, so a run that is killed has lost one; the next goes on with what is due.
"""

from __future__ import annotations

import heapq
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from publishing.links import fetching
from publishing.links.addresses import in_content
from publishing.links.fetching import Answer
from publishing.links.models import Link

#: Fewer hosts that cannot be reached, and no other, may well be the hosts' fault; more are this machine's.
_HOSTS_THAT_TELL = 3


class NoNetwork(Exception):
    """Nothing at all could be reached."""


def gather() -> None:
    """Know every address that the content names, and no other."""
    named = {url for url in in_content() if len(url.encode()) <= Link.LONGEST}
    known = set(Link.objects.values_list("url", flat=True))
    Link.objects.bulk_create([Link(url=url) for url in sorted(named - known)], batch_size=500, ignore_conflicts=True)
    gone = sorted(known - named)
    for start in range(0, len(gone), 500):
        Link.objects.filter(url__in=gone[start : start + 500]).delete()


def due(hours: int) -> list[Link]:
    """What was not checked for so many hours, the longest unchecked first."""
    before = timezone.now() - timedelta(hours=hours)
    rows = Link.objects.filter(Q(checked_at__isnull=True) | Q(checked_at__lte=before))
    return list(rows.order_by(F("checked_at").asc(nulls_first=True), "pk"))


def in_turn(links: Iterable[Link], pause: float) -> Iterator[Link]:
    """The links, so that no host is asked twice within the pause: others come in between, else we wait."""
    waiting: dict[str, deque[Link]] = defaultdict(deque)
    for link in links:
        waiting[fetching.host_of(link.url)].append(link)
    ready = [(0.0, n, host) for n, host in enumerate(waiting)]
    while ready:
        at, n, host = heapq.heappop(ready)
        time.sleep(max(0.0, at - time.monotonic()))
        yield waiting[host].popleft()
        if waiting[host]:
            heapq.heappush(ready, (time.monotonic() + pause, n, host))


def check(links: list[Link]) -> Iterator[Link]:
    """Look at each and keep the answer; gives each link when it was looked at.

    Raises NoNetwork where no server answered at all: then nothing is kept, for it is this machine that is cut off.
    """
    held: list[tuple[Link, Answer]] = []
    is_reached = len({fetching.host_of(link.url) for link in links}) < _HOSTS_THAT_TELL
    for link in in_turn(links, settings.LINK_CHECK_PAUSE):
        answer = fetching.look(link.url)
        is_reached = is_reached or answer.reached
        held.append((link, answer))
        if is_reached:
            for one, said in held:
                keep(one, said)
            held.clear()
        yield link
    if held:
        raise NoNetwork


def keep(link: Link, answer: Answer) -> None:
    """Write down the answer, unless another run has written one since this one began."""
    now = timezone.now()
    values = {"status": answer.outcome, "answer": answer.words[:200], "checked_at": now, "failures": 0}
    if answer.outcome == fetching.WORKS:
        values["worked_at"] = now
    elif answer.outcome == fetching.FAILED:
        failures = link.failures + 1
        is_dead = failures >= Link.DEAD_AFTER
        values |= {"failures": failures, "status": Link.Status.DEAD if is_dead else Link.Status.FAILED}
    Link.objects.filter(pk=link.pk, checked_at=link.checked_at).update(**values)
