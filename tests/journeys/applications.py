"""Applications in each state that a page shows, for those tests that look at every page."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.utils import timezone

from pathways.models import Application, CareerStep, Intake, QualificationRoute
from pathways.rules.application import BY_ACT
from pathways.services import applying, deciding, milestones
from pathways.services.deciding import ActData
from people.models import Qualification
from tests.factories.pathways import intake_of

if TYPE_CHECKING:
    from tests.journeys.scene import Scene

WORDS = (
    "I have led the duty desk for a year and want to learn to teach.\n\nMy manager and I have planned Thursdays for it."
)
# So many acts bring an application there, each by whoever may do it.
TO_DECIDE = ("send", "support", "consider")
ON_ROUTE = (*TO_DECIDE, "offer", "accept", "enrol")


def add(scene: Scene) -> None:
    """An intake with all of them, one that nobody has applied to, a progression and an interest."""
    route = QualificationRoute.objects.get(code="q10")
    route.awards.add(Qualification.objects.get(code="l3-diploma-adult-care"))
    first = scene.today + dt.timedelta(days=40)
    scene.intake = intake_of(route, start=first, today=scene.today, places=2)
    Intake.objects.filter(pk=scene.intake.pk).update(service_months=24, needs_panel=False)
    second = intake_of(route, start=first + dt.timedelta(days=60), today=scene.today)
    step = CareerStep.objects.filter(gate="panel", to_role__job_role__code="R14").order_by("pk")[0]
    _drive(scene, "draft", "starter", (), intake=second)
    _drive(scene, "with_manager", "starter", ("send",), intake=scene.intake)
    _drive(scene, "returned", "starter", ("send", "support", "ask_more"), step=step)
    _drive(scene, "declined", "colleague", (*TO_DECIDE, "decline"), intake=scene.intake)
    _drive(scene, "enrolled", "buddy", ON_ROUTE, intake=scene.intake)
    _drive(scene, "offered", "head", (*TO_DECIDE, "offer"), intake=scene.intake)
    _drive(scene, "reserve", "second", (*TO_DECIDE, "reserve"), intake=scene.intake)
    _drive(scene, "considered", "cover", TO_DECIDE, intake=scene.intake)
    applying.express_interest(route=route, by=scene.people["starter"], now=timezone.now())
    for kind, title, hours in (("module", "Module 1: Law", None), ("hours", "Study days in autumn", 42)):
        milestones.add_milestone(
            application_id=scene.applications["enrolled"].pk,
            by=scene.people["learning"],
            is_learning=True,
            data=milestones.MilestoneData(kind=kind, title=title, hours=hours, due_date=first),
            today=scene.today,
            now=timezone.now(),
        )


def _drive(
    scene: Scene,
    key: str,
    who: str,
    acts: tuple[str, ...],
    *,
    intake: Intake | None = None,
    step: CareerStep | None = None,
) -> None:
    """From the first word over these acts; where nobody manages the applicant, L&D gives the view."""
    today, now, person = scene.today, timezone.now(), scene.people[who]
    begun = applying.begin_application(by=person, intake=intake, step=step, today=today, now=now)
    data = applying.DraftData(statement=WORDS, evidence=WORDS, evidence_url="https://intranet.bexley.example/work")
    saved = applying.save_draft(application_id=begun.pk, by=person, version=begun.version, data=data, now=now)
    for name in acts:
        saved = _act(scene, saved, name)
    scene.applications[key] = saved


def _act(scene: Scene, application: Application, name: str) -> Application:
    move, days = BY_ACT[name], {"offer": 10, "enrol": 0}
    by = scene.people["learning"]
    if "person" in move.sides:
        by = application.person
    elif "manager" in move.sides and (found := application.person.manager_lines.first()):
        by = found.manager
    return deciding.act(
        application_id=application.pk,
        name=name,
        by=by,
        is_learning=by == scene.people["learning"],
        version=application.version,
        data=ActData(
            words=WORDS,
            day=scene.today + dt.timedelta(days=days[name]) if name in days else None,
            until=scene.today + dt.timedelta(days=400) if move.until else None,
        ),
        form_key=uuid.uuid4(),
        today=scene.today,
        now=timezone.now(),
    )
