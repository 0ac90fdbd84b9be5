from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from publishing import checks
        from search import similar

        checks.register("twins", similar.twins)
