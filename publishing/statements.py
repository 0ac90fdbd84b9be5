"""Statements whose text stays the same: PostgreSQL parses and plans each once for a connection (docs/adr/0011).

Django writes values into the text, so that PostgreSQL would plan a statement of fifteen kilobytes anew for every page, which
took several times as long as answering it. SQLite's driver keeps statements by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models import QuerySet


def rows_of(text: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a statement with places for the values. Its text is one of few: what differs is among the values."""
    if connection.vendor == "sqlite" and not (connection.queries_logged or connection.execute_wrappers):
        return _rows_of_sqlite(text, values)
    with _cursor() as cursor:
        cursor.execute(text, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _rows_of_sqlite(text: str, values: Any) -> list[tuple[Any, ...]]:
    """As Django's cursor asks SQLite, where nobody listens in."""
    connection.validate_thread_sharing()
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        rows: list[tuple[Any, ...]] = connection.connection.execute(_for_sqlite(text), values).fetchall()
    return rows


@cache
def _for_sqlite(text: str) -> str:
    """The text with places as SQLite writes them."""
    return FORMAT_QMARK_REGEX.sub("?", text).replace("%%", "%")


def text_of(statement: str) -> str:
    """The only value of the one statement that every kept page asks, a text; empty without a row."""
    if connection.vendor == "postgresql":
        from publishing.postgres import look

        if (found := look(statement)) is not None:
            return found
    rows = rows_of(statement)
    return str(rows[0][0]) if rows else ""


def _cursor() -> Any:
    """Django's cursor; on PostgreSQL around one of psycopg that has statements kept."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    from publishing.postgres import KeptStatements  # psycopg, of which SQLite has no need

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor: Any = KeptStatements(connection.connection)
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


class Statement:
    """A compiled queryset of values, in which some values are signs that nothing else equals: asked again and again with
    others in their place. A sign is a text, or a number in a list; `arrays`: those that stand for all of their list, on
    PostgreSQL, which then plans for ten."""

    def __init__(self, rows: QuerySet[Any], signs: Sequence[Any], arrays: Collection[Any] = ()) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        text, given = compiler.as_sql()
        fields = [chosen[0] for chosen in compiler.select[: compiler.col_count]]
        self._converters = [(place, *found) for place, found in compiler.get_converters(fields).items()]
        self._named = connection.vendor == "postgresql"
        self._text = _with_names(text, given, signs, arrays) if self._named else _with_values(text, given, signs)
        self._places = [signs.index(value) for value in given if value in signs]

    def __call__(self, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows; `values`: in the order of the signs."""
        if self._named:
            rows = rows_of(self._text, {f"v{n}": str(value) for n, value in enumerate(values)})
        else:
            rows = rows_of(self._text, [values[number] for number in self._places])
        return [self._converted(row) for row in rows] if self._converters else rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, functions, expression in self._converters:
            for convert in functions:
                values[place] = convert(values[place], expression, connection)
        return tuple(values)


def _with_values(text: str, given: Sequence[Any], signs: Sequence[Any]) -> str:
    """For SQLite: signs stay places, and all other values stand in the text. A value in a place that a partial index may
    depend on (a status) has SQLite prepare the statement anew each time: 0.1 to 0.5 ms."""
    connection.ensure_connection()
    quoted = [
        "%s" if value in signs else connection.connection.execute("SELECT quote(?)", [value]).fetchone()[0]
        for value in given
    ]
    places = iter(str(one) if one == "%s" else str(one).replace("%", "%%") for one in quoted)
    return FORMAT_QMARK_REGEX.sub(lambda _place: next(places), text)


def _with_names(text: str, given: Sequence[Any], signs: Sequence[Any], arrays: Collection[Any]) -> str:
    """For PostgreSQL: signs become named places, and all other values stand in the text, where the planner sees them."""
    operations: Any = connection.ops
    text = operations.compose_sql(text, given).replace("%", "%%")
    for n, sign in enumerate(signs):
        if isinstance(sign, str):
            text = text.replace(f"'{sign}'", f"%(v{n})s")
        else:
            place = f"= ANY(%(v{n})s::bigint[])" if sign in arrays else f"= %(v{n})s::bigint"
            text = text.replace(f"IN ( {sign})", place)
        if str(sign) in text:
            raise ValueError(f"A value of a prepared statement stands where none can be given: {text}")
    return text


def as_array(keys: Sequence[int]) -> str:
    """Keys as PostgreSQL reads a list of any length."""
    return f"{{{','.join(map(str, keys))}}}"


def plan_once(connection: Any, **_: Any) -> None:
    """For a new connection: statements that are kept are planned for any values. By itself PostgreSQL would plan them anew
    where few keys look cheaper than ten. What is asked otherwise is planned for its values, as ever."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
