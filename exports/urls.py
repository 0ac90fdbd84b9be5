"""Addresses of files: those of the pages with an extension (the query string is that of the page)."""

from django.urls import path, register_converter

from exports import one_page_views, views
from exports.formats import all_formats
from exports.packs import views as pack_views
from exports.things import FOLDERS, THINGS


class FolderConverter:
    """'reviews' in an address is the kind 'review'."""

    regex = "|".join(FOLDERS)

    def to_python(self, value: str) -> str:
        return FOLDERS[value]

    def to_url(self, kind: str) -> str:
        return THINGS[kind].folder


class ExtensionConverter:
    regex = "|".join(all_formats())

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FolderConverter, "folder")
register_converter(ExtensionConverter, "extension")

app_name = "exports"
urlpatterns = [
    path("api/", views.api_page, name="api"),
    path("data/", views.data_page, name="data"),
    path("briefings/<slug:slug>/seven-minute/", one_page_views.seven_minutes, name="seven-minutes"),
    path(
        "briefings/<slug:slug>/seven-minute.<extension:extension>",
        one_page_views.seven_minutes_file,
        name="seven-minutes-file",
    ),
    path("pack/", pack_views.pack, name="pack"),
    path("pack.<extension:extension>", pack_views.pack_file, name="pack-file"),
    path("<folder:kind>.<extension:extension>", views.listing_file, name="listing"),
    path("<folder:kind>/<slug:key>.<extension:extension>", views.thing_file, name="thing"),
]
