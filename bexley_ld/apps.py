from django.apps import AppConfig


class BexleyLdConfig(AppConfig):
    """The project package: composition only; nothing below imports it."""

    name = "bexley_ld"
    verbose_name = "Bexley Learning and Development"
