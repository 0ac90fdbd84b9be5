from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "Files, feeds and data"

    def ready(self) -> None:
        from exports import links

        links.register()
