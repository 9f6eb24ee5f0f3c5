"""Six months of real inductions, swept every morning: nothing open stays silent, nobody hears what is not theirs."""

import datetime as dt
from collections import Counter, defaultdict

import pytest

from induction import services as induction
from induction.models import Checkpoint, InductionPlan, PlanPause, Review
from notifications.models import OutgoingMail
from notifications.working_days import WorkingCalendar, working_days_between
from people.line import line_of
from people.models import LineManagement, Person
from people.roles import Role
from reminders import registry, services
from reminders.models import Reminder
from reminders.services.ladders import ladders
from tests.factories.induction import START, ItemFactory, pair, version
from tests.factories.people import PersonFactory, UserFactory, cover, line

pytestmark = [pytest.mark.wide, pytest.mark.django_db]
CALENDAR = WorkingCalendar()
LAST_DAY = dt.date(2027, 3, 12)
WEEKS = (1, 2, 6, 10, 16)


def day(text):
    return dt.date.fromisoformat(text)


def at(morning, hour=9):
    return dt.datetime.combine(morning, dt.time(hour), tzinfo=dt.UTC)


def other(side):
    return {"person": "manager", "manager": "person"}[side]


class Story:
    """Two starters of one manager: one with everything that can happen, one whose plan nobody agrees for weeks."""

    def __init__(self):
        programme = version(owners=())
        for owner in ("person", "manager", "both"):
            for weeks in WEEKS:
                ItemFactory(version=programme, owner=owner, title=f"{owner} {weeks}", offset_number=weeks)
        self.upper, self.deputy, self.successor = PersonFactory(), PersonFactory(), PersonFactory()
        self.learning = UserFactory(roles=[Role.LD_ADMIN]).person
        self.pair = pair(programme=programme)
        self.waiting = pair(programme=programme, manager=self.pair.manager, agreed=False)
        # Whose line manager goes in the middle of it, and nobody follows.
        self.alone = pair(programme=programme)
        LineManagement.objects.filter(person=self.alone.person).update(end_date=day("2026-11-30"))
        self.plan, self.person, self.manager = self.pair.plan, self.pair.person, self.pair.manager
        for manager in (self.manager, self.successor, self.alone.manager):
            line(manager, self.upper)
        self.happens = {
            day("2026-09-03"): lambda now: self.act("mark_ready", "person 2", self.person, now),
            day("2026-09-04"): lambda now: self.act("mark_ready", "person 6", self.person, now),
            day("2026-09-07"): lambda now: self.act("propose_drop", "person 10", self.person, now, reason="Known"),
            day("2026-09-08"): lambda now: self.act("mark_ready", "manager 6", self.manager, now),
            day("2026-09-09"): lambda now: self.act("sign_off", "person 6", self.manager, now),
            day("2026-09-30"): self.sign_the_first_review,
            # Long after the item was due.
            day("2026-10-22"): lambda now: self.act("hand_back", "person 2", self.manager, now, reason="Say more"),
            day("2026-11-10"): lambda now: self.act("undo", "person 6", self.manager, now, reason="By mistake"),
            day("2026-11-11"): lambda now: self.act("hand_back", "manager 6", self.person, now, reason="Not yet"),
            day("2026-11-16"): self.pause,
            day("2026-12-14"): self.resume,
            day("2027-01-11"): self.change_manager,
        }
        cover(self.manager, self.deputy, day("2026-10-05"), day("2026-10-16"))
        cover(self.successor, self.deputy, day("2027-01-18"), day("2027-01-29"))

    def act(self, name, title, by, now, **words):
        item = self.plan.checkpoints.get(title=title)
        service = getattr(induction, name)
        service(checkpoint_id=item.pk, by=by, version=item.version, today=now.date(), now=now, **words)

    def sign_the_first_review(self, now):
        review = self.pair.review(1)
        data = induction.ReviewData(held_date=now.date(), comment="Well", next_steps="")
        when = {"by": self.person, "today": now.date(), "now": now}
        review = induction.save_review(review_id=review.pk, version=review.version, data=data, **when)
        induction.sign_review(review_id=review.pk, version=review.version, **when)

    def pause(self, now):
        induction.pause_plan(
            plan_id=self.plan.pk, by=self.manager, start_date=now.date(),
            expected_end_date=day("2026-12-04"), reason="Away", today=now.date(), now=now,
        )  # fmt: skip

    def resume(self, now):
        induction.resume_plan(
            plan_id=self.plan.pk, by=self.manager, first_day_back=now.date(), today=now.date(), now=now
        )

    def change_manager(self, now):
        LineManagement.objects.filter(person=self.person).update(end_date=now.date())
        line(self.person, self.successor, start=now.date() + dt.timedelta(days=1))


def side_of(kind, subject_id):
    """On which side a thing stands and what its date is, read from its own row; nothing when it is not open."""
    if kind == "induction.agreement":
        plan = InductionPlan.objects.get(pk=subject_id)
        agreed = {"person": plan.person_agreed_revision, "manager": plan.manager_agreed_revision}
        missing = [side for side, revision in agreed.items() if revision != plan.revision]
        return plan, set(missing), plan.agree_by
    if kind == "induction.no_manager":
        plan = InductionPlan.objects.get(pk=subject_id)
        return plan, {"learning"}, day("2026-11-30")
    if kind == "induction.pause_end":
        pause = PlanPause.objects.select_related("plan__person").get(pk=subject_id)
        return pause.plan, {"manager"}, pause.expected_end_date
    if kind == "induction.final_decision":
        review = Review.objects.select_related("plan__person").get(pk=subject_id)
        return review.plan, {"person", "manager"} if review.outcome else {"manager"}, review.due_date
    if kind.startswith("induction.review"):
        review = Review.objects.select_related("plan__person").get(pk=subject_id)
        is_held = review.state == Review.State.HELD
        return review.plan, {review.waiting_on if is_held else "manager"}, review.answer_by or review.due_date
    item = Checkpoint.objects.select_related("plan__person").get(pk=subject_id)
    if kind == "induction.drop_proposal":
        return item.plan, {other(item.drop_proposed_by)}, item.answer_by
    sides = {"person", "manager"} if item.waiting_on == "both" else {item.waiting_on}
    return item.plan, sides, item.answer_by if kind == "induction.signature" else item.due_date


def who_may_hear(found, story, morning):
    """Everyone to whom this step may speak this morning, worked out without the rules of the sweep."""
    plan, sides, due_on = side_of(found.item.kind, found.item.subject_id)
    assert plan.state in ({"paused"} if found.item.kind == "induction.pause_end" else {"agreeing", "active"})
    assert due_on == found.item.due_on
    acting, learning = line_of(plan.person, today=morning), {story.learning.pk}
    managers = {one.pk for one in acting.covers} or ({acting.manager.pk} if acting.manager else set())
    if sides == {"learning"}:
        return {plan.person_id} if found.step.startswith("told-") else learning
    if found.step == "no-manager":
        return set() if managers else learning
    holders = ({plan.person_id} if "person" in sides else set()) | (managers if "manager" in sides else set())
    if found.step.startswith("told-"):
        return holders | {plan.person_id}
    if found.step.startswith("week-"):
        return managers
    if found.step.startswith("up-"):
        return ({story.upper.pk} if "manager" in sides and managers else managers) or learning
    return learning if found.step.startswith("learning-") else holders


class Stint:
    """One thing in one pair of hands: from the morning on which it is first open until it is done or handed on."""

    def __init__(self):
        self.steps, self.last_seen, self.due_on = [], None, None

    def is_past(self, days):
        """Open on a morning by which what comes so many working days after the due date has been said."""
        return working_days_between(self.due_on, self.last_seen, CALENDAR) > days + 5

    def silences(self, ladder):
        said = {step.partition("-")[0] for step in self.steps}
        owed = {"holder": max(ladder.after), "up": ladder.up_after, "learning": ladder.learning_after}
        spoken = said | ({"holder"} if said & {"before", "on", "after", "no"} else set())
        return [
            level for level, days in owed.items() if days is not None and self.is_past(days) and level not in spoken
        ]


def test_nothing_open_stays_silent_and_nobody_hears_what_is_not_theirs():
    story = Story()
    keys, mails, stints, closed = Counter(), Counter(), {}, []
    morning = START
    while morning <= LAST_DAY:
        if not CALENDAR.is_working_day(morning):
            morning += dt.timedelta(days=1)
            continue
        report = services.sweep(for_date=morning, now=at(morning), keep_lines=True)
        assert report.failures == {}
        steps = defaultdict(list)
        for found in report.lines:
            keys[found.key] += 1
            steps[found.item.key].append(found.step)
            hearers = who_may_hear(found, story, morning)
            assert found.recipient_id in hearers, (morning, found.item.kind, found.item.label, found.step)
        seen = {item.key: item for rule in registry.rules() for item in rule.items(rule.find(today=morning))}
        for key, item in seen.items():
            stint = stints.setdefault(key, Stint())
            stint.last_seen, stint.due_on = morning, item.due_on
            stint.steps += steps[key]
        story.plan.refresh_from_db(fields=["state"])
        if story.plan.state != InductionPlan.State.PAUSED:
            closed += [(key, stints.pop(key)) for key in list(stints) if key not in seen]
        if morning in story.happens:
            story.happens[morning](at(morning, 15))
        morning += dt.timedelta(days=1)
    offsets = ladders()
    silent = [
        (key, Checkpoint.objects.filter(pk=key[1]).values_list("title", flat=True).first(), stint.due_on, missing)
        for key, stint in [*closed, *stints.items()]
        if (missing := stint.silences(offsets[key[0]]))
    ]
    assert silent == []
    assert [key for key, count in keys.items() if count > 1] == []
    for recipient, created_at in OutgoingMail.objects.filter(kind="digest").values_list("recipient", "created_at"):
        mails[recipient, created_at.date()] += 1
    assert set(mails.values()) == {1}
    assert Reminder.objects.filter(mail=None).count() == 0
    # The months were full: each kind was open, and everyone whose turn it was has heard.
    kinds = {rule.kind for rule in registry.rules() if rule.kind.startswith("induction.")}
    assert set(Reminder.objects.values_list("rule", flat=True)) == kinds
    heard = Person.objects.filter(reminders__isnull=False).distinct()
    everyone = {story.person, story.manager, story.upper, story.deputy, story.successor, story.learning}
    assert set(heard) == everyone | {story.waiting.person, story.alone.person, story.alone.manager}
