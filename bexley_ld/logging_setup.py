"""How the portal writes its logs; read by the settings, so that nothing of Django's is ready yet."""

from typing import Any

import structlog


def logging_for(*, is_production: bool) -> dict[str, Any]:
    """Sets up structlog, and answers what Django hands to `logging`: JSON for a machine, plain lines for people."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *steps,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if is_production else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": structlog.stdlib.ProcessorFormatter, "processor": renderer, "foreign_pre_chain": steps}
        },
        "filters": {"secret_paths": {"()": "bexley_ld.logs.SecretPaths"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secret_paths"]}},
        "root": {"handlers": ["console"], "level": "INFO" if is_production else "ERROR"},
        # Django's own handlers would write each line a second time.
        "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
    }
