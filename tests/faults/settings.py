"""The portal's settings for the processes of the fault tests: short waits, switches, and a test-only app.

Everything that differs is named in the environment by tests/faults/conftest.py, for one process at a time.
"""

import os
from datetime import timedelta

from bexley_ld.settings import *  # noqa: F403, TID251 - settings build on settings
from bexley_ld.settings import CELERY_BEAT_SCHEDULE, DATABASES, INSTALLED_APPS  # noqa: TID251

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults", *filter(None, [os.environ.get("FAULT_APP")])]
ROOT_URLCONF = "tests.faults.urls"
SITE_URL = "https://portal.example"
EMAIL_TIMEOUT = float(os.environ.get("FAULT_MAIL_TIMEOUT", "10"))
MAIL_LEASE = timedelta(seconds=float(os.environ.get("FAULT_LEASE", "3")))
MAIL_FIRST_WAIT = timedelta(seconds=0.5)
# The scheduler ticks each second, with the entries that the test is about.
CELERY_BEAT_SCHEDULE = {
    name: {**CELERY_BEAT_SCHEDULE[name], "schedule": 1.0}
    for name in os.environ.get("FAULT_TICKS", "mail drain").split(",")
}
# Without it a connection that the database has dropped is found out by the first reader after it.
if os.environ.get("FAULT_WITHOUT") == "health checks":
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
