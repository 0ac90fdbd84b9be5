from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from publishing.addresses import address_of


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = "Alerts by e-mail"

    def ready(self) -> None:
        from search.listings import Listing, represent

        def address(listing: Listing, query: str) -> str:
            return address_of("alerts:follow", listing.kind) + query

        represent(_("Follow this list"), address, "follow")
