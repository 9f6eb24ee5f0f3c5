"""What other parts may ask of reminders."""

from reminders.services.calendars import end_calendar_link, make_calendar_link, read_calendar
from reminders.services.digests import refresh_digests
from reminders.services.ladders import add_missing_ladders, calendar, reset_ladders
from reminders.services.previews import Count, Preview, names_by_id, preview
from reminders.services.reading import SHOWN_AT_MOST, Waiting, due_about, due_to, overdue_of
from reminders.services.runs import add_missing_sweep_settings, claim_run, is_sweep_due, is_sweep_late, sweep_settings
from reminders.services.sweeping import SweepReport, sweep

__all__ = [
    "SHOWN_AT_MOST",
    "Count",
    "Preview",
    "SweepReport",
    "Waiting",
    "add_missing_ladders",
    "add_missing_sweep_settings",
    "calendar",
    "claim_run",
    "due_about",
    "due_to",
    "end_calendar_link",
    "is_sweep_due",
    "is_sweep_late",
    "make_calendar_link",
    "names_by_id",
    "overdue_of",
    "preview",
    "read_calendar",
    "refresh_digests",
    "reset_ladders",
    "sweep",
    "sweep_settings",
]
