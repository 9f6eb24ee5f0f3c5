"""The demonstration: every state, the same each time, an unbroken history, and never beside real people."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import DateTimeField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from bexley_ld import starter
from bexley_ld.demo import load
from bexley_ld.demo.accounts import ACCOUNTS, PASSWORD
from bexley_ld.demo.names import MARKS
from bexley_ld.demo.staff import Staff, TeamPlace
from bexley_ld.management.commands import serve
from induction.models import Checkpoint, Decision, InductionPlan, PlanExtension, PlanPause, Review
from notifications.models import OutgoingMail
from pathways.models import Application, Milestone, SelfAssessment
from people.models import Cover, LineManagement, Person, Posting, QualificationHeld, User
from people.reading import covered_people
from people.roles import Role
from reminders import services as reminders
from tests.factories.induction import NOW
from tests.factories.people import PersonFactory

TODAY = dt.date(2026, 11, 18)
SMALL = 60


def load_staff(size: int = SMALL, seed: int = 1) -> None:
    load.load_staff(size=size, seed=seed, today=TODAY, progress=lambda *seen: None)


class Undone:
    """A database that forgets: what happens inside is rolled back."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # type: ignore[attr-defined]  # as Django's TestCase does for durable blocks
        self.atomic.__enter__()
        starter.load(now=NOW)

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Sixty people, loaded once for all that only look."""
    with django_db_blocker.unblock(), Undone():
        load_staff()
        yield


def test_each_state_of_a_plan_stands_there_three_times(demo: None) -> None:
    plans = Counter(InductionPlan.objects.values_list("state", flat=True))
    assert all(plans[state] >= 3 for state in InductionPlan.State.values), plans
    one_sided = InductionPlan.objects.filter(state="agreeing").exclude(
        person_agreed_revision=None, manager_agreed_revision=None
    )
    assert one_sided.count() >= 3
    assert PlanPause.objects.filter(end_date=None).count() >= 3
    assert PlanExtension.objects.count() >= 3
    assert InductionPlan.objects.filter(start_date__gt=TODAY).count() >= 3


def test_each_state_of_a_checkpoint_stands_there_three_times(demo: None) -> None:
    live = Checkpoint.objects.filter(plan__state="active")
    groups = {
        **{state: live.filter(state=state) for state in Checkpoint.State.values},
        "handed back": live.filter(state="to_do", was_handed_back=True),
        "drop proposed": live.exclude(drop_proposed_by=""),
        "overdue": live.filter(state="to_do", due_date__lt=TODAY),
        "both, one has signed": live.filter(owner="both", state="ready"),
        "the manager's, to be confirmed": live.filter(owner="manager", state="ready", waiting_on="person"),
        "waits for the manager": live.filter(state="ready", waiting_on="manager"),
    }
    counts = {name: rows.count() for name, rows in groups.items()}
    assert min(counts.values()) >= 3, counts


def test_each_state_of_a_review_stands_there_three_times(demo: None) -> None:
    reviews = Counter(Review.objects.values_list("state", flat=True))
    assert all(reviews[state] >= 3 for state in Review.State.values), reviews
    outcomes = Counter(Review.objects.filter(state="signed", is_final=True).values_list("outcome", flat=True))
    assert outcomes["complete"] >= 3
    assert outcomes["stop"] >= 3
    assert Review.objects.filter(state="planned", due_date__lt=TODAY, plan__state="active").exists()


def test_the_exceptions_stand_there_too(demo: None) -> None:
    starters = Person.objects.filter(start_date__gt=TODAY - dt.timedelta(days=40))
    assert starters.filter(manager_lines=None).exists()
    assert starters.filter(plans=None).exists()  # a job role without a programme
    assert Person.objects.filter(deactivated_at__isnull=False, leaving_date__lt=TODAY).exists()
    assert InductionPlan.objects.exclude(buddy=None).exists()
    assert Cover.objects.on(TODAY).count() == 1
    assert InductionPlan.objects.filter(person__postings__job_role__manages_people=True).exists()


def _by_plan(decisions: Iterable[Decision]) -> dict[int, list[int]]:
    by_plan: dict[int, list[int]] = {}
    for row in decisions:
        by_plan.setdefault(row.plan_id, []).append(row.by_id)
    return by_plan


def test_signatures_come_from_two_people_in_their_roles_and_never_after_today(demo: None) -> None:
    managers = {(line.person_id, line.manager_id) for line in LineManagement.objects.all()}
    covers = {(cover.manager_id, cover.cover_id) for cover in Cover.objects.all()}
    rows = Decision.objects.select_related("plan", "checkpoint", "entry")
    sides: dict[tuple[int | None, int], dict[str, int]] = {}
    for row in rows:
        assert row.at.date() < TODAY
        assert row.at == row.entry.at
        assert row.entry.facts["sealed"] == row.sealed_facts()
        if row.as_role == "person":
            assert row.by_id == row.plan.person_id
        elif row.acting_for_id:
            assert (row.acting_for_id, row.by_id) in covers
        else:
            assert (row.plan.person_id, row.by_id) in managers
        if row.kind in {"marked_ready", "signed_off"}:
            sides.setdefault((row.checkpoint_id, row.round), {})[row.kind] = row.by_id
    # An agreement of the plan is signed off by two decisions about the plan itself.
    agreed = Decision.objects.filter(kind="agreed", plan__agreed_date__isnull=False)
    assert all(len(set(pair)) == 2 for pair in _by_plan(agreed).values())
    for item in Checkpoint.objects.filter(is_agreement=True).select_related("plan"):
        assert (item.state == "signed_off") == (item.plan.agreed_date is not None)
    for item in Checkpoint.objects.exclude(state__in=["to_do", "dropped"]).exclude(is_agreement=True):
        signed = sides[item.pk, item.round]
        assert signed["marked_ready"] == item.first_signer_id
        assert ("signed_off" in signed) == (item.state == "signed_off")
        assert len(set(signed.values())) == len(signed)


def test_the_audit_chain_is_whole(demo: None) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out, stderr=out)


def test_nobody_bears_such_a_name_or_address(demo: None) -> None:
    for person in Person.objects.all():
        assert person.family_name.split("-")[0] in MARKS
        assert person.email.endswith("@demo.bexley.example")
    assert Person.objects.count() == SMALL


def test_the_demo_accounts_are_who_they_say(demo: None) -> None:
    users = {user.email.split("@")[0]: user for user in User.objects.select_related("person")}
    assert set(users) == {account.name for account in ACCOUNTS}
    assert all(user.is_demo for user in users.values())
    assert len({user.password for user in users.values()}) == 1
    assert check_password(PASSWORD, users["admin"].password)
    amara, dan = users["new.starter"].person, users["manager"].person
    plan = amara.plans.get()
    assert plan.state == "active"
    assert 61 <= (TODAY - plan.start_date).days <= 91  # month 3
    assert plan.buddy == users["social.worker"].person
    assert Person.objects.reporting_to(dan, today=TODAY).filter(pk=amara.pk).exists()
    new = users["agreeing.starter"].person.plans.get()
    assert new.state == "agreeing"
    assert (new.person_agreed_revision is None) != (new.manager_agreed_revision is None)
    assert Person.objects.reporting_to(dan, today=TODAY).filter(pk=new.person_id).exists()
    assert Person.objects.covered_by(users["cover"].person, today=TODAY).exists()
    assert Person.objects.in_line_of(users["head.of.service"].person, today=TODAY).filter(pk=amara.pk).exists()
    assert users["ld.admin"].is_staff
    assert users["ld.admin"].has_role(Role.LD_ADMIN)
    assert users["admin"].is_superuser
    assert not users["admin"].has_role(Role.LD_ADMIN)
    assert Checkpoint.objects.filter(plan__person__manager_lines__manager=dan, state="ready").exists()


def waiting_for_the_cover() -> list[str]:
    """What waits for cover@ today among the people of the manager who is away."""
    covering = User.objects.get(email="cover@demo.bexley.example").person
    held = [person.pk for person in covered_people(person_id=covering.pk, today=TODAY)]
    return [row.kind for row in reminders.due_about(held, today=TODAY, sides=["manager", "both"])]


def test_whoever_covers_has_something_to_sign(demo: None) -> None:
    assert "induction.signature" in waiting_for_the_cover()


@pytest.mark.parametrize("days", [1, 3, 100])
def test_on_any_day_whoever_covers_has_something_to_sign(db: None, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "TODAY", TODAY + dt.timedelta(days=days))
    with Undone():
        load_staff()
        assert "induction.signature" in waiting_for_the_cover()


def test_an_agreed_plan_has_no_item_left_that_asks_for_the_agreement(demo: None) -> None:
    items = Checkpoint.objects.filter(is_agreement=True)
    agreed = items.exclude(plan__agreed_date=None)
    assert set(agreed.values_list("state", flat=True)) == {"signed_off"}
    assert set(items.filter(plan__state="agreeing").values_list("state", flat=True)) == {"to_do"}


def test_everyone_but_the_heads_and_one_starter_has_a_manager_who_is_there(demo: None) -> None:
    active = Person.objects.active()
    without = active.exclude(manager_lines__in=LineManagement.objects.on(TODAY))
    roles = Posting.objects.filter(person__in=without).values_list("job_role__code", flat=True)
    assert sorted(roles)[-2:] == ["R25", "R25"]
    assert without.count() == 3
    assert not LineManagement.objects.on(TODAY).filter(manager__deactivated_at__isnull=False).exists()


def test_a_second_load_is_refused(demo: None) -> None:
    with pytest.raises(CommandError, match="holds people already"):
        call_command("load_demo_staff", "--staff", "60", stderr=StringIO())
    assert load.loaded_on() == TODAY


@pytest.mark.django_db
def test_real_people_are_never_mixed_with_invented_ones() -> None:
    starter.load(now=NOW)
    PersonFactory()
    with pytest.raises(CommandError, match="holds people already"):
        call_command("load_demo_staff", stderr=StringIO())


@pytest.mark.django_db
def test_production_refuses(settings: Any) -> None:
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="refused in production"):
        call_command("load_demo_staff", stderr=StringIO())
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_too_few_people_and_an_empty_portal_are_refused() -> None:
    with pytest.raises(CommandError, match="Run load_starter_content first"):
        call_command("load_demo_staff", stderr=StringIO())
    starter.load(now=NOW)
    with pytest.raises(CommandError, match="at least"):
        call_command("load_demo_staff", "--staff", "12", stderr=StringIO())


# These tell of what is to come.
TO_COME = {
    "notifications.OutgoingMail": {"due_at", "retry_at"},
    "sessions.Session": {"expire_date"},
}


def told() -> Iterator[tuple[str, dt.datetime]]:
    """Every instant of the past that any row names, with the column that it stands in."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)}
        for name in names - TO_COME.get(model._meta.label, set()):
            found = model._default_manager.order_by().filter(**{f"{name}__isnull": False})
            yield from ((f"{model._meta.label}.{name}", value) for value in found.values_list(name, flat=True))


@pytest.mark.wide
@pytest.mark.django_db
@pytest.mark.parametrize("hour", ["00:30", "07:00", "12:00", "23:50"])
def test_whenever_it_is_loaded_nothing_is_told_that_has_not_happened(hour: str) -> None:
    moment = dt.datetime.fromisoformat(f"{TODAY} {hour}").replace(tzinfo=ZoneInfo("Europe/London"))
    with time_machine.travel(moment, tick=False), Undone():
        load_staff()
        for day in serve._mornings(timezone.localtime()):
            call_command("send_reminders", "--on", day.isoformat(), verbosity=0)
        columns = {column for column, _ in told()}
        assert {"audit.AuditEntry.at", "induction.Decision.at", "reminders.SweepRun.finished_at"} <= columns
        assert {column for column, value in told() if value > timezone.now()} == set()
        # What is done on the day itself is among them.
        assert AuditEntry.objects.filter(at__date=TODAY).exists()


def digest() -> str:
    """Everything that a reader could see, without the numbers that a database gives away by itself."""
    who = "employee_number"
    rows = [
        list(Person.objects.order_by(who).values_list(who, "given_name", "family_name", "email", "start_date", "fte")),
        list(
            LineManagement.objects.order_by(f"person__{who}", "start_date").values_list(
                f"person__{who}", f"manager__{who}", "start_date", "end_date"
            )
        ),
        list(Posting.objects.order_by(f"person__{who}").values_list(f"person__{who}", "team__code", "job_role__code")),
        list(
            InductionPlan.objects.order_by(f"person__{who}").values_list(
                f"person__{who}", "state", "end_date", "agreed_date", "closed_date", f"buddy__{who}"
            )
        ),
        list(
            Checkpoint.objects.order_by(f"plan__person__{who}", "source_key").values_list(
                f"plan__person__{who}", "source_key", "state", "due_date", "waiting_on", "waiting_since", "answer_by",
                "ready_note", "round", f"first_signer__{who}",
            )
        ),
        list(
            Decision.objects.order_by(
                "at", f"plan__person__{who}", "checkpoint__source_key", "kind", "as_role"
            ).values_list(
                "at", f"plan__person__{who}", "checkpoint__source_key", "kind", "as_role", "round", f"by__{who}"
            )
        ),
        list(Review.objects.order_by(f"plan__person__{who}", "month").values_list("state", "held_date", "next_steps")),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()


@pytest.mark.django_db
def test_the_same_seed_number_and_day_give_the_same_rows() -> None:
    found = []
    for _ in range(2):
        with Undone():
            load_staff()
            found.append(digest())
    assert found[0] == found[1]


def test_another_seed_another_number_or_another_day_gives_others() -> None:
    teams = [TeamPlace(code, "adults") for code in ("X-PSA", "A-CCS", "A-SAF", "A-MH")]
    teams += [TeamPlace("C-FSCP-1", "childrens"), TeamPlace("C-RA-1", "childrens")]

    def names(size: int, seed: int, today: dt.date) -> list[str]:
        staff = Staff(size=size, seed=seed, today=today, teams=teams)
        return [f"{member.family_name} {member.start_date}" for member in staff.members]

    first = names(60, 1, TODAY)
    assert names(60, 1, TODAY) == first
    assert names(60, 2, TODAY) != first
    assert names(61, 1, TODAY)[:60] != first
    assert names(60, 1, TODAY + dt.timedelta(days=7)) != first


@pytest.mark.slow
@pytest.mark.django_db
def test_twice_the_people_take_hardly_more_queries() -> None:
    counts = []
    for size in (200, 400):
        with Undone(), CaptureQueriesContext(connection) as queries:
            load_staff(size)
        counts.append(len(queries))
    assert counts[1] < counts[0] * 1.25, counts


def test_a_social_worker_shares_what_she_can_do_and_her_manager_answers(demo: None) -> None:
    sheet = SelfAssessment.objects.get(person__user__email__startswith="social.worker@")
    assert sheet.is_shared
    assert {mark.side: mark.by.user.email.split("@")[0] for mark in sheet.marks.select_related("by__user")} == {
        "person": "social.worker",
        "manager": "manager",
    }


def test_applications_stand_in_many_states_with_places_that_add_up(demo: None) -> None:
    """Something to see for each side: a draft, a view to give, an offer to answer, a reserve list, a completion."""
    own = {
        (row.person.user.email.split("@")[0], row.state)
        for row in Application.objects.filter(person__user__isnull=False).select_related("person__user")
    }
    assert own == {
        ("social.worker", "draft"),
        ("social.worker", "with_manager"),
        ("coach", "offered"),
        ("coach", "with_panel"),
        ("assessor", "reserve"),
        ("assessor", "completed"),
        ("cover", "enrolled"),
    }
    others = Application.objects.filter(person__user__isnull=True)
    assert set(others.values_list("state", flat=True)) == {"with_learning", "considered", "accepted", "declined"}
    assert QualificationHeld.objects.get(is_verified=True).person.user.email.startswith("assessor@")
    assert Milestone.objects.filter(done_date__isnull=False).count() == 4
    waiting = OutgoingMail.objects.filter(kind__startswith="pathways.", state=OutgoingMail.State.QUEUED)
    assert not waiting.filter(created_at__lt=dt.datetime.combine(TODAY, dt.time(), tzinfo=dt.UTC)).exists()
