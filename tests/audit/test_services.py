import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from audit import services
from audit.chain import entry_hash
from audit.models import AuditEntry, AuditText, ChainHead
from tests.factories.audit import Someone

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 4, 9, 30, 15, 123456, tzinfo=dt.UTC)


def add(**changes):
    values = {
        "by": Someone(),
        "verb": "induction.signed_off",
        "subject": None,
        "chain": "person:7",
        "now": NOW,
    }
    return services.record(**{**values, **changes})


def test_each_row_carries_the_hash_of_the_row_before_it():
    first, second = add(), add(verb="induction.undone")
    other = add(chain="person:8")

    assert [first.sequence, second.sequence, other.sequence] == [1, 2, 1]
    assert second.previous_hash == first.hash
    assert first.previous_hash == other.previous_hash == ""
    head = ChainHead.objects.get(chain="person:7")
    assert (head.sequence, head.hash) == (2, second.hash)


def test_a_row_read_back_has_the_hash_it_was_given():
    facts = {
        "due": dt.date(2027, 2, 28),
        "form": uuid.UUID(int=3),
        "nested": {"b": [1, None, True], "a": "é 😀"},
    }
    entry = add(facts=facts, text="Went well.\r\n\u202eright to left", acting_for=Someone(pk=2, full_name="Bo Demo"))

    entry = AuditEntry.objects.get(pk=entry.pk)
    assert entry.hash == entry_hash(entry)
    assert entry.facts["due"] == "2027-02-28"
    assert entry.free_text.text == "Went well.\r\n\u202eright to left"


@pytest.mark.parametrize(
    "change",
    [
        {"chain": "person:9"},
        {"sequence": 2},
        {"at": NOW + dt.timedelta(microseconds=1)},
        {"actor_id": 2},
        {"actor_name": "Someone Else"},
        {"acting_for_id": 3},
        {"acting_for_name": "Bo Demo"},
        {"verb": "induction.undone"},
        {"subject_type": "induction.review"},
        {"subject_id": "4"},
        {"facts": {"outcome": "stop"}},
        {"text_hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
)
def test_every_column_is_in_the_hash(change):
    entry = add(facts={"outcome": "complete"}, text="note")
    for name, value in change.items():
        setattr(entry, name, value)
    assert entry_hash(entry) != entry.hash


def test_the_hash_needs_the_key(settings):
    entry = add()
    settings.AUDIT_KEY = "another key"
    assert entry_hash(entry) != entry.hash


def test_equal_texts_do_not_show_as_equal():
    assert add(text="same").text_hash != add(text="same").text_hash


def test_sealed_content_stands_in_the_facts():
    assert add(facts={"a": 1}, sealed={"kind": "signed_off"}).facts == {
        "a": 1,
        "sealed": {"kind": "signed_off"},
    }


def test_a_failure_after_the_record_takes_it_back():
    def decide():
        with transaction.atomic():
            add()
            raise DatabaseError

    with pytest.raises(DatabaseError):
        decide()
    assert not AuditEntry.objects.exists()
    assert not ChainHead.objects.exists()


@pytest.mark.parametrize("verb", ["signed off", "signed_off", "Induction.signed", "induction.", ".x", "a.b\n"])
def test_a_verb_has_its_form(verb):
    with pytest.raises(ValueError, match="app.what_was_done"):
        add(verb=verb)


def test_facts_hold_no_floats():
    with pytest.raises(TypeError):
        add(facts={"fte": [0.6]})


def row(chain, **changes):
    return services.NewEntry(by=None, verb="induction.started", subject=None, chain=chain, **changes)


def test_many_rows_form_the_same_chains_as_single_ones():
    add(chain="person:2")
    entries = services.record_many(
        [row("person:2", text="x"), row("person:1"), row("person:2"), row("person:1", text="y")], now=NOW
    )

    assert [(entry.chain, entry.sequence) for entry in entries] == [
        ("person:2", 2),
        ("person:1", 1),
        ("person:2", 3),
        ("person:1", 2),
    ]
    assert add(chain="person:2").previous_hash == entries[2].hash
    assert add(chain="person:1").previous_hash == entries[3].hash
    assert AuditText.objects.count() == 2
    for entry in AuditEntry.objects.all():
        assert entry.hash == entry_hash(entry)


def test_thousands_of_chains_take_few_statements(django_assert_max_num_queries):
    rows = [row(f"person:{number}", text="t") for number in range(3000)]
    # SQLite takes about 70 rows a statement, PostgreSQL a thousand.
    with django_assert_max_num_queries(160):
        services.record_many(rows, now=NOW)
    assert AuditEntry.objects.count() == ChainHead.objects.count() == 3000


def test_nothing_to_record_is_nothing_done():
    assert services.record_many([], now=NOW) == []
