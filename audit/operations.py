"""Tables to which rows are only ever added: triggers refuse every change (reliability-and-security.md §6 P3).

PostgreSQL: the table's owner may (migrations, tests, retention), the application's role may not (ruling 4).
SQLite has no roles: a one-row table of its own says whether the owner is at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

OWNER_TABLE = "audit_ownermode"
_CHANGES = ("UPDATE", "DELETE")

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION 'rows of % are never changed: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$
"""


class InsertOnly(Operation):
    """Puts the triggers on a table; a later migration that rebuilds it on SQLite has to say this again."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.database_backwards(app_label, schema_editor, from_state, to_state)
        for statement in _create(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        on_table = f' ON "{self.table}"' if schema_editor.connection.vendor == "postgresql" else ""
        for name in trigger_names(schema_editor.connection.vendor, self.table):
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on_table}', params=None)

    def describe(self) -> str:
        return f"Refuse every change of rows in {self.table}"


def trigger_names(vendor: str, table: str) -> list[str]:
    """What has to stand on an insert-only table."""
    if vendor == "postgresql":
        return [f"{table}_insert_only"]
    return [f"{table}_no_{change.lower()}" for change in _CHANGES]


def missing_triggers(database: BaseDatabaseWrapper, tables: list[str]) -> list[str]:
    """Tables that should be insert-only and are not."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if database.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with database.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [table for table in tables if not present.issuperset(trigger_names(database.vendor, table))]


def _create(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        (name,) = trigger_names(vendor, table)
        trigger = (
            f'CREATE TRIGGER "{name}" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
        )
        return [_POSTGRES_FUNCTION, trigger]
    owner = [
        f"CREATE TABLE IF NOT EXISTS {OWNER_TABLE} (is_on INTEGER NOT NULL)",
        f"INSERT INTO {OWNER_TABLE} (is_on) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM {OWNER_TABLE})",  # noqa: S608 - constants
    ]
    return owner + [
        f'CREATE TRIGGER "{name}" BEFORE {change} ON "{table}" '  # noqa: S608 - names from migrations
        f"WHEN NOT EXISTS (SELECT 1 FROM {OWNER_TABLE} WHERE is_on = 1) "
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed: {change} refused'); END"
        for name, change in zip(trigger_names(vendor, table), _CHANGES, strict=True)
    ]


@contextmanager
def owner_at_work() -> Iterator[None]:
    """Lets the owner's acts pass on SQLite (flush, retention); on PostgreSQL the role alone decides."""
    if connection.vendor != "sqlite":
        yield
        return
    _owner_mode(on=True)
    try:
        yield
    finally:
        _owner_mode(on=False)


def _owner_mode(*, on: bool) -> None:
    with connection.cursor() as cursor:
        if OWNER_TABLE in connection.introspection.table_names(cursor):
            cursor.execute(f"UPDATE {OWNER_TABLE} SET is_on = %s", [int(on)])  # noqa: S608 - a constant
