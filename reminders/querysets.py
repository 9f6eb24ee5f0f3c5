"""Whose reminders may be seen, and which runs of the sweep are done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from people.models import User
    from reminders.models import Reminder, SweepRun  # noqa: F401 - for the types of the rows


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: User, *, today: dt.date) -> ReminderQuerySet:
        """A person sees what they themselves were reminded of."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.filter(recipient_id=user.person_id)

    def without_mail(self, *, until: dt.date) -> ReminderQuerySet:
        """Found by a sweep up to this day, in no digest yet."""
        return self.filter(mail__isnull=True, sweep_date__lte=until)


class SweepRunQuerySet(models.QuerySet["SweepRun"]):
    def finished(self) -> SweepRunQuerySet:
        return self.filter(finished_at__isnull=False)
