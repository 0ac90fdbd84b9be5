"""What can be searched for: each floor registers its kinds, with how a row is indexed and how it is shown as a hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.dispatch import receiver

from publishing.prepared import NOBODY, Columns, Part, Rows, Several
from publishing.signals import keep_for_later, much_public_content_changed, public_content_changed
from search import index
from search.matches import follow
from search.models import SearchDocument

#: What a page of results shows of the texts that were found.
_TEXTS = ("learning", "summary", "body", "title")
#: Keys of one kind that are read at once; there are no more on a page.
MOST_SHOWN = 20


@dataclass(frozen=True)
class Shown:
    """A row as a search result: `about` are short facts under the title."""

    title: str
    href: str
    id: str
    kind_words: str
    about: list[str] = field(default_factory=list)
    fictional: bool = False


@dataclass(frozen=True)
class Kind:
    """`rows`: all that readers may see; `ready`: gives rows what belongs to them, to be indexed; `shown`: a row as a
    search result, which needs no more of it than `columns`.

    What else a result shows is read along: `beside` takes keys of rows, and `together` gives those rows, by key, what
    each Part of it found. What of a row is searchable its model says: search_components().
    """

    name: str
    label: Any
    model: type[models.Model]
    rows: Callable[[], QuerySet[Any]]
    shown: Callable[[Any], Shown]
    ready: Callable[..., None]
    columns: tuple[str, ...]
    beside: tuple[Part, ...] = ()
    together: Callable[..., None] = lambda rows, *found: None
    #: (key, components) of all rows that readers may see, without making objects of them; for kinds with very many.
    stream: Callable[[], Iterator[tuple[int, dict[str, Any]]]] | None = None
    #: Whether rows go by short titles, which are suggested while a reader types.
    titled: bool = False


KINDS: dict[str, Kind] = {}


def fetch(
    ids: Mapping[str, Sequence[int]], documents: Sequence[int] = ()
) -> tuple[dict[str, dict[int, Any]], dict[int, SearchDocument]]:
    """Rows by kind and key, as far as readers may see them, ready to be shown, and what the index holds of those
    documents: one statement for all of them."""
    if not any(ids.values()):
        return {}, _texts(documents)
    names = tuple(sorted(KINDS))
    keys = [list(ids.get(name, ())) for name in names]
    texts, *parts = _reading(names)(*map(_filled, (*keys, documents)))
    found, read = {}, iter(parts)
    for name in names:
        kind = KINDS[name]
        found[name] = dict(next(read))
        kind.together(found[name], *(next(read) for _ in kind.beside))
    return found, dict(texts)


_texts = Rows(SearchDocument.objects.all, _TEXTS)


def _filled(keys: Sequence[int]) -> list[int]:
    """Lists of one length, so that one statement serves all pages."""
    return [*keys, *[NOBODY] * (MOST_SHOWN - len(keys))]


@cache
def _reading(names: tuple[str, ...]) -> Several:
    """What reads results of those kinds, by a list of keys for each, and one of documents of the index."""
    parts = [Part(lambda *lists: SearchDocument.objects.filter(pk__in=lists[-1]), Columns(SearchDocument, _TEXTS))]
    for number, name in enumerate(names):
        kind = KINDS[name]
        own = lambda *lists, rows=kind.rows, n=number: rows().filter(pk__in=lists[n])  # noqa: E731
        parts.append(Part(own, Columns(kind.model, kind.columns)))
        parts += [
            part._replace(rows=lambda *lists, rows=part.rows, n=number: rows(lists[n]))  # type: ignore[misc]
            for part in kind.beside
        ]
    return Several(*parts)


def register(kind: Kind) -> None:
    """Make a kind of thing searchable, now and whenever a row of it changes for readers."""
    KINDS[kind.name] = kind
    follow(kind.name, kind.model._meta.label_lower)
    index.register_source(kind.name, lambda: entries(kind), lambda: kind.rows().count())
    public_content_changed.connect(_refresh, sender=kind.model, dispatch_uid=f"search.{kind.name}")


def entries(kind: Kind) -> Iterator[index.Entry]:
    """One entry for each row of the kind that readers may see."""
    if kind.stream:
        for pk, components in kind.stream():
            yield index.Entry(kind.name, pk, components, date=components.pop("date", None))
        return
    rows = kind.rows().order_by("pk").iterator(chunk_size=2000)
    while some := list(islice(rows, 2000)):
        kind.ready(some)
        yield from (entry(kind, row) for row in some)


def entry(kind: Kind, row: Any) -> index.Entry:
    components = dict(row.search_components())
    date = components.pop("date", None)
    return index.Entry(kind.name, row.pk, components, date=date)


def _refresh(sender: type[models.Model], row: Any, **kwargs: Any) -> None:
    """Keep the index in step, in the transaction that changed the row: what is withdrawn is not found a moment later."""
    if not keep_for_later(row):
        _refresh_all([row])


@receiver(much_public_content_changed, dispatch_uid="search.gathered")
def _refresh_gathered(sender: None, rows: list[Any], **kwargs: Any) -> None:
    models = {kind.model for kind in KINDS.values()}
    _refresh_all([row for row in rows if type(row) in models])


def _refresh_all(rows: list[Any]) -> None:
    for kind in KINDS.values():
        shown = [row for row in rows if type(row) is kind.model and row.is_published]
        if shown:
            kind.ready(shown)
            index.put_many(entry(kind, row) for row in shown)
        for row in rows:
            if type(row) is kind.model and not row.is_published:
                index.remove(kind.name, row.pk)
