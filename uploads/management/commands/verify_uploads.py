"""`manage.py verify_uploads`: after a restore, whether every file is there and is what was stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from uploads import services


class Command(BaseCommand):
    help = "Read every uploaded file and compare it with what was stored; the rows of those that differ are named."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [f"{row._meta.label} {row.pk}" for row in services.damaged()]
        if wrong:
            raise CommandError(f"Missing or changed: {', '.join(wrong)}. Restore the folder of the uploads again.")
        self.stdout.write("Every uploaded file is as it was stored.")
