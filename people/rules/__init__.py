"""Who may do what to people's records, and what a row of HR's file must look like."""

from people.rules.names import clean_text, search_name
from people.rules.refusals import Conflict, NotAllowed

__all__ = ["Conflict", "NotAllowed", "clean_text", "search_name"]
