"""Everything that happens to a CPD plan, its goals and its actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways import emails
from pathways.models import CareerRole, CpdAction, CpdDecision, CpdGoal, CpdPlan
from pathways.rules import cpd_plan as rules
from people.line import Line, line_of
from people.models import Person
from people.rules import Conflict, check_version

Kind = CpdDecision.Kind
# What the decision is called that an action of the table makes.
DECISIONS = {
    ("say_met", "said_met"): Kind.SAID_MET,
    ("say_not_met", "said_not_met"): Kind.SAID_NOT_MET,
    ("reopen", "open"): Kind.REOPENED,
    ("drop", "dropped"): Kind.DROPPED,
    ("confirm", "met"): Kind.CONFIRMED_MET,
    ("confirm", "not_met"): Kind.CONFIRMED_NOT_MET,
    ("hand_back", "open"): Kind.HANDED_BACK,
}


@dataclass(frozen=True)
class ActionData:
    """What an action says."""

    title: str
    kind: str
    due_date: dt.date
    needs: str = ""


@all_or_nothing(durable=True)
def start_plan(*, by: Person, today: dt.date, now: dt.datetime) -> CpdPlan:
    """The person's one plan, private, with its review in a year; where it stands already nothing happens."""
    Person.objects.select_for_update().get(pk=by.pk)
    plan, is_new = CpdPlan.objects.get_or_create(
        person=by, defaults={"review_date": today + rules.REVIEW_EVERY, "created_at": now}
    )
    if is_new:
        _note(plan, "cpd_started", by, now)
    return plan


@all_or_nothing(durable=True)
def save_goal(
    *,
    plan_id: int,
    by: Person,
    version: int,
    title: str,
    why: str,
    role: CareerRole | None,
    goal_id: int | None = None,
    now: dt.datetime,
) -> CpdGoal:
    """A new goal, or other words for one that is open."""
    plan = _own(plan_id, by=by, version=version)
    goal = CpdGoal(plan=plan, created_at=now) if goal_id is None else _goal(plan, goal_id)
    goal.state = rules.next_state(goal.state, "change")
    goal.title, goal.why, goal.role = title, why, role
    goal.save()
    _note(plan, "cpd_changed", by, now)
    return goal


@all_or_nothing(durable=True)
def move_goal(
    *, plan_id: int, goal_id: int, by: Person, version: int, action: str, reason: str = "", now: dt.datetime
) -> CpdGoal:
    """The person says that a goal is met or not met and why, opens it again, or drops it."""
    plan = _own(plan_id, by=by, version=version)
    goal = _goal(plan, goal_id)
    goal.outcome_reason = reason
    _move(plan, goal, action, by=by, acting_for=None, reason=reason, now=now)
    return goal


@all_or_nothing(durable=True)
def save_action(
    *, plan_id: int, goal_id: int, by: Person, version: int, data: ActionData, action_id: int | None = None,
    now: dt.datetime,
) -> CpdAction:  # fmt: skip
    """A new action of an open goal, or other words and another date for one that is not done."""
    plan = _own(plan_id, by=by, version=version)
    goal = _goal(plan, goal_id)
    rules.next_state(goal.state, "change")
    action = CpdAction(goal=goal) if action_id is None else _action(goal, action_id)
    action.title, action.kind, action.due_date, action.needs = data.title, data.kind, data.due_date, data.needs
    action.save()
    _note(plan, "cpd_changed", by, now)
    return action


@all_or_nothing(durable=True)
def finish_action(
    *, plan_id: int, goal_id: int, action_id: int, by: Person, version: int, is_done: bool, note: str = "",
    evidence_url: str = "", today: dt.date, now: dt.datetime,
) -> CpdAction:  # fmt: skip
    """Done, with what came of it and where the evidence is; or dropped."""
    plan = _own(plan_id, by=by, version=version)
    goal = _goal(plan, goal_id)
    rules.next_state(goal.state, "change")
    action = _action(goal, action_id)
    action.done_date = today if is_done else None
    action.is_dropped = not is_done
    action.done_note, action.evidence_url = note, evidence_url
    action.save()
    _note(plan, "cpd_changed", by, now)
    return action


@all_or_nothing(durable=True)
def share_plan(*, plan_id: int, by: Person, version: int, is_shared: bool, today: dt.date, now: dt.datetime) -> CpdPlan:
    """The person lets their line manager read the plan, or stops it; who that is follows from the line each day."""
    plan = _own(plan_id, by=by, version=version)
    if plan.is_shared == is_shared:
        return plan
    plan.shared_at = now if is_shared else None
    plan.save(update_fields=["shared_at"])
    if is_shared:
        emails.cpd_shared(plan, line_of(plan.person, today=today), now=now)
    _decide(plan, Kind.SHARED if is_shared else Kind.CLOSED, by=by, now=now)
    return plan


@all_or_nothing(durable=True)
def set_review_date(*, plan_id: int, by: Person, version: int, review_date: dt.date, now: dt.datetime) -> CpdPlan:
    """The person moves the day of the next review."""
    plan = _own(plan_id, by=by, version=version)
    plan.review_date = review_date
    plan.save(update_fields=["review_date"])
    _note(plan, "cpd_changed", by, now)
    return plan


@all_or_nothing(durable=True)
def hold_review(
    *, plan_id: int, by: Person, version: int, held_date: dt.date, comment: str, next_date: dt.date,
    answers: Mapping[int, str], today: dt.date, now: dt.datetime,
) -> CpdPlan:  # fmt: skip
    """The manager's dated comment, an answer ("confirm" or "hand_back") to each goal that waits, and the next day."""
    plan = CpdPlan.objects.select_for_update(of=("self",)).select_related("person").get(pk=plan_id)
    line = line_of(plan.person, today=today)
    rules.check_can_review(person_id=plan.person_id, by_id=by.pk, managers=line.ids, is_shared=plan.is_shared)
    check_version(plan.version, version)
    waiting = {goal.pk: goal for goal in plan.goals.select_for_update().filter(state__startswith="said_")}
    if set(waiting) != set(answers):
        raise Conflict("The goals that wait for an answer have changed. Read the plan again before you decide.")
    plan.version += 1
    plan.reviewed_date, plan.review_date = held_date, next_date
    plan.save(update_fields=["version", "reviewed_date", "review_date"])
    emails.cpd_reviewed(plan, now=now)
    for pk, action in sorted(answers.items()):
        _move(plan, waiting[pk], action, by=by, acting_for=line.acting_for(by), reason="", now=now)
    _decide(plan, Kind.REVIEWED, by=by, acting_for=line.acting_for(by), held_date=held_date, text=comment, now=now)
    return plan


def line_for(plan: CpdPlan, *, today: dt.date) -> Line:
    """Who would read the plan once it is shared, on the day."""
    return line_of(plan.person, today=today)


def _own(plan_id: int, *, by: Person, version: int) -> CpdPlan:
    """Lock the person's own plan as they saw it; every change makes the forms of before stale."""
    plan: CpdPlan = CpdPlan.objects.select_for_update(of=("self",)).select_related("person").get(pk=plan_id)
    rules.check_can_plan(person_id=plan.person_id, by_id=by.pk)
    check_version(plan.version, version)
    plan.version += 1
    plan.save(update_fields=["version"])
    return plan


def _goal(plan: CpdPlan, goal_id: int) -> CpdGoal:
    goal: CpdGoal = plan.goals.get(pk=goal_id)
    return goal


def _action(goal: CpdGoal, action_id: int) -> CpdAction:
    action: CpdAction = goal.actions.get(pk=action_id)
    if action.done_date or action.is_dropped:
        raise Conflict("This action is done or dropped already, and stays as it is.")
    return action


def _move(
    plan: CpdPlan, goal: CpdGoal, action: str, *, by: Person, acting_for: Person | None, reason: str, now: dt.datetime
) -> None:
    goal.state = rules.next_state(goal.state, action)
    goal.save(update_fields=["state", "outcome_reason"])
    kind = DECISIONS[(action, str(goal.state))]
    _decide(plan, kind, goal=goal, by=by, acting_for=acting_for, text=reason, now=now)


def _note(plan: CpdPlan, verb: str, by: Person, now: dt.datetime) -> None:
    """A change that is no decision: that something was planned, never what."""
    audit.record(by=by, verb=f"pathways.{verb}", subject=plan, chain=audit.chain_of(plan.person), now=now)


def _decide(
    plan: CpdPlan, kind: str, *, goal: CpdGoal | None = None, by: Person, acting_for: Person | None = None,
    held_date: dt.date | None = None, text: str = "", now: dt.datetime,
) -> None:  # fmt: skip
    decision = CpdDecision(plan=plan, goal=goal, kind=kind, by=by, acting_for=acting_for, held_date=held_date, at=now)
    decision.entry = audit.record(
        by=by,
        acting_for=acting_for,
        verb=f"pathways.cpd_{kind}",
        subject=goal or plan,
        chain=audit.chain_of(plan.person),
        now=now,
        text=text,
        sealed=decision.sealed_facts(),
    )
    decision.save(force_insert=True)
