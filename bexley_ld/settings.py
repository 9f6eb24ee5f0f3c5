"""Settings from the environment. Defaults suit production; `PORTAL_MODE=demo` is what `make demo` sets."""

import logging
import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from bexley_ld.logging_setup import logging_for

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Where the embedded defaults keep their database, queue and mail.
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / "var")))
PORTAL_MODE = env.str("PORTAL_MODE", default="production")
if PORTAL_MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("PORTAL_MODE must be production, demo or test.")
IS_PRODUCTION = PORTAL_MODE == "production"
DEMO_MODE = PORTAL_MODE == "demo"
DEBUG = env.bool("DEBUG", default=False)


def refuse(reason: str) -> None:
    """A production start with a setting missing or unsafe ends here."""
    if IS_PRODUCTION:
        raise ImproperlyConfigured(reason)


if DEBUG:
    refuse("DEBUG must be off in production.")

# Secrets: production refuses to start with a missing, short, guessable or demonstration value.
DEMO_SECRET = "demonstration-only-secret-never-used-in-production-0123456789"  # noqa: S105 - refused below


def _secret(name: str) -> str:
    value = env.str(name, default="" if IS_PRODUCTION else f"{DEMO_SECRET}-{name}")
    weak = len(value) < 50 or len(set(value)) < 16 or value.startswith("django-insecure") or DEMO_SECRET in value
    if IS_PRODUCTION and weak:
        raise ImproperlyConfigured(
            f"Set {name} to a random value of at least 50 characters, for example from "
            "`python -c 'import secrets; print(secrets.token_urlsafe(64))'`. "
            "To try the portal with invented data, run `make demo`."
        )
    return value


SECRET_KEY = _secret("SECRET_KEY")
AUDIT_KEY = _secret("AUDIT_KEY")
if AUDIT_KEY == SECRET_KEY:
    refuse("AUDIT_KEY must differ from SECRET_KEY.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if IS_PRODUCTION else ["127.0.0.1", "localhost", "testserver"])
SITE_URL = env.str(
    "SITE_URL", default="" if IS_PRODUCTION else f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
).rstrip("/")
if not ALLOWED_HOSTS or any(host.startswith(".") or "*" in host for host in ALLOWED_HOSTS):
    refuse("Set ALLOWED_HOSTS to the portal's exact host names.")
_site = urlsplit(SITE_URL)
if f"https://{_site.netloc}" != SITE_URL or _site.hostname not in ALLOWED_HOSTS:
    refuse("Set SITE_URL to the portal's address: https:// and one of ALLOWED_HOSTS, with nothing after it.")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if IS_PRODUCTION else []

INSTALLED_APPS = [
    "reminders",
    "induction",
    "pathways",
    "content",
    "notifications",
    "uploads",
    "people",
    "audit",
    "govuk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "simple_history",
    "django_structlog",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "bexley_ld",  # last, so that its admin module has the last word
]

MIDDLEWARE = [
    # First, so that also a redirect to https and the answer to a wrong host carry the headers.
    "bexley_ld.middleware.HeadersMiddleware",
    "bexley_ld.middleware.PolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bexley_ld.logs.RequestLog",
    "bexley_ld.middleware.FailureMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bexley_ld.sessions.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bexley_ld.middleware.SessionLimitsMiddleware",
    "bexley_ld.middleware.SignInFirstMiddleware",
    "bexley_ld.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "bexley_ld.urls"
WSGI_APPLICATION = "bexley_ld.wsgi.application"
ASGI_APPLICATION = "bexley_ld.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bexley_ld.nav.navigation",
            ],
        },
    },
    {
        "NAME": "rows",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "rows"],
        "OPTIONS": {"environment": "govuk.rows.environment"},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = not (DEBUG or PORTAL_MODE == "test")

# Database: SQLite is the embedded default; production names a PostgreSQL database.
if "DATABASE_URL" not in os.environ:
    refuse("Set DATABASE_URL to the portal's PostgreSQL database: postgres://user:password@host:5432/name")
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{STATE_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Row locks do nothing on SQLite: IMMEDIATE transactions make writers wait for each other instead.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Without recursive triggers INSERT OR REPLACE would take a row away past the trigger that forbids its deletion.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
else:
    # Persistent connections, each asked for a sign of life once a request (a restarted database is no error).
    DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Whoever waits for a row that another holds hears after three seconds that the service is busy, in pages, tasks
    # and migrations alike. Prepared statements keep one plan for any values (people/prepared.py), a row by its index
    # costs what it costs on solid-state disks, and helpers of one query take longer to start than a page to answer.
    # What DATABASE_URL says of its own (`?options=…`) comes later and so wins.
    _options = DATABASES["default"].setdefault("OPTIONS", {})
    _plans = "-c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0"
    _options["options"] = f"-c lock_timeout=3s {_plans} {_options.get('options', '')}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
# How long counts over everyone are kept; rights and personal records never are.
COUNTS_KEPT_SECONDS = env.int("COUNTS_KEPT_SECONDS", default=60)

# Language and time: one council, one time zone.
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "Europe/London"

# Sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["bexley_ld.accounts.PortalBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = ["bexley_ld.hashers.TunedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.passwords.ContextWordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "bexley_ld.accounts.AccountAdapter"
# Django's own: it covers the address as well, and asks nothing of the database that an unknown account would not cost.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "bexley_ld.account_forms.SignInForm",
    "reset_password": "bexley_ld.account_forms.ResetForm",
    "reset_password_from_key": "bexley_ld.account_forms.NewPasswordForm",
    "change_password": "bexley_ld.account_forms.ChangeForm",
    "set_password": "bexley_ld.account_forms.FirstPasswordForm",
    "reauthenticate": "bexley_ld.account_forms.PasswordAgainForm",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# The portal's own limiter counts in the database; a cache may be away or lose its counts.
ACCOUNT_RATE_LIMITS = False
if env.int("TRUSTED_PROXY_COUNT", default=-1) < 0:
    refuse("Set TRUSTED_PROXY_COUNT to the number of proxies before the portal, 0 for none.")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "bexley_ld.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "bexley_ld.account_forms.CodeForm",
    "reauthenticate": "bexley_ld.account_forms.CodeAgainForm",
    "activate_totp": "bexley_ld.account_forms.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SECOND_FACTOR_REQUIRED = IS_PRODUCTION
PASSWORD_RESET_TIMEOUT = 3600

# Sessions stand in the database, so that Redis may come and go.
SESSION_ENGINE = "bexley_ld.sessions"
SESSION_COOKIE_AGE = 12 * 3600
# With the session a banner ends too: the next person at the same machine does not read it.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bexley_ld.views.errors.stale_page"

# Headers
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        # Without a proxy of ours the header is a stranger's word.
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# A programme of a hundred items is one form of the admin with about ten fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# Uploaded files: outside everything that is served; read by nobody before the scanner has found them clean.
UPLOADS_ROOT = Path(env.str("UPLOADS_ROOT", default=str(STATE_DIR / "uploads")))
FILE_UPLOAD_HANDLERS = ["uploads.handlers.AtMostHandler"]
SCANNER_URL = env.str("SCANNER_URL", default="")
if SCANNER_URL and (urlsplit(SCANNER_URL).scheme != "clamd" or not urlsplit(SCANNER_URL).hostname):
    raise ImproperlyConfigured("SCANNER_URL is clamd:// and the host of the virus scanner, such as clamd://clamav:3310")
if not SCANNER_URL and not env.bool("UPLOADS_WITHOUT_SCANNER", default=False):
    refuse("Set SCANNER_URL to the virus scanner (clamd://host:3310), or UPLOADS_WITHOUT_SCANNER=1 to do without one.")

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PORTAL_MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# No mail at night and on days off. The demonstration shows its mail at any hour, and tests run at any.
QUIET_HOURS = PORTAL_MODE not in {"demo", "test"}

# Mail: composed as rows, delivered by a worker.
# Without EMAIL_URL the demonstration writes files; production asks a mail server on its own machine, so that
# a forgotten setting shows as failing mail and not as mail lost in silence.
_mail_default = "smtp://localhost:25" if IS_PRODUCTION else f"filemail:///{STATE_DIR / 'outbox'}"
environ.Env.EMAIL_SCHEMES["notify"] = "notifications.govuk_notify.EmailBackend"
vars().update(env.email("EMAIL_URL", default=_mail_default))
if not vars()["EMAIL_BACKEND"].endswith((".smtp.EmailBackend", ".govuk_notify.EmailBackend")):
    refuse("EMAIL_URL must name a mail server or GOV.UK Notify: other mail reaches nobody.")
# GOV.UK Notify: notify:///TEMPLATE-ID, the key beside it, so that no address that is printed carries it.
NOTIFY_API_KEY = env.str("NOTIFY_API_KEY", default="")
NOTIFY_API_URL = env.str("NOTIFY_API_URL", default="https://api.notifications.service.gov.uk")
NOTIFY_TEMPLATE_ID = ""
if env.str("EMAIL_URL", default="").startswith("notify:"):
    NOTIFY_TEMPLATE_ID = vars()["EMAIL_FILE_PATH"]
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", NOTIFY_TEMPLATE_ID) or vars()["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL for GOV.UK Notify is notify:/// and the id of its template.")
    # A name, the service's id and the secret, each id 36 characters: the client reads them from the end.
    if not re.fullmatch(r"[\w-]*-[0-9a-f-]{36}-[0-9a-f-]{36}", NOTIFY_API_KEY):
        raise ImproperlyConfigured("Set NOTIFY_API_KEY to the key that GOV.UK Notify shows when it is made.")
    if not NOTIFY_API_URL.startswith("https://"):
        refuse("NOTIFY_API_URL must begin with https://.")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Bexley Learning and Development <learning@bexley.example>")
EMAIL_TIMEOUT = 10
# How long a worker has a mail to itself, and the pause after a first try that failed.
MAIL_LEASE = timedelta(seconds=60)
MAIL_FIRST_WAIT = timedelta(seconds=60)
# Where each morning's heads of the audit chains go, outside the portal's own database.
AUDIT_ANCHOR_EMAIL = env.str("AUDIT_ANCHOR_EMAIL", default="")

# Celery: without BROKER_URL a broker in the file system, so that nothing else has to be installed.
CELERY_BROKER_URL = env.str("BROKER_URL", default="filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = STATE_DIR / "queue"
    _control = STATE_DIR / "control"
    for _folder in (_queue, _control):
        _folder.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue),
        "data_folder_out": str(_queue),
        "control_folder": str(_control),
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
elif CELERY_BROKER_URL.startswith("redis"):
    # A page waits at most 0.3 s for a broker that is away; the minute sweep does what the wake-up missed.
    # A killed worker's task comes back after the visibility time-out, which is longer than any task may run.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_connect_timeout": 0.3,
        "socket_timeout": 0.3,
        "max_retries": 1,
        "interval_start": 0,
        "visibility_timeout": 600,
    }
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULE = {
    "daily sweep": {"task": "reminders.tasks.run_due_sweep", "schedule": crontab()},
    "mail drain": {"task": "notifications.tasks.drain_mail", "schedule": crontab()},
    "search index": {"task": "bexley_ld.tasks.refresh_search", "schedule": crontab()},
    "mail retention": {"task": "notifications.tasks.blank_old_bodies", "schedule": crontab(hour=3, minute=10)},
    "file scan": {"task": "uploads.tasks.scan_files", "schedule": crontab()},
    "file sweep": {"task": "uploads.tasks.sweep_files", "schedule": crontab(hour=3, minute=20)},
    "audit anchor": {"task": "notifications.tasks.mail_audit_anchor", "schedule": crontab(hour=6, minute=30)},
}

# Logs: JSON lines for a machine in production, plain lines for a person elsewhere.
LOGGING = logging_for(is_production=IS_PRODUCTION)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_CELERY_ENABLED = True
