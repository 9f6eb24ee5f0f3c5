"""Whose reminders may be seen, and which runs of the sweep are done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from people.models import User
    from reminders.models import CalendarLink, Reminder, SweepRun  # noqa: F401 - for the types of the rows


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def visible_to(self, user: User, *, today: dt.date) -> ReminderQuerySet:
        """A person sees what they themselves were reminded of."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.filter(recipient_id=user.person_id)

    def without_mail(self, *, until: dt.date) -> ReminderQuerySet:
        """Found by a sweep up to this day, in no digest yet."""
        return self.filter(mail__isnull=True, sweep_date__lte=until)


class CalendarLinkQuerySet(models.QuerySet["CalendarLink"]):
    def visible_to(self, user: User, *, today: dt.date) -> CalendarLinkQuerySet:
        """A person sees that they have a link and what became of it; nobody sees its address."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.filter(person_id=user.person_id)

    def working(self, *, today: dt.date) -> CalendarLinkQuerySet:
        """Links that open a calendar today: not at their end, of people who are here and whose account is open."""
        return self.filter(expires_on__gte=today, person__deactivated_at__isnull=True, person__user__is_active=True)


class SweepRunQuerySet(models.QuerySet["SweepRun"]):
    def finished(self) -> SweepRunQuerySet:
        return self.filter(finished_at__isnull=False)
