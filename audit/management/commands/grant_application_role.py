"""The role that web and workers sign in to PostgreSQL with: it may not change the history."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql


class Command(BaseCommand):
    help = "Makes the application's database role where it is missing and grants it what the portal needs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="The role, for example portal_app; its password is set by the operator.")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles; on SQLite the triggers stand alone.")
        role = sql.Identifier(options["name"])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            owner, database = cursor.fetchone()
            if owner == options["name"]:
                raise CommandError("Run this as the owner of the tables, and name another role.")
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [options["name"]])
            if cursor.fetchone() is None:
                cursor.execute(sql.SQL("CREATE ROLE {role} LOGIN").format(role=role))
            for statement in GRANTS:
                cursor.execute(sql.SQL(statement).format(role=role, database=sql.Identifier(database)))
        self.stdout.write(f"{options['name']} may read and write; rows of decisions and history stay as they are.")


# TRUNCATE is never granted. UPDATE and DELETE on the insert-only tables are refused by their triggers.
GRANTS = [
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
]
