from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "publishing.links"
    label = "links"
    verbose_name = "Links to other sites"

    def ready(self) -> None:
        from publishing import checks
        from publishing.links import state

        checks.register("dead links", state.dead_links)
        state.register_tile()
