"""Production refuses an unsafe start, and says what to set."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.real.servers import PRODUCTION, ROOT

GOOD = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:", "BROKER_URL": "memory://"}


DEPLOY = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
SETTINGS = ["-c", "import bexley_ld.settings"]


def start(*command: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """A command as production would start it; None takes a variable away."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {name: value for name, value in {**kept, **GOOD, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_production_starts_without_a_warning() -> None:
    result = start(*DEPLOY)
    assert (result.returncode, result.stderr) == (0, "")
    assert "no issues (0 silenced)" in result.stdout


def test_production_is_what_an_empty_environment_means() -> None:
    assert "Set SECRET_KEY" in start(*SETTINGS, PORTAL_MODE=None, SECRET_KEY=None).stderr


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "x" * 49}, "Set SECRET_KEY"),
        ({"SECRET_KEY": f"{settings.DEMO_SECRET}-SECRET_KEY"}, "Set SECRET_KEY"),
        ({"AUDIT_KEY": None}, "Set AUDIT_KEY"),
        ({"AUDIT_KEY": "short"}, "Set AUDIT_KEY"),
        ({"AUDIT_KEY": PRODUCTION["SECRET_KEY"]}, "AUDIT_KEY must differ"),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "Set ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "portal.example,.example"}, "Set ALLOWED_HOSTS"),
        ({"SITE_URL": None}, "Set SITE_URL"),
        ({"SITE_URL": "http://portal.example"}, "Set SITE_URL"),
        ({"DATABASE_URL": None}, "Set DATABASE_URL"),
        ({"TRUSTED_PROXY_COUNT": None}, "Set TRUSTED_PROXY_COUNT"),
        ({"TRUSTED_PROXY_COUNT": "-1"}, "Set TRUSTED_PROXY_COUNT"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"UPLOADS_WITHOUT_SCANNER": None}, "Set SCANNER_URL"),
        ({"SCANNER_URL": "http://scanner"}, "SCANNER_URL is clamd://"),
        ({"SECRET_KEY": "0123456789abcde" * 4}, "Set SECRET_KEY"),
        ({"AUDIT_KEY": f"django-insecure-{PRODUCTION['AUDIT_KEY']}"}, "Set AUDIT_KEY"),
        ({"SITE_URL": "https://portal.example/learning"}, "Set SITE_URL"),
        ({"SITE_URL": "https://other.example"}, "Set SITE_URL"),
        *[({"EMAIL_URL": f"{kind}mail://"}, "EMAIL_URL must name") for kind in ("console", "dummy", "memory")],
        ({"EMAIL_URL": "filemail:///tmp/outbox"}, "EMAIL_URL must name"),
        ({"PORTAL_MODE": "staging"}, "PORTAL_MODE must be"),
    ],
    ids=str,
)
def test_production_refuses_to_start(changes: dict[str, str | None], reason: str) -> None:
    result = start(*SETTINGS, **changes)
    assert result.returncode != 0
    assert reason in result.stderr


@pytest.mark.parametrize(("proxies", "trusted"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")])
def test_a_word_about_https_counts_only_from_a_proxy_of_ours(proxies: str, trusted: str) -> None:
    ask = "import bexley_ld.settings as s; print(getattr(s, 'SECURE_PROXY_SSL_HEADER', None))"
    assert start("-c", ask, TRUSTED_PROXY_COUNT=proxies).stdout.strip() == trusted


@pytest.mark.real
@pytest.mark.django_db
def test_the_driver_is_the_one_of_production() -> None:
    """Django silently prefers psycopg 3 where it can be imported."""
    assert connection.vendor == "postgresql"
    assert connection.Database.__name__ == "psycopg2"
