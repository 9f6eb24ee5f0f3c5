"""Where the reader stands on the map, and where they would like to go: one query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pathways.models import CareerGoal
from people.models import User


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
    role_id, goal_id = CareerGoal.objects.place_of(user, today=today)
    return Place(role_id=role_id, goal_id=goal_id, is_person=user.person_id is not None)
