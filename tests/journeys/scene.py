"""What the pages are looked at with: one of each state, on the content that the portal starts with."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from django.utils import timezone

from bexley_ld import starter
from induction import services
from induction.models import Checkpoint, InductionPlan, InductionProgramme, PlanNote, ProgrammeVersion, Review
from induction.services import programme as programme_services
from notifications import services as mail_services
from notifications.models import OutgoingMail
from pathways.models import Application, Capability, CareerRole, CpdPlan, ExpertiseOffer, Intake, SelfAssessment
from pathways.rules.assessment import Marked
from pathways.services import assessment, expertise
from pathways.services import cpd_plan as cpd
from pathways.services import goal as goals
from people.models import Cover, JobRole, Person, Team, User
from people.roles import Role
from tests.factories.pathways import offer_data
from tests.factories.people import PASSWORD, PersonFactory, UserFactory, cover, line, posting
from tests.journeys import applications

LONG_NOTE = (
    "I went with Dan to two visits. At the first I listened; at the second I asked about what matters to the person "
    "and wrote the first draft of the assessment.\n\nWhat I learned: ask first, write later."
)
ADDRESS = "https://intranet.bexley.example/learning/shadowing/notes-from-two-visits-with-a-rather-long-address.html"


@dataclass
class Scene:
    """Who is there, and what they look at."""

    today: dt.date = field(default_factory=timezone.localdate)
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    plans: dict[str, InductionPlan] = field(default_factory=dict)
    items: dict[str, Checkpoint] = field(default_factory=dict)
    notes: dict[str, PlanNote] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    cover: Cover = field(default_factory=Cover)
    mail: OutgoingMail = field(default_factory=OutgoingMail)
    programme: InductionProgramme = field(default_factory=InductionProgramme)
    version: ProgrammeVersion = field(default_factory=ProgrammeVersion)
    draft: ProgrammeVersion = field(default_factory=ProgrammeVersion)
    sheet: SelfAssessment = field(default_factory=SelfAssessment)
    cpd: CpdPlan = field(default_factory=CpdPlan)
    offers: dict[str, ExpertiseOffer] = field(default_factory=dict)
    intake: Intake = field(default_factory=Intake)
    applications: dict[str, Application] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, who: str) -> str:
        """A session of this person, made without the sign-in page; their password was just asked."""
        if who not in self.cookies:
            client = Client()
            client.force_login(self.users[who], backend=settings.AUTHENTICATION_BACKENDS[0])
            session = client.session
            asked = {"method": "password", "at": time.time(), "reauthenticated": True}
            session["account_authentication_methods"] = [asked]
            session["account_authentication_methods_user"] = str(self.users[who].pk)
            session.save()
            self.cookies[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self.cookies[who]


NAMES = {
    "starter": ("Amara", "Test-Okafor"),
    "manager": ("Dan", "Sample-Hughes"),
    "higher": ("Ruth", "Test-Whitmore"),
    "cover": ("Priya", "Demo-Shah"),
    "buddy": ("Leo", "Sample-Grant"),
    "colleague": ("Nadia", "Test-Berezowska-Featherstonehaugh"),
    "learning": ("Joan", "Demo-Ellis"),
    "head": ("Marcus", "Test-Adeyemi"),
    "second": ("Ivy", "Sample-Nowak"),
    "returning": ("Colm", "Demo-Whitaker"),
}
ROLES = {"learning": [Role.LD_ADMIN], "head": [Role.HEAD_OF_SERVICE]}
BEGAN = {"active": 80, "agreeing": 3, "paused": 60, "completed": 220, "stopped": 120, "closing": 178, "mine": 2}
STARTERS = {
    "active": "starter",
    "agreeing": "Fatima Demo-Rowe",
    "paused": "Tomas Sample-Vance",
    "completed": "Grace Test-Lindqvist",
    "stopped": "Owen Demo-Marsh",
    "closing": "Bethany Sample-Achebe",
    "mine": "Callum Test-Ferreira",
}


def build() -> Scene:
    """The portal's own content, seven plans in seven states, and everyone who reads them."""
    starter.load(now=timezone.now())
    scene = Scene()
    team = Team.objects.filter(directorate__code="adults").order_by("pk")[0]
    job_role = JobRole.objects.get(code="asye-sw") if JobRole.objects.filter(code="asye-sw").exists() else None
    job_role = job_role or JobRole.objects.exclude(side="childrens").order_by("pk")[0]
    for key, (given, family) in NAMES.items():
        began = scene.today - dt.timedelta(days=BEGAN["active"]) if key == "starter" else dt.date(2020, 1, 6)
        _employ(scene, key, given, family, team=team, job_role=job_role, start=began)
    people = scene.people
    line(people["starter"], people["manager"], start=people["starter"].start_date)
    for key in ("manager", "cover", "buddy"):
        line(people[key], people["higher"])
    for key, name in STARTERS.items():
        if key != "active":
            began = scene.today - dt.timedelta(days=BEGAN[key])
            given, family = name.split(" ")
            person = _employ(scene, key, given, family, team=team, job_role=job_role, start=began)
            # A plan that nobody has agreed yet is the second manager's too, so that their page is short.
            line(person, people["second"] if key == "mine" else people["manager"], start=began)
        _plan(scene, key)
    scene.cover = cover(
        people["manager"], people["cover"], scene.today, scene.today + dt.timedelta(days=9), reason="Leave"
    )
    _work(scene)
    _close(scene)
    _write(scene)
    _programmes(scene)
    _accounts(scene)
    senior = CareerRole.objects.get(job_role__code="R14")
    goals.set_goal(person=people["starter"], role=senior, now=timezone.now())
    _share(scene, senior)
    _cpd_plan(scene, senior)
    _capabilities(scene, senior)
    applications.add(scene)
    return scene


def _capabilities(scene: Scene, goal: CareerRole) -> None:
    """The starter has marked the goal and shared it, the manager has added a view, and a mark has come since."""
    now, can = timezone.now(), list(goal.capabilities.order_by("position"))
    person, manager = scene.people["starter"], scene.people["manager"]
    first = {row.pk: Marked(level, LONG_NOTE) for row, level in zip(can, ("not_yet", "confident"), strict=False)}
    sheet = assessment.save_marks(person=person, role=goal, version=0, marks=first, now=now - dt.timedelta(days=30))
    shared_at = now - dt.timedelta(days=20)
    assessment.share(assessment_id=sheet.pk, by=person, version=1, is_shared=True, today=scene.today, now=shared_at)
    view = {can[0].pk: Marked("developing", "I saw you lead the duty desk on Monday.", scene.today)}
    assessment.give_view(
        assessment_id=sheet.pk, by=manager, version=0, marks=view, today=scene.today, now=now - dt.timedelta(days=10)
    )
    since = {can[0].pk: Marked("developing", "The duty desk.", scene.today)}
    assessment.save_marks(person=person, role=goal, version=1, marks=since, now=now)
    scene.sheet = sheet


def _cpd_plan(scene: Scene, role: CareerRole) -> None:
    """The starter's plan, shared: a goal with an action, and one that waits for the manager's answer."""
    me, now = scene.people["starter"], timezone.now()
    plan = cpd.start_plan(by=me, today=scene.today, now=now)
    own: dict[str, Any] = {"plan_id": plan.pk, "by": me, "now": now}
    first = cpd.save_goal(**own, version=1, title="Lead an assessment alone", why=LONG_NOTE, role=role)
    second = cpd.save_goal(**own, version=2, title="Write shorter records", why="", role=None)
    due = scene.today + dt.timedelta(days=20)
    data = cpd.ActionData(title="Two joint visits", kind="others", due_date=due, needs="Time")
    cpd.save_action(**own, goal_id=first.pk, version=3, data=data)
    cpd.move_goal(**own, goal_id=second.pk, version=4, action="say_met", reason=LONG_NOTE)
    scene.cpd = cpd.share_plan(**own, version=5, is_shared=True, today=scene.today)


def _share(scene: Scene, role: CareerRole) -> None:
    """An offer that somebody asks for, one that is hidden, and several more for the list."""
    now, today, people = timezone.now(), scene.today, scene.people
    until = today + dt.timedelta(days=40)
    helps = list(Capability.objects.filter(role=role).values_list("pk", flat=True)[:2])
    for key, owner in (("open", "manager"), ("hidden", "higher"), ("more", "second")):
        data = offer_data(until_date=until, capabilities=helps, what=LONG_NOTE)
        scene.offers[key] = expertise.make_offer(by=people[owner], data=data, now=now)
    for by in ("starter", "colleague"):
        expertise.ask_for_place(
            offer_id=scene.offers["open"].pk, by=people[by], message=LONG_NOTE, today=today, now=now
        )
    expertise.hide_offer(
        offer_id=scene.offers["hidden"].pk,
        by=people["learning"],
        version=1,
        reason="It names a family. Take the name out, then write to us.",
        is_learning=True,
        today=today,
        now=now,
    )


def _employ(
    scene: Scene, key: str, given: str, family: str, *, team: Team, job_role: JobRole, start: dt.date
) -> Person:
    person = PersonFactory(
        given_name=given, family_name=family, start_date=start, fte=Decimal("0.6" if key == "starter" else "1")
    )
    posting(person, team=team, job_role=job_role, start=start)
    scene.people[key] = person
    scene.users[key] = UserFactory(person=person, roles=ROLES.get(key, []), is_staff=key == "learning")
    return person


def _plan(scene: Scene, key: str) -> None:
    """The plan as it appears on the first day; both agree it, but for those that are being agreed."""
    person = scene.people["starter" if key == "active" else key]
    manager = scene.people["second" if key == "mine" else "manager"]
    start, now = person.start_date, timezone.now()
    services.start_plans([person], today=start, now=now)
    plan = InductionPlan.objects.get(person=person)
    agreeing = {"agreeing": [person], "mine": []}
    for by in agreeing.get(key, [person, manager]):
        services.agree_plan(plan_id=plan.pk, by=by, revision=plan.revision, today=start, now=now)
    plan.refresh_from_db()
    scene.plans[key] = plan


def _work(scene: Scene) -> None:
    """One item in each state, on the plan of the starter."""
    plan, today, now = scene.plans["active"], scene.today, timezone.now()
    person, manager = scene.people["starter"], scene.people["manager"]
    of_person = plan.checkpoints.filter(owner="person").order_by("due_date", "position", "pk")
    # Only what is not mandatory may be left out by agreement.
    free, fixed = list(of_person.filter(is_mandatory=False)), list(of_person.filter(is_mandatory=True))
    of_manager = plan.checkpoints.filter(owner="manager").order_by("due_date", "pk")
    scene.items = dict(zip(("to_do", "proposed"), free, strict=False))
    keys = ("ready", "ready_too", "signed", "handed_back", "mandatory", "dropped")
    scene.items |= dict(zip(keys, fixed, strict=False))
    scene.items |= {"of_manager": of_manager[0], "of_manager_done": of_manager[1]}
    scene.items["both"] = plan.checkpoints.filter(owner="both").order_by("due_date", "pk")[0]

    def act(service: str, key: str, by: Person, **data: object) -> None:
        item = scene.items[key]
        item.refresh_from_db()
        getattr(services, service)(checkpoint_id=item.pk, by=by, version=item.version, today=today, now=now, **data)
        item.refresh_from_db()

    for key in ("ready", "ready_too", "signed", "handed_back", "both"):
        act("mark_ready", key, person, note=LONG_NOTE, evidence_url=ADDRESS)
    act("mark_ready", "of_manager_done", manager, note="We spoke about it in supervision.")
    act("sign_off", "signed", manager, comment="Well seen. Bring the draft to supervision.", form_key=uuid.uuid4())
    act("hand_back", "handed_back", manager, reason="Say what the person wanted, in their words.")
    act("propose_drop", "proposed", person, reason="I did this in my last post.")
    act("drop_mandatory", "dropped", manager, reason="Done in the last post; the certificate is on file.")
    services.record_disagreement(
        checkpoint_id=scene.items["handed_back"].pk, by=person, text="I think it is in there.", today=today, now=now
    )
    first, third = plan.reviews.get(month=1), plan.reviews.get(month=3)
    for review, signers in ((first, (person, manager)), (third, (manager,))):
        for by in (person, manager):
            review.refresh_from_db()
            services.save_review(
                review_id=review.pk,
                by=by,
                version=review.version,
                data=services.ReviewData(
                    held_date=max(plan.start_date, today - dt.timedelta(days=2)),
                    comment=LONG_NOTE,
                    next_steps="A joint visit before the next review.",
                ),
                today=today,
                now=now,
            )
        for by in signers:
            review.refresh_from_db()
            services.sign_review(review_id=review.pk, by=by, version=review.version, today=today, now=now)
        review.refresh_from_db()
    scene.reviews = {"signed": first, "held": third, "final": plan.reviews.get(is_final=True)}


def _close(scene: Scene) -> None:
    """Plans that are over, one at its end, and one that stands still."""
    today, now, manager = scene.today, timezone.now(), scene.people["manager"]
    services.pause_plan(
        plan_id=scene.plans["paused"].pk,
        by=manager,
        start_date=today - dt.timedelta(days=8),
        expected_end_date=today + dt.timedelta(days=30),
        reason="Time off after a fall.",
        form_key=uuid.uuid4(),
        today=today,
        now=now,
    )
    services.pause_plan(
        plan_id=scene.plans["agreeing"].pk,
        by=manager,
        start_date=today + dt.timedelta(days=14),
        expected_end_date=today + dt.timedelta(days=44),
        reason="An operation that is booked.",
        form_key=uuid.uuid4(),
        today=today,
        now=now,
    )
    for key, outcome in (("completed", "complete"), ("stopped", "stop")):
        plan = scene.plans[key]
        plan.checkpoints.update(state="signed_off" if key == "completed" else "dropped", waiting_on="nobody")
        plan.reviews.update(state="signed", waiting_on="nobody", held_date=plan.start_date + dt.timedelta(days=30))
        plan.reviews.filter(is_final=True).update(outcome=outcome, outcome_reason="Left for another post.")
        InductionPlan.objects.filter(pk=plan.pk).update(state=key, closed_date=today)
    closing = scene.plans["closing"]
    scene.reviews |= {
        "closing": closing.reviews.get(is_final=True),
        "completed": scene.plans["completed"].reviews.get(is_final=True),
        "paused": scene.plans["paused"].reviews.get(is_final=True),
    }
    for plan in scene.plans.values():
        plan.refresh_from_db()


def _write(scene: Scene) -> None:
    """A buddy, notes of both, a mail."""
    plan, today, now = scene.plans["active"], scene.today, timezone.now()
    person, manager = scene.people["starter"], scene.people["manager"]
    services.set_buddy(plan_id=plan.pk, by=manager, buddy=scene.people["buddy"], today=today, now=now)
    for key, text, shared in (("own", "Ask about lone working.", False), ("shared", LONG_NOTE, True)):
        scene.notes[key] = services.add_note(
            plan_id=plan.pk, by=person, text=text, is_shared=shared, today=today, now=now
        )
    queued = mail_services.queue(
        key="a11y",
        kind="induction.plan_agreed",
        recipient=person,
        subject="Two things are due this week",
        text_body="Good morning Amara,\n\nTwo things are due this week.\n\nhttps://portal.example/induction/",
        html_body="<p>Two things are due this week.</p>",
        why="You have an induction plan.",
        now=now,
    )
    assert queued is not None
    scene.mail = queued


def _programmes(scene: Scene) -> None:
    """The programme of the plan, a newer version that it may move to, and a draft after that."""
    now = timezone.now()
    scene.version = scene.plans["active"].version
    scene.programme = scene.version.programme
    newer = programme_services.start_draft(programme_id=scene.programme.pk, by=None, now=now)
    first = newer.checkpoints.order_by("position", "pk")[0]
    newer.checkpoints.filter(pk=first.pk).update(title="Meet your team and the team beside it")
    programme_services.publish_version(version_id=newer.pk, by=None, now=now)
    scene.draft = programme_services.start_draft(programme_id=scene.programme.pk, by=None, now=now)
    scene.draft.checkpoints.filter(key=first.key).update(title="Meet your team and the two teams beside it")


def _accounts(scene: Scene) -> None:
    """Passwords; a second factor for two, of whom only one comes in by the sign-in page."""
    for key in ("higher", "second", "returning"):
        scene.users[key].set_password(PASSWORD)
        scene.users[key].save()
    for key in ("higher", "returning"):
        TOTP.activate(scene.users[key], generate_totp_secret())
        RecoveryCodes.activate(scene.users[key])
