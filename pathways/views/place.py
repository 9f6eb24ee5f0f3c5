"""Where the reader stands on the map, and where they would like to go: one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Subquery

from pathways.models import CareerGoal
from people.models import Person, User


@dataclass(frozen=True)
class Place:
    """The reader's own role and goal, as numbers of career roles; none where there is none."""

    role_id: int | None = None
    goal_id: int | None = None
    is_person: bool = False

    def flag(self, role_id: int) -> tuple[str, str]:
        """The words on a role, and their kind."""
        if role_id == self.role_id:
            return "You are here", "here"
        return ("Your goal", "goal") if role_id == self.goal_id else ("", "")


def place_of(user: User, *, today: dt.date) -> Place:
    """By the post that is open on the day; a goal is read by its person alone."""
    if user.person_id is None:
        return Place()
    goal = CareerGoal.objects.visible_to(user, today=today).values("role")[:1]
    row = (
        Person.objects.filter(pk=user.person_id)
        .with_post(today=today)
        .annotate(career_role=F("post__job_role__career_role"), goal=Subquery(goal))
        .values("career_role", "goal")
        .first()
    )
    return Place(role_id=row["career_role"], goal_id=row["goal"], is_person=True) if row else Place(is_person=True)
