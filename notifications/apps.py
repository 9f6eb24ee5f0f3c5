from typing import Any

from django.apps import AppConfig
from django.apps import apps as current_apps
from django.db.models import Model
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from notifications import kinds, registry  # noqa: PLC0415 - apps are ready only now

        kinds.namers[:] = [registry.title_of, registry.log_title_of]
        post_migrate.connect(_make_rows, sender=self)


def _make_rows(apps: Any = current_apps, **kwargs: Any) -> None:
    """Settings and each kind of mail have their row, for L&D to see and change. After a `flush` no state is named."""
    from notifications import services  # noqa: PLC0415 - models are ready only now
    from notifications.models import MailSettings, MessageSetting, SendingLimits  # noqa: PLC0415

    if is_migrated(apps, MessageSetting):
        services.add_missing_message_settings()
    for model in (MailSettings, SendingLimits):
        if is_migrated(apps, model):
            services.add_missing_settings(model)


def is_migrated(apps: Any, model: type[Model]) -> bool:
    """Whether the table is as the code knows it: on the way to an older state it has other columns, or is not there."""
    try:
        migrated = apps.get_model(model._meta.app_label, model.__name__)._meta.fields
    except LookupError:
        return False
    return {field.name for field in migrated} == {field.name for field in model._meta.fields}
