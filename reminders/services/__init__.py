"""What other parts may ask of reminders."""

from reminders.services.digests import refresh_digests
from reminders.services.ladders import add_missing_ladders, reset_ladders
from reminders.services.reading import due_for, due_held_by_line, exceptions
from reminders.services.runs import claim_run, is_sweep_due, is_sweep_late, last_sweep_age
from reminders.services.sweeping import SweepReport, sweep

__all__ = [
    "SweepReport",
    "add_missing_ladders",
    "claim_run",
    "due_for",
    "due_held_by_line",
    "exceptions",
    "is_sweep_due",
    "is_sweep_late",
    "last_sweep_age",
    "refresh_digests",
    "reset_ladders",
    "sweep",
]
