"""What happens to a plan as a whole."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from induction import services
from induction.due import RULES
from induction.models import Checkpoint, Decision, InductionPlan, ProgrammeReview, ProgrammeVersion
from notifications.models import OutgoingMail
from people.models import JobRole
from people.rules import Conflict, NotAllowed
from tests.factories import induction as make
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, posting

pytestmark = pytest.mark.django_db

WHEN = {"today": make.TODAY, "now": make.NOW}
DAY = dt.timedelta(days=1)


def agree(pair: make.Pair, side: str, revision: int | None = None) -> InductionPlan:
    return services.agree_plan(
        plan_id=pair.plan.pk, by=getattr(pair, side), revision=revision or pair.plan.revision, **WHEN
    )


@pytest.mark.parametrize("order", [("person", "manager"), ("manager", "person")])
def test_both_agree_in_either_order(order: tuple[str, str]) -> None:
    pair = make.pair(agreed=False)
    assert agree(pair, order[0]).state == "agreeing"
    with pytest.raises(Conflict, match="already agreed"):
        agree(pair, order[0])
    plan = agree(pair, order[1])
    assert (plan.state, plan.agreed_date) == ("active", make.TODAY)


def agreeing_with_an_item() -> tuple[make.Pair, Checkpoint]:
    """A plan to be agreed, with an item that says so."""
    version = make.version()
    make.ItemFactory(version=version, owner="both", title="Agree this plan together", is_agreement=True)
    pair = make.pair(programme=version, agreed=False)
    return pair, pair.plan.checkpoints.get(is_agreement=True)


def test_both_agreeing_the_plan_signs_off_the_item_that_asks_for_it() -> None:
    pair, item = agreeing_with_an_item()
    for by in (pair.person, pair.manager):
        item.refresh_from_db()
        assert item.state == "to_do"
        services.agree_plan(plan_id=pair.plan.pk, by=by, revision=1, **WHEN)
    item.refresh_from_db()
    assert (item.state, item.waiting_on) == ("signed_off", "nobody")
    assert [row.kind for row in item.decisions.order_by("pk")] == ["signed_off"]
    with pytest.raises(NotAllowed, match="That stands"):
        services.undo(checkpoint_id=item.pk, by=pair.manager, version=item.version, reason="R", **WHEN)


def test_until_then_nobody_signs_it_by_itself_nor_hears_of_it_beside_the_agreement() -> None:
    pair, item = agreeing_with_an_item()
    with pytest.raises(NotAllowed, match="Agree the plan instead"):
        services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=item.version, note="N", **WHEN)
    (shared,) = (rule for rule in RULES if rule.kind == "induction.shared_item")
    about = shared.find(today=make.TODAY).filter(row_person_id=pair.person.pk)
    assert item.pk not in set(about.values_list("pk", flat=True))
    assert about.exists()


def test_an_edit_after_one_agreed_clears_it_and_says_so() -> None:
    pair = make.pair(agreed=False)
    agree(pair, "person")
    data = services.CheckpointData(
        section="do", method="coaching", title="Meet a coach", owner="person", due_date=make.TODAY + 9 * DAY
    )
    services.add_checkpoint(plan_id=pair.plan.pk, by=pair.manager, data=data, **WHEN)
    plan = InductionPlan.objects.get(pk=pair.plan.pk)
    assert (plan.revision, plan.person_agreed_revision) == (2, None)
    assert OutgoingMail.objects.get(kind="induction.agreement_cleared").recipient == pair.person
    with pytest.raises(Conflict, match="changed after you opened it"):
        agree(pair, "manager", revision=1)


def test_a_stranger_cannot_agree() -> None:
    pair = make.pair(agreed=False)
    with pytest.raises(NotAllowed):
        services.agree_plan(plan_id=pair.plan.pk, by=PersonFactory(), revision=1, **WHEN)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_pause_moves_what_is_open_by_its_days_and_keeps_the_first_dates(agreed: bool) -> None:
    pair = make.pair(agreed=agreed)
    signed = pair.item()
    signed = services.mark_ready(checkpoint_id=signed.pk, by=pair.person, version=signed.version, **WHEN)
    signed = services.sign_off(checkpoint_id=signed.pk, by=pair.manager, version=signed.version, **WHEN)
    away, back = make.TODAY + 10 * DAY, make.TODAY + 31 * DAY
    services.pause_plan(
        plan_id=pair.plan.pk,
        by=pair.manager,
        start_date=away,
        expected_end_date=None,
        reason="Absence",
        today=away,
        now=make.NOW,
    )
    item = pair.item("both")
    with pytest.raises(Conflict, match="paused"):
        services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=1, today=away, now=make.NOW)
    plan = services.resume_plan(plan_id=pair.plan.pk, by=pair.manager, first_day_back=back, today=back, now=make.NOW)
    assert plan.state == ("active" if agreed else "agreeing")
    assert plan.end_date == plan.original_end_date + 21 * DAY
    item.refresh_from_db()
    assert item.due_date == item.original_due_date + 21 * DAY
    signed.refresh_from_db()
    assert signed.due_date == signed.original_due_date
    assert pair.review(6).due_date == pair.review(6).original_due_date + 21 * DAY
    mails = OutgoingMail.objects.filter(kind="induction.plan_dates_changed")
    assert all("Absence" not in mail.text_body + mail.html_body for mail in mails)


@pytest.mark.parametrize(
    ("start", "message"),
    [(make.TODAY - DAY, "first day at work"), (make.TODAY + 400 * DAY, "due to be complete")],
)
def test_a_pause_needs_a_possible_first_day(start: dt.date, message: str) -> None:
    pair = make.pair()
    with pytest.raises(NotAllowed, match=message):
        services.pause_plan(
            plan_id=pair.plan.pk,
            by=pair.manager,
            start_date=start,
            expected_end_date=None,
            reason="x",
            **WHEN,
        )


def test_only_the_manager_pauses_and_extends() -> None:
    pair = make.pair()
    with pytest.raises(NotAllowed, match="Only the line manager"):
        services.pause_plan(
            plan_id=pair.plan.pk,
            by=pair.person,
            start_date=make.TODAY,
            expected_end_date=None,
            reason="x",
            **WHEN,
        )
    with pytest.raises(NotAllowed, match="Only the line manager"):
        services.extend_plan(
            plan_id=pair.plan.pk,
            by=pair.person,
            to_date=pair.plan.end_date + DAY,
            kind="other",
            reason="x",
            **WHEN,
        )


def test_an_extension_moves_what_is_not_yet_due() -> None:
    pair = make.pair()
    item = pair.item()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=make.TODAY - DAY)
    later = pair.plan.end_date + 30 * DAY
    services.extend_plan(plan_id=pair.plan.pk, by=pair.manager, to_date=later, kind="part_time", reason="0.6", **WHEN)
    item.refresh_from_db()
    assert item.due_date == make.TODAY - DAY
    assert pair.review(6).due_date == later
    month_1 = pair.review(1)
    assert month_1.original_due_date < month_1.due_date < month_1.original_due_date + 6 * DAY
    with pytest.raises(NotAllowed, match="later than the present"):
        services.extend_plan(plan_id=pair.plan.pk, by=pair.manager, to_date=later, kind="other", reason="x", **WHEN)


def test_the_buddy_is_a_third_person() -> None:
    pair = make.pair()
    with pytest.raises(NotAllowed, match="neither the starter nor the line manager"):
        services.set_buddy(plan_id=pair.plan.pk, by=pair.person, buddy=pair.manager, **WHEN)
    buddy = PersonFactory()
    assert services.set_buddy(plan_id=pair.plan.pk, by=pair.person, buddy=buddy, **WHEN).buddy == buddy
    assert OutgoingMail.objects.filter(recipient=buddy).count() == 1


def test_a_note_is_its_authors_until_shared() -> None:
    pair = make.pair()
    note = services.add_note(plan_id=pair.plan.pk, by=pair.person, text="Ask about DoLS", is_shared=False, **WHEN)
    with pytest.raises(NotAllowed):
        services.share_note(note_id=note.pk, by=pair.manager, **WHEN)
    assert services.share_note(note_id=note.pk, by=pair.person, **WHEN).is_shared


def new_version(pair: make.Pair) -> ProgrammeVersion:
    old = pair.plan.version
    old.state = ProgrammeVersion.State.RETIRED
    old.save()
    new = make.VersionFactory(programme=old.programme, number=2)
    keep, rewrite, _gone = old.checkpoints.order_by("pk")
    make.ItemFactory(version=new, key=keep.key, title=keep.title, owner=keep.owner)
    make.ItemFactory(version=new, key=rewrite.key, title="Rewritten", owner=rewrite.owner)
    make.ItemFactory(version=new, key="brand-new", title="Brand new")
    return new


def test_publishing_touches_no_live_plan_and_a_move_does_what_its_preview_says() -> None:
    pair = make.pair()
    new = new_version(pair)
    before = set(pair.plan.checkpoints.values_list("title", flat=True))
    assert not before & {"Rewritten", "Brand new"}
    preview = services.preview_move(pair.plan, new, job_role=None)
    assert sorted((row.title, row.change) for row in preview if row.change != "gone") == [
        ("Brand new", "added"),
        ("Rewritten", "changed"),
    ]
    assert sum(row.change == "gone" for row in preview) == 1
    services.move_plan(plan_id=pair.plan.pk, by=pair.manager, version_id=new.pk, **WHEN)
    after = set(pair.plan.checkpoints.values_list("title", flat=True))
    assert {"Rewritten", "Brand new"} <= after
    assert Decision.objects.filter(kind="moved").count() == 1


def test_a_move_brings_new_dates_and_reviews_and_keeps_what_the_pair_adapted() -> None:
    pair = make.pair()
    new = new_version(pair)
    adapted = pair.plan.checkpoints.get(title__startswith="Shadow", source_key=new.checkpoints.order_by("pk")[1].key)
    Checkpoint.objects.filter(pk=adapted.pk).update(title="As we two want it")
    later = new.checkpoints.order_by("pk")[0]
    later.offset_number = 8
    later.save()
    ProgrammeReview.objects.create(version=new, month=2, title="Month 2 review")
    services.move_plan(plan_id=pair.plan.pk, by=pair.manager, version_id=new.pk, **WHEN)
    adapted.refresh_from_db()
    assert adapted.title == "As we two want it"
    assert pair.plan.checkpoints.get(source_key=later.key).due_date == make.TODAY + 56 * DAY
    assert pair.review(2).due_date == dt.date(2026, 11, 1)


def test_a_move_leaves_what_is_signed_as_it_is() -> None:
    pair = make.pair()
    item = pair.item("manager")
    item = services.mark_ready(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)
    services.sign_off(checkpoint_id=item.pk, by=pair.person, version=item.version, **WHEN)
    new = new_version(pair)
    services.move_plan(plan_id=pair.plan.pk, by=pair.manager, version_id=new.pk, **WHEN)
    item.refresh_from_db()
    assert (item.state, item.title != "Rewritten") == ("signed_off", True)


def starter(programme: ProgrammeVersion, *, job_role: JobRole | None = None, **fields: object):
    person = PersonFactory(**{"start_date": make.TODAY, **fields})
    posting(
        person,
        team=TeamFactory(directorate=programme.programme.directorate),
        job_role=job_role,
        start=person.start_date,
    )
    return person


def test_every_starter_gets_one_plan_and_a_second_run_adds_nothing() -> None:
    programme = make.version()
    people = [starter(programme) for _ in range(3)]
    report = services.start_missing_plans(**WHEN)
    assert len(report.started) == 3
    assert services.start_missing_plans(**WHEN).started == []
    plan = InductionPlan.objects.get(person=people[0])
    assert plan.end_date == dt.date(2027, 3, 1)
    assert [review.due_date for review in plan.reviews.order_by("month")] == [
        dt.date(2026, 10, 1),
        dt.date(2026, 12, 1),
        dt.date(2027, 3, 1),
    ]
    assert OutgoingMail.objects.filter(kind="induction.plan_started").count() == 3


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"start_date": make.TODAY}, "started"),
        ({"start_date": make.TODAY + 20 * DAY}, "started"),
        ({"start_date": dt.date(2026, 3, 1)}, "nothing"),
        ({"start_date": dt.date(2026, 3, 2)}, "started"),
        ({"start_date": make.TODAY + 400 * DAY}, "impossible"),
        ({"start_date": make.TODAY, "leaving_date": make.TODAY}, "impossible"),
        ({"start_date": make.TODAY, "deactivated_at": make.NOW}, "nothing"),
    ],
)
def test_who_gets_a_plan(fields: dict[str, object], outcome: str) -> None:
    starter(make.version(), **fields)
    report = services.start_missing_plans(**WHEN)
    found = "started" if report.started else "impossible" if report.impossible else "nothing"
    assert found == outcome


def test_a_directorate_without_a_programme_is_an_exception_not_silence() -> None:
    make.version()
    other = TeamFactory(directorate__code="childrens")
    person = PersonFactory(start_date=make.TODAY)
    posting(person, team=other, start=make.TODAY)
    report = services.start_missing_plans(**WHEN)
    assert report.no_programme == [person.pk]


def test_the_programme_that_names_the_job_role_wins() -> None:
    general = make.version()
    role = JobRoleFactory()
    special = make.VersionFactory(programme__directorate=general.programme.directorate)
    special.programme.job_roles.add(role)
    make.ItemFactory(version=special)
    named, other = starter(general, job_role=role), starter(general)
    services.start_missing_plans(**WHEN)
    assert InductionPlan.objects.get(person=named).version == special
    assert InductionPlan.objects.get(person=other).version == general


@pytest.mark.parametrize(
    ("audience", "flag"),
    [
        ("care_certificate", "needs_care_certificate"),
        ("direct_care", "gives_direct_care"),
        ("practitioners", "is_practitioner"),
        ("registered", "is_registered"),
        ("managers", "manages_people"),
    ],
)
def test_an_item_is_for_its_audience(audience: str, flag: str) -> None:
    programme = make.version(owners=("person",))
    make.ItemFactory(version=programme, audience=audience, title="Only for some")
    yes = starter(programme, job_role=JobRoleFactory(**{flag: True}))
    no = starter(programme, job_role=JobRoleFactory())
    services.start_missing_plans(**WHEN)
    titles = {
        person.pk: set(Checkpoint.objects.filter(plan__person=person).values_list("title", flat=True))
        for person in (yes, no)
    }
    assert "Only for some" in titles[yes.pk]
    assert "Only for some" not in titles[no.pk]


def test_starting_many_takes_the_same_queries(django_assert_max_num_queries) -> None:
    programme = make.version()
    for _ in range(40):
        starter(programme)
    with django_assert_max_num_queries(26):
        services.start_missing_plans(**WHEN)


def test_a_leavers_plan_is_closed_and_keeps_its_record() -> None:
    pair = make.pair()
    pair.person.leaving_date = make.TODAY
    pair.person.deactivated_at = make.NOW
    pair.person.save()
    for expected in (1, 0):
        assert services.stop_plans_of_leavers(today=make.TODAY + DAY, now=make.NOW) == expected
    pair.plan.refresh_from_db()
    assert (pair.plan.state, pair.plan.closed_date) == ("stopped", make.TODAY)
    assert pair.plan.checkpoints.count() == 3


def test_someone_who_comes_back_gets_a_new_plan() -> None:
    programme = make.version()
    person = starter(programme)
    services.start_missing_plans(**WHEN)
    InductionPlan.objects.update(state="stopped")
    person.start_date = make.TODAY + 300 * DAY
    person.save()
    later = {"today": person.start_date, "now": make.NOW}
    assert len(services.start_missing_plans(**later).started) == 1
    assert InductionPlan.objects.filter(person=person).count() == 2


def test_the_welcome_waits_until_a_month_before_the_first_day() -> None:
    starter(make.version(), start_date=make.TODAY + 250 * DAY)
    services.start_missing_plans(**WHEN)
    mail = OutgoingMail.objects.get(kind="induction.plan_started")
    due = timezone.localtime(mail.due_at)
    assert (due.date(), due.hour) == (make.TODAY + 219 * DAY, 8)


def test_the_same_note_sent_twice_is_one_note() -> None:
    pair = make.pair()
    key = uuid.uuid4()
    note = {"plan_id": pair.plan.pk, "by": pair.person, "text": "Ask", "is_shared": False, "form_key": key, **WHEN}
    assert services.add_note(**note) == services.add_note(**note)


def test_an_awaited_answer_moves_with_a_pause() -> None:
    pair = make.pair()
    item = pair.item()
    item = services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=1, **WHEN)
    services.pause_plan(
        plan_id=pair.plan.pk, by=pair.manager, start_date=make.TODAY, expected_end_date=None, reason="x", **WHEN
    )
    back = make.TODAY + 10 * DAY
    services.resume_plan(plan_id=pair.plan.pk, by=pair.manager, first_day_back=back, today=back, now=make.NOW)
    before = item.answer_by
    item.refresh_from_db()
    assert item.answer_by == before + 10 * DAY
