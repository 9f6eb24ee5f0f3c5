"""What may happen to an application: one table of state, act, who may, next state and what the act needs.

An application goes to an intake of a qualification route, or is for a step to another role (progression, where a
panel or an appraisal decides). Both run on this table; `of` says where a row holds for one of them alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from notifications.working_days import WorkingCalendar, add_working_days
from pathways.models import Application, ApplicationState, CareerStep, Gate, Intake, Side
from people.rules import Conflict, NotAllowed

State = ApplicationState

# Working days in which each side is expected to act, where no date of the intake says more.
MANAGER_DAYS = 10
PERSON_DAYS = 10
LEARNING_DAYS = 20


class Of(StrEnum):
    """For what a row of the table holds."""

    BOTH = "both"
    INTAKE = "intake"
    STEP = "step"


class Words(StrEnum):
    """Whether the act asks for words."""

    NONE = "none"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One row of the table. `asks` labels the words, `day` and `until` the dates that the act needs."""

    act: str
    button: str
    done: str
    before: frozenset[State]
    after: State
    sides: frozenset[Side]
    of: Of = Of.BOTH
    words: Words = Words.MAY
    asks: str = "What you want to add"
    hint: str = ""
    day: str = ""
    until: str = ""
    is_grave: bool = False
    is_batch: bool = False

    @property
    def slug(self) -> str:
        """The act in an address."""
        return self.act.replace("_", "-")

    def holds_for(self, application: Application) -> bool:
        kind = Of.INTAKE if application.intake_id else Of.STEP
        return self.of in {Of.BOTH, kind}


def _row(act: str, button: str, done: str, before: Iterable[State], after: State, *sides: Side, **more: object) -> Move:
    return Move(
        act=act, button=button, done=done, before=frozenset(before), after=after, sides=frozenset(sides), **more  # type: ignore[arg-type]
    )  # fmt: skip


BEFORE_ANSWER = (
    State.WITH_MANAGER,
    State.WITH_LEARNING,
    State.RETURNED,
    State.CONSIDERED,
    State.WITH_PANEL,
    State.RECOMMENDED,
    State.RESERVE,
)
ON_THE_ROUTE = (State.ENROLLED, State.ON_BREAK)
_FEEDBACK = "Feedback: what was strong, and what would make the next application stronger"

MOVES: tuple[Move, ...] = (
    _row("send", "Send to your manager", "Sent", [State.DRAFT], State.WITH_MANAGER, Side.PERSON, words=Words.NONE),
    _row(
        "send_again", "Send again", "Sent again", [State.RETURNED], State.WITH_LEARNING, Side.PERSON, words=Words.NONE
    ),
    _row(
        "support", "Support it", "Supported", [State.WITH_MANAGER], State.WITH_LEARNING, Side.MANAGER,
        words=Words.MUST, asks="Your view: what in their work speaks for it, and how the team makes time for it",
    ),
    _row(
        "decline_support", "Do not support it", "Not supported", [State.WITH_MANAGER], State.NOT_SUPPORTED,
        Side.MANAGER, words=Words.MUST, asks="Why not now, and what would change it", is_grave=True,
        hint="The applicant reads this.",
    ),
    _row(
        "consider", "Accept for consideration", "Accepted for consideration", [State.WITH_LEARNING],
        State.CONSIDERED, Side.LEARNING, is_batch=True,
    ),
    _row(
        "to_panel", "Send to the panel", "Sent to the panel", [State.CONSIDERED], State.WITH_PANEL, Side.LEARNING,
        day="When the panel meets", is_batch=True,
    ),
    _row(
        "panel_yes", "Record that the panel recommends it", "Recommended by the panel", [State.WITH_PANEL],
        State.RECOMMENDED, Side.LEARNING, words=Words.MUST, asks="What the panel said",
        hint="The applicant reads this.",
    ),
    _row(
        "panel_no", "Record that the panel does not recommend it", "Declined by the panel", [State.WITH_PANEL],
        State.DECLINED, Side.LEARNING, words=Words.MUST, asks=_FEEDBACK, hint="The applicant reads this.",
        is_grave=True,
    ),
    _row(
        "offer", "Offer a place", "Offered a place", [State.CONSIDERED, State.RECOMMENDED, State.RESERVE],
        State.OFFERED, Side.LEARNING, of=Of.INTAKE, day="Last day to answer the offer", is_batch=True,
    ),
    _row(
        "reserve", "Put on the reserve list", "Put on the reserve list", [State.CONSIDERED, State.RECOMMENDED],
        State.RESERVE, Side.LEARNING, of=Of.INTAKE, is_batch=True,
    ),
    _row(
        "approve", "Approve the step", "Approved", [State.CONSIDERED, State.RECOMMENDED], State.APPROVED,
        Side.LEARNING, of=Of.STEP, words=Words.MUST, asks="What was decided, and what happens next",
        hint="The applicant reads this.",
    ),
    _row(
        "take_on", "Take it on without the manager’s view", "Taken on without the manager’s view",
        [State.WITH_MANAGER], State.WITH_LEARNING, Side.LEARNING, words=Words.MUST,
        asks="Why the manager’s view is not waited for", hint="The applicant and their manager read this.",
    ),
    _row(
        "ask_more", "Ask for more", "Asked for more", [State.WITH_LEARNING, State.CONSIDERED], State.RETURNED,
        Side.LEARNING, words=Words.MUST, asks="What is missing", hint="The applicant reads this.",
    ),
    _row(
        "decline", "Decline", "Declined",
        [
            *(State.WITH_MANAGER, State.WITH_LEARNING, State.RETURNED, State.CONSIDERED, State.RECOMMENDED),
            State.RESERVE,
        ],
        State.DECLINED, Side.LEARNING, words=Words.MUST, asks=_FEEDBACK, hint="The applicant reads this.",
        is_grave=True, is_batch=True,
    ),
    _row("accept", "Accept the offer", "Offer accepted", [State.OFFERED], State.ACCEPTED, Side.PERSON, of=Of.INTAKE),
    _row(
        "refuse_offer", "Turn the offer down", "Offer turned down", [State.OFFERED], State.OFFER_DECLINED,
        Side.PERSON, of=Of.INTAKE, is_grave=True,
    ),
    _row("lapse", "Let the offer lapse", "Offer lapsed", [State.OFFERED], State.LAPSED, Side.PORTAL, of=Of.INTAKE),
    _row(
        "end_list", "End the reserve list", "The reserve list has ended: the course has begun", [State.RESERVE],
        State.DECLINED, Side.PORTAL, of=Of.INTAKE,
    ),
    _row(
        "withdraw", "Withdraw", "Withdrawn", [*BEFORE_ANSWER, State.ACCEPTED], State.WITHDRAWN, Side.PERSON,
        Side.PORTAL, is_grave=True,
    ),
    _row(
        "enrol", "Record the enrolment", "Enrolled", [State.ACCEPTED], State.ENROLLED, Side.LEARNING, of=Of.INTAKE,
        day="Enrolled on", until="Expected end",
    ),
    _row(
        "pause", "Record a break in learning", "On a break in learning", [State.ENROLLED], State.ON_BREAK,
        Side.LEARNING, of=Of.INTAKE, words=Words.MUST, asks="Reason", day="Break from", until="Expected return",
        hint="The applicant and their manager read this. “Parental leave” or “personal reasons” is enough.",
    ),
    _row(
        "resume", "Record the return", "Returned from a break", [State.ON_BREAK], State.ENROLLED, Side.LEARNING,
        of=Of.INTAKE, day="Back on", until="New expected end",
    ),
    _row(
        "leave", "Leave the route", "Left the route", ON_THE_ROUTE, State.LEFT, Side.LEARNING, Side.PERSON,
        Side.PORTAL, of=Of.INTAKE, words=Words.MUST, asks="Reason", is_grave=True,
    ),
    _row(
        "complete", "Record the completion", "Completed", [State.ENROLLED], State.COMPLETED, Side.LEARNING,
        of=Of.INTAKE, day="Completed on",
    ),
)  # fmt: skip
BY_ACT = {move.act: move for move in MOVES}

BY_THE_INTAKE = (State.WITH_LEARNING, State.CONSIDERED, State.RECOMMENDED, State.RESERVE, State.ACCEPTED)
"""States whose date is one of the intake's own."""

HOLDER: dict[State, Side] = {
    State.DRAFT: Side.PERSON,
    State.RETURNED: Side.PERSON,
    State.OFFERED: Side.PERSON,
    State.ENROLLED: Side.PERSON,
    State.ON_BREAK: Side.PERSON,
    State.WITH_MANAGER: Side.MANAGER,
    State.WITH_LEARNING: Side.LEARNING,
    State.CONSIDERED: Side.LEARNING,
    State.WITH_PANEL: Side.LEARNING,
    State.RECOMMENDED: Side.LEARNING,
    State.RESERVE: Side.LEARNING,
    State.ACCEPTED: Side.LEARNING,
}
"""Who has it; every state that is not here is over."""

# What the date beside the state means to its reader.
DATE_WORDS: dict[State, str] = {
    State.DRAFT: "send it by",
    State.WITH_MANAGER: "answer expected by",
    State.WITH_LEARNING: "answer expected by",
    State.CONSIDERED: "answer expected by",
    State.RECOMMENDED: "answer expected by",
    State.WITH_PANEL: "panel on",
    State.RETURNED: "send again by",
    State.OFFERED: "answer by",
    State.RESERVE: "the list ends when the course starts on",
    State.ACCEPTED: "starts on",
    State.ENROLLED: "expected end",
    State.ON_BREAK: "expected back on",
}

_ONLY = {
    Side.PERSON: "Only the applicant can do this.",
    Side.MANAGER: "Only the line manager, or whoever covers for them, can do this, and nobody for themself.",
    Side.LEARNING: "Only Learning and Development can do this, and nobody for themself. Ask a colleague to decide.",
    Side.PORTAL: "Only the portal does this, when a date has passed.",
}


def sides_of(*, person_id: int, by_id: int, managers: Collection[int], is_learning: bool) -> frozenset[Side]:
    """On which sides somebody stands today. To their own application everyone is the applicant and nothing else;
    where no line manager is recorded, Learning and Development answers in their place."""
    if by_id == person_id:
        return frozenset({Side.PERSON})
    sides = {Side.MANAGER} if by_id in managers else set()
    if is_learning:
        sides |= {Side.LEARNING} | (set() if managers else {Side.MANAGER})
    return frozenset(sides)


AFTER_THE_PANEL = {"offer", "reserve", "approve"}


def is_in_place(move: Move, application: Application) -> bool:
    """Whether the act fits the state, and what is decided in which order: where a panel decides, it speaks first."""
    if not move.holds_for(application) or application.state not in move.before:
        return False
    if application.state == State.CONSIDERED and move.act in AFTER_THE_PANEL:
        return not application.needs_panel
    return move.act != "to_panel" or application.needs_panel


def allowed_moves(application: Application, sides: Collection[Side]) -> list[Move]:
    """What this reader may do now, in the order of the table."""
    return [move for move in MOVES if not move.sides.isdisjoint(sides) and is_in_place(move, application)]


def check_can_move(application: Application, act: str, sides: Collection[Side]) -> Move:
    """The row of the table; a refusal says who may, a conflict what has happened meanwhile."""
    move = BY_ACT[act]
    if move.sides.isdisjoint(sides):
        raise NotAllowed(_ONLY[next(side for side in Side if side in move.sides)])
    if not is_in_place(move, application):
        if application.state == State.CONSIDERED and application.needs_panel and move.act in AFTER_THE_PANEL:
            raise Conflict("A panel decides here. Send it to the panel first.")
        state = State(application.state).label
        raise Conflict(
            f"This application is now: {state[:1].lower()}{state[1:]}. So this cannot be done; read it again."
        )
    return move


def check_can_write(application: Application, sides: Collection[Side]) -> None:
    """The text is the applicant's, while it is a draft or more is asked for."""
    if Side.PERSON not in sides:
        raise NotAllowed(_ONLY[Side.PERSON])
    if application.state not in {State.DRAFT, State.RETURNED}:
        raise Conflict("This application has been sent, so its text stands. Withdraw it if it should not go on.")


def check_can_apply(intake: Intake, *, today: dt.date) -> None:
    """Between the day on which the window opens and the one on which it closes, both included."""
    if today < intake.opens_date:
        raise NotAllowed(f"Applications open on {_day(intake.opens_date)}. You can say now that you are interested.")
    if today > intake.closes_date:
        raise NotAllowed(
            f"Applications closed on {_day(intake.closes_date)}. "
            "Say that you are interested, and you will be told of the next intake."
        )


def can_progress(step: CareerStep) -> bool:
    """One applies for steps that people decide; the others come with a qualification, or when a post does."""
    return step.gate in {Gate.PANEL, Gate.APPRAISAL}


def check_can_progress(step: CareerStep) -> None:
    """As `can_progress`, with the reason where nobody applies."""
    if not can_progress(step):
        raise NotAllowed(f"Nobody applies for this step here. How it is decided: {step.get_gate_display().lower()}.")


def check_is_whole(application: Application) -> None:
    """What is sent has a statement; a progression also its evidence."""
    if not application.statement.strip():
        raise Conflict("Write your statement before you send the application.")
    if application.step_id and not (application.evidence.strip() or application.evidence_url):
        raise Conflict("Say what your evidence is, or give a link to it, before you send the application.")


def check_can_keep_milestones(application: Application, sides: Collection[Side]) -> None:
    """The person and Learning and Development keep the parts of the route, while the person is on it."""
    if {Side.PERSON, Side.LEARNING}.isdisjoint(sides):
        raise NotAllowed("Only the person on the route and Learning and Development keep its parts.")
    if application.state not in ON_THE_ROUTE:
        raise Conflict("Parts of a route are kept while somebody is on it.")


def free_place(*, places: int, taken: Collection[int]) -> int:
    """The lowest number that nobody has; never more than there are places."""
    for number in range(1, places + 1):
        if number not in taken:
            return number
    raise Conflict("All places are taken or offered. Put the application on the reserve list instead.")


def check_is_next(application: Application, first_in_line: Application | None) -> None:
    """A free place goes to the reserve list in its order; nobody is offered one past those who wait."""
    if first_in_line is not None and first_in_line.pk != application.pk:
        raise Conflict(
            f"Application {first_in_line.pk} is next in line on the reserve list. Offer it the place first, "
            "or put this one on the list behind it."
        )


def expected_by(
    application: Application,
    after: State,
    *,
    day: dt.date | None,
    until: dt.date | None,
    today: dt.date,
    calendar: WorkingCalendar,
) -> dt.date | None:
    """By when whoever has it then is expected to act, or what the date beside the state tells."""
    intake = application.intake
    if after in {State.OFFERED, State.WITH_PANEL}:
        return day
    if after in ON_THE_ROUTE:
        return until
    if after in {State.RESERVE, State.ACCEPTED}:
        return intake.start_date if intake else None
    if after == State.WITH_MANAGER:
        return add_working_days(today, MANAGER_DAYS, calendar)
    if after == State.RETURNED:
        return add_working_days(today, PERSON_DAYS, calendar)
    if after in {State.WITH_LEARNING, State.CONSIDERED, State.RECOMMENDED}:
        usual = add_working_days(today, LEARNING_DAYS, calendar)
        return max(intake.decide_date, today) if intake else usual
    return None


def service_end(completed: dt.date, months: int | None) -> dt.date | None:
    """The last day of service in return; the end of a shorter month where the day is not in it."""
    return completed + relativedelta(months=months) if months else None


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
