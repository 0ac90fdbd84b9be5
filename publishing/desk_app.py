"""Django's admin, with the curators' desk as its first page; settings.py names it in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "publishing.desk.DeskSite"
