"""A CPD plan: private until shared, met or not met by both, reviewed by the manager, due on its days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from audit.verbs import PRIVATE
from notifications.models import OutgoingMail
from notifications.registry import due_rules
from pathways.models import CapabilityMark, CpdAction, CpdDecision, CpdGoal, CpdPlan, SelfAssessment
from pathways.rules import cpd_plan as rules
from people.models import LineManagement, Person
from people.roles import Role
from people.rules import Conflict
from tests.factories.pathways import CapabilityFactory
from tests.factories.people import PersonFactory, UserFactory, line
from tests.pathways.conftest import words_of

pytestmark = pytest.mark.django_db

SECRET = "I would like to leave this team"  # noqa: S105 - words that only the person reads


def client_of(person: Person, *roles: str) -> Client:
    client = Client()
    client.force_login(UserFactory(person=person, roles=list(roles)))
    return client


class Pair:
    """Somebody with a plan, and their manager."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.person = PersonFactory(given_name="Amara", family_name="Test-Planner")
        self.manager = PersonFactory(given_name="Dan", family_name="Sample-Manager")
        line(self.person, self.manager)
        self.mine, self.theirs = client_of(self.person), client_of(self.manager)
        self.mine.post(reverse("pathways:cpd_mine"))
        self.plan = CpdPlan.objects.get()

    def post(self, client: Client, name: str, *args: int, **typed: Any) -> Any:
        self.plan.refresh_from_db()
        data = {"version": self.plan.version, **typed}
        return client.post(reverse(f"pathways:{name}", args=[self.plan.pk, *args]), data)

    def goal(self, title: str = SECRET) -> CpdGoal:
        assert self.post(self.mine, "cpd_goal_add", title=title, why="", role="").status_code == 302
        goal: CpdGoal = self.plan.goals.latest("pk")
        return goal

    def action(self, goal: CpdGoal, days: int = 14) -> CpdAction:
        typed = {"title": SECRET, "kind": "others", "needs": "Time", **day("due_date", self.today, days)}
        assert self.post(self.mine, "cpd_action_add", goal.pk, **typed).status_code == 302
        action: CpdAction = goal.actions.latest("pk")
        return action

    def share(self, share: str = "1") -> None:
        assert self.post(self.mine, "cpd_share", share=share).status_code == 302

    def review(self, **typed: Any) -> Any:
        days = {**day("held_date", self.today, 0), **day("next_date", self.today, 300)}
        return self.post(self.theirs, "cpd_review", **{"comment": "We talked.", **days, **typed})


def day(name: str, today: dt.date, days: int) -> dict[str, int]:
    on = today + dt.timedelta(days=days)
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        ("open", ["change", "say_met", "say_not_met", "drop"]),
        ("said_met", ["reopen"]),
        ("said_not_met", ["reopen"]),
        ("met", []),
        ("not_met", []),
        ("dropped", []),
    ],
)
def test_what_the_person_may_do_with_a_goal(state: str, actions: list[str]) -> None:
    assert rules.goal_actions(state, is_own=True) == actions
    assert rules.goal_actions(state, is_own=False) == []
    for action in set(rules.GOAL_TRANSITIONS) - set(actions) - {"confirm", "hand_back"}:
        with pytest.raises(Conflict):
            rules.next_state(state, action)


def test_a_plan_is_private_until_it_is_shared_and_again_after_that(pair: Pair) -> None:
    pair.action(pair.goal())
    page, url = pair.plan.get_absolute_url(), reverse("pathways:cpd_mine")
    assert pair.theirs.get(page).status_code == 404
    assert "Test-Planner" not in pair.theirs.get(url).content.decode()
    pair.share()
    assert SECRET in pair.theirs.get(page).content.decode()
    assert "Test-Planner" in pair.theirs.get(url).content.decode()
    assert SECRET not in OutgoingMail.objects.get(kind="pathways.cpd_shared").text_body
    assert pair.post(pair.theirs, "cpd_goal_add", title="Mine", why="", role="").status_code == 403
    pair.share("0")
    assert pair.theirs.get(page).status_code == 404


def test_learning_sees_counts_and_small_ones_not_at_all(pair: Pair) -> None:
    pair.goal()
    learning = client_of(PersonFactory(), Role.LD_ADMIN)
    counts = reverse("pathways:cpd_counts")
    assert "fewer than 5" in learning.get(counts).content.decode()
    CpdPlan.objects.bulk_create(
        CpdPlan(person=PersonFactory(), review_date=pair.today, created_at=timezone.now()) for _ in range(6)
    )
    page = learning.get(counts).content.decode()
    assert re.search(r">\s*7\s*<", page)
    assert SECRET not in page
    assert learning.get(pair.plan.get_absolute_url()).status_code == 404
    assert pair.mine.get(counts).status_code == 403


def test_many_goals_of_few_people_are_not_counted_out(pair: Pair) -> None:
    def told() -> list[str]:
        page = words_of(learning.get(reverse("pathways:cpd_counts")))
        return re.findall(
            r"(?:With a goal confirmed as met|With a goal) (not shown|all but fewer than 5|fewer than 5|\d+)", page
        )

    learning = client_of(PersonFactory(), Role.LD_ADMIN)
    plans = [pair.plan, *CpdPlan.objects.bulk_create(
        CpdPlan(person=PersonFactory(), review_date=pair.today, created_at=timezone.now()) for _ in range(9)
    )]  # fmt: skip

    def met(plan: CpdPlan, goals: int) -> None:
        CpdGoal.objects.bulk_create(
            CpdGoal(plan=plan, title="G", state="met", outcome_reason="Said", created_at=timezone.now())
            for _ in range(goals)
        )

    met(plans[0], 7)
    assert told() == ["fewer than 5", "not shown"]
    for plan in plans[1:5]:
        met(plan, 2)
    assert told() == ["5", "5"]


def test_a_goal_is_met_when_both_say_so(pair: Pair) -> None:
    met, not_met = pair.goal("First"), pair.goal("Second")
    pair.share()
    assert "Enter the reason" in pair.post(pair.mine, "cpd_say_met", met.pk, reason="").content.decode()
    assert pair.post(pair.mine, "cpd_say_met", met.pk, reason="I led the duty desk.").status_code == 302
    assert pair.post(pair.mine, "cpd_say_not_met", not_met.pk, reason="No course ran.").status_code == 302
    answers = {f"goal_{met.pk}": "confirm", f"goal_{not_met.pk}": "hand_back"}
    unanswered = pair.review(**{f"goal_{met.pk}": "confirm"}).content.decode()
    assert "Choose what you say to “Second”" in unanswered
    assert pair.review(**answers).status_code == 302
    states = dict(CpdGoal.objects.values_list("title", "state"))
    assert states == {"First": "met", "Second": "open"}
    page = pair.mine.get(pair.plan.get_absolute_url()).content.decode()
    for words in ("We talked.", "I led the duty desk.", "held the review on", "No course ran."):
        assert words in page
    assert OutgoingMail.objects.get(kind="pathways.cpd_reviewed").recipient == pair.person
    assert pair.post(pair.mine, "cpd_drop", met.pk, reason="No").status_code == 409
    kinds = list(CpdDecision.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["shared", "said_met", "said_not_met", "confirmed_met", "handed_back", "reviewed"]


def test_nobody_reviews_their_own_plan_or_one_that_is_private(pair: Pair) -> None:
    assert pair.review().status_code == 404
    pair.share()
    review = reverse("pathways:cpd_review", args=[pair.plan.pk])
    assert pair.mine.get(review).status_code == 403


def test_a_stale_form_overwrites_nothing_and_keeps_the_words(pair: Pair) -> None:
    goal = pair.goal("First")
    typed = {"title": "Typed in another window", "why": "", "role": "", "version": 1}
    answer = pair.mine.post(reverse("pathways:cpd_goal_change", args=[pair.plan.pk, goal.pk]), typed)
    assert answer.status_code == 409
    assert "Typed in another window" in answer.content.decode()
    goal.refresh_from_db()
    assert goal.title == "First"


def test_a_goal_said_after_the_form_was_opened_is_not_passed_over(pair: Pair) -> None:
    goal = pair.goal("First")
    pair.share()
    pair.post(pair.mine, "cpd_say_met", goal.pk, reason="Done")
    assert pair.review().status_code == 200  # the answer is missing
    assert pair.review(version=1, **{f"goal_{goal.pk}": "confirm"}).status_code == 409


def due(kind: str, today: dt.date) -> list[tuple[str, str]]:
    rule = next(rule for rule in due_rules() if rule.kind == kind)
    return [(str(item.waiting_on), item.label) for item in rule.items(rule.find(today=today))]


def test_an_action_is_due_to_its_person_alone_and_without_its_words(pair: Pair) -> None:
    goal = pair.goal()
    action = pair.action(goal)
    assert due("pathways.cpd_action", pair.today) == [("person", "An action of a CPD plan")]
    rule = next(rule for rule in due_rules() if rule.kind == "pathways.cpd_action")
    assert (rule.ladder.up_after, rule.ladder.learning_after) == (None, None)
    done = pair.post(pair.mine, "cpd_action_done", goal.pk, action.pk, note="It went well", evidence_url="")
    assert done.status_code == 302
    assert due("pathways.cpd_action", pair.today) == []
    assert "It went well" in pair.mine.get(pair.plan.get_absolute_url()).content.decode()


def test_only_what_is_not_done_is_late(pair: Pair) -> None:
    goal = pair.goal()
    action = pair.action(goal)
    CpdAction.objects.update(due_date=pair.today - dt.timedelta(days=3))
    assert "3 days late" in pair.mine.get(pair.plan.get_absolute_url()).content.decode()
    pair.post(pair.mine, "cpd_action_done", goal.pk, action.pk, note="It went well", evidence_url="")
    assert "days late" not in pair.mine.get(pair.plan.get_absolute_url()).content.decode()


def test_what_is_done_says_what_came_of_it_and_what_is_typed_is_kept(pair: Pair) -> None:
    goal = pair.goal()
    action = pair.action(goal)
    link = "https://intranet.example/certificate"
    unsaid = pair.post(pair.mine, "cpd_action_done", goal.pk, action.pk, note=" ", evidence_url=link)
    assert "Enter what came of it" in unsaid.content.decode()
    assert link in unsaid.content.decode()
    wrong = pair.post(pair.mine, "cpd_action_done", goal.pk, action.pk, note="A long account", evidence_url="nowhere")
    assert wrong.status_code == 200
    assert "A long account" in wrong.content.decode()
    stale = pair.post(pair.mine, "cpd_action_done", goal.pk, action.pk, note="A long account", version=1)
    assert stale.status_code == 409
    assert "A long account" in stale.content.decode()
    assert CpdAction.objects.get().done_date is None
    assert pair.post(pair.mine, "cpd_action_drop", goal.pk, action.pk, note="").status_code == 302
    assert CpdAction.objects.get().is_dropped


def test_an_action_of_a_closed_goal_is_not_due(pair: Pair) -> None:
    goal = pair.goal()
    pair.action(goal)
    pair.post(pair.mine, "cpd_drop", goal.pk, reason="Another time")
    assert due("pathways.cpd_action", pair.today) == []


def test_the_review_waits_on_the_person_until_the_plan_is_shared(pair: Pair) -> None:
    assert due("pathways.cpd_review", pair.today) == [("person", "Yearly review of a CPD plan")]
    pair.share()
    assert due("pathways.cpd_review", pair.today) == [("manager", "Yearly review of a CPD plan")]


def test_without_a_line_manager_the_review_stays_with_the_person_who_alone_can_read_it(pair: Pair) -> None:
    pair.share()
    LineManagement.objects.all().delete()
    assert due("pathways.cpd_review", pair.today) == [
        ("person", "Yearly review of a CPD plan, once a line manager is recorded")
    ]
    page = words_of(pair.mine.get(pair.plan.get_absolute_url()))
    assert "Whoever becomes your line manager can read the plan" in page
    assert "Shared with Learning and Development" not in page


def test_gaps_of_the_self_assessment_are_suggested(pair: Pair) -> None:
    near, far = CapabilityFactory(title="Write a chronology"), CapabilityFactory(title="Lead a meeting")
    for capability, level in ((near, "developing"), (far, "not_yet")):
        sheet = SelfAssessment.objects.create(person=pair.person, role=capability.role, changed_at=timezone.now())
        CapabilityMark.objects.create(
            assessment=sheet,
            capability=capability,
            title=capability.title,
            side="person",
            by=pair.person,
            level=level,
            marked_at=timezone.now(),
        )
    page = pair.mine.get(pair.plan.get_absolute_url()).content.decode()
    assert page.index("Lead a meeting") < page.index("Write a chronology")
    form = pair.mine.get(reverse("pathways:cpd_goal_add", args=[pair.plan.pk]) + f"?capability={far.pk}")
    assert 'value="Lead a meeting"' in form.content.decode()


def test_what_a_plan_does_is_private_in_the_history_of_the_administration(pair: Pair) -> None:
    pair.share()
    pair.goal()
    verbs = set(AuditEntry.objects.filter(verb__startswith="pathways.cpd_").values_list("verb", flat=True))
    assert verbs == {"pathways.cpd_started", "pathways.cpd_changed", "pathways.cpd_shared"}
    assert verbs <= PRIVATE


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "x"])
def test_a_version_that_no_page_has_given_shares_nothing(pair: Pair, version: str) -> None:
    assert pair.post(pair.mine, "cpd_share", share="1", version=version).status_code == 409


def test_every_plan_that_is_shared_can_be_reached(pair: Pair) -> None:
    for number in range(26):
        person = PersonFactory(family_name=f"Test-Number{number:02}")
        line(person, pair.manager)
        CpdPlan.objects.create(
            person=person,
            review_date=pair.today + dt.timedelta(days=number),
            created_at=timezone.now(),
            shared_at=timezone.now(),
        )
    address = reverse("pathways:cpd_mine")
    first = pair.theirs.get(address).content.decode()
    assert "Test-Number24" in first
    assert "Test-Number25" not in first
    assert 'href="?page=2"' in first
    assert "Test-Number25" in pair.theirs.get(address + "?page=2").content.decode()
