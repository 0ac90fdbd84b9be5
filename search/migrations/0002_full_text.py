"""Gives the index what Django's fields cannot: an FTS5 table on SQLite, a tsvector with its index on PostgreSQL.

No triggers: Django rebuilds tables on SQLite to alter them, and drops those. search/index.py writes both sides.
"""

from typing import Any

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5(title, learning, summary, body, alt,"
    " content='', tokenize='unicode61 remove_diacritics 0', prefix='3')"
)
POSTGRESQL = (
    "ALTER TABLE search_searchdocument ADD COLUMN vector tsvector",
    "CREATE INDEX search_document_vector ON search_searchdocument USING gin (vector) WITH (fastupdate = off)",
)


def create(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else [SQLITE]:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_searchdocument DROP COLUMN vector")
    else:
        schema_editor.execute("DROP TABLE search_fts")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
