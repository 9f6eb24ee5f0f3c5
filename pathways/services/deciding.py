"""Every act on a sent application: locked, judged by the table, sealed in the audit chain, told to those concerned."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from audit import services as audit
from audit.models import text_hash
from audit.transactions import all_or_nothing
from notifications.preferences import calendar
from pathways import emails
from pathways.models import Application, ApplicationDecision, ApplicationFile, Intake, Side
from pathways.querysets.application import HAVE_A_PLACE
from pathways.rules import application as rules
from pathways.rules import application_dates as dates
from people.line import Line, line_of
from people.models import Person, QualificationHeld
from people.rules import Conflict, NotAllowed, check_version

State = Application.State


@dataclass(frozen=True)
class ActData:
    """What goes with an act: words, its dates, and for a completion the awards that were gained."""

    words: str = ""
    day: dt.date | None = None
    until: dt.date | None = None
    awards: Collection[int] = ()


NOTHING_SAID = ActData()


@dataclass(frozen=True)
class Scene:
    """A locked application, who acts on it (nobody: the portal), and on which sides they stand."""

    application: Application
    by: Person | None
    line: Line
    sides: frozenset[Side]
    today: dt.date
    now: dt.datetime


@dataclass
class BatchResult:
    """What became of several applications decided at once."""

    done: list[Application] = field(default_factory=list)
    refused: list[tuple[Application, str]] = field(default_factory=list)


@all_or_nothing(durable=True)
def act(
    *,
    application_id: int,
    name: str,
    by: Person,
    is_learning: bool,
    version: int,
    data: ActData = NOTHING_SAID,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Application:
    """One act of the table. Lock order: the intake, the application, the audit chain."""
    scene = _enter(application_id, by=by, is_learning=is_learning, today=today, now=now)
    if _repeated(form_key, by=by, about=scene.application):
        return scene.application
    # Before the version: who may not act, or comes too late, hears why.
    rules.check_can_move(scene.application, name, scene.sides)
    check_version(scene.application.version, version)
    return _move(scene, name, data=data, form_key=form_key)


def act_on_many(
    *,
    name: str,
    items: Sequence[tuple[int, int]],
    by: Person,
    is_learning: bool,
    data: ActData = NOTHING_SAID,
    form_key: uuid.UUID,
    today: dt.date,
    now: dt.datetime,
) -> BatchResult:
    """The same act on several, in the order of the desk: the reserve list by its own, others as they were sent.

    One that is refused stops no other.
    """
    result = BatchResult()
    versions = dict(items)
    found = Application.objects.filter(pk__in=versions).in_desk_order()
    for application in found:
        try:
            done = act(
                application_id=application.pk,
                name=name,
                by=by,
                is_learning=is_learning,
                version=versions[application.pk],
                data=data,
                form_key=uuid.uuid5(form_key, str(application.pk)),
                today=today,
                now=now,
            )
        except (NotAllowed, Conflict) as refusal:
            result.refused.append((application, refusal.reason))
            continue
        result.done.append(done)
    return result


def lapse_offers(*, today: dt.date, now: dt.datetime) -> int:
    """Daily: offers that nobody answered in time. The place is free again, and L&D sees who is next in line."""
    return _by_the_portal("lapse", Application.objects.lapsed(today).order_by("pk"), today=today, now=now)


def end_reserve_lists(*, today: dt.date, now: dt.datetime) -> int:
    """Daily: whoever still waits for a place in a course that has begun is told that the list has ended."""
    return _by_the_portal("end_list", Application.objects.waiting_too_long(today), today=today, now=now)


def hold_intake(intake_id: int) -> Intake:
    """The intake, for this transaction alone until it ends: whoever counts or changes its places waits."""
    intake: Intake = Intake.objects.select_for_update().get(pk=intake_id)
    return intake


@all_or_nothing()
def follow_intake(*, intake_id: int, today: dt.date) -> int:
    """After an intake's dates were changed: what is waited for until one of them is waited for until the new one.
    Answers how many applications that moved."""
    intake = hold_intake(intake_id)
    moved = 0
    for application in Application.objects.select_for_update().filter(intake=intake, state__in=rules.BY_THE_INTAKE):
        application.intake = intake
        state = State(application.state)
        answer_by = rules.expected_by(application, state, day=None, until=None, today=today, calendar=calendar())
        if answer_by != application.answer_by:
            application.answer_by = answer_by
            application.save(update_fields=["answer_by"])
            moved += 1
    return moved


def withdraw_leavers(*, today: dt.date, now: dt.datetime) -> int:
    """Daily: applications of people who have left are taken back; they leave the route they were on."""
    gone = Application.objects.live().filter(person__deactivated_at__isnull=False).exclude(state=State.DRAFT)
    on_route = gone.filter(state__in=rules.ON_THE_ROUTE).order_by("pk")
    return _by_the_portal("leave", on_route, today=today, now=now, words="Left the council") + _by_the_portal(
        "withdraw", gone.exclude(state__in=[*rules.ON_THE_ROUTE, State.OFFERED]).order_by("pk"), today=today, now=now
    )


def _by_the_portal(
    name: str, found: Collection[Application], *, today: dt.date, now: dt.datetime, words: str = ""
) -> int:
    """One transaction an application, so that one that moves meanwhile stops no other."""
    moved = 0
    for application in found:
        try:
            _act_of_portal(application_id=application.pk, name=name, words=words, today=today, now=now)
        except Conflict:
            continue
        moved += 1
    return moved


@all_or_nothing()
def _act_of_portal(*, application_id: int, name: str, words: str, today: dt.date, now: dt.datetime) -> None:
    """Judged again under the lock: an answer that came in the same minute stands."""
    scene = _enter(application_id, by=None, is_learning=False, today=today, now=now)
    can_be_answered = scene.application.answer_by is None or scene.application.answer_by >= today
    if name == "lapse" and can_be_answered:
        raise Conflict("The offer can still be answered.")
    intake = scene.application.intake
    if name == "end_list" and intake is not None and intake.start_date >= today:
        raise Conflict("The course has not begun yet.")
    rules.check_can_move(scene.application, name, scene.sides)
    _move(scene, name, data=ActData(words=words), form_key=None)


def _enter(application_id: int, *, by: Person | None, is_learning: bool, today: dt.date, now: dt.datetime) -> Scene:
    """Lock the intake, so that no two offers count the same free place, then the application."""
    intake_id = Application.objects.values_list("intake_id", flat=True).get(pk=application_id)
    if intake_id is not None:
        hold_intake(intake_id)
    Application.objects.select_for_update().get(pk=application_id)
    application = Application.objects.with_target().get(pk=application_id)
    line = line_of(application.person, today=today)
    sides = (
        frozenset({Side.PORTAL})
        if by is None
        else rules.sides_of(person_id=application.person_id, by_id=by.pk, managers=line.ids, is_learning=is_learning)
    )
    return Scene(application, by, line, sides, today, now)


def _repeated(form_key: uuid.UUID | None, *, by: Person, about: Application) -> bool:
    """Whether this very form was answered already. A key from a page that a browser restored saves nothing."""
    if form_key is None:
        return False
    decision = ApplicationDecision.objects.filter(form_key=form_key).first()
    if decision is None:
        return False
    newest = about.decisions.order_by("-pk").first()
    if decision.by_id != by.pk or newest is None or newest.pk != decision.pk:
        raise Conflict("This form was used before, so nothing was saved now. Open the page again and repeat it.")
    return True


def _move(scene: Scene, name: str, *, data: ActData, form_key: uuid.UUID | None) -> Application:
    """State, place, dates, decision, audit, mail: in this order, the chain's lock last but for the mail's row."""
    application, move = scene.application, rules.BY_ACT[name]
    if move.words == rules.Words.MUST and not data.words.strip():
        raise Conflict(f"Words are missing: {move.asks[:1].lower()}{move.asks[1:]}.")
    dates.check_dates(move, day=data.day, until=data.until, today=scene.today)
    dates.check_in_time(application, name, day=data.day, today=scene.today)
    before = application.state
    _what_the_act_does(scene, name, data)
    application.state = move.after
    application.answer_by = rules.expected_by(
        application, move.after, day=data.day, until=data.until, today=scene.today, calendar=calendar()
    )
    _give_or_free_place(application)
    application.version += 1
    application.save()
    if name == "complete":
        _write_awards(application, data)
    decision = _decide(scene, move, before=before, data=data, form_key=form_key)
    emails.application_moved(application, decision=decision, line=scene.line, now=scene.now)
    return application


def _what_the_act_does(scene: Scene, name: str, data: ActData) -> None:
    """What an act writes beside the state."""
    application, intake = scene.application, scene.application.intake
    if name == "send":
        if intake:
            rules.check_can_apply(intake, today=scene.today)
        rules.check_is_whole(application)
        application.sent_at = scene.now
    elif name == "send_again":
        rules.check_is_whole(application)
    elif name == "offer":
        rules.check_is_next(application, Application.objects.filter(intake=intake).in_line().first())
    elif name == "reserve":
        last = Application.objects.filter(intake=intake).in_line().last()
        application.reserve_position = (last.reserve_position or 0) + 1 if last else 1
    elif name == "enrol":
        application.enrolled_date, application.expected_end_date = data.day, data.until
    elif name == "pause":
        application.break_date = data.day
    elif name == "resume":
        application.break_date, application.expected_end_date = None, data.until
    elif name == "complete" and data.day and intake:
        application.completed_date = data.day
        application.service_until = rules.service_end(data.day, intake.service_months)


def _give_or_free_place(application: Application) -> None:
    """The place goes with the state. The intake is locked, and the numbers are unique: none is given twice."""
    if application.intake is None:
        return
    if application.state not in HAVE_A_PLACE:
        application.place = None
    elif application.place is None:
        taken = Application.objects.filter(intake=application.intake).with_a_place().values_list("place", flat=True)
        application.place = rules.free_place(
            places=application.intake.places, taken={number for number in taken if number}
        )


def _write_awards(application: Application, data: ActData) -> None:
    """What was gained, as seen by Learning and Development: the map, eligibility and the planner know it at once."""
    awards = application.intake.route.awards.filter(pk__in=data.awards) if application.intake else ()
    for award in awards:
        QualificationHeld.objects.update_or_create(
            person=application.person,
            qualification=award,
            defaults={"awarded_date": data.day, "is_verified": True},
        )


def _hand_over(application: Application, now: dt.datetime) -> str:
    """Text and files as they are sent: the files stand from now on, and others may read them. Answers their hash."""
    ApplicationFile.objects.filter(application=application, sent_at=None).update(sent_at=now)
    files = ApplicationFile.objects.sent_with(application)
    return text_hash({**application.sent_text, **({"files": files} if files else {})})


def _decide(
    scene: Scene, move: rules.Move, *, before: str, data: ActData, form_key: uuid.UUID | None
) -> ApplicationDecision:
    """The decision and its audit entry; the words stand beside the entry, where retention may blank them."""
    application = scene.application
    side = next(side for side in Side if side in move.sides & scene.sides)
    decision = ApplicationDecision(
        application=application,
        act=move.act,
        before=before,
        after=move.after,
        as_side=side,
        by=scene.by,
        acting_for=scene.line.acting_for(scene.by) if scene.by and side == Side.MANAGER else None,
        at=scene.now,
        day=data.day,
        content_hash=_hand_over(application, scene.now) if move.act in {"send", "send_again"} else "",
        form_key=form_key,
    )
    facts: dict[str, object] = {"awards": sorted(data.awards)} if data.awards else {}
    if data.until:
        facts["until"] = data.until.isoformat()
    decision.entry = audit.record(
        by=scene.by,
        acting_for=decision.acting_for,
        verb=f"pathways.application_{move.act}",
        subject=application,
        chain=audit.chain_of(application.person),
        now=scene.now,
        facts=facts,
        text=data.words,
        sealed=decision.sealed_facts(),
    )
    decision.save(force_insert=True)
    return decision
