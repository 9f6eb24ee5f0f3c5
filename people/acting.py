"""Who stands in whose line on a day, as expressions of a query: the line manager, and whoever covers for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Func
from django.db.models.sql.compiler import SQLCompiler

from people.models import Cover, LineManagement, Person


class _DatedRow(Func):
    """A person found through a row that holds on the day, the latest first; never the one in the second place.

    Written as SQL: four nested subqueries of the ORM took longer to write than the database to answer.
    """

    output_field = BigIntegerField()
    model: type[LineManagement] | type[Cover]
    asked: str
    answer: str

    def __init__(self, of: Any, besides: Any = None, *, day: dt.date) -> None:
        super().__init__(of, *([] if besides is None else [besides]))
        self.day = day

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        day = connection.ops.adapt_datefield_value(self.day)
        rows, people = self.model._meta.db_table, Person._meta.db_table
        # Names of our own tables and columns, and what the compiler wrote; every value is a parameter.
        sql = (
            f"SELECT dated.{self.answer} FROM {rows} dated JOIN {people} found"  # noqa: S608
            f" ON found.id = dated.{self.answer}"
            f" WHERE dated.{self.asked} = {parts[0][0]} AND dated.start_date <= %s"
            " AND (dated.end_date IS NULL OR dated.end_date >= %s) AND found.deactivated_at IS NULL"
        )
        params = [*parts[0][1], day, day]
        if len(parts) > 1:
            sql += f" AND dated.{self.answer} <> {parts[1][0]}"
            params += parts[1][1]
        return f"({sql} ORDER BY dated.start_date DESC, dated.id DESC LIMIT 1)", params


class Acting(_DatedRow):
    """The line manager of someone."""

    model, asked, answer = LineManagement, "person_id", "manager_id"


class Covering(_DatedRow):
    """Whoever acts for a manager."""

    model, asked, answer = Cover, "manager_id", "cover_id"
