"""Rows that tell where their facts come from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SUREST_FIRST = "BNPUA"


def sources(*groups: Iterable[Any]) -> list[Any]:
    """Each source of these rows once, the surest first."""
    found = {(row.basis, row.source, row.source_date): row for group in groups for row in group}
    return sorted(found.values(), key=lambda row: (SUREST_FIRST.index(row.basis), row.source))
