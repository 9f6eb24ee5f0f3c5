"""`import_bounces`: what the mail server or GOV.UK Notify lists as come back."""

import io

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Bounce

pytestmark = pytest.mark.django_db
HEADER = "address,when,kind,reason\n"
THREE = "".join(f"Gone@people.example,2026-03-0{day} 09:30,hard,550 No such mailbox\n" for day in (1, 2, 3))


@pytest.fixture
def bring(tmp_path):
    def bring(content):
        path = tmp_path / "bounces.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out, err = io.StringIO(), io.StringIO()
        call_command("import_bounces", str(path), stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return bring


def test_three_bounces_pause_an_address(bring):
    out, err = bring(HEADER + THREE)
    assert out == "New: 3. Known already: 0. Refused: 0.\nPaused: gone@people.example\n"
    assert err == ""
    assert set(Bounce.objects.values_list("address", "kind", "reason")) == {
        ("gone@people.example", "hard", "550 No such mailbox")
    }


def test_the_same_file_again_adds_nothing(bring):
    bring(HEADER + THREE)
    assert bring(HEADER + THREE)[0] == "New: 0. Known already: 3. Refused: 0.\n"
    assert Bounce.objects.count() == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",2026-03-01,hard,x", "The address is missing."),
        ("no address,2026-03-01,hard,x", "The address is no e-mail address."),
        ("a@people.example,yesterday,hard,x", "The time cannot be read"),
        ("a@people.example,2026-02-30,hard,x", "The time cannot be read"),
        ("a@people.example,2126-03-01,hard,x", "The time lies in the future."),
        ("a@people.example,2026-03-01,broken,x", "The kind must be hard or soft."),
        ("a@people.example,2026-03-01", "some are missing"),
        (f"{'a' * 260}@people.example,2026-03-01,hard,x", "longer than 254"),
    ],
)
def test_a_bad_row_has_its_reason_and_the_rest_goes_on(bring, row, reason):
    out, err = bring(f"{HEADER}{row}\ngood@people.example,2026-03-01,soft,full\n")
    assert out.startswith("New: 1. Known already: 0. Refused: 1.")
    assert err.startswith("Line 2: ")
    assert reason in err


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (HEADER + THREE).encode(),
        (HEADER + THREE).replace(",", ";"),
        (HEADER + THREE).replace("\n", "\r\n"),
        (HEADER + THREE).replace("2026-03-0", "0").replace(" 09:30", "/03/2026"),
        "reason,kind,WHEN,Address,extra\n" + "".join(f"x,HARD,2026-03-0{day},\xa0a@b.example ,\n" for day in (1, 2, 3)),
    ],
    ids=["bom", "semicolons", "crlf", "british dates", "another order"],
)
def test_files_as_programs_write_them(bring, content):
    assert bring(content)[0].startswith("New: 3. Known already: 0. Refused: 0.")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The file is empty."),
        ("address,when\n", "missing: kind, reason"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), "not UTF-8"),
        (HEADER + "a@people.example,2026-03-01,hard,\0\n", "not UTF-8 text"),
    ],
)
def test_what_is_no_such_file_changes_nothing(bring, content, reason):
    with pytest.raises(CommandError, match=reason):
        bring(content)
    assert not Bounce.objects.exists()


def test_a_reason_is_one_line_without_marks(bring):
    bring(HEADER + 'a@people.example,2026-03-01,hard,"550\nX-Header: \u202eno"\n')
    assert Bounce.objects.get().reason == "550 X-Header: no"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_bounces", str(tmp_path / "none.csv"))
