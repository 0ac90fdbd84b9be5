from django.apps import AppConfig


class ThemesConfig(AppConfig):
    name = "themes"
    verbose_name = "Vocabularies"

    def ready(self) -> None:
        from search import query
        from themes import glossary, searchable
        from themes.attach import synonym_groups

        searchable.register()
        glossary.pattern()  # read at the start, so that a slip in the file stops it
        query.register_synonyms(synonym_groups)
