"""The only code that writes about people: HR's file, lines, cover, leaving, access."""

from people.services.access import answer_grant, end_session, end_sessions, grant_role, remove_role
from people.services.leaving import deactivate_due
from people.services.lines import change_manager, end_cover, name_cover
from people.services.retention import forget_old
from people.services.staff_import import apply_import, preview_import

__all__ = [
    "answer_grant",
    "apply_import",
    "change_manager",
    "deactivate_due",
    "end_cover",
    "end_session",
    "end_sessions",
    "forget_old",
    "grant_role",
    "name_cover",
    "preview_import",
    "remove_role",
]
