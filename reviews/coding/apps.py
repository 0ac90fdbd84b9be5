from django.apps import AppConfig


class CodingConfig(AppConfig):
    name = "reviews.coding"
    label = "coding"
    verbose_name = "Coding of reports"
