from typing import TypeVar

from django.apps import AppConfig

Entry = TypeVar("Entry")


class BexleyLdConfig(AppConfig):
    """The project package: composition only; nothing below imports it."""

    name = "bexley_ld"
    verbose_name = "Bexley Learning and Development"

    def ready(self) -> None:
        from bexley_ld import emails, person_panels  # noqa: PLC0415 - models are ready only now
        from bexley_ld import notices as messages  # noqa: PLC0415
        from notifications.delivery import register_refresher  # noqa: PLC0415
        from people import notices, panels  # noqa: PLC0415

        _add_once(panels.viewers, person_panels.buddies)
        _add_once(panels.panels, person_panels.plans)
        _add_once(panels.panels, person_panels.no_mail)
        _add_once(panels.warnings, person_panels.mail_comes_back)
        _add_once(notices.messengers, messages.send)
        register_refresher(emails.COVER, messages.refresh_covers)


def _add_once(registry: list[Entry], entry: Entry) -> None:
    """Django runs `ready` again when the list of apps changes, as tests do; nothing may then be said twice."""
    if entry not in registry:
        registry.append(entry)
