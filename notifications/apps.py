from typing import Any

from django.apps import AppConfig
from django.apps import apps as current_apps
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        post_migrate.connect(_make_message_settings, sender=self)


def _make_message_settings(apps: Any = current_apps, **kwargs: Any) -> None:
    """Each kind of mail has its row, so that L&D sees and can change every one. After a `flush` no state is named."""
    from notifications import services  # noqa: PLC0415 - models are ready only now
    from notifications.models import MessageSetting  # noqa: PLC0415

    try:
        migrated = {field.name for field in apps.get_model("notifications", "MessageSetting")._meta.fields}
    except LookupError:
        return
    # On the way to an older state the table has other columns.
    if migrated == {field.name for field in MessageSetting._meta.fields}:
        services.add_missing_message_settings()
