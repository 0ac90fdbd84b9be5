"""The database itself refuses to change or delete a version, whatever a program does.

One change is let through: Django forgets the number of an account that is deleted; its name stays (`by_name`).
A table that Django rebuilds on SQLite loses its triggers: a later migration of this model has to make them again, and
tests/publishing/test_history.py says so where it does not.
"""

from django.db import migrations

CHANGED = "a version in the history is never changed"
DELETED = "a version in the history is never deleted"
COLUMNS = [
    "id",
    "model",
    "key",
    "title",
    "step",
    "pending",
    "status",
    "content",
    "hash",
    "comment",
    "batch",
    "at",
    "by_name",
]
SQLITE = (
    "CREATE TRIGGER publishing_version_kept BEFORE UPDATE ON publishing_version WHEN NEW.by_id IS NOT NULL OR "
    + " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in COLUMNS)
    + f" BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    (
        "CREATE TRIGGER publishing_version_never_deleted BEFORE DELETE ON publishing_version"
        f" BEGIN SELECT RAISE(ABORT, '{DELETED}'); END"
    ),
)
POSTGRESQL = (
    (
        "CREATE FUNCTION publishing_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{DELETED}'; END IF;"
        " IF NEW.by_id IS NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN RETURN NEW; END IF;"
        f" RAISE EXCEPTION '{CHANGED}'; END $$"
    ),
    (
        "CREATE TRIGGER publishing_version_kept BEFORE UPDATE OR DELETE ON publishing_version"
        " FOR EACH ROW EXECUTE FUNCTION publishing_version_kept()"
    ),
)
UNDONE = {
    "postgresql": (
        "DROP TRIGGER publishing_version_kept ON publishing_version",
        "DROP FUNCTION publishing_version_kept()",
    ),
    "sqlite": ("DROP TRIGGER publishing_version_kept", "DROP TRIGGER publishing_version_never_deleted"),
}


def keep(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    for statement in UNDONE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_content_changes")]

    operations = [migrations.RunPython(keep, let_go)]
