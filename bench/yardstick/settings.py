"""As little Django as a page with a session needs, on the bench's own database and persistent connections."""

from pathlib import Path

import environ

SECRET_KEY = "only-for-the-yardstick"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.yardstick.pages"
INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent]}]
DATABASES = {"default": {**environ.Env().db("DATABASE_URL"), "CONN_MAX_AGE": None}}
USE_TZ = True
