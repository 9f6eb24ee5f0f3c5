"""What goes wrong in a sweep, or in a mail after it, loses nothing that was to be said."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from notifications.delivery import Drop
from notifications.models import OutgoingMail
from reminders import services
from reminders.models import Reminder, SweepRun
from reminders.services import digests, runs, sweeping
from tests.reminders.chores import due as chores_due
from tests.reminders.chores import duties
from tests.reminders.chores.models import Chore
from tests.reminders.conftest import MONDAY, ONE_DAY, at
from tests.reminders.test_sweep import refreshed, said, sweep

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("where", ["rule", "duty"])
def test_a_sweep_that_is_told_to_stop_stops(chores, team, monkeypatch, where):
    """The soft time limit is no rule's fault: the day stays unswept and another tick takes it over."""

    def stopped(**when):
        raise SoftTimeLimitExceeded

    sound = chores_due.RULES[0]
    if where == "rule":
        monkeypatch.setattr(chores_due, "RULES", (type(sound)(**{**vars(sound), "find": stopped}),))
    else:
        monkeypatch.setattr(duties, "put_right", stopped)
    with pytest.raises(SoftTimeLimitExceeded):
        sweep()
    assert not SweepRun.objects.finished().exists()


def test_a_finished_day_swept_again_keeps_what_the_morning_found(chores, team, monkeypatch):
    def broken(*, today, now):
        raise RuntimeError("HR's file is odd")

    with monkeypatch.context() as patch:
        patch.setattr(duties, "put_right", broken)
        chores(person=team["starter"])
        sweep()
    chores(person=team["manager"])
    services.sweep(for_date=MONDAY, now=at(MONDAY, 15))
    run = SweepRun.objects.get()
    assert run.finished_at == at(MONDAY)
    assert (run.counts["lines"]["chores.chore"], run.counts["digests"], run.counts["people"]) == (2, 2, 2)
    # Asked anew in the afternoon, the duty was sound: the run names no fault that is mended.
    assert run.failures == {}


def test_whom_two_sweeps_of_a_day_tell_is_counted_once(chores, team):
    for _ in range(2):
        chores(person=team["starter"])
        services.sweep(for_date=MONDAY, now=at(MONDAY))
    counts = SweepRun.objects.get().counts
    assert (counts["lines"]["chores.chore"], counts["people"]) == (2, 1)


def test_who_has_no_manager_adds_up_over_the_parts_of_one_sweep(chores, team):
    def found(number):
        return {"lines": {}, "digests": 0, "without_manager": number}

    services.claim_run(for_date=MONDAY, now=at(MONDAY))
    runs.leave_run(for_date=MONDAY, counts=found(2), progress=runs.Progress())
    runs.finish_run(for_date=MONDAY, now=at(MONDAY), counts=found(3), failures={})
    assert SweepRun.objects.get().counts["without_manager"] == 5
    # The afternoon's sweep asks every rule again.
    runs.finish_run(for_date=MONDAY, now=at(MONDAY, 15), counts=found(4), failures={})
    assert SweepRun.objects.get().counts["without_manager"] == 4


def test_a_failing_rule_is_recorded_and_the_others_go_on(chores, team, monkeypatch):
    chores(person=team["starter"])
    sound = chores_due.RULES[0]

    def broken(*, today):
        raise RuntimeError("no such column")

    other = type(sound)(**{**vars(sound), "kind": "chores.broken", "find": broken})
    monkeypatch.setattr(chores_due, "RULES", (other, sound))
    report = sweep()
    assert said() == [("on-the-day", "Sam")]
    assert report.failures == {"chores.broken": "RuntimeError: no such column"}
    run = SweepRun.objects.get()
    assert run.failures == report.failures
    assert run.finished_at == at(MONDAY)


def test_a_rule_that_fails_at_sending_loses_nothing(chores, team, monkeypatch):
    chores(person=team["starter"])
    sweep()

    def broken(*, today):
        raise RuntimeError("no such column")

    sound = chores_due.RULES[0]
    monkeypatch.setattr(chores_due, "RULES", (type(sound)(**{**vars(sound), "find": broken}),))
    assert refreshed(at(MONDAY, 10)) == {}


@pytest.mark.parametrize("is_sound_done", [False, True])
def test_a_rule_that_fails_at_sending_beside_a_sound_one_waits_for_the_next_digest(
    chores, team, monkeypatch, is_sound_done
):
    sound = chores_due.RULES[0]
    failing = type(sound)(
        **{**vars(sound), "kind": "chores.other", "find": lambda *, today: sound.find(today=today).filter(title="Feed")}
    )
    plain = type(sound)(**{**vars(sound), "find": lambda *, today: sound.find(today=today).exclude(title="Feed")})
    monkeypatch.setattr(chores_due, "RULES", (plain, failing))
    services.add_missing_ladders()
    chores(person=team["starter"], title="Feed")
    other = chores(person=team["starter"])
    sweep()
    assert Reminder.objects.exclude(mail=None).count() == 2

    def broken(*, today):
        raise RuntimeError("no such column")

    with monkeypatch.context() as patch:
        patch.setattr(chores_due, "RULES", (plain, type(sound)(**{**vars(failing), "find": broken})))
        Chore.objects.filter(pk=other.pk).update(is_done=is_sound_done)
        (answer,) = refreshed(at(MONDAY, 10)).values()
    assert (answer == Drop(digests.UNASKED)) == is_sound_done
    assert list(Reminder.objects.filter(mail=None).values_list("rule", flat=True)) == ["chores.other"]
    sweep(MONDAY + ONE_DAY)
    assert "Feed" in OutgoingMail.objects.get(key__endswith="2027-06-15").text_body


@pytest.mark.parametrize(
    ("state", "reason", "is_said_again"),
    [
        ("dropped", "It was held until it was too old to be sent.", True),
        ("failed", "The mail server refused it: 550 no such user", True),
        ("dropped", "Everything in it was done.", False),
        ("sent", "", False),
        ("held", "", False),
    ],
)
def test_what_stood_in_a_digest_that_nobody_got_is_in_the_next(chores, team, state, reason, is_said_again):
    chores(person=team["starter"])
    sweep()
    lost = OutgoingMail.objects.get(kind="digest")
    note = OutgoingMail.objects.create(
        key="note",
        kind="induction.plan_agreed",
        recipient=team["starter"],
        subject="News",
        due_at=at(MONDAY),
        created_at=at(MONDAY),
        state="joined",
        digest=lost,
    )
    OutgoingMail.objects.filter(pk=lost.pk).update(state=state, reason=reason)
    sweep(MONDAY + ONE_DAY)
    note.refresh_from_db()
    moved = {Reminder.objects.get().mail_id == lost.pk, note.digest_id == lost.pk}
    assert moved == {not is_said_again}
    assert (
        "Water" in "".join(OutgoingMail.objects.filter(key__endswith="2027-06-15").values_list("text_body", flat=True))
    ) == is_said_again


def test_killed_between_lines_and_digests_is_made_up_for(chores, team, monkeypatch):
    chores(person=team["starter"])

    def killed(**options):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "compose_digests", killed)
        with pytest.raises(SystemExit):
            sweep()
    assert said(mail__isnull=True) == [("on-the-day", "Sam")]
    assert OutgoingMail.objects.count() == 0
    sweep()
    assert said(mail__isnull=False) == [("on-the-day", "Sam")]
    assert OutgoingMail.objects.count() == 1


def test_lines_left_from_a_killed_sweep_join_the_next_days_digest_if_they_still_stand(chores, team, monkeypatch):
    stands, done = chores(person=team["starter"]), chores(person=team["starter"])
    monkeypatch.setattr(sweeping, "compose_digests", lambda **options: (0, True))
    sweep()
    monkeypatch.undo()
    Chore.objects.filter(pk=done.pk).update(is_done=True)
    sweep(MONDAY + ONE_DAY)
    (row,) = Reminder.objects.all()
    assert (row.subject_id, row.mail.key) == (stands.pk, f"digest:{team['starter'].pk}:2027-06-15")
