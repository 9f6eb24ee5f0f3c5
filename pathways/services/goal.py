"""A person's goal: set, changed, cleared by the person alone."""

from __future__ import annotations

import datetime as dt

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways.models import CareerGoal, CareerRole
from people.models import Person


@all_or_nothing()
def set_goal(*, person: Person, role: CareerRole, now: dt.datetime) -> CareerGoal:
    """Makes the role the person's goal in place of any other; the same role again changes nothing.

    The history tells that a goal was set, never which: Learning and Development reads the history, and the goal is
    private.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    goal, is_new = CareerGoal.objects.get_or_create(person=person, defaults={"role": role, "set_at": now})
    if not is_new and goal.role_id == role.pk:
        return goal
    goal.role, goal.set_at = role, now
    goal.save(update_fields=["role", "set_at"])
    _record(person, "pathways.goal_set", goal, now)
    return goal


@all_or_nothing()
def clear_goal(*, person: Person, now: dt.datetime) -> None:
    """Takes the goal away; without one, nothing happens."""
    Person.objects.select_for_update().get(pk=person.pk)
    goal = CareerGoal.objects.filter(person=person).first()
    if goal is None:
        return
    _record(person, "pathways.goal_cleared", goal, now)
    goal.delete()


def _record(person: Person, verb: str, goal: CareerGoal, now: dt.datetime) -> None:
    audit.record(by=person, verb=verb, subject=goal, chain=audit.chain_of(person), now=now)
