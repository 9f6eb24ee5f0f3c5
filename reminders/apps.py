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
        post_migrate.connect(_make_ladders, sender=self)


def _make_ladders(apps: Any = current_apps, **kwargs: Any) -> None:
    """Each kind has its row, so that L&D sees and can change every ladder. After a `flush` no state is named."""
    from reminders import services  # noqa: PLC0415 - models are ready only now
    from reminders.models import Ladder  # noqa: PLC0415

    migrated = {field.name for field in apps.get_model("reminders", "Ladder")._meta.fields}
    # On the way to an older state the table has other columns.
    if migrated == {field.name for field in Ladder._meta.fields}:
        services.add_missing_ladders()
