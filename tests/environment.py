"""Loaded before Django's settings (see pyproject.toml): the whole suite runs in the portal's test mode.

Only scripts/run_tests.py names a PostgreSQL and a Redis; without it everything stays in memory.
"""

import os
import tempfile

os.environ["PORTAL_MODE"] = "test"
# Counts over everyone are kept for a minute; a test wants to see what it has just written.
os.environ["COUNTS_KEPT_SECONDS"] = "0"
os.environ["UPLOADS_ROOT"] = tempfile.mkdtemp(prefix="uploads-")
if "TEST_REDIS_URL" not in os.environ:
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
# Each process of a parallel run has a Redis database of its own.
_number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_redis = os.environ.get("TEST_REDIS_URL")
os.environ["BROKER_URL"] = f"{_redis}/{_number}" if _redis else "memory://"
for _name in ("CACHE_URL", "EMAIL_URL", "SECRET_KEY", "AUDIT_KEY", "SITE_URL", "ALLOWED_HOSTS", "DEBUG"):
    os.environ.pop(_name, None)
