"""The Celery application; its schedule and broker stand in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bexley_ld.settings")

app = Celery("bexley_ld")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
