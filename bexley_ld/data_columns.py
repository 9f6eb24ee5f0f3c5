"""How a column of the data map is declared, and the words that several tables share."""

from __future__ import annotations

from dataclasses import dataclass

EMPLOYMENT = "employment + 6 years"
SELF_AND_LD = "the person; L&D"
NOBODY = "nobody on a page"
# Row numbers and relations that a declared relation already tells.
WHO = "says whom the row is about"


@dataclass(frozen=True)
class Column:
    """Why a column is there, who reads it, and when it goes."""

    purpose: str
    seen_by: str
    kept: str


def columns(names: str, purpose: str, seen_by: str, kept: str) -> dict[str, Column]:
    """The same for several columns of a table."""
    return {name: Column(purpose, seen_by, kept) for name in names.split()}
