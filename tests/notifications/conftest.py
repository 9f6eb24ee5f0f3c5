from collections.abc import Iterator
from typing import Any

import pytest

from tests.notifications.mail_server import Sink, mail_server


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """Mail goes to a real SMTP conversation with our own server."""
    with mail_server() as (sink, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 0.5
        settings.SITE_URL = "https://learning.bexley.example"
        yield sink
