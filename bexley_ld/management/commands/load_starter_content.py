from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from bexley_ld import starter, tasks


class Command(BaseCommand):
    help = "Load teams, job roles, pathways, programmes, groups and ladders. What is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in starter.load(now=timezone.now()):
            self.stdout.write(line)
        tasks.refresh_search()
