"""Many rows at once, in steady memory: COPY on PostgreSQL, one prepared statement on SQLite.

For commands that make or rebuild whole collections. Nothing is checked here but what the database checks, and nothing
is announced: the caller moves the version of the content on when its rows are complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.management.color import no_style
from django.db import connection, models

#: Rows that wait in memory before they are written.
_BATCH = 20_000


class Table(NamedTuple):
    """Where rows go: the columns that each row gives, and the others with the value that all rows have."""

    name: str
    columns: tuple[str, ...]
    rest: tuple[Any, ...]


def table_of(model: type[models.Model], *given: str, **fixed: Any) -> Table:
    """The model's table; `given`: columns in the order of each row, `fixed`: others by value, else the defaults."""
    fields = [field for field in model._meta.concrete_fields if field.column not in given]
    fields = [field for field in fields if not (field.primary_key and field.column not in fixed)]
    values = [_stored(field, fixed.get(field.column, field.get_default())) for field in fields]
    names = (*given, *(field.column for field in fields))
    return Table(model._meta.db_table, names, tuple(values))


def _stored(field: Any, value: Any) -> Any:
    """The value as a column takes it; JSON as text, which both databases read."""
    prepared = field.get_db_prep_save(value, connection=connection)
    return json.dumps(value) if isinstance(field, models.JSONField) else prepared


class Writer:
    """Takes rows for several tables and writes them in batches; `close` writes what is left.

    Tables are written in the order in which they were first given rows: what others lead to comes before them, since
    PostgreSQL checks the keys of those that kept theirs at once.
    """

    def __init__(self) -> None:
        self._waiting: dict[Table, list[Sequence[Any]]] = {}

    def add(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting += rows
        if len(waiting) >= _BATCH:
            self.close()

    def close(self) -> None:
        for table, waiting in self._waiting.items():
            if waiting:
                _write(table, waiting)
                waiting.clear()


def _write(table: Table, rows: list[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, table.columns))
    whole = [(*row, *table.rest) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({places})", whole)  # noqa: S608


@contextmanager
def without_indexes(tables: Sequence[str]) -> Iterator[None]:
    """Inside a transaction: the tables lose indexes and foreign keys, and get them back at the end, when all rows are in.

    An index that is made at once takes a fraction of the time of one that grows row by row in any order.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            taken = _take_from_postgresql(cursor, tables)
        else:
            taken = _take_from_sqlite(cursor, tables)
        yield
        for statement in taken:
            cursor.execute(statement)


def _take_from_sqlite(cursor: Any, tables: Sequence[str]) -> list[str]:
    places = ", ".join(["%s"] * len(tables))
    cursor.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({places})",  # noqa: S608
        list(tables),
    )
    found = cursor.fetchall()
    for name, _sql in found:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [sql for _name, sql in found]


def _take_from_postgresql(cursor: Any, tables: Sequence[str]) -> list[str]:
    """Foreign keys last: they need the unique indexes of the tables they lead to."""
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [list(tables)],
    )
    keys = cursor.fetchall()
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checks that wait would be in the way
    for table, name, _definition in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
        [list(tables)],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    return [definition for _name, definition in indexes] + [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in keys
    ]


def reset_sequences(models_written: Sequence[type[models.Model]]) -> None:
    """After rows with keys of their own: the next row made by hand gets the next key."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models_written)):
            cursor.execute(statement)
