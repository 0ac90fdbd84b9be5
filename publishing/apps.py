from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        from publishing import checks, identifying, wording

        checks.register("refusals", checks.refusals)
        checks.register("future dates", checks.future_dates, enforced=True)
        checks.register("identifying", identifying.all_of)
        checks.register("house style", wording.house_style_of)
