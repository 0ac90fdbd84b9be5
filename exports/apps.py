from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "Files, feeds and data"

    def ready(self) -> None:
        from briefings.checks import CHECKS
        from exports import links, store
        from exports.one_page import refusals
        from publishing.signals import public_content_changed

        links.register()
        CHECKS.append(refusals)
        public_content_changed.connect(store.forget_when_it_stands, dispatch_uid="exports.store")
