from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        from publishing import roles

        # After django.contrib.auth has made the permissions of the app, which it does at the same signal.
        post_migrate.connect(roles.establish, dispatch_uid="publishing.roles")
