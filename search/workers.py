"""Texts taken apart by processes beside this one: three fifths of what a rebuild of the index costs.

They are begun afresh, not forked: a fork would hold the connection to the database open, and with it the locks of a
rebuild that was killed. They end when the process that began them does, however it ends.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context

from search.documents import Document, Row, document_of

#: What an engine writes of each document of a batch, and how often the batch has which word.
Analysed = tuple[list[tuple[object, ...]], Counter[str]]
#: Batches of small collections are not worth a process; and so many wait at most for each worker, so that memory is steady.
_FEW, _WAITING = 10, 4


def analysed(batches: Iterator[list[Row]], prepared: Callable[[Document], tuple[object, ...]]) -> Iterator[Analysed]:
    """The batches in their order, analysed; `prepared` is a function of a module, which the workers import."""
    first = list(islice(batches, _FEW))
    if len(first) < _FEW:
        yield from (_analyse(batch, prepared) for batch in first)
        return
    workers = max(1, min(4, os.cpu_count() or 1))
    with ProcessPoolExecutor(workers, get_context("spawn"), _end_with, (os.getpid(),)) as pool:
        waiting: deque[Future[Analysed]] = deque()
        for batch in chain(first, batches):
            waiting.append(pool.submit(_analyse, batch, prepared))
            if len(waiting) > workers * _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _analyse(batch: list[Row], prepared: Callable[[Document], tuple[object, ...]]) -> Analysed:
    uses: Counter[str] = Counter()
    found = []
    for row in batch:
        document = document_of(row)
        uses.update(document.raw)
        found.append(prepared(document))
    return found, uses


def _end_with(parent: int) -> None:
    """In a worker: end as soon as the process with that id is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
