import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction


class Command(BaseCommand):
    help = "Make an account for the first curator, with a password that is shown once; does nothing where one exists."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model()._default_manager
        if users.exists():
            return
        password = secrets.token_urlsafe(15)
        users.create_superuser("curator", password=password)
        self.stdout.write(
            f"First curator: user 'curator', password '{password}', shown once. Sign in at {settings.SITE_URL}/admin/"
        )
