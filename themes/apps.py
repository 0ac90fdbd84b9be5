from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "themes"
    verbose_name = "Vocabularies"

    def ready(self) -> None:
        from search import query
        from themes import searchable
        from themes.attach import synonym_groups

        searchable.register()
        query.register_synonyms(synonym_groups)
