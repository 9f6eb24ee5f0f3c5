"""The only code that writes about people: HR's file, lines, cover, leaving, access."""

from people.services.leaving import deactivate, deactivate_due
from people.services.staff_import import apply_import, preview_import

__all__ = ["apply_import", "deactivate", "deactivate_due", "preview_import"]
