"""HR's file from upload to dated rows: preview, apply, and every way in which it must do nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import AuditEntry
from people.models import Cover, ImportRun, LineManagement, Person, Posting, RegistrationHeld, User
from people.rules import Conflict
from people.rules.staff_file import COLUMNS
from people.services import apply_import, deactivate_due, preview_import
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, cover, line, posting

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
YESTERDAY = TODAY - dt.timedelta(days=1)
DEFAULTS = {
    "email": None,
    "given_name": "Ada",
    "family_name": "Test-Sample",
    "job_role": "JR-SW",
    "team": "T-ONE",
    "manager_employee_number": "",
    "start_date": "2026-11-02",
    "leaving_date": "",
    "fte": "1",
    "registration_body": "",
    "registration_number": "",
}


@pytest.fixture(autouse=True)
def _places() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    TeamFactory(code="T-TWO", name="Team Two")
    JobRoleFactory(code="JR-SW", title="Social Worker")
    JobRoleFactory(code="JR-TL", title="Team Leader")


def row(number: str, **changes: str) -> str:
    values = DEFAULTS | {"email": f"{number.lower()}@people.example"} | changes
    return ",".join([number, *(str(value) for value in values.values())])


def csv(*rows: str) -> bytes:
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


def preview(*rows: str, now: dt.datetime = NOW, **options: object) -> ImportRun:
    return preview_import(content=csv(*rows), file_name="staff.csv", by=None, now=now, **options)


def bring_in(*rows: str, now: dt.datetime = NOW, **options: object) -> ImportRun:
    run = preview(*rows, now=now, **options)
    assert run.state == ImportRun.State.PREVIEWED, run.outcome
    return apply_import(run=run, by=None, now=now)


def reasons(run: ImportRun) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in run.outcome["refused"]:
        found.setdefault(item["number"], []).append(f"{item['column']}: {item['reason']}")
    return found


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    o = run.outcome
    return (
        len(o["new"]),
        len(o["changed"]),
        len(o["left"]),
        len({p["row"] for p in o["refused"]}),
        o["unchanged"],
    )


def contents() -> list[object]:
    return [
        sorted(model.objects.order_by("pk").values_list())
        for model in (Person, Posting, LineManagement, RegistrationHeld)
    ] + [AuditEntry.objects.count()]


def test_a_new_starter_gets_person_account_post_line_registration_and_history() -> None:
    bring_in(
        row("M1", job_role="Team Leader", start_date="06/01/2020"),
        row("E1", manager_employee_number="M1", registration_body="SWE", registration_number="SW1", fte="0.8"),
    )
    person = Person.objects.with_post(today=TODAY).get(employee_number="E1")
    assert (person.full_name, person.search_name, str(person.fte)) == (
        "Ada Test-Sample",
        "ada test-sample",
        "0.80",
    )
    assert (person.team_name, person.job_role_title) == ("Team One", "Social Worker")
    assert person.manager_id == Person.objects.get(employee_number="M1").pk
    assert person.user.email == "e1@people.example"
    assert person.user.is_active
    assert not person.user.has_usable_password()
    assert person.registrations.get().number == "SW1"
    assert Posting.objects.get(person=person).start_date == dt.date(2026, 11, 2)
    assert AuditEntry.objects.filter(chain=f"person:{person.pk}", verb="people.person_added").count() == 1


def test_a_starter_of_next_month_has_a_manager_before_day_one() -> None:
    bring_in(row("M1"), row("E1", manager_employee_number="M1", start_date="2026-12-14"))
    person = Person.objects.with_post(today=TODAY).get(employee_number="E1")
    assert person.start_date == dt.date(2026, 12, 14)
    assert person.manager_id is not None
    assert person.team_name == "Team One"


def test_a_preview_changes_nobody() -> None:
    before = contents()
    assert counts(preview(row("E1"))) == (1, 0, 0, 0, 0)
    assert contents() == before


def test_applying_twice_and_bringing_the_same_file_again_change_nothing() -> None:
    rows = [
        row("M1"),
        row("E1", manager_employee_number="M1", registration_body="SWE", registration_number="1"),
    ]
    run = bring_in(*rows)
    before = contents()
    assert apply_import(run=run, by=None, now=NOW).state == ImportRun.State.APPLIED
    assert contents() == before
    again = bring_in(*rows)
    assert counts(again) == (0, 0, 0, 0, 2)
    assert contents()[:4] == before[:4]


def test_a_change_closes_the_old_row_the_day_before_and_opens_a_new_one() -> None:
    bring_in(
        row("M1"),
        row("M2"),
        row("E1", manager_employee_number="M1", registration_body="SWE", registration_number="1"),
    )
    later = NOW + dt.timedelta(days=30)
    changed = row(
        "E1",
        family_name="Demo-Test",
        email="new@people.example",
        team="Team Two",
        manager_employee_number="M2",
        registration_body="SWE",
        registration_number="2",
    )
    run = bring_in(changed, now=later)
    assert [tuple(field) for field in run.outcome["changed"][0]["fields"]] == [
        ("email", "e1@people.example", "new@people.example"),
        ("family_name", "Test-Sample", "Demo-Test"),
        ("manager", "M1", "M2"),
        ("team", "Team One", "Team Two"),
        ("registration", "SWE 1", "SWE 2"),
    ]
    person = Person.objects.get(employee_number="E1")
    assert person.user.email == "new@people.example"
    assert person.search_name == "ada demo-test"
    day_before = later.date() - dt.timedelta(days=1)
    for model, get in (
        (Posting, lambda r: r.team.code),
        (LineManagement, lambda r: r.manager.employee_number),
        (RegistrationHeld, lambda r: r.number),
    ):
        old, new = model.objects.filter(person=person).order_by("start_date", "pk")
        assert (old.end_date, new.start_date, new.end_date) == (day_before, later.date(), None)
        assert get(old) != get(new)


def test_a_second_change_on_the_same_day_replaces_the_first() -> None:
    bring_in(row("M1"), row("M2"), row("E1", manager_employee_number="M1"))
    later = NOW + dt.timedelta(days=30)
    bring_in(row("E1", manager_employee_number="M2"), now=later)
    bring_in(row("E1", manager_employee_number=""), now=later)
    assert [r.manager.employee_number for r in LineManagement.objects.filter(person__employee_number="E1")] == ["M1"]
    bring_in(row("E1", manager_employee_number="M2", team="T-TWO"), now=later)
    assert Person.objects.with_post(today=later.date()).filter(employee_number="E1").count() == 1


def test_a_planned_change_of_manager_stays_planned() -> None:
    bring_in(row("M1"), row("M2"), row("M3"), row("E1", manager_employee_number="M1"))
    person = Person.objects.get(employee_number="E1")
    managers = {p.employee_number: p for p in Person.objects.all()}
    planned = TODAY + dt.timedelta(days=60)
    LineManagement.objects.filter(person=person).update(end_date=planned - dt.timedelta(days=1))
    line(person, managers["M3"], planned)
    bring_in(row("E1", manager_employee_number="M2"), now=NOW + dt.timedelta(days=10))
    on = {
        day: Person.objects.with_post(today=day).get(pk=person.pk).manager_id
        for day in (planned, TODAY + dt.timedelta(days=20))
    }
    assert list(on.values()) == [managers["M3"].pk, managers["M2"].pk]


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        ({"team": "Nowhere"}, "team"),
        ({"job_role": "Astronaut"}, "job_role"),
        ({"manager_employee_number": "E404"}, "manager_employee_number"),
        ({"manager_employee_number": "BAD"}, "manager_employee_number"),
        ({"start_date": "31/09/2026"}, "start_date"),
    ],
)
def test_a_refused_row_has_its_reason_and_the_rest_goes_on(bad: dict[str, str], column: str) -> None:
    run = bring_in(row("GOOD"), row("BAD", **bad))
    assert [reason.split(":")[0] for reason in reasons(run)["BAD"]] == [column]
    assert list(Person.objects.values_list("employee_number", flat=True)) == ["GOOD"]


def test_a_starter_without_a_manager_is_added() -> None:
    bring_in(row("E1", manager_employee_number=""))
    assert not LineManagement.objects.exists()


def test_a_loop_in_the_line_is_refused_with_the_way_round_and_people_beside_it_are_not() -> None:
    run = bring_in(
        row("A", manager_employee_number="B"),
        row("B", manager_employee_number="C"),
        row("C", manager_employee_number="A"),
        row("D"),
    )
    assert set(reasons(run)) == {"A", "B", "C"}
    assert "A → B → C → A" in reasons(run)["A"][0]
    assert Person.objects.count() == 1


def test_a_loop_through_lines_that_the_portal_has_is_refused_too() -> None:
    bring_in(row("A"), row("B", manager_employee_number="A"), row("C", manager_employee_number="B"))
    run = bring_in(row("A", manager_employee_number="C"))
    assert "A → C → B → A" in reasons(run)["A"][0]


def test_rows_below_a_refused_new_manager_are_refused_and_those_below_a_known_one_are_not() -> None:
    bring_in(row("M1"))
    run = bring_in(
        row("M1", team="Nowhere"),
        row("E1", manager_employee_number="M1"),
        row("M2", team="Nowhere"),
        row("E2", manager_employee_number="M2"),
        row("E3", manager_employee_number="E2"),
    )
    assert set(reasons(run)) == {"M1", "M2", "E2", "E3"}


def test_an_address_registration_or_account_of_someone_else_is_refused() -> None:
    User.objects.create_user("boss@people.example")
    bring_in(row("E1", registration_body="SWE", registration_number="1"))
    run = bring_in(
        row("E2", email="E1@people.example"),
        row("E3", registration_body="SWE", registration_number="1"),
        row("E4", email="boss@people.example"),
    )
    assert set(reasons(run)) == {"E2", "E3", "E4"}


def test_names_with_emoji_formulas_and_other_scripts_are_kept_as_text() -> None:
    bring_in(row("E1", given_name="🦊", family_name="=1+1"), row("E2", given_name="مريم", family_name="@SUM"))
    assert [p.full_name for p in Person.objects.order_by("pk")] == ["🦊 =1+1", "مريم @SUM"]


def staffed(number: int) -> None:
    for n in range(number):
        posting(PersonFactory(employee_number=f"S{n}"))


def test_a_leaver_loses_rights_and_reports_but_nobody_is_deleted() -> None:
    staffed(30)
    bring_in(row("BOSS"), row("M1", manager_employee_number="BOSS"), row("E1", manager_employee_number="M1"))
    people = {p.employee_number: p for p in Person.objects.all()}
    cover(people["S0"], by=people["M1"], start=YESTERDAY)
    later = NOW + dt.timedelta(days=5)
    run = bring_in(row("M1", manager_employee_number="BOSS", team="gone", leaving_date="2026-11-27"), now=later)
    assert counts(run) == (0, 0, 1, 0, 0)
    gone = Person.objects.get(employee_number="M1")
    assert not gone.is_active
    assert gone.leaving_date == dt.date(2026, 11, 27)
    assert not gone.user.is_active
    assert Cover.objects.get().end_date == dt.date(2026, 11, 27)
    assert Person.objects.with_post(today=later.date()).get(employee_number="E1").manager_id is None
    assert Person.objects.with_post(today=later.date()).get(employee_number="M1").manager_id == people["BOSS"].pk
    assert AuditEntry.objects.filter(chain=f"person:{gone.pk}", verb="people.person_left").count() == 1
    # HR's file still names the manager who left: the report stays without one, today and each time.
    again = bring_in(row("E1", manager_employee_number="M1"), now=later)
    assert counts(again) == (0, 0, 0, 0, 1)
    assert "has left" in again.outcome["notes"][0]["reason"]


def test_only_a_complete_file_makes_absent_people_leavers() -> None:
    staffed(20)
    bring_in(row("E1"))
    assert counts(preview(row("E1")))[2] == 0
    others = [row(f"S{n}", team="T-ONE") for n in range(20)]
    run = bring_in(*others, complete=True)
    assert [left["number"] for left in run.outcome["left"]] == ["E1"]
    assert Person.objects.get(employee_number="E1").leaving_date == TODAY


def test_a_refused_row_in_a_complete_file_makes_nobody_a_leaver() -> None:
    bring_in(row("E1"))
    assert counts(preview(row("E1", team="Nowhere"), complete=True))[2] == 0


def test_a_complete_file_with_a_row_without_number_is_refused() -> None:
    run = preview(row("E1"), row("", email="x@people.example"), complete=True)
    assert run.state == ImportRun.State.REFUSED
    assert "Line 3" in run.outcome["file_reason"]


def test_more_than_a_tenth_leaving_stops_unless_allowed() -> None:
    staffed(10)
    rows = [row(f"S{n}") for n in range(8)]
    run = preview(*rows, complete=True)
    assert run.state == ImportRun.State.REFUSED
    assert "2 of 10" in run.outcome["file_reason"]
    with pytest.raises(Conflict):
        apply_import(run=run, by=None, now=NOW)
    assert Person.objects.active().count() == 10
    bring_in(*rows, complete=True, allow_leavers=2)
    assert Person.objects.active().count() == 8


def test_someone_who_left_and_is_back_is_active_again() -> None:
    staffed(20)
    bring_in(row("E1"))
    bring_in(row("E1", leaving_date="2026-11-23"))
    run = bring_in(row("E1", start_date="2026-11-24"), now=NOW + dt.timedelta(days=1))
    assert ["state", "left", "back"] in run.outcome["changed"][0]["fields"]
    person = Person.objects.get(employee_number="E1")
    assert person.is_active
    assert person.user.is_active


def test_a_leaving_date_to_come_is_kept_and_acts_on_its_day() -> None:
    bring_in(row("E1", leaving_date="2026-12-01"))
    assert deactivate_due(today=dt.date(2026, 11, 30), now=NOW) == 0
    day = dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)
    assert deactivate_due(today=day.date(), now=day) == 1
    assert deactivate_due(today=day.date(), now=day) == 0
    assert not User.objects.get().is_active


def test_someone_who_left_before_the_portal_knew_them_is_not_added() -> None:
    run = bring_in(row("E1", leaving_date="2026-11-20"))
    assert not Person.objects.exists()
    assert "Left before" in run.outcome["notes"][0]["reason"]


def test_a_new_manager_after_a_gap_changes_no_day_before() -> None:
    """The old manager left, HR names the next one later: until today nobody managed, and the record says so."""
    old = bring_in(row("E1"), row("E2", manager_employee_number="E1")) and Person.objects.get(employee_number="E1")
    left = row("E1", leaving_date=YESTERDAY.isoformat())
    bring_in(left, row("E2"), allow_leavers=1)
    later = NOW + dt.timedelta(days=7)
    bring_in(row("E3"), row("E2", manager_employee_number="E3"), now=later)
    rows = LineManagement.objects.filter(person__employee_number="E2").order_by("start_date")
    first, second = rows.values_list("manager__employee_number", "start_date", "end_date")
    assert first == ("E1", dt.date(2026, 11, 2), YESTERDAY)
    assert second == ("E3", later.date(), None)
    assert not old.report_lines.on(TODAY).exists()
