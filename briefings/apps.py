from django.apps import AppConfig


class BriefingsConfig(AppConfig):
    name = "briefings"
    verbose_name = "Briefings and help"

    def ready(self) -> None:
        from briefings import filters, searchable

        filters.register()
        searchable.register()
