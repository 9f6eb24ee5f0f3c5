"""Which tables the admin shows at all."""

from __future__ import annotations

from tests.guards.test_admin import TABLES, registered


def test_every_table_in_the_admin_is_on_the_list() -> None:
    """A library that registers tables of its own (codes of second factors, groups) is noticed here."""
    found = set(registered())
    assert {"not on the list": found - set(TABLES)} == {"not on the list": set()}
    assert {"not in the admin": set(TABLES) - found} == {"not in the admin": set()}
