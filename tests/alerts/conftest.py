"""A site whose mails go to a mail server of the tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.alerts.server import Server, running


@pytest.fixture
def smtp(settings: Any) -> Iterator[Server]:
    with running() as (server, port):
        settings.EMAIL_ON, settings.EMAIL_BACKEND = True, "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = None
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 3
        yield server


@pytest.fixture(autouse=True)
def nothing_is_sent_by_itself(settings: Any) -> None:
    settings.ALERTS_SEND_PROMPTLY = False
