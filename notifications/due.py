"""What a due rule is. An app declares its rules as `RULES` in its own `due.py`; everything else follows
from them: mail, home, the manager's queue, the dry run and the log.

A new kind of deadline is one query and a few lines of data:

    def _renewals(*, today: dt.date) -> QuerySet[Any]:
        return due.rows(
            Renewal.objects.filter(is_done=False), today=today,
            person="person", waiting_on=due.Waiting.PERSON, due_on="renew_by", label="title",
        )

    RULES = (
        due.DueRule(
            kind="learning.renewal", title="Renewal", task="Renew a qualification",
            subject_type="renewal", url_name="learning:renewal_detail", find=_renewals,
            ladder=due.LadderDefaults(before=(60, 20, 5), on_the_day=True, up_after=10, learning_after=15),
        ),
    )

`rows` answers from the dated rows of the line who holds what today: a new manager or a cover writes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Expression,
    F,
    QuerySet,
    TextChoices,
    Value,
)
from django.urls import reverse

from notifications.kinds import Concerns, Frequency
from people.acting import Acting, Covering


class Waiting(StrEnum):
    """On whom a thing waits; who that is today follows from the line."""

    PERSON = "person"
    MANAGER = "manager"
    BOTH = "both"
    LEARNING = "learning"


class Days(TextChoices):
    """In what a ladder counts: most kinds in days at work, renewals and registration by the calendar
    (user-demands.md §4.2). Either way nothing is sent on a day off."""

    WORKING = "working", "Working days"
    CALENDAR = "calendar", "Calendar days"


# The names that `rows` adds to a query; the engine reads and filters by nothing else.
SUBJECT_ID = "row_subject_id"
PERSON_ID = "row_person_id"
STARTS_ON = "row_starts_on"
CAME_BACK = "row_came_back"
WAITING_ON = "row_waiting_on"
MANAGER_ID = "row_manager_id"
COVER_ID = "row_cover_id"
UPPER_ID = "row_upper_id"
UPPER_COVER_ID = "row_upper_cover_id"
DUE_ON = "row_due_on"
LABEL = "row_label"
URL_PK = "row_url_pk"
ROW_NAMES = (
    SUBJECT_ID,
    PERSON_ID,
    STARTS_ON,
    WAITING_ON,
    MANAGER_ID,
    COVER_ID,
    UPPER_ID,
    UPPER_COVER_ID,
    DUE_ON,
    LABEL,
    URL_PK,
)


class Find(Protocol):
    """Everything of the kind that is open and not done, near or far; the engine narrows it by date."""

    def __call__(self, *, today: dt.date) -> QuerySet[Any]: ...


@dataclass(frozen=True)
class LadderDefaults:
    """When a kind is reminded; L&D may change it in a row of `Ladder`.

    `counted_in`: the days of every number here, working or calendar days.
    `up_after`: to the level above whoever holds it (the person's manager, or the manager's manager), once.
    `is_weekly`: that level hears it in the week's first digest (ruling 11, the manager's weekly list).
    `learning_after`: to Learning and Development's exceptions, once; then it stops.
    """

    before: tuple[int, ...] = ()
    on_the_day: bool = False
    after: tuple[int, ...] = ()
    up_after: int | None = None
    learning_after: int | None = None
    is_weekly: bool = False
    counted_in: Days = Days.WORKING


@dataclass(frozen=True)
class OnPage:
    """How a kind reads where it waits for somebody.

    `act` is the button of whoever holds it, {given_name} the person's; `anchor` is where on the thing's page it is
    done. `title` stands in place of a label that would not say what to do. `state` is the word for it (govuk/states.py)
    while nothing presses. `is_asked`: somebody has done their part and waits for this one, so it is shown however far
    its date is, before what nobody has touched.
    """

    act: str = "Open"
    anchor: str = ""
    title: str = ""
    state: str = "to_do"
    is_asked: bool = False


@dataclass(frozen=True)
class DueRule:
    """One kind of deadline.

    `task` goes into the subject of a mail: what to do, in neutral words, without names or anyone's own text.
    `line` and `info` are the lines to whoever holds the thing and to those who only need to know; they may
    use {label}, {person}, {holder} and {date}. Whoever may not read the thing gets `info` with the `title` in
    place of the label. `must_send`: why nobody can switch the kind off, if so. `default`: how often it comes while
    nobody has chosen; without it once a day. `concerns`: whom it can reach
    (notifications/kinds.py). `calendar_title`: what stands in calendars outside the portal and in the logs of the
    administration, where the title would tell too much, such as "Learning" for coaching. `on_page`: how the first page
    and the team's queue show it. `stands_for_manager`: in the calendar of Learning and Development one such thing is
    enough for whatever of the same app waits on that person's missing line manager.
    """

    kind: str
    title: str
    task: str
    subject_type: str
    url_name: str
    find: Find
    ladder: LadderDefaults
    calendar_title: str = ""
    line: str = "{label}"
    info: str = "{person}: {label} – with {holder}"
    must_send: str = ""
    default: Frequency | None = None
    concerns: tuple[Concerns, ...] = ()
    on_page: OnPage = OnPage()
    stands_for_manager: bool = False

    def __post_init__(self) -> None:
        if len(self.kind) > 60 or self.kind.count(".") != 1:
            raise ValueError(f"A kind is written app.name, at most 60 characters: {self.kind!r}")
        for wording in (self.line, self.info):
            wording.format(label="", person="", holder="", date="")

    @property
    def app(self) -> str:
        return self.kind.partition(".")[0]

    @property
    def name_in_calendars(self) -> str:
        return self.calendar_title or self.title

    def items(self, queryset: QuerySet[Any]) -> list[DueItem]:
        """The rows of a query of this rule, as items."""
        return [self.item(row) for row in queryset.values(*ROW_NAMES)]

    def item(self, row: Mapping[str, Any]) -> DueItem:
        return DueItem(
            rule=self,
            subject_id=row[SUBJECT_ID],
            person_id=row[PERSON_ID],
            starts_on=row[STARTS_ON],
            waiting_on=Waiting(row[WAITING_ON]),
            manager_id=row[MANAGER_ID],
            cover_id=row[COVER_ID],
            upper_id=row[UPPER_ID],
            upper_cover_id=row[UPPER_COVER_ID],
            due_on=row[DUE_ON],
            label=row[LABEL],
            url_pk=row[URL_PK],
        )


@dataclass(frozen=True)
class DueItem:
    """One due thing: what, about whom, by when, who has it now."""

    rule: DueRule
    subject_id: int
    person_id: int
    starts_on: dt.date | None
    waiting_on: Waiting
    manager_id: int | None
    cover_id: int | None
    upper_id: int | None
    upper_cover_id: int | None
    due_on: dt.date
    label: str
    url_pk: int

    @property
    def kind(self) -> str:
        return self.rule.kind

    @property
    def key(self) -> tuple[str, int]:
        return self.rule.kind, self.subject_id

    @property
    def url(self) -> str:
        return reverse(self.rule.url_name, args=[self.url_pk])

    @property
    def waits_on_person(self) -> bool:
        return self.waiting_on in {Waiting.PERSON, Waiting.BOTH}

    @property
    def waits_on_manager(self) -> bool:
        return self.waiting_on in {Waiting.MANAGER, Waiting.BOTH}

    @property
    def acting_manager_id(self) -> int | None:
        """Whoever acts today: the cover while there is one, else the line manager."""
        return self.cover_id or self.manager_id

    @property
    def acting_upper_id(self) -> int | None:
        return self.upper_cover_id or self.upper_id

    @property
    def has_no_manager(self) -> bool:
        """It waits on a manager and there is none: Learning and Development has it."""
        return self.waits_on_manager and self.acting_manager_id is None

    @property
    def is_with_learning(self) -> bool:
        """Learning and Development has it, by its kind or because no manager is there; the person is told."""
        return self.waiting_on is Waiting.LEARNING or self.has_no_manager

    @property
    def holder_ids(self) -> tuple[int, ...]:
        """Who must act today and is reminded; nobody here means Learning and Development."""
        holders = (
            self.person_id if self.waits_on_person else None,
            self.acting_manager_id if self.waits_on_manager else None,
        )
        return tuple(dict.fromkeys(holder for holder in holders if holder is not None))

    def is_held_by(self, person_id: int) -> bool:
        """May act on it today: also the manager who is away, while a cover acts."""
        return person_id in self.holder_ids or (self.waits_on_manager and person_id == self.manager_id)

    def is_readable_by(self, person_id: int) -> bool:
        """The person, the line manager and the cover read its words; who else hears of it may know that it exists,
        its state and its dates (reliability-and-security.md §2)."""
        return person_id in {self.person_id, self.manager_id, self.cover_id}

    def is_overdue(self, today: dt.date) -> bool:
        return self.due_on < today


def rows(
    queryset: QuerySet[Any],
    *,
    today: dt.date,
    person: str,
    waiting_on: Waiting | str | Expression,
    due_on: str | Expression,
    label: str | Expression,
    subject: str = "pk",
    url_pk: str = "pk",
    starts_on: str | None = None,
    came_back: str | None = None,
) -> QuerySet[Any]:
    """Adds to a query of open things what a rule has to tell; still one query, whatever the number of people.

    Strings are paths of fields; `person` is the path of the person it is about ("pk": the row is a person).
    Those who have left drop out. `starts_on` is the first day in the job, where the first week is gentle;
    `came_back` tells what was handed back to whom it waits on, which pages put first.
    """
    person_id = person if person == "pk" else f"{person}_id"
    left = "deactivated_at" if person == "pk" else f"{person}__deactivated_at"
    about = F(person_id)
    manager = Acting(about, day=today)
    cover = Covering(manager, about, day=today)
    upper = Acting(manager, about, day=today)
    found: QuerySet[Any] = queryset.filter(**{f"{left}__isnull": True}).annotate(
        **{
            SUBJECT_ID: F(subject),
            PERSON_ID: about,
            STARTS_ON: F(starts_on) if starts_on else Value(None, output_field=DateField()),
            CAME_BACK: F(came_back) if came_back else Value(False, output_field=BooleanField()),
            WAITING_ON: _path(waiting_on),
            DUE_ON: _path(due_on),
            LABEL: _path(label),
            URL_PK: F(url_pk),
            MANAGER_ID: manager,
            COVER_ID: cover,
            UPPER_ID: upper,
            UPPER_COVER_ID: Covering(upper, about, day=today),
        }
    )
    return found


def _path(value: Waiting | str | Expression) -> Any:
    if isinstance(value, Waiting):
        return Value(str(value), output_field=CharField())
    return F(value) if isinstance(value, str) else value
