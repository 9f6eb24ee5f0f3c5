"""Who may do what to people's records, and what a row of HR's file must look like."""

from people.rules.names import clean_text, search_name
from people.rules.refusals import Conflict, NotAllowed, check_version, seen_versions

__all__ = ["Conflict", "NotAllowed", "check_version", "clean_text", "search_name", "seen_versions"]
