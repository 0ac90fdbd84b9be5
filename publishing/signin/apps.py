from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "publishing.signin"
    label = "signin"
    verbose_name = "Sign-in"

    def ready(self) -> None:
        from publishing.signin import audit

        audit.listen()
