"""Panels that one can still send something to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from pathways.models import PanelDate  # noqa: F401 (read by mypy)


class PanelDateQuerySet(models.QuerySet["PanelDate"]):
    def to_come(self, step_ids: Collection[int], *, today: dt.date) -> dict[int, list[PanelDate]]:
        """By step, the soonest first; one whose papers had to be in before today is over for whoever asks now."""
        in_time = Q(send_by_date__gte=today) | Q(send_by_date__isnull=True, date__gte=today)
        found: dict[int, list[PanelDate]] = {}
        for row in self.filter(in_time, step__in=step_ids).order_by("date", "pk"):
            found.setdefault(row.step_id, []).append(row)
        return found
