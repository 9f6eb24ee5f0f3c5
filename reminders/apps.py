from typing import Any

from django.apps import AppConfig
from django.apps import apps as current_apps
from django.db.models.signals import post_migrate


class RemindersConfig(AppConfig):
    name = "reminders"
    verbose_name = "Reminders"

    def ready(self) -> None:
        from notifications.delivery import register_refresher  # noqa: PLC0415 - models are ready only now
        from reminders.services import refresh_digests  # noqa: PLC0415

        register_refresher("digest", refresh_digests)
        post_migrate.connect(_make_rows, sender=self)


def _make_rows(apps: Any = current_apps, **kwargs: Any) -> None:
    """The settings and each kind have their row, for L&D to see and change. After a `flush` no state is named."""
    from notifications.apps import is_migrated  # noqa: PLC0415
    from reminders import services  # noqa: PLC0415 - models are ready only now
    from reminders.models import Ladder, SweepSettings  # noqa: PLC0415

    if is_migrated(apps, Ladder):
        services.add_missing_ladders()
    if is_migrated(apps, SweepSettings):
        services.add_missing_sweep_settings()
