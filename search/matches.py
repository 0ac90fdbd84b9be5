"""What a search matches, as a bit set: totals and pages of any number are read from it (docs/adr/0012).

Full-text search walks all that a word matches, 30 ms of CPU for a million documents on SQLite and seconds on PostgreSQL, for
every page anew. Here the documents of a common word are read once for each process and move on with what is published; what
else a search wants is asked of the database, in one statement, and set beside them.

Sets of common words stand under the word: it is one of the commonest of the collection. All others stand under a keyed hash,
for one version of the content, so that no reader's words are held.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, reduce
from itertools import chain
from operator import and_
from typing import Any, NamedTuple

from django.conf import settings
from pyroaring import BitMap64

from publishing.held import Shelf
from publishing.models import changes_since, content_version, read_version
from search.commonness import common_stems, commonest
from search.documents import Row, document_id, document_of
from search.engines import Span, engine
from search.models import SearchDocument
from search.query import Option, Phrase, Query, Term

#: Bytes of the sets of the commonest words, which all processes share while nothing is published (70 words of a million
#: learning points), with room for one; and of all others, in each process.
MOST_BYTES, _LARGE, _MOST_BYTES_ASKED = 12_000_000, 200_000, 3_000_000
#: So many changed documents at most are looked at one by one; after more all sets are read anew, as they are asked for.
_MOST_CHANGED = 100
NOTHING = BitMap64()

#: Kinds by the label of their model, for what `changes_since` names.
_kinds: dict[str, str] = {}


def follow(kind: str, label: str) -> None:
    """Say of which model ('reviews.casereview') a kind is: its rows change with what is published."""
    _kinds[label] = kind


class Matches:
    """The documents that match a search. `key` stands for the search, and tells nobody what it was; `version`: that of the
    content, where it is one of which anything may be held."""

    def __init__(self, found: BitMap64, key: bytes, version: str = "") -> None:
        self._found, self.key, self.version = found, key, version

    def counts(self, spans: Iterable[Span]) -> list[int]:
        return [self._found.range_cardinality(low, high + 1) for low, high in spans]

    def newest(self, span: Span, offset: int = 0, limit: int | None = None) -> list[int]:
        """Ids within the span, the highest first."""
        low, high = span
        first, end = (self._found.rank(low - 1) if low else 0), self._found.rank(high) - offset
        start = first if limit is None else max(first, end - limit)
        return list(self._found[start:end])[::-1] if end > start else []

    def keys(self, span: Span) -> BitMap64:
        """Keys of the objects of a kind, whose span it is."""
        low, high = span
        return self._found[self._found.rank(low) - (low in self._found) : self._found.rank(high)].shift(-low)

    def in_turn(self, shares: Mapping[Span, int], limit: int) -> list[int]:
        """The first `limit` of as many of the newest of each span: the newest of each, then the second of each."""
        each = [self.newest(span, 0, min(limit, share)) for span, share in shares.items()]
        turns = ((place, -number) for ids in each for place, number in enumerate(ids))
        return [-number for _, number in sorted(turns)[:limit]]


def matches(query: Query) -> Matches:
    """What the query (of stems) matches; nothing, if it wants nothing."""
    key = key_of_query(query)
    if not query.wanted:
        return Matches(NOTHING, key)
    common, version = common_stems(), content_version()
    plan = _plan(query, common)
    if not (common and version[:1].isdigit()):  # in small collections nothing is dear, and previews are nobody else's
        return Matches(plan.found(_read(plan.wanted())), key)
    sets, of = _sets(plan.wanted())
    return Matches(plan.found(sets), key, of if of == version else "")


def warm(seconds: float = 10) -> None:
    """Hold the sets of the commonest words, as many as have room and can be read in that time."""
    end = time.monotonic() + seconds
    for word in commonest():
        if time.monotonic() > end or _words_held.bytes > MOST_BYTES - _LARGE:
            break
        _sets([_word(word)])


# -- what a query needs --------------------------------------------------------------------------------------------------

Key = str | bytes


class _Part(NamedTuple):
    """What is held, or read: under its key, what the query matches."""

    key: Key
    query: Query


class _Either(NamedTuple):
    """Documents that have all words of one of `options`, or that `rest` matches."""

    options: list[list[_Part]]
    rest: _Part | None

    def parts(self) -> Iterator[_Part]:
        yield from chain(*self.options)
        if self.rest:
            yield self.rest

    def found(self, sets: Mapping[Key, BitMap64]) -> BitMap64:
        found = [reduce(and_, (sets[part.key] for part in option)) for option in self.options]
        found += [sets[self.rest.key]] if self.rest else []
        return found[0] if len(found) == 1 else BitMap64.union(NOTHING, *found)


class _Plan(NamedTuple):
    """All of `wanted`, none of `excluded`."""

    all_of: list[_Either]
    none_of: list[_Either]

    def wanted(self) -> list[_Part]:
        return list({part.key: part for one in (*self.all_of, *self.none_of) for part in one.parts()}.values())

    def found(self, sets: Mapping[Key, BitMap64]) -> BitMap64:
        found = reduce(and_, (one.found(sets) for one in self.all_of))
        return BitMap64.difference(found, *(one.found(sets) for one in self.none_of)) if self.none_of else found


def _plan(query: Query, common: frozenset[str]) -> _Plan:
    """Terms with a common word go by sets; all others together are one question, which the words in it keep short."""
    wide = [term for term in query.wanted if _is_wide(term, common)]
    out = [term for term in query.excluded if _is_wide(term, common)]
    narrow, rest = ([term for term in terms if not _is_wide(term, common)] for terms in (query.wanted, query.excluded))
    asked = [_Either([], _part(Query((*narrow, *rest))))] if narrow else []
    apart = [] if narrow else [_Either([], _part(Query((replace(term, excluded=False),)))) for term in rest]
    return _Plan(
        [*(_either(term, common) for term in wide), *asked], [*(_either(term, common) for term in out), *apart]
    )


def _is_wide(term: Term, common: frozenset[str]) -> bool:
    return any(_is_plain(option, common) for option in term.options)


def _is_plain(option: Option, common: frozenset[str]) -> bool:
    """Whether all of it are single common words."""
    return all(len(one.words) == 1 and not one.prefix and one.words[0] in common for one in option)


def _either(term: Term, common: frozenset[str]) -> _Either:
    """The options of common words as sets, and the others as one question: without those that have all these words too."""
    plain = [option for option in term.options if _is_plain(option, common)]
    least = [{one.words[0] for one in option} for option in plain]
    others = [
        option for option in term.options if option not in plain and not any(map(_words(option).issuperset, least))
    ]
    return _Either(
        [[_word(one.words[0]) for one in option] for option in plain],
        _part(Query((Term(tuple(others)),))) if others else None,
    )


def _words(option: Option) -> set[str]:
    return {word for one in option for word in (one.words[:-1] if one.prefix else one.words)}


def _word(stem: str) -> _Part:
    return _Part(stem, Query((Term(((Phrase((stem,)),),)),)))


def key_of_query(query: Query) -> bytes:
    """What stands for a search, from which nobody gets the reader's words back."""
    return key_of(query.terms)


def key_of(typed: tuple[Any, ...]) -> bytes:
    """The same of anything that a reader typed."""
    return hashlib.blake2b(repr(typed).encode(), key=_secret(), digest_size=16).digest()


@cache
def _secret() -> bytes:
    return hashlib.sha256(settings.SECRET_KEY.encode()).digest()


def _part(query: Query) -> _Part:
    return _Part(key_of_query(query), query)


# -- what is held --------------------------------------------------------------------------------------------------------


class _Words:
    """Sets of the commonest words, of one version of the content; bounded in bytes."""

    def __init__(self, version: str) -> None:
        self.version, self.bytes = version, 0
        self.sets: dict[Key, BitMap64] = {}

    def put(self, key: Key, found: BitMap64) -> bool:
        """Hold the set of a word, if it is one and there is room."""
        size = _size(found)
        if not isinstance(key, str) or self.bytes + size > MOST_BYTES:
            return False
        self.bytes += size
        self.sets[key] = found
        return True

    def later(self, version: str, change: Callable[[Key, BitMap64], BitMap64]) -> _Words:
        """The sets, changed; a set that somebody reads stays as it is."""
        new = _Words(version)
        for key, found in self.sets.items():
            new.put(key, change(key, found))
        return new


def _size(found: BitMap64) -> int:
    return len(found.serialize()) + Shelf.OVERHEAD


_words_held = _Words("")
#: All other sets, of one version.
_ASKED: Shelf[BitMap64] = Shelf(_MOST_BYTES_ASKED)
_lock = threading.RLock()


#: Readers of one search wait for each other, so that it is read once: of a long one each would take 10 MB meanwhile.
_reading = [threading.Lock() for _ in range(16)]


def _sets(parts: Sequence[_Part]) -> tuple[Mapping[Key, BitMap64], str]:
    """The sets of those parts, and the version that they are of; what is missing is read in one statement."""
    with _lock:
        words = _of_version(content_version())
    found = _held(words, parts)
    missing = [part for part in parts if part.key not in found]
    if missing:
        with _reading[hash(tuple(part.key for part in missing)) % len(_reading)]:
            found |= _held(words, missing)
            for key, some in _read([part for part in missing if part.key not in found]).items():
                found[key] = some
                with _lock:
                    if not words.put(key, some):
                        _ASKED.put((words.version, ""), key, some, _size(some))
    return found, words.version


def _held(words: _Words, parts: Sequence[_Part]) -> dict[Key, BitMap64]:
    """Those that are held."""
    found = {}
    for part in parts:
        some = words.sets[part.key] if part.key in words.sets else _ASKED.get((words.version, ""), part.key)
        if some is not None:
            found[part.key] = some
    return found


def _read(parts: Sequence[_Part]) -> dict[Key, BitMap64]:
    sets = engine().matching([part.query for part in parts]) if parts else []
    return {part.key: some for part, some in zip(parts, sets, strict=True)}


def _of_version(version: str) -> _Words:
    """The sets of words, moved on to the present version, which that of a request that began earlier may not be."""
    global _words_held
    if _words_held.version != version and _words_held.version != (now := read_version()):
        held = _words_held.version
        changed = changes_since([held], now)[held] if held else None
        ids = _documents(changed) if changed is not None else None
        _words_held = _moved(now, ids) if ids is not None else _Words(now)
    return _words_held


def _documents(changed: dict[str, set[int]]) -> list[int] | None:
    """Documents of the rows that changed; None where they are too many, or the whole index was made anew."""
    if SearchDocument._meta.label_lower in changed:
        return None
    ids = [document_id(_kinds[label], key) for label, keys in changed.items() if label in _kinds for key in keys]
    return ids if len(ids) <= _MOST_CHANGED else None


def _moved(version: str, ids: list[int]) -> _Words:
    rows = map(Row._make, SearchDocument.objects.filter(pk__in=ids).values_list(*Row._fields)) if ids else ()
    stems = {row.id: set(chain(*document_of(row).stems)) for row in rows}
    all_ids = BitMap64(ids)

    def change(word: Key, found: BitMap64) -> BitMap64:
        having = BitMap64([number for number, some in stems.items() if word in some])
        if found & all_ids == having:
            return found  # and so it stays shared by all processes
        return (found - all_ids) | having

    return _words_held.later(version, change)
