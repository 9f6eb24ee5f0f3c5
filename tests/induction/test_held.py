"""What one person changes while a message is held becomes one message, written when it leaves (complaint 4)."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail as django_mail

from induction import services
from notifications import tasks
from notifications.models import OutgoingMail, SendingLimits
from tests.factories import induction as make

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def drain(now: dt.datetime) -> int:
    with time_machine.travel(now, tick=False):
        return int(tasks.drain_mail())


def under_way() -> make.Pair:
    """A plan that both have agreed; what was mailed about that is gone."""
    pair = make.pair()
    OutgoingMail.objects.all().delete()
    return pair


def extend(pair: make.Pair, *, days: int, now: dt.datetime) -> None:
    pair.plan.refresh_from_db()
    services.extend_plan(
        plan_id=pair.plan.pk, by=pair.manager, to_date=pair.plan.end_date + days * DAY, kind="other", reason="R",
        today=TODAY, now=now,
    )  # fmt: skip


def pause(pair: make.Pair, *, now: dt.datetime) -> None:
    services.pause_plan(
        plan_id=pair.plan.pk,
        by=pair.manager,
        start_date=TODAY,
        expected_end_date=None,
        reason="R",
        today=TODAY,
        now=now,
    )


def test_three_changes_in_a_quarter_of_an_hour_are_one_message_of_how_things_stand() -> None:
    pair = under_way()
    extend(pair, days=7, now=NOW)
    extend(pair, days=7, now=NOW + 5 * MINUTE)
    pause(pair, now=NOW + 9 * MINUTE)
    assert drain(NOW + 14 * MINUTE) == 0
    assert drain(NOW + 15 * MINUTE) == 1
    (message,) = django_mail.outbox
    pair.plan.refresh_from_db()
    assert message.to == [pair.person.email]
    assert "is paused" in message.subject
    assert f"{pair.plan.end_date.day} {pair.plan.end_date:%B %Y}" in str(message.body)


def test_without_the_hold_each_change_would_be_a_message() -> None:
    SendingLimits.objects.update(hold_minutes=0)
    pair = under_way()
    for number in range(2):
        extend(pair, days=7, now=NOW + number * MINUTE)
        drain(NOW + number * MINUTE)
    assert len(django_mail.outbox) == 2


def test_a_change_after_the_message_has_left_makes_another() -> None:
    pair = under_way()
    extend(pair, days=7, now=NOW)
    drain(NOW + 15 * MINUTE)
    extend(pair, days=7, now=NOW + 16 * MINUTE)
    assert drain(NOW + 31 * MINUTE) == 1


def test_an_agreement_that_is_back_is_not_mailed_about() -> None:
    pair = make.pair(agreed=False)
    services.agree_plan(plan_id=pair.plan.pk, by=pair.person, revision=1, today=TODAY, now=NOW)
    data = services.CheckpointData(
        section="do", method="coaching", title="Meet a coach", owner="person", due_date=TODAY + 9 * DAY
    )
    services.add_checkpoint(plan_id=pair.plan.pk, by=pair.manager, data=data, today=TODAY, now=NOW + MINUTE)
    for side in (pair.person, pair.manager):
        services.agree_plan(plan_id=pair.plan.pk, by=side, revision=2, today=TODAY, now=NOW + 2 * MINUTE)
    drain(NOW + 20 * MINUTE)
    held = OutgoingMail.objects.get(kind="induction.agreement_cleared")
    assert (held.state, held.reason) == ("dropped", "Both have agreed the plan again.")


def test_dates_that_moved_are_told_although_the_agreement_is_back() -> None:
    pair = make.pair(agreed=False)
    agree = {"plan_id": pair.plan.pk, "today": TODAY, "now": NOW}
    services.agree_plan(by=pair.person, revision=1, **agree)
    OutgoingMail.objects.all().delete()
    data = services.CheckpointData(
        section="do", method="coaching", title="Meet a coach", owner="person", due_date=TODAY + 9 * DAY
    )
    services.add_checkpoint(plan_id=pair.plan.pk, by=pair.manager, data=data, today=TODAY, now=NOW)
    extend(pair, days=7, now=NOW + 2 * MINUTE)
    pair.plan.refresh_from_db()
    for by in (pair.person, pair.manager):
        services.agree_plan(by=by, revision=pair.plan.revision, **agree | {"now": NOW + 4 * MINUTE})
    drain(NOW + 15 * MINUTE)
    drain(NOW + 16 * MINUTE)
    told = [message.body for message in django_mail.outbox if pair.person.email in message.to]
    assert any("8 March 2027" in body for body in told), told
