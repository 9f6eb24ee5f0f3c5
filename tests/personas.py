"""One believable scene: a starter half-way through the induction, and everyone who might look at it.

Names of what must not leak stand in MARKS: a text that only the readers of that object may ever meet on a page.
"""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.test import Client

from content.models import Page
from induction import services
from induction.models import Checkpoint, InductionPlan, PlanNote, ProgrammeVersion, Review
from notifications.models import OutgoingMail
from pathways.models import (
    Application,
    Capability,
    CareerRole,
    CareerStep,
    CpdGoal,
    CpdPlan,
    ExpertiseOffer,
    Interest,
    Milestone,
    PlaceRequest,
    QualificationRoute,
    SelfAssessment,
)
from pathways.rules.assessment import Marked
from pathways.services import applying, assessment, attaching, deciding, expertise
from pathways.services import cpd_plan as cpd
from pathways.services import goal as goals
from people.models import Cover, Directorate, Person, RoleGrant, Team, User
from people.roles import Role
from tests.factories.content import PageFactory
from tests.factories.induction import ItemFactory, version
from tests.factories.pathways import (
    CapabilityFactory,
    CareerRoleFactory,
    CareerStepFactory,
    RouteFactory,
    event,
    intake_of,
    offer_data,
    require,
)
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, cover, line, posting

START = dt.date(2026, 9, 1)
TODAY = dt.date(2026, 11, 18)
NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
YESTERDAY = TODAY - dt.timedelta(days=1)

MARKS = {
    "plan": "Wording-of-the-plan-itself",
    "note_of_person": "Private-note-of-the-starter",
    "note_of_manager": "Private-note-of-the-manager",
    "note_shared": "Shared-note-of-the-starter",
    "mark_private": "Mark-that-is-not-shared",
    "mark_shared": "Mark-that-is-shared",
    "reason": "Reason-of-the-extension",
    "cover_reason": "Reason-of-the-cover",
    "mail_of_person": "Mail-to-the-starter-alone",
    "cpd": "Words-of-the-plan-for-learning",
    "place": "Words-to-whoever-offers",
    "draft": "Draft-of-an-application",
    "application": "Statement-of-an-application",
    "hr": "EMPLOYEE-NUMBER-7731",
}


@dataclass
class Scene:
    """Who is there and what they look at."""

    users: dict[str, User | None] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    plan: InductionPlan = field(default_factory=InductionPlan)
    items: dict[str, Checkpoint] = field(default_factory=dict)
    review: Review = field(default_factory=Review)
    notes: dict[str, PlanNote] = field(default_factory=dict)
    mail: OutgoingMail = field(default_factory=OutgoingMail)
    grant: RoleGrant = field(default_factory=RoleGrant)
    cover: Cover = field(default_factory=Cover)
    newer: ProgrammeVersion = field(default_factory=ProgrammeVersion)
    role: CareerRole = field(default_factory=CareerRole)
    capability: Capability = field(default_factory=Capability)
    unmarked: Capability = field(default_factory=Capability)
    sheets: dict[str, SelfAssessment] = field(default_factory=dict)
    route: QualificationRoute = field(default_factory=QualificationRoute)
    cpd: CpdPlan = field(default_factory=CpdPlan)
    cpd_goal: CpdGoal = field(default_factory=CpdGoal)
    offer: ExpertiseOffer = field(default_factory=ExpertiseOffer)
    place: PlaceRequest = field(default_factory=PlaceRequest)
    step: CareerStep = field(default_factory=CareerStep)
    interest: Interest = field(default_factory=Interest)
    draft: Application = field(default_factory=Application)
    application: Application = field(default_factory=Application)
    part: Milestone = field(default_factory=Milestone)
    guide: Page = field(default_factory=Page)
    clients: dict[str, Client] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Everyone, once; a server error comes back as 500 and not as an exception."""
        for persona, user in self.users.items():
            self.clients[persona] = Client(raise_request_exception=False)
            if user is not None:
                self.clients[persona].force_login(user)
                self.clients[persona].get("/privacy/")  # the session's first stamp, so that no later page writes it

    def client(self, persona: str) -> Client:
        return self.clients[persona]


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back at the end; services may ask for durable transactions in it."""
    block = transaction.atomic()
    block._from_testcase = True  # as django.test.TestCase does, so that atomic(durable=True) is allowed inside
    with block:
        yield
        transaction.set_rollback(True)


def build() -> Scene:
    """The scene on 18 November 2026: month three of a plan that began on 1 September."""
    scene = Scene()
    people, users = scene.people, scene.users
    adults = version(owners=("person", "person", "person", "person", "manager", "both"))
    mandatory = ItemFactory(version=adults, owner="person", is_mandatory=True)
    adults.checkpoints.update(why=MARKS["plan"])
    team = TeamFactory(name="Sample Team North", directorate=adults.programme.directorate)
    for key in ("head_of_service", "higher", "manager", "cover", "other_manager", "former_manager", "buddy"):
        _employ(scene, key, team)
    for key in ("colleague", "assessor", "panel_member", "co_ordinator", "coach", "ld_admin", "deactivated"):
        _employ(scene, key, team)
    people["person"] = PersonFactory(
        given_name="Starter",
        family_name="Sample-Test",
        employee_number=MARKS["hr"],
        start_date=START,
        fte=Decimal("0.8"),
    )
    other_team = TeamFactory(name="Sample Team South", directorate=team.directorate)
    posting(people["person"], team=team, job_role=JobRoleFactory(title="Sample Worker"), start=START)
    other = PersonFactory(given_name="Other", family_name="Starter-Test", start_date=START)
    posting(other, team=other_team, start=START)

    line(people["person"], people["former_manager"], start=START, end=dt.date(2026, 9, 30))
    line(people["person"], people["manager"], start=dt.date(2026, 10, 1))
    line(people["manager"], people["higher"])
    line(other, people["other_manager"], start=START)
    line(people["cover"], people["higher"])
    until = TODAY + dt.timedelta(days=5)
    scene.cover = cover(people["manager"], people["cover"], YESTERDAY, until, reason=MARKS["cover_reason"])

    users["anonymous"] = None
    users["superuser"] = UserFactory(person=None, email="superuser@people.example", is_staff=True, is_superuser=True)
    users["person"] = UserFactory(person=people["person"])

    services.start_plans([people["person"], other], today=START, now=NOW)
    scene.plan = InductionPlan.objects.get(person=people["person"])
    _agree(scene.plan, people["person"], people["former_manager"])
    _agree(InductionPlan.objects.get(person=other), other, people["other_manager"])
    services.set_buddy(plan_id=scene.plan.pk, by=people["manager"], buddy=people["buddy"], today=TODAY, now=NOW)
    _work(scene, mandatory.key)
    _write(scene)
    scene.newer = _newer_version(adults)
    scene.grant = RoleGrant.objects.create(
        user=users["co_ordinator"],
        role=Role.LD_ADMIN,
        reason="Holiday relief",
        requested_by=users["superuser"],
        requested_at=NOW,
    )
    _pathways(scene)
    scene.sign_in()
    return scene


def _pathways(scene: Scene) -> None:
    """A role with a step before and after it, a route that leads there, and a goal of the starter."""
    scene.guide = PageFactory()
    scene.role = CareerRoleFactory()
    require(career_role=scene.role)
    CareerStepFactory(to_role=scene.role)
    step = CareerStepFactory(from_role=scene.role)
    require(step=step)
    scene.route = RouteFactory()
    scene.route.leads_to.add(scene.role)
    require(route=scene.route)
    event(scene.route, START, "route_open")
    goals.set_goal(person=scene.people["person"], role=step.to_role, now=NOW)
    _cpd_plan(scene)
    scene.offer = expertise.make_offer(by=scene.people["person"], data=offer_data(), now=NOW)
    scene.place = expertise.ask_for_place(
        offer_id=scene.offer.pk, by=scene.people["colleague"], message=MARKS["place"], today=TODAY, now=NOW
    )
    _capabilities(scene, step.to_role)
    _applications(scene)


def _applications(scene: Scene) -> None:
    """An interest, a draft and an application of the starter that waits for the manager's view."""
    by, keys = scene.people["person"], {"today": TODAY, "now": NOW}
    scene.step = CareerStepFactory(gate="panel")
    scene.interest = applying.express_interest(route=scene.route, by=by, now=NOW)
    for name, start in (("draft", TODAY + dt.timedelta(days=90)), ("application", TODAY + dt.timedelta(days=60))):
        application = applying.begin_application(by=by, intake=intake_of(scene.route, start=start, today=TODAY), **keys)
        data = applying.DraftData(statement=MARKS[name])
        saved = applying.save_draft(application_id=application.pk, by=by, version=1, data=data, now=NOW)
        content = io.BytesIO(f"File of the {name}".encode())
        file = {"name": f"{name}.txt", "size": len(content.getvalue()), "content": content}
        attaching.add_file(application_id=saved.pk, by=by, now=NOW, **file)
        setattr(scene, name, saved)
    scene.application = deciding.act(
        application_id=scene.application.pk, name="send", by=by, is_learning=False, version=2, **keys
    )
    scene.part = Milestone.objects.create(application=scene.application, kind="module", title="Law")


def _capabilities(scene: Scene, goal: CareerRole) -> None:
    """Two sheets of the starter: one that is shared, with something marked since, and one that is not."""
    person = scene.people["person"]
    scene.unmarked = CapabilityFactory()
    scene.capability = CapabilityFactory(role=goal)
    other = CapabilityFactory(role=CareerRoleFactory())
    for key, capability in (("shared", scene.capability), ("closed", other)):
        marks = {capability.pk: Marked("not_yet", MARKS["mark_shared" if key == "shared" else "mark_private"])}
        scene.sheets[key] = assessment.save_marks(person=person, role=capability.role, version=0, marks=marks, now=NOW)
    sheet = scene.sheets["shared"]
    assessment.share(assessment_id=sheet.pk, by=person, version=1, is_shared=True, today=TODAY, now=NOW)
    since = {scene.capability.pk: Marked("developing", MARKS["mark_private"])}
    later = NOW + dt.timedelta(minutes=1)
    assessment.save_marks(person=person, role=goal, version=1, marks=since, now=later)


def _cpd_plan(scene: Scene) -> None:
    """A plan of the starter with a goal and an action, shared with the manager."""
    me = scene.people["person"]
    plan = cpd.start_plan(by=me, today=TODAY, now=NOW)
    own = {"plan_id": plan.pk, "by": me, "now": NOW}
    scene.cpd_goal = cpd.save_goal(**own, version=1, title=MARKS["cpd"], why="", role=scene.role)
    data = cpd.ActionData(title=MARKS["cpd"], kind="others", due_date=TODAY + dt.timedelta(days=30))
    cpd.save_action(**own, goal_id=scene.cpd_goal.pk, version=2, data=data)
    scene.cpd = cpd.share_plan(**own, version=3, is_shared=True, today=TODAY)


ROLES = {
    "ld_admin": Role.LD_ADMIN,
    "head_of_service": Role.HEAD_OF_SERVICE,
    "assessor": Role.ASSESSOR,
    "panel_member": Role.PANEL_MEMBER,
    "co_ordinator": Role.ASYE_COORDINATOR,
    "coach": Role.COACH,
}


def _employ(scene: Scene, key: str, team: Team) -> None:
    """Someone with an account, a post and, where the key says so, an access role."""
    person = PersonFactory(given_name=key.replace("_", " ").title(), family_name="Demo-Test")
    posting(person, team=team)
    gone = key == "deactivated"
    if gone:
        Person.objects.filter(pk=person.pk).update(deactivated_at=NOW, leaving_date=YESTERDAY)
    roles = [ROLES[key]] if key in ROLES else []
    scene.people[key] = person
    scene.users[key] = UserFactory(person=person, roles=roles, is_active=not gone, is_staff=key == "ld_admin")


def _agree(plan: InductionPlan, *pair: Person) -> None:
    for by in pair:
        services.agree_plan(plan_id=plan.pk, by=by, revision=plan.revision, today=START, now=NOW)
    plan.refresh_from_db()


def _work(scene: Scene, mandatory_key: str) -> None:
    """One item in each state that a page may show."""
    person, manager = scene.people["person"], scene.people["manager"]
    own = list(scene.plan.checkpoints.filter(owner="person", is_mandatory=False).order_by("pk"))
    scene.items = dict(zip(("to_do", "ready", "signed", "proposed"), own, strict=True))
    scene.items["mandatory"] = scene.plan.checkpoints.get(source_key=mandatory_key)
    scene.items["of_manager"] = scene.plan.checkpoints.get(owner="manager")
    for key in ("ready", "signed"):
        services.mark_ready(
            checkpoint_id=scene.items[key].pk, by=person, version=1, note=MARKS["plan"], today=TODAY, now=NOW
        )
        scene.items[key].refresh_from_db()
    signed = scene.items["signed"]
    services.sign_off(
        checkpoint_id=signed.pk,
        by=manager,
        version=signed.version,
        comment=MARKS["plan"],
        form_key=uuid.uuid4(),
        today=TODAY,
        now=NOW,
    )
    services.propose_drop(
        checkpoint_id=scene.items["proposed"].pk,
        by=manager,
        version=1,
        reason=MARKS["plan"],
        today=TODAY,
        now=NOW,
    )
    for item in scene.items.values():
        item.refresh_from_db()
    scene.review = scene.plan.reviews.get(month=1)
    services.save_review(
        review_id=scene.review.pk,
        by=manager,
        version=1,
        data=services.ReviewData(held_date=TODAY, comment=MARKS["plan"], next_steps=MARKS["plan"]),
        today=TODAY,
        now=NOW,
    )
    scene.review.refresh_from_db()


def _write(scene: Scene) -> None:
    """Notes, an extension with its reason, and the mails that all this has caused."""
    person, manager = scene.people["person"], scene.people["manager"]
    for key, by, shared in (
        ("note_of_person", person, False),
        ("note_of_manager", manager, False),
        ("note_shared", person, True),
    ):
        scene.notes[key] = services.add_note(
            plan_id=scene.plan.pk, by=by, text=MARKS[key], is_shared=shared, today=TODAY, now=NOW
        )
    services.extend_plan(
        plan_id=scene.plan.pk,
        by=manager,
        to_date=scene.plan.end_date + dt.timedelta(days=30),
        kind="adjustment",
        reason=MARKS["reason"],
        form_key=uuid.uuid4(),
        today=TODAY,
        now=NOW,
    )
    scene.plan.refresh_from_db()
    scene.mail = OutgoingMail.objects.filter(recipient=person).earliest("created_at", "pk")
    OutgoingMail.objects.filter(pk=scene.mail.pk).update(
        subject=MARKS["mail_of_person"], text_body=MARKS["mail_of_person"]
    )


def _newer_version(old: ProgrammeVersion) -> ProgrammeVersion:
    """A second version of the starter's programme, published after the plan began."""
    ProgrammeVersion.objects.filter(pk=old.pk).update(state=ProgrammeVersion.State.RETIRED)
    newer = version(owners=("person", "manager"))
    ProgrammeVersion.objects.filter(pk=newer.pk).update(programme=old.programme, number=2)
    newer.refresh_from_db()
    Directorate.objects.get_or_create(code="childrens", defaults={"name": "Children's Social Care"})
    return newer
