from django.apps import AppConfig


class BriefingsConfig(AppConfig):
    name = "briefings"
    verbose_name = "Briefings and help"

    def ready(self) -> None:
        from briefings import desk, filters, searchable

        desk.register_tiles()
        filters.register()
        searchable.register()
