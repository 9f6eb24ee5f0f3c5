"""docs/coverage.md names pages, functions and tests that exist, and leaves no promised row out."""

from __future__ import annotations

import ast
import re

import pytest
from django.contrib import admin

from tests.guards import source
from tests.guards.test_permissions import addresses

PAGE = source.ROOT / "docs" / "coverage.md"
PROMISED = [
    *[f"A{number}" for number in range(37, 48)],
    *[f"A{number:02}" for number in (*range(1, 7), 8, *range(11, 37), 67, 68, 69)],
    *["A1", "A2", "A3", "A4", "A5", "A6", "A7", *(f"B{number}" for number in range(1, 10))],
    *[f"C-{number:02}" for number in range(1, 38)],
    *[f"C{number}" for number in range(1, 13)],
    *["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "H11", "H12", "H13"],
    *["I1", "I2", "I3", "I4", "I5", "J2", "J3", "J4", "J5", "K1", "L2"],
    *["M1", "M2", "M3", "M4", "M5", "N1", "N2", "N3"],
]


def rows() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in found if row[0] != "Row"]


def names_in(path: str) -> set[str]:
    """Functions and classes of a module, and the tests inside its classes."""
    tree = source.tree_of(source.ROOT / path)
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_every_promised_row_is_there_once() -> None:
    assert sorted(row[0] for row in rows()) == sorted(PROMISED)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_what_a_row_names_exists(row: list[str]) -> None:
    _, _, page, function, test, state = row
    for place in re.findall(r"`([^`]+)`", f"{function} {test}"):
        path, _, name = place.partition("::")
        assert (source.ROOT / path).is_file(), path
        assert name in names_in(path), place
    for name in re.findall(r"`([^`]+)`", page):
        assert name in {*addresses(), *admin_names()}, name
    assert state.split(":")[0] in {"done", "part", "later"}
    assert not state.startswith(("part", "later")) or ":" in state, "say what is missing"


def admin_names() -> set[str]:
    return {f"admin:{pattern.name}" for pattern in admin.site.get_urls() if hasattr(pattern, "name")} | {
        f"admin:{pattern.name}" for options in admin.site._registry.values() for pattern in options.get_urls()
    }
