from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        from publishing import checks, identifying, roles, statements, wording

        connection_created.connect(statements.plan_once, dispatch_uid="publishing.plan_once")

        # After django.contrib.auth has made the permissions of the app, which it does at the same signal.
        post_migrate.connect(roles.establish, dispatch_uid="publishing.roles")

        checks.register("refusals", checks.refusals)
        checks.register("future dates", checks.future_dates, enforced=True)
        checks.register("identifying", identifying.all_of)
        checks.register("house style", wording.house_style_of)
