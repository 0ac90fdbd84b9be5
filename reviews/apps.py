from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "Reviews and learning"

    def ready(self) -> None:
        from reviews import checks, filters, searchable

        checks.register()
        filters.register()
        searchable.register()
