"""Django's own `flush`, run as the owner: emptying the database passes the insert-only triggers."""

from typing import Any

from django.core.management.commands import flush

from audit.operations import owner_at_work


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with owner_at_work():
            super().handle(**options)
