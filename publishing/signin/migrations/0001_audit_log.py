import django.utils.timezone
from django.db import migrations, models

# The database holds it too, whatever a program does. SQLite refuses changes alone: Django empties test databases there
# row by row. (A table that Django rebuilds on SQLite loses its triggers: a later migration of this model makes it again.)
MESSAGE = "a row of the audit log is never changed"
SQLITE = (
    "CREATE TRIGGER signin_auditentry_kept BEFORE UPDATE ON signin_auditentry"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
)
POSTGRESQL = (
    "CREATE FUNCTION signin_auditentry_kept() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$;"
    " CREATE TRIGGER signin_auditentry_kept BEFORE UPDATE OR DELETE ON signin_auditentry"
    " FOR EACH ROW EXECUTE FUNCTION signin_auditentry_kept()"
)
NO_POSTGRESQL = "DROP TRIGGER signin_auditentry_kept ON signin_auditentry; DROP FUNCTION signin_auditentry_kept()"


def keep(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def let_go(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(NO_POSTGRESQL if is_postgresql else "DROP TRIGGER signin_auditentry_kept")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="when")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed-in", "Signed in"),
                            ("password", "Password accepted, second step asked for"),
                            ("failed", "Sign-in failed"),
                            ("locked", "Locked out after too many failures"),
                            ("signed-out", "Signed out"),
                            ("ended", "Session ended by its time limit"),
                            ("second-step", "Second step passed"),
                            ("second-failed", "Second step failed"),
                            ("code-used", "Second step passed with a recovery code"),
                            ("factor-on", "Second factor set up"),
                            ("factor-off", "Second factor taken away"),
                            ("codes-new", "New recovery codes made"),
                        ],
                        max_length=16,
                        verbose_name="what",
                    ),
                ),
                ("account", models.BigIntegerField(blank=True, null=True, verbose_name="number of the account")),
                ("name", models.CharField(blank=True, max_length=150, verbose_name="account")),
                (
                    "by",
                    models.CharField(
                        blank=True, help_text="Where another person did it.", max_length=150, verbose_name="done by"
                    ),
                ),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="from")),
            ],
            options={
                "verbose_name": "entry of the sign-in log",
                "verbose_name_plural": "sign-in log",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.RunPython(keep, let_go),
    ]
