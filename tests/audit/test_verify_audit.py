"""Each way of touching the past is named by `verify_audit`; nothing is named where nothing was touched."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit import anchors
from audit.chain import entry_hash
from audit.models import AuditEntry, AuditText, ChainHead
from audit.operations import owner_at_work
from audit.services import NewEntry, record_many

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def history():
    """Two chains of five rows, one text each."""
    rows = [
        NewEntry(by=None, verb="induction.noted", subject=None, chain=chain, facts={"number": n}, text=f"text {n}")
        for n in range(1, 6)
        for chain in ("person:7", "portal")
    ]
    record_many(rows, now=NOW)


@pytest.fixture
def as_owner():
    with owner_at_work():
        yield


def verify(*arguments):
    """Exit code and what was said."""
    said = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said, stderr=said)
    except CommandError as error:
        return error.returncode, said.getvalue()
    return 0, said.getvalue()


def row(sequence):
    return AuditEntry.objects.filter(chain="person:7", sequence=sequence)


def swap():
    """Rows 2 and 3 change places, with everything but their place."""
    second, third = row(2).get(), row(3).get()
    for place, source in ((2, third), (3, second)):
        row(place).update(facts=source.facts, text_hash=source.text_hash, hash=source.hash)


def remove(*sequences):
    rows = AuditEntry.objects.filter(chain="person:7", sequence__in=sequences)
    AuditText.objects.filter(entry__in=rows).delete()
    rows.delete()


def close_the_gap():
    """Row 3 goes and those after it move up, with true hashes of a stranger's key."""
    remove(3)
    row(4).update(sequence=3)
    row(5).update(sequence=4)


def forge():
    """A row rewritten by someone who knows the form but not the key."""
    entry = row(2).get()
    entry.facts = {"number": 99}
    row(2).update(facts=entry.facts, hash="ab" * 32)


TAMPERING = {
    "verb": (lambda: row(2).update(verb="induction.other"), "person:7 row 2"),
    "facts": (lambda: row(4).update(facts={"number": 99}), "person:7 row 4"),
    "actor": (lambda: row(1).update(actor_name="Someone Else"), "person:7 row 1"),
    "time": (lambda: row(1).update(at=NOW + dt.timedelta(days=1)), "person:7 row 1"),
    "forged": (forge, "person:7 row 2"),
    "swapped": (swap, "person:7 row 2"),
    "one row gone": (lambda: remove(3), "person:7 row 4"),
    "first row gone": (lambda: remove(1), "person:7 row 2"),
    "gap closed": (close_the_gap, "person:7 row 3"),
    "tail gone": (lambda: remove(4, 5), "person:7 after row 3"),
    "all rows gone": (lambda: remove(1, 2, 3, 4, 5), "person:7"),
    "last link gone": (lambda: ChainHead.objects.filter(chain="person:7").delete(), "person:7 last link"),
    "text changed": (lambda: AuditText.objects.filter(entry__in=row(3)).update(text="other"), "person:7 row 3"),
    "text gone": (lambda: AuditText.objects.filter(entry__in=row(3)).delete(), "person:7 row 3"),
    "text emptied": (lambda: AuditText.objects.filter(entry__in=row(3)).update(text=""), "person:7 row 3"),
    "moved to another chain": (lambda: row(5).update(chain="person:8", sequence=1), "person:7 after row 4"),
}


def test_an_untouched_history_holds(history):
    code, said = verify()
    assert (code, said) == (0, "The history holds: 10 rows.\n")


@pytest.mark.parametrize(("tamper", "where"), TAMPERING.values(), ids=TAMPERING)
def test_tampering_is_named(history, as_owner, tamper, where):
    tamper()
    code, said = verify()
    assert code == 1
    assert said.startswith(where)
    assert "portal" not in said


def test_another_key_breaks_every_chain(history, settings):
    settings.AUDIT_KEY = "not the key"
    code, said = verify()
    assert (code, said.count("row 1")) == (1, 2)


def test_a_text_blanked_by_retention_is_no_fault(history, as_owner):
    AuditText.objects.filter(entry__in=row(3)).update(text="", blanked_at=NOW)
    assert verify()[0] == 0


def cut_tail_and_mend_the_head():
    remove(4, 5)
    ChainHead.objects.filter(chain="person:7").update(sequence=3, hash=row(3).get().hash)


def test_a_cut_off_tail_with_a_mended_head_shows_only_in_the_anchor(history, as_owner, tmp_path):
    file = tmp_path / "anchor.txt"
    call_command("anchor_audit", "--output", str(file), stdout=StringIO())
    cut_tail_and_mend_the_head()

    assert verify()[0] == 0
    code, said = verify("--anchor", str(file))
    assert code == 1
    assert "person:7 after row 3: rows up to 5 stand in the anchor" in said


def test_a_chain_written_anew_with_the_key_shows_in_the_anchor(history, as_owner, tmp_path):
    file = tmp_path / "anchor.txt"
    call_command("anchor_audit", "--output", str(file), stdout=StringIO())
    previous = ""
    for entry in AuditEntry.objects.filter(chain="person:7").order_by("sequence"):
        entry.previous_hash, entry.actor_name = previous, "Someone Else"
        entry.hash = previous = entry_hash(entry)
        entry.save()
    ChainHead.objects.filter(chain="person:7").update(hash=previous)

    assert verify()[0] == 0
    assert "person:7 row 5" in verify("--anchor", str(file))[1]


def test_a_chain_that_went_as_a_whole_shows_in_the_anchor(history, as_owner, tmp_path):
    file = tmp_path / "anchor.txt"
    call_command("anchor_audit", "--output", str(file), stdout=StringIO())
    remove(1, 2, 3, 4, 5)
    ChainHead.objects.filter(chain="person:7").delete()

    assert verify()[0] == 0
    assert "person:7: all its rows are missing" in verify("--anchor", str(file))[1]


def test_a_history_that_grew_holds_against_an_older_anchor(history, tmp_path):
    file = tmp_path / "anchor.txt"
    call_command("anchor_audit", "--output", str(file), stdout=StringIO())
    record_many([NewEntry(by=None, verb="a.b", subject=None, chain="person:7")], now=NOW)
    code, said = verify("--anchor", str(file))
    assert code == 0
    assert "11 rows, also against the anchor of" in said


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "Shopping list",
        lambda text: text.rsplit("head", 1)[0],
        lambda text: text.replace("person:7 5", "person:7 4"),
        lambda text: "\n".join(line for line in text.splitlines() if "portal" not in line),
    ],
)
def test_a_spoilt_anchor_is_refused(history, tmp_path, spoil):
    file = tmp_path / "anchor.txt"
    file.write_text(spoil(anchors.current(now=NOW).as_text()))
    assert verify("--anchor", str(file))[0] == 2


def test_an_anchor_out_of_a_saved_mail_is_read(history, tmp_path):
    file = tmp_path / "mail.txt"
    text = anchors.current(now=NOW).as_text().replace("\n", "\r\n")
    file.write_text(f"Subject: Audit anchor\r\n\r\nKeep this.\r\n\r\n{text}\r\n--\r\nBexley\r\n", newline="")
    assert verify("--anchor", str(file))[0] == 0


def test_a_missing_anchor_file_is_said(tmp_path):
    assert verify("--anchor", str(tmp_path / "nothing.txt"))[0] == 2


def test_the_walk_takes_few_statements(history, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        verify()
