"""Each GET page asks the database as often for 100 rows as for 10, at most ten times, and stays light (ruling 20)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from induction.models import Checkpoint, Decision, InductionPlan, PlanNote, ProgrammeVersion
from notifications.models import OutgoingMail
from pathways.models import (
    Capability,
    CapabilityMark,
    CareerRole,
    CareerStep,
    CpdAction,
    CpdGoal,
    ExpertiseOffer,
    PlaceRequest,
    QualificationRoute,
    Requirement,
    RouteEvent,
    SelfAssessment,
)
from pathways.views import kept
from people.models import JobRole, LineManagement, Person, Posting
from tests import routes
from tests.guards import grown_applications
from tests.permissions import Route
from tests.personas import NOW, START, TODAY, Scene, undone

MOST_QUERIES = 10
HEAVIEST = 60_000

# A full plan has some sixty items and a full page twenty-five people: that is what is weighed.
# Every component on one page, for those who build pages: not there in production.
WEIGHTLESS = {"govuk:gallery"}

# Who looks, when several may: the one with the fullest page.
LOOKERS = ("manager", "ld_admin", "person", "head_of_service", "cover", "colleague")


def looker(route: Route) -> str | None:
    return next((persona for persona in LOOKERS if route.answer("GET", persona) == 200), None)


def grow(scene: Scene, to: int, *, start: int) -> None:
    """More of everything that a page lists, from `start` to `to` of each."""
    numbers = range(start, to)
    plan, manager, person = scene.plan, scene.people["manager"], scene.people["person"]
    _items(plan, numbers, state="ready", waiting_on="manager", first=person)
    _items(plan, numbers, state="to_do", waiting_on="person", first=None)
    PlanNote.objects.bulk_create(
        PlanNote(plan=plan, author=person, text=f"Note {n}", is_shared=True, created_at=NOW) for n in numbers
    )
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            key=f"grown-{who.pk}-{n}",
            kind="test",
            recipient=who,
            to_email=who.email,
            subject=f"Mail {n}",
            why="A test",
            state="sent",
            created_at=NOW,
            due_at=NOW,
        )
        for who in (manager, person)
        for n in numbers
    )
    _history(scene, numbers)
    _team(scene, numbers)
    _pathways(scene, numbers)
    _expertise(scene, numbers)
    _cpd_plan(scene, numbers)
    grown_applications.grow(scene, numbers)


def _items(plan: InductionPlan, numbers: range, *, state: str, waiting_on: str, first: Person | None) -> None:
    Checkpoint.objects.bulk_create(
        Checkpoint(
            plan=plan,
            source_key=f"grown-{state}-{n}",
            section="do",
            method="shadowing",
            title=f"Grown item {n}",
            owner="person",
            original_due_date=TODAY - dt.timedelta(days=n % 30),
            due_date=TODAY - dt.timedelta(days=n % 30),
            state=state,
            waiting_on=waiting_on,
            waiting_since=TODAY,
            first_signer=first,
            ready_note="Done" if first else "",
        )
        for n in numbers
    )


def _history(scene: Scene, numbers: range) -> None:
    entries = AuditEntry.objects.bulk_create(
        AuditEntry(
            chain=f"person:{scene.people['person'].pk}",
            sequence=100_000 + n,
            at=NOW,
            actor_id=scene.people["manager"].pk,
            actor_name="Manager Demo-Test",
            verb="induction.disagreed",
            subject_type="induction.inductionplan",
            subject_id=str(scene.plan.pk),
            hash=f"{n:064}",
        )
        for n in numbers
    )
    Decision.objects.bulk_create(
        Decision(
            entry=entry,
            plan=scene.plan,
            checkpoint=scene.items["to_do"],
            kind="disagreed",
            as_role="manager",
            by=scene.people["manager"],
            at=NOW,
        )
        for entry in entries
    )


def _team(scene: Scene, numbers: range) -> None:
    """Starters who report to the manager, each with a plan that has something to sign and something late."""
    post = scene.people["manager"].postings.get()
    people = Person.objects.bulk_create(
        Person(
            employee_number=f"GROWN-{n}",
            given_name=f"Grown{n}",
            family_name="Sample-Test",
            search_name=f"grown{n} sample-test",
            email=f"grown{n}@people.example",
            start_date=START,
        )
        for n in numbers
    )
    Posting.objects.bulk_create(
        Posting(person=one, team=post.team, job_role=post.job_role, start_date=START) for one in people
    )
    LineManagement.objects.bulk_create(
        LineManagement(person=one, manager=scene.people["manager"], start_date=START) for one in people
    )
    version = ProgrammeVersion.objects.get(pk=scene.plan.version_id)
    plans = InductionPlan.objects.bulk_create(
        InductionPlan(
            person=one,
            version=version,
            start_date=START,
            original_end_date=scene.plan.original_end_date,
            end_date=scene.plan.end_date,
            state="active",
            buddy=scene.people["buddy"],
            agree_by=START,
        )
        for one in people
    )
    for plan, one in zip(plans, people, strict=True):
        _items(plan, range(1), state="ready", waiting_on="manager", first=one)


def _pathways(scene: Scene, numbers: range) -> None:
    """Roles around the one that is looked at, each with a step that asks for something, and routes that lead there."""
    jobs = JobRole.objects.bulk_create(
        JobRole(code=f"G{n}", title=f"Grown role {n}", side="both", stage="begin", ladder_order=n % 9) for n in numbers
    )
    roles = CareerRole.objects.bulk_create(
        CareerRole(job_role=job, profession=scene.role.profession, summary="Grown", who_to_ask="L&D") for job in jobs
    )
    steps = CareerStep.objects.bulk_create(
        CareerStep(code=f"grown-{role.pk}", from_role=scene.role, to_role=role, gate="panel") for role in roles
    )
    routes = QualificationRoute.objects.bulk_create(
        QualificationRoute(code=f"grown-{n}", title=f"Grown route {n}", kind="care", summary="Grown") for n in numbers
    )
    for route in routes:
        route.leads_to.add(scene.role)
        route.prepares_for.add(scene.route)
    rows = [{"step": step} for step in steps] + [{"route": scene.route}, {"career_role": scene.role}] * len(numbers)
    Requirement.objects.bulk_create(Requirement(kind="judged", text="Grown", **row) for row in rows)
    RouteEvent.objects.bulk_create(
        RouteEvent(route=scene.route, date=START + dt.timedelta(days=n), what="Grown") for n in numbers
    )
    Capability.objects.bulk_create(
        Capability(role=scene.role, title=f"Grown {n}", good_looks_like="Well done") for n in numbers
    )
    CapabilityMark.objects.bulk_create(
        CapabilityMark(
            assessment=scene.sheets["shared"],
            capability=scene.capability,
            title="Grown",
            side="manager",
            by=scene.people["manager"],
            level="developing",
            marked_at=NOW,
        )
        for _ in numbers
    )
    SelfAssessment.objects.bulk_create(
        SelfAssessment(person=scene.people["person"], role=role, changed_at=NOW, shared_at=NOW) for role in roles
    )


def _cpd_plan(scene: Scene, numbers: range) -> None:
    """Goals and actions of the plan that is looked at; done, so that what is due stays the plan's own."""
    goals = CpdGoal.objects.bulk_create(
        CpdGoal(plan=scene.cpd, role=scene.role, title=f"Grown {n}", state="met", outcome_reason="Said", created_at=NOW)
        for n in numbers
    )
    CpdAction.objects.bulk_create(
        CpdAction(goal=goal, title="Grown", kind="others", due_date=TODAY, done_date=TODAY) for goal in goals
    )


def _expertise(scene: Scene, numbers: range) -> None:
    """Offers of several people, and requests for a place in the one that is looked at."""
    people = Person.objects.filter(employee_number__in=[f"GROWN-{n}" for n in numbers])
    offers = ExpertiseOffer.objects.bulk_create(
        ExpertiseOffer(
            person=owner,
            kind="talk",
            title="Grown talk",
            what="Grown",
            when_words="Grown",
            how_to_reach="Grown",
            places=3,
            # One's own have ended: what is due is weighed with the items of the plan.
            until_date=TODAY - dt.timedelta(days=owner == scene.people["person"]),
            created_at=NOW,
        )
        for one in people
        for owner in (one, scene.people["person"])
    )
    capability = Capability.objects.filter(role=scene.role).order_by("pk")[0]
    capability.offers.add(*offers)
    PlaceRequest.objects.bulk_create(
        PlaceRequest(
            offer=scene.offer,
            person=one,
            message="Grown",
            state="declined",
            asked_at=NOW,
            answer_by=TODAY,
            answered_at=NOW,
        )
        for one in people
    )


def measured(client: Client, url: str) -> tuple[int, int, int]:
    """Status, queries and bytes."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
        content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, len(asked), len(content)


def look_at_all(scene: Scene) -> dict[str, tuple[int, int, int]]:
    found: dict[str, tuple[int, int, int]] = {}
    kept.forget()
    for route in routes.ROUTES:
        persona = looker(route)
        if persona is None or route.title in found:
            continue
        with undone():
            route.before(scene)
            found[route.title] = measured(scene.client(persona), routes.url_of(route, scene))
    for persona, query in (("manager", "?whose=line"), ("higher", "?whose=line"), ("cover", "?whose=cover")):
        with undone():
            found[f"team {persona} {query}"] = measured(scene.client(persona), reverse("team") + query)
    for name in ("home", "pathways:applications"):
        with undone():
            found[f"{name} of the starter"] = measured(scene.client("person"), reverse(name))
    return found


def in_admin(scene: Scene) -> dict[str, Any]:
    found = {}
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        with undone():
            found[name] = measured(scene.client("ld_admin"), reverse(name))
    return found


def test_ten_times_the_rows_ask_no_more(scene: Scene) -> None:
    with undone():
        grow(scene, 10, start=0)
        look_at_all(scene)  # fills what a process keeps
        few, few_in_admin = look_at_all(scene), in_admin(scene)
        grow(scene, 25, start=10)
        usual = look_at_all(scene)
        grow(scene, 100, start=25)
        scene.client("person").get(reverse("pathways:planner"))  # the framework is read anew when it has changed
        many, many_in_admin = look_at_all(scene), in_admin(scene)
    assert {name: row[0] for name, row in many.items() if row[0] != 200} == {}
    wrong = {}
    for name, (_, queries, _size) in many.items():
        if queries != few[name][1]:
            wrong[name] = f"{few[name][1]} queries for 10 rows, {queries} for 100"
        # A file also writes that it was taken: constant, but not a page.
        elif queries > MOST_QUERIES and "_csv" not in name:
            wrong[name] = f"{queries} queries, more than {MOST_QUERIES}"
        size = usual[name][2]
        if size > HEAVIEST and name not in WEIGHTLESS and "_csv" not in name:
            wrong[f"{name} weight"] = f"{size} bytes, more than {HEAVIEST}"
    for name, (_, queries, _size) in many_in_admin.items():
        if queries > few_in_admin[name][1]:
            wrong[name] = f"{few_in_admin[name][1]} queries for 10 rows, {queries} for 100"
    assert wrong == {}
