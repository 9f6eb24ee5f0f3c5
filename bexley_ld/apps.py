from django.apps import AppConfig


class BexleyLdConfig(AppConfig):
    """The project package: composition only; nothing below imports it."""

    name = "bexley_ld"
    verbose_name = "Bexley Learning and Development"

    def ready(self) -> None:
        from bexley_ld import emails, person_panels  # noqa: PLC0415 - models are ready only now
        from people import notices, panels  # noqa: PLC0415

        panels.viewers.append(person_panels.buddies)
        panels.panels.append(person_panels.plans)
        notices.messengers.append(emails.send)
