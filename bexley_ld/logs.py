"""One line a request: no query values, no secret parts of a path, no address of the reader."""

import contextlib
import logging
import re

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Links that open something without a session carry their secret in the path. All that follows goes: a secret is one
# also where the address was written slightly wrong (two slashes, capitals) and opens nothing.
SECRET_PARTS = re.compile(r"(?is)/+(key|kept|calendar|guest|unsubscribe)/.+")


def without_secrets(words: str) -> str:
    """A path as it may be written down."""
    return SECRET_PARTS.sub(r"/\1/…", words)


class SecretPaths(logging.Filter):
    """Django itself writes down the path of what it did not find; links that have been ended are such paths."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(part) if isinstance(part, str) else part for part in record.args)
        return True


class RequestLog(RequestMiddleware):
    """Logs the end of each request and hands its id to the error pages."""

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]  # type: ignore[attr-defined]

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Who asked, where that is known: a database that is away must not cost the page that says so."""
        with contextlib.suppress(DatabaseError, InterfaceError):
            RequestMiddleware.bind_user_id(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {without_secrets(request.path)}"
