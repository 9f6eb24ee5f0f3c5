"""Insert-only tables: on PostgreSQL the application's role is refused, on SQLite everyone but the owner."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEntry, AuditText, ChainHead
from audit.operations import missing_triggers, owner_at_work
from audit.services import record
from audit.verification import insert_only_tables
from tests.factories.audit import Someone

NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)
ROLE = "portal_app"


@contextmanager
def application_role():
    """On PostgreSQL the role that web and workers use; on SQLite there are none."""
    if connection.vendor == "postgresql":
        call_command("grant_application_role", ROLE, stdout=_Silent())
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {ROLE}")
    try:
        yield
    finally:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


class _Silent:
    def write(self, text, **kwargs):
        pass


@pytest.fixture
def entry(db):
    return record(by=Someone(), verb="induction.signed_off", subject=None, chain="person:7", now=NOW, text="Well done")


CHANGES = {
    "change a row": lambda: AuditEntry.objects.update(verb="x.y"),
    "remove a row": lambda: AuditText.objects.all().delete(),
    "change a text": lambda: AuditText.objects.update(text="Not so well"),
    "remove rows in SQL": lambda: _run('DELETE FROM "audit_auditentry" WHERE 1 = 1'),
    "replace a row": lambda: _run('UPDATE "audit_auditentry" SET hash = hash'),
}


def _run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_application_changes_nothing(entry, change):
    def attempt():
        with transaction.atomic():
            change()

    with application_role(), pytest.raises(DatabaseError, match="never changed"):
        attempt()
    assert AuditEntry.objects.get().verb == "induction.signed_off"
    assert AuditText.objects.get().text == "Well done"


def test_the_application_adds(entry):
    with application_role():
        record(by=None, verb="induction.undone", subject=None, chain="person:7", now=NOW, text="x")
        record(by=None, verb="induction.undone", subject=None, chain="person:9", now=NOW, text="x")
    assert AuditEntry.objects.count() == 3


def test_the_owner_may_blank_a_text(entry):
    with owner_at_work():
        AuditText.objects.update(text="", blanked_at=NOW)
    assert AuditText.objects.get().text == ""


@pytest.mark.django_db(transaction=True)
def test_the_database_can_be_emptied_by_its_owner():
    record(by=None, verb="induction.undone", subject=None, chain="person:7", now=NOW, text="x")
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    assert not ChainHead.objects.exists()


@pytest.mark.django_db
def test_replacing_a_row_on_sqlite_is_a_deletion(entry):
    """INSERT OR REPLACE takes the old row away: its trigger speaks only where recursive triggers are on."""
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's own")
    columns = [field.column for field in AuditEntry._meta.concrete_fields]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join("'forged.verb'" if name == "verb" else f'"{name}"' for name in columns)

    def replace_it():
        with transaction.atomic():
            _run(f'INSERT OR REPLACE INTO "audit_auditentry" ({names}) SELECT {values} FROM "audit_auditentry"')  # noqa: S608

    with pytest.raises(DatabaseError, match="never changed"):
        replace_it()
    assert AuditEntry.objects.get().verb == entry.verb


@pytest.mark.django_db
def test_every_insert_only_table_has_its_triggers():
    """A migration that rebuilds such a table on SQLite loses them: say InsertOnly again after it."""
    assert missing_triggers(connection, insert_only_tables()) == []


@pytest.mark.django_db
def test_a_missing_trigger_is_seen():
    if connection.vendor == "postgresql":
        _run('ALTER TABLE "audit_auditentry" DISABLE TRIGGER "audit_auditentry_insert_only"')
    else:
        _run('DROP TRIGGER "audit_auditentry_no_delete"')
    assert "audit_auditentry" in missing_triggers(connection, insert_only_tables())


@pytest.mark.real
@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        'TRUNCATE "audit_auditentry" CASCADE',
        'ALTER TABLE "audit_auditentry" DISABLE TRIGGER ALL',
        'DROP TRIGGER "audit_auditentry_insert_only" ON "audit_auditentry"',
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NULL; END $$",
    ],
)
def test_the_role_cannot_get_round_the_triggers(entry, statement):
    def attempt():
        with transaction.atomic():
            _run(statement)

    with application_role(), pytest.raises(DatabaseError, match="permission denied|must be owner"):
        attempt()


@pytest.mark.real
@pytest.mark.django_db
def test_truncate_is_refused_even_where_it_was_granted(entry):
    def attempt():
        with transaction.atomic():
            _run("SET CONSTRAINTS ALL IMMEDIATE")
            _run('TRUNCATE "audit_auditentry", "audit_audittext", "induction_decision" CASCADE')

    call_command("grant_application_role", ROLE, stdout=_Silent())
    _run(f"GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {ROLE}")
    with application_role_as_it_is(), pytest.raises(DatabaseError, match="never changed"):
        attempt()


@contextmanager
def application_role_as_it_is():
    _run(f"SET ROLE {ROLE}")
    try:
        yield
    finally:
        _run("RESET ROLE")
