"""Applications, intakes and interests by the dozen, for the guard that counts queries."""

from __future__ import annotations

import datetime as dt

from audit.models import AuditEntry
from pathways.models import Application, ApplicationDecision, ApplicationFile, Intake, Interest, Milestone
from people.models import Person
from tests.personas import NOW, TODAY, Scene

DAY = dt.timedelta(days=1)


def grow(scene: Scene, numbers: range) -> None:
    """What each page of applications lists; decided or in reserve, so that what is due stays the scene's own."""
    person, application = scene.people["person"], scene.application
    others = list(Person.objects.filter(employee_number__in=[f"GROWN-{n}" for n in numbers]))
    intakes = Intake.objects.bulk_create(
        Intake(
            route=scene.route,
            opens_date=TODAY - DAY,
            closes_date=TODAY + 7 * DAY,
            decide_date=TODAY + 20 * DAY,
            start_date=TODAY + (100 + n) * DAY,
            places=3,
        )
        for n in numbers
    )
    _applications(person, [{"intake": one, "state": "declined"} for one in intakes])
    for n, one in zip(numbers, others, strict=True):
        _applications(
            one,
            [
                {"intake": application.intake, "state": "reserve", "reserve_position": n + 1},
                {"step": scene.step, "state": "approved"},
            ],
        )
    Interest.objects.bulk_create(Interest(person=one, route=scene.route, expressed_at=NOW) for one in others)
    ApplicationFile.objects.bulk_create(
        ApplicationFile(
            application=one,
            key=f"{one.pk}-{n}",
            name=f"note {n}.txt",
            kind="txt",
            size=7,
            state="clean",
            uploaded_by=person,
            uploaded_at=NOW,
            sent_at=NOW,
        )
        for one in (application, scene.draft)
        for n in numbers
    )
    Milestone.objects.bulk_create(
        Milestone(application=application, kind="hours", title=f"Study {n}", hours=7) for n in numbers
    )
    _decisions(scene, numbers)


def _applications(person: Person, rows: list[dict[str, object]]) -> None:
    written = {"person": person, "statement": "Grown", "created_at": NOW, "saved_at": NOW, "sent_at": NOW}
    Application.objects.bulk_create(Application(**written, **row) for row in rows)


def _decisions(scene: Scene, numbers: range) -> None:
    """Asked for more, again and again."""
    person, learning = scene.people["person"], scene.people["ld_admin"]
    entries = AuditEntry.objects.bulk_create(
        AuditEntry(
            chain=f"person:{person.pk}",
            sequence=200_000 + n,
            at=NOW,
            actor_id=learning.pk,
            actor_name="Learning Demo-Test",
            verb="pathways.application_ask_more",
            subject_type="pathways.application",
            subject_id=str(scene.application.pk),
            hash=f"a{n:063}",
        )
        for n in numbers
    )
    ApplicationDecision.objects.bulk_create(
        ApplicationDecision(
            entry=entry,
            application=scene.application,
            act="ask_more",
            before="with_learning",
            after="returned",
            as_side="learning",
            by=learning,
            at=NOW,
        )
        for entry in entries
    )
