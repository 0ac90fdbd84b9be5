from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "Reviews and learning"

    def ready(self) -> None:
        from reviews import checks, desk, filters, searchable

        checks.register()
        desk.register_tiles()
        filters.register()
        searchable.register()
