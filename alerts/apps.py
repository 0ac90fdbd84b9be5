from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = "Alerts by e-mail"

    def ready(self) -> None:
        from search.listings import Listing, represent

        def address(listing: Listing, query: str) -> str:
            return reverse("alerts:follow", args=[listing.kind]) + query

        represent(_("Follow this list"), address, "follow")
