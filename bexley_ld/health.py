"""Health for the container and the load balancer: states only, no versions, hosts or reasons."""

from collections.abc import Callable

import structlog
from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bexley_ld.operations import is_mail_waiting
from reminders.services import is_sweep_late
from uploads import scanner

logger = structlog.get_logger(__name__)
BROKER_SECONDS = 1


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. It asks nothing of the database, so that one outage restarts nothing."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """503 only when pages cannot work; what makes mail late is `degraded` with 200."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrations = "ok" if _is_migrated() else "unavailable"
    except DatabaseError:
        logger.exception("health_database")
        return JsonResponse({"status": "unavailable", "checks": {"database": "unavailable"}}, status=503)
    checks = {"database": "ok", "migrations": migrations}
    if migrations != "ok":
        return JsonResponse({"status": "unavailable", "checks": checks}, status=503)
    for name, is_well in {
        "broker": _is_broker_well,
        "sweep": _is_sweep_well,
        "mail": _is_mail_well,
        "scanner": scanner.is_there,
    }.items():
        checks[name] = "ok" if _ask(name, is_well) else "degraded"
    return JsonResponse({"status": "degraded" if "degraded" in checks.values() else "ok", "checks": checks})


def _ask(name: str, is_well: Callable[[], bool]) -> bool:
    try:
        return is_well()
    except Exception:  # whatever a broker's client raises, the pages still work: degraded
        logger.exception("health_check", check=name)
        return False


_migrated = False


def _is_migrated() -> bool:
    """Once right it stays right for this process: new migrations come with new code."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _is_broker_well() -> bool:
    with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS)
    return True


def _is_sweep_well() -> bool:
    return not is_sweep_late(timezone.now())


def _is_mail_well() -> bool:
    return not is_mail_waiting(now=timezone.now())


urlpatterns = [
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
]
