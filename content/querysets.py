"""Which guides staff find, and who may keep them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from people.models import Person
from people.roles import Role

if TYPE_CHECKING:
    from content.models import MistakeReport, Page  # noqa: F401 (read by mypy)
    from people.models import User


def guide_editors() -> models.QuerySet[Person]:
    """Who may change guides: whoever keeps one is asked to, so nobody else can."""
    is_editor = Q(user__groups__name=Role.LD_ADMIN) | Q(user__is_superuser=True)
    return Person.objects.active().filter(is_editor, user__is_active=True, user__is_staff=True)


def mistake_readers() -> models.QuerySet[Person]:
    """Who deals with reports of mistakes: editors of Learning and Development; being a superuser gives no right."""
    return guide_editors().filter(user__groups__name=Role.LD_ADMIN)


class MistakeQuerySet(models.QuerySet["MistakeReport"]):
    def visible_to(self, user: User, *, today: dt.date) -> MistakeQuerySet:
        """One's own, and all of them for Learning and Development."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self if user.has_role(Role.LD_ADMIN) else self.filter(person=user.person_id)


class PageQuerySet(models.QuerySet["Page"]):
    def shown(self) -> PageQuerySet:
        """What every colleague reads; the rest is being written, and stands in the admin alone."""
        return self.filter(is_shown=True)

    def kept(self) -> PageQuerySet:
        """With an owner who may still change them."""
        return self.filter(owner__in=guide_editors())

    def in_order(self) -> PageQuerySet:
        return self.order_by("group", "position", "title")
