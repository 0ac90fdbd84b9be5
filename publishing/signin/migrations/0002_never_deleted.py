"""On SQLite too the audit log is not deleted from: there the first migration refused changes alone."""

from django.db import migrations

SQLITE = (
    "CREATE TRIGGER signin_auditentry_never_deleted BEFORE DELETE ON signin_auditentry"
    " BEGIN SELECT RAISE(ABORT, 'a row of the audit log is never changed'); END"
)


def keep(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER signin_auditentry_never_deleted")


class Migration(migrations.Migration):
    dependencies = [("signin", "0001_audit_log")]

    operations = [migrations.RunPython(keep, let_go)]
