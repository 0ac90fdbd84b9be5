"""Rows for pages: SQL that is made once, and instances made without what a page has no need of (docs/adr/0011).

Django builds and compiles a queryset anew for every page, a millisecond for one with several subqueries, and makes each
instance through signals and checks. On a list of twenty that was more than the database and the template together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models import QuerySet, Value
from django.db.models.base import ModelState
from django.db.models.functions import Cast
from django.http import Http404

from publishing.statements import Statement, as_array

#: In place of a key: no row has it.
NOBODY = -1
#: Lists of keys are filled up to one of these lengths, so that few statements serve all.
_LENGTHS = (1, 4, 10, 20, 40, 100, 200, 500)
#: Where the keys of a list stand in the compiled SQL: numbers that no filter of ours asks for.
_FIRST_SIGN = -2_000_000_000

M = TypeVar("M", bound=models.Model)


class Prepared:
    """A queryset of values, compiled once for each length of its lists of keys, and asked again with other keys. (On
    PostgreSQL for one key and for any number, since there a list is one value.)

    `build` takes as many lists of keys as the call does, and gives a queryset of tuples (values_list). What it asks must
    depend on those lists alone, each after `__in`: not on the day, the language or the reader. It is compiled by Django, so
    that each engine gets its own SQL, and a filter is said once.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._compiled: dict[tuple[Any, ...], Statement] = {}

    def __call__(self, *lists: Sequence[int]) -> list[tuple[Any, ...]]:
        """The rows; none, without asking, where there are lists and all are empty."""
        if lists and not any(lists):
            return []
        filled = [_filled(keys) for keys in lists]
        shape = (connection.vendor, *(length for length, _values in filled))
        statement = self._compiled.get(shape) or self._compile(shape)
        return statement([value for _length, values in filled for value in values])

    def _compile(self, shape: tuple[Any, ...]) -> Statement:
        signs: list[list[int]] = []
        first = _FIRST_SIGN
        for length in shape[1:]:
            signs.append(list(range(first, first + (length or 1))))
            first += length or 1
        arrays = {some[0] for some, length in zip(signs, shape[1:], strict=True) if not length}
        self._compiled[shape] = made = Statement(self._build(*signs), range(_FIRST_SIGN, first), arrays)
        return made


def _filled(keys: Sequence[int]) -> tuple[int, Sequence[Any]]:
    """The length for which a statement is compiled, 0 for any, and the values that it takes in place of the keys."""
    if connection.vendor == "postgresql":
        return (1, keys) if len(keys) == 1 else (0, [as_array(keys)])
    length = next((one for one in _LENGTHS if one >= len(keys)), len(keys))
    return length, [*keys, *[NOBODY] * (length - len(keys))] if length > len(keys) else keys


def instance(model: type[M], columns: Iterable[str], values: Iterable[Any], **related: Any) -> M:
    """A row with those columns and no others. A column that was left out is read when it is asked for, as after `only`;
    `related`: what its foreign keys lead to."""
    row = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, "default"
    row.__dict__.update(zip(columns, values, strict=False))
    row.__dict__["_state"] = state
    if related:
        state.fields_cache.update(related)
    return row


class Columns:
    """What is shown of a model: concrete columns, and such of what a foreign key leads to ('superseded_by__code'), whose
    own key is among them ('superseded_by__id')."""

    def __init__(self, model: type[models.Model], columns: Iterable[str]) -> None:
        self._model, columns = model, tuple(columns)
        self._own = ["id", *(name for name in columns if "__" not in name and name != "id")]
        self._further: dict[str, list[str]] = {}
        for name, _, column in (one.partition("__") for one in columns if "__" in one):
            self._further.setdefault(name, []).append(column)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The field of each path."""
        meta = self._model._meta
        found = {name: meta.pk if name == "id" else _field(self._model, name) for name in self._own}
        for name, of in self._further.items():
            model: Any = meta.get_field(name).related_model
            found |= {f"{name}__{column}": _field(model, column) for column in of}
        return found

    def paths(self, before: str = "") -> list[str]:
        """What a queryset is asked for; `before`: the way to the model from the one that is asked."""
        further = [f"{name}__{column}" for name, of in self._further.items() for column in of]
        return [f"{before}{path}" for path in (*self._own, *further)]

    def made(self, values: Sequence[Any]) -> Any:
        """The instance, of values in the order of `paths`."""
        related, first = {}, len(self._own)
        for name, of in self._further.items():
            given = values[first : first + len(of)]
            first += len(of)
            model: Any = self._model._meta.get_field(name).related_model
            related[name] = instance(model, of, given) if given[of.index("id")] is not None else None
        return instance(self._model, self._own, values, **related)


def _field(model: type[models.Model], attname: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == attname)


class Part(NamedTuple):
    """Rows of one model, in a statement with others. `rows` takes all the lists of keys; `before`: the way from what it
    asks to the model; `owner`: the path of the key of what each row is read for."""

    rows: Callable[..., QuerySet[Any]]
    columns: Columns
    owner: str = "pk"
    before: str = ""


class Several:
    """Rows of several models in one statement: a union, in which a column that a model lacks is null.

    The call gives, for each part, (key of the owner, instance) of its rows, in no order.
    """

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        fields = {path: field for part in parts for path, field in part.columns.fields.items()}
        self._types = {path: _null_of(field) for path, field in fields.items()}
        places = {path: n + 2 for n, path in enumerate(self._types)}
        self._places = [itemgetter(*(places[path] for path in part.columns.paths())) for part in parts]
        self._read = Prepared(self._union)

    def __call__(self, *lists: Sequence[int]) -> list[list[tuple[int, Any]]]:
        found: list[list[tuple[int, Any]]] = [[] for _ in self._parts]
        for row in self._read(*lists):
            number = row[0]
            found[number].append((row[1], self._parts[number].columns.made(self._places[number](row))))
        return found

    def _union(self, *lists: Sequence[int]) -> QuerySet[Any]:
        first, *others = [self._values(number, part, lists) for number, part in enumerate(self._parts)]
        return first.union(*others, all=True) if others else first

    def _values(self, number: int, part: Part, lists: Sequence[Sequence[int]]) -> QuerySet[Any]:
        own = part.columns.fields
        values = [f"{part.before}{path}" if path in own else null for path, null in self._types.items()]
        return part.rows(*lists).order_by().values_list(Value(number), part.owner, *values)


def _null_of(field: Any) -> Cast:
    """Null of the type of the column: PostgreSQL wants one type along a column of a union."""
    return Cast(Value(None), models.BigIntegerField() if field.is_relation else type(field)())


class Rows:
    """Rows of a model by their keys, as instances with those columns and no others: one statement."""

    def __init__(self, rows: Callable[[], QuerySet[Any]], columns: Iterable[str]) -> None:
        self._columns = Columns(rows().model, columns)
        paths = self._columns.paths()
        self._read = Prepared(lambda keys: rows().filter(pk__in=keys).order_by().values_list(*paths))

    def __call__(self, keys: Sequence[int]) -> dict[int, Any]:
        """By primary key; those that are not among the rows (any more) are left out."""
        return {values[0]: self._columns.made(values) for values in self._read(keys)}


class ByName:
    """One row by the text that stands for it in addresses, with all its own columns and those `further` ones of what its
    keys lead to: one statement, compiled once. The call raises Http404 where there is none."""

    _SIGN = "\x1aname\x1a"

    def __init__(self, rows: Callable[[], QuerySet[Any]], name: str, *further: str) -> None:
        own = [field.attname for field in rows().model._meta.concrete_fields]
        self._rows, self._name, self._columns = rows, name, Columns(rows().model, [*own, *further])
        self._made: dict[str, Statement] = {}

    def __call__(self, text: str) -> Any:
        found = (self._made.get(connection.vendor) or self._make())([text])
        if not found:
            raise Http404
        return self._columns.made(found[0])

    def _make(self) -> Statement:
        rows = self._rows().filter(**{self._name: self._SIGN}).order_by().values_list(*self._columns.paths())
        self._made[connection.vendor] = made = Statement(rows, [self._SIGN])
        return made


def hold(row: Any, name: str, rows: list[Any]) -> None:
    """Make `row.<name>.all()` answer `rows` without asking the database, as a prefetch would."""
    held = QuerySet.__new__(QuerySet)
    held.__dict__.update(_empty(type(row), name), _result_cache=rows, _prefetch_done=True)
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = held


@cache
def _empty(model: type[models.Model], name: str) -> dict[str, Any]:
    """What every queryset of the relation begins with; a clone of it copies what it changes."""
    return dict(QuerySet(model._meta.get_field(name).related_model).__dict__)  # type: ignore[arg-type]


def hold_one(row: Any, name: str, other: Any) -> None:
    """Make `row.<name>` answer `other`; None leaves it to be read when it is asked for."""
    if other is not None:
        row._state.fields_cache[name] = other


def is_held(row: Any, name: str) -> bool:
    """Whether `row.<name>.all()` would ask nothing."""
    return name in row.__dict__.get("_prefetched_objects_cache", _NOTHING)


def related(row: Any, name: str) -> list[Any]:
    """list(row.<name>.all()), quicker where the rows are held."""
    held = row.__dict__.get("_prefetched_objects_cache", _NOTHING).get(name)
    return list(held if held is not None else getattr(row, name).all())


_NOTHING: dict[str, Any] = {}
