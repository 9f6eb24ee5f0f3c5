"""What the project package puts together when Django starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings

from people import notices, panels


def test_a_change_of_the_list_of_apps_says_nothing_twice(settings: Any) -> None:
    registries = (panels.viewers, panels.panels, panels.warnings, notices.messengers)
    before = [list(registry) for registry in registries]
    assert all(before)
    settings.INSTALLED_APPS = list(django_settings.INSTALLED_APPS)
    assert [list(registry) for registry in registries] == before
