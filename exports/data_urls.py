"""Addresses of data that is the same in every language: vocabularies, and the whole collection."""

from django.urls import path, re_path

from exports import data_views as views
from exports.records.vocabularies import NAMES

_names, _forms = "|".join([*NAMES, views.ALL]), "|".join(views.FORMS)

app_name = "data"
urlpatterns = [
    path("datapackage.json", views.description, name="description"),
    path("datapackage.zip", views.archive, name="archive"),
    re_path(f"^vocabularies/(?P<name>{_names})$", views.vocabulary, name="vocabulary"),
    re_path(
        f"^vocabularies/(?P<name>{_names})[.](?P<extension>{_forms})$", views.vocabulary_file, name="vocabulary-file"
    ),
]
