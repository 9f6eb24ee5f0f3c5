"""What a message asks for is asked about again right before it leaves: done since, or with somebody else?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from induction import services
from induction.models import Checkpoint, InductionPlan, Review
from induction.services.still_asked import ASKED, refresher_of
from notifications import tasks
from notifications.models import OutgoingMail
from people.models import Cover, LineManagement, Person
from tests.factories import induction as make
from tests.factories.people import PersonFactory, cover, line

pytestmark = pytest.mark.django_db
NOW, TODAY = make.NOW, make.TODAY
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def agreement(pair: make.Pair) -> None:
    services.agree_plan(plan_id=pair.plan.pk, by=pair.person, revision=1, today=TODAY, now=NOW)


def handed_back(pair: make.Pair) -> None:
    services.mark_ready(
        checkpoint_id=pair.item().pk, by=pair.person, version=pair.item().version, note="N", today=TODAY, now=NOW
    )
    services.hand_back(
        checkpoint_id=pair.item().pk, by=pair.manager, version=pair.item().version, reason="R", today=TODAY, now=NOW
    )


def signature(pair: make.Pair) -> None:
    Review.objects.filter(pk=pair.review().pk).update(held_date=TODAY, outcome="on_track")
    services.sign_review(
        review_id=pair.review().pk, by=pair.person, version=pair.review().version, today=TODAY, now=NOW
    )


def buddy(pair: make.Pair) -> None:
    services.set_buddy(plan_id=pair.plan.pk, by=pair.manager, buddy=PersonFactory(), today=TODAY, now=NOW)


def welcome(pair: make.Pair) -> None:
    """It was queued with the plan."""


ASK: dict[str, Callable[[make.Pair], None]] = {
    "induction.plan_started": welcome,
    "induction.agreement_asked": agreement,
    "induction.buddy_named": buddy,
    "induction.checkpoint_handed_back": handed_back,
    "induction.review_signature_asked": signature,
}


def asked(kind: str) -> tuple[make.Pair, OutgoingMail]:
    """A pair, and the one message of this kind that waits for the drain."""
    pair = make.pair(agreed=kind not in {"induction.agreement_asked", "induction.plan_started"})
    if kind != "induction.plan_started":
        OutgoingMail.objects.all().delete()
    ASK[kind](pair)
    pair.plan.refresh_from_db()
    return pair, OutgoingMail.objects.get(kind=kind)


def after_the_drain(mail: OutgoingMail) -> tuple[str, str]:
    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        tasks.drain_mail()
    mail.refresh_from_db()
    return mail.state, mail.reason


def close(pair: make.Pair) -> None:
    InductionPlan.objects.filter(pk=pair.plan.pk).update(state="withdrawn")


def another_manager(pair: make.Pair) -> None:
    LineManagement.objects.filter(person=pair.person).delete()
    line(pair.person, PersonFactory())


def agree_as_manager(pair: make.Pair) -> None:
    services.agree_plan(plan_id=pair.plan.pk, by=pair.manager, revision=1, today=TODAY, now=NOW)


def agree_as_cover(pair: make.Pair) -> None:
    stand_in = PersonFactory()
    cover(pair.manager, by=stand_in, start=TODAY, end=TODAY)
    services.agree_plan(plan_id=pair.plan.pk, by=stand_in, revision=1, today=TODAY, now=NOW)


def change_the_plan(pair: make.Pair) -> None:
    data = services.CheckpointData(section="do", method="coaching", title="T", owner="person", due_date=TODAY + 9 * DAY)
    services.add_checkpoint(plan_id=pair.plan.pk, by=pair.person, data=data, today=TODAY, now=NOW)


def name_another_buddy(pair: make.Pair) -> None:
    services.set_buddy(plan_id=pair.plan.pk, by=pair.manager, buddy=None, today=TODAY, now=NOW)


def mark_ready_again(pair: make.Pair) -> None:
    services.mark_ready(
        checkpoint_id=pair.item().pk, by=pair.person, version=pair.item().version, note="N", today=TODAY, now=NOW
    )


def sign_as_manager(pair: make.Pair) -> None:
    services.sign_review(
        review_id=pair.review().pk, by=pair.manager, version=pair.review().version, today=TODAY, now=NOW
    )


@pytest.mark.parametrize("kind", ASKED)
def test_what_is_still_asked_leaves(kind: str) -> None:
    _pair, mail = asked(kind)
    assert after_the_drain(mail) == ("sent", "")


@pytest.mark.parametrize("kind", ASKED)
def test_nothing_is_asked_about_a_closed_plan(kind: str) -> None:
    pair, mail = asked(kind)
    close(pair)
    assert after_the_drain(mail) == ("dropped", "The plan has been closed since.")


@pytest.mark.parametrize(
    ("kind", "meanwhile", "reason"),
    [
        ("induction.agreement_asked", agree_as_manager, "Both have agreed the plan since."),
        ("induction.agreement_asked", agree_as_cover, "Both have agreed the plan since."),
        ("induction.agreement_asked", change_the_plan, "The plan has changed since, which another message says."),
        ("induction.agreement_asked", another_manager, "It is with somebody else now."),
        ("induction.buddy_named", name_another_buddy, "The plan has another buddy now."),
        ("induction.checkpoint_handed_back", mark_ready_again, "The item has moved on since."),
        ("induction.review_signature_asked", sign_as_manager, "Both have signed it since."),
        ("induction.review_signature_asked", another_manager, "It is with somebody else now."),
    ],
)
def test_what_was_done_or_moved_since_is_not_asked(
    kind: str, meanwhile: Callable[[make.Pair], None], reason: str
) -> None:
    pair, mail = asked(kind)
    meanwhile(pair)
    assert after_the_drain(mail) == ("dropped", reason)


def test_a_manager_who_is_back_is_still_asked_though_a_cover_may_answer_too() -> None:
    pair, mail = asked("induction.agreement_asked")
    cover(pair.manager, by=PersonFactory(), start=TODAY, end=TODAY)
    assert after_the_drain(mail)[0] == "sent"


def test_a_cover_whose_time_is_over_is_not_asked() -> None:
    pair = make.pair(agreed=False)
    stand_in = PersonFactory()
    row = cover(pair.manager, by=stand_in, start=TODAY, end=TODAY)
    OutgoingMail.objects.all().delete()
    agreement(pair)
    Cover.objects.filter(pk=row.pk).delete()
    mail = OutgoingMail.objects.get(kind="induction.agreement_asked", recipient=stand_in)
    assert after_the_drain(mail) == ("dropped", "It is with somebody else now.")


def test_a_change_of_buddy_neither_doubles_nor_loses_a_message() -> None:
    pair = make.pair()
    OutgoingMail.objects.all().delete()
    first, second = PersonFactory(), PersonFactory()

    def named(*buddies: Person | None, after: int) -> list[str]:
        """Who hears of it, once these were named one after the other."""
        django_mail.outbox.clear()
        for number, one in enumerate(buddies):
            at = NOW + after * DAY + number * MINUTE
            services.set_buddy(plan_id=pair.plan.pk, by=pair.manager, buddy=one, today=at.date(), now=at)
        with time_machine.travel(NOW + after * DAY + 30 * MINUTE, tick=False):
            tasks.drain_mail()
        return [address for sent in django_mail.outbox for address in sent.to]

    assert named(first, second, first, after=0) == [first.email]
    assert named(first, after=1) == []
    assert named(second, after=1) == [second.email]
    assert named(first, None, after=2) == []
    assert named(first, after=3) == [first.email]


def test_a_welcome_says_the_day_as_it_is_when_it_leaves() -> None:
    pair, mail = asked("induction.plan_started")
    InductionPlan.objects.filter(pk=pair.plan.pk).update(start_date=TODAY + 7 * DAY)
    assert after_the_drain(mail)[0] == "sent"
    (message,) = (sent for sent in django_mail.outbox if sent.to == [pair.person.email])
    assert "8 September 2026" in message.subject


def test_fifty_mails_are_asked_about_in_as_many_queries_as_two() -> None:
    counts = []
    for number in (2, 10):
        OutgoingMail.objects.all().delete()
        for _ in range(number):
            pair = make.pair(agreed=False)
            OutgoingMail.objects.exclude(kind="induction.agreement_asked").delete()
            agreement(pair)
        mails = list(OutgoingMail.objects.filter(kind="induction.agreement_asked").select_related("recipient"))
        assert len(mails) == number
        with CaptureQueriesContext(connection) as queries:
            refresher_of("induction.agreement_asked")(mails, NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_mail_of_before_these_facts_were_kept_leaves_as_it_is() -> None:
    _pair, mail = asked("induction.buddy_named")
    OutgoingMail.objects.filter(pk=mail.pk).update(facts={})
    Checkpoint.objects.all().delete()
    assert after_the_drain(mail)[0] == "sent"


@pytest.mark.parametrize("kind", sorted(set(ASKED) - {"induction.plan_started"}))
def test_what_is_no_longer_there_is_not_asked_about(kind: str) -> None:
    _pair, mail = asked(kind)
    OutgoingMail.objects.filter(pk=mail.pk).update(facts={**mail.facts, "about": 0})
    assert after_the_drain(mail) == ("dropped", "What it was about is not there any more.")


def test_a_message_that_cannot_be_asked_about_holds_up_no_other() -> None:
    _pair, first = asked("induction.review_signature_asked")
    OutgoingMail.objects.filter(pk=first.pk).update(facts={"about": first.facts["about"]}, key="first")
    pair = make.pair()
    signature(pair)
    second = OutgoingMail.objects.exclude(pk=first.pk).get(kind="induction.review_signature_asked")
    assert after_the_drain(second)[0] == "sent"
    first.refresh_from_db()
    assert (first.state, first.reason) == ("queued", "It could not be asked whether the mail is still needed.")
