"""Dated rows of which two may not hold on one day for the same person: the database refuses the second.

PostgreSQL has exclusion constraints for it; SQLite gets triggers that ask the same question.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.db.migrations.operations.base import Operation

SHOWN = 20
"""How many of the rows that stand in the way a migration names."""


class RowsOverlap(Exception):
    """A migration found rows that overlap already; which of the two is right only people can say."""


class NoOverlap(Operation):
    """Puts the guard on a table; a later migration that rebuilds it on SQLite has to say this again."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, of: str) -> None:
        self.table = table
        self.of = of

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table, self.of], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are: Django's own exclusion constraint knows PostgreSQL alone."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not schema_editor.collect_sql:
            self._check_rows(schema_editor.connection)
        for statement in self._create(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'ALTER TABLE "{self.table}" DROP CONSTRAINT "{self.name}"', params=None)
            return
        for change in ("insert", "update"):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{self.name}_{change}"', params=None)

    def describe(self) -> str:
        return f"Refuse rows of {self.table} that overlap for the same {self.of}"

    @property
    def name(self) -> str:
        return f"{self.table}_no_overlap"

    def _check_rows(self, connection: Any) -> None:
        """Names the rows in the way, before the database would with one of them and no advice."""
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT one.id, other.id FROM "{self.table}" one JOIN "{self.table}" other '  # noqa: S608 - names from migrations
                f"ON one.{self.of} = other.{self.of} AND one.id < other.id AND {_overlap('one', 'other')} "
                f"ORDER BY one.id, other.id LIMIT {SHOWN}"
            )
            pairs = [f"{one} and {other}" for one, other in cursor.fetchall()]
        if pairs:
            raise RowsOverlap(
                f"In {self.table} rows hold on the same days for the same {self.of}: {', '.join(pairs)}. "
                "Correct the dates of one row of each pair or delete it, then migrate again."
            )

    def _create(self, vendor: str) -> list[str]:
        if vendor == "postgresql":
            # A range of one number stands for "the same": so no extension has to be installed.
            return [
                f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.name}" EXCLUDE USING gist '
                f"(int8range({self.of}, {self.of}, '[]') WITH &&, daterange(start_date, end_date, '[]') WITH &&)"
            ]
        others = (
            f'SELECT 1 FROM "{self.table}" other WHERE other.{self.of} = NEW.{self.of} AND other.id <> NEW.id '  # noqa: S608 - names from migrations
            f"AND {_overlap('NEW', 'other')}"
        )
        return [
            f'CREATE TRIGGER "{self.name}_{name}" AFTER {event} ON "{self.table}" WHEN EXISTS ({others}) '
            f"BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
            for name, event in (("insert", "INSERT"), ("update", f"UPDATE OF {self.of}, start_date, end_date"))
        ]


def _overlap(one: str, other: str) -> str:
    """Both days are inside a period, and no end means open."""
    return (
        f"{one}.start_date <= COALESCE({other}.end_date, '9999-12-31') "
        f"AND {other}.start_date <= COALESCE({one}.end_date, '9999-12-31')"
    )


def is_overlap(error: IntegrityError) -> bool:
    """Whether it was this guard that refused a row, on either database."""
    return "_no_overlap" in str(error)
