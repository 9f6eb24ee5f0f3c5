"""Which offers to share expertise a reader finds, and who reads what was asked of one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from people.roles import Role

if TYPE_CHECKING:
    from pathways.models import ExpertiseOffer, PlaceRequest  # noqa: F401 (read by mypy)
    from people.models import User


class OfferQuerySet(models.QuerySet["ExpertiseOffer"]):
    def visible_to(self, user: User, *, today: dt.date) -> OfferQuerySet:
        """What is on offer, for every colleague; one's own in any state; everything but what was withdrawn, for L&D.

        With the account of its owner an offer goes from everyone.
        """
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        rows = self.filter(person__deactivated_at__isnull=True)
        if user.has_role(Role.LD_ADMIN):
            return rows.filter(self._own_or_asked(user.person_id) | ~Q(state=self.model.State.WITHDRAWN))
        return rows.filter(self._own_or_asked(user.person_id) | self._on_offer(today))

    def _own_or_asked(self, person_id: int) -> Q:
        """One's own; and what one asked for a place in, so that the answer can be read, unless it is hidden."""
        asked = self.model._meta.get_field("requests").related_model._default_manager.filter(
            offer_id=OuterRef("pk"), person_id=person_id
        )
        return Q(person_id=person_id) | ~Q(state=self.model.State.HIDDEN) & Q(Exists(asked))

    def on_offer(self, today: dt.date) -> OfferQuerySet:
        """Neither paused, withdrawn, hidden nor past its last day, and its owner is still here."""
        return self.filter(self._on_offer(today), person__deactivated_at__isnull=True)

    def _on_offer(self, today: dt.date) -> Q:
        return Q(state=self.model.State.OPEN, until_date__gte=today)

    def for_role(self, role_id: int) -> OfferQuerySet:
        """Those that build a capability of the role."""
        through = self.model.capabilities.through.objects.filter(
            expertiseoffer_id=OuterRef("pk"), capability__role_id=role_id
        )
        return self.filter(Exists(through))

    def in_list(self, *, today: dt.date) -> OfferQuerySet:
        """With the names of owners and their posts, the ones that end first at the top."""
        return self.select_related("person").with_post(today).order_by("until_date", "title", "pk")

    def with_post(self, today: dt.date) -> OfferQuerySet:
        """Adds the owner's `team_name`, `role_title` and `side` of the organisation on the day."""
        post = self._posts(today)
        return self.annotate(
            team_name=models.Subquery(post.values("team__name")[:1]),
            role_title=models.Subquery(post.values("job_role__title")[:1]),
        )

    def in_directorate(self, code: str, *, today: dt.date) -> OfferQuerySet:
        """Of people who work there on the day."""
        return self.filter(Exists(self._posts(today).filter(team__directorate__code=code)))

    @staticmethod
    def _posts(today: dt.date) -> models.QuerySet[models.Model]:
        from people.models import Posting  # noqa: PLC0415 - models read their querysets first

        rows: models.QuerySet[models.Model] = (
            Posting.objects.on(today).filter(person_id=OuterRef("person_id")).order_by("-start_date", "-pk")
        )
        return rows


class PlaceRequestQuerySet(models.QuerySet["PlaceRequest"]):
    def visible_to(self, user: User, *, today: dt.date) -> PlaceRequestQuerySet:
        """Whoever asks and whoever offers; nobody else reads what was written."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        me = user.person_id
        rows = self.filter(person__deactivated_at__isnull=True, offer__person__deactivated_at__isnull=True)
        return rows.filter(Q(person_id=me) | Q(offer__person_id=me))
