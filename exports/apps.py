from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "Files, feeds and data"

    def ready(self) -> None:
        from briefings.checks import CHECKS
        from exports import links
        from exports.one_page import refusals

        links.register()
        CHECKS.append(refusals)
