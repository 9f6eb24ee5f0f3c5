from django.apps import AppConfig


class ChoresConfig(AppConfig):
    name = "tests.reminders.chores"
    label = "chores"
