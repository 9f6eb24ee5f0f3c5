"""Home, the team's queue, calendars and mail show the same things as due: compared with plain counting, over worlds of
starters, plans, pauses, covers and dates that nobody thought of."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from induction.models import Checkpoint, InductionPlan, PlanPause, ProgrammeVersion
from induction.models import Review as ReviewRow
from notifications.models import OutgoingMail
from people.models import Person
from people.roles import Role
from reminders import services
from reminders.models import Reminder
from tests.factories.induction import version
from tests.factories.people import LONG_AGO, UserFactory, cover, line
from tests.personas import undone
from tests.reminders import oracle
from tests.reminders.oracle import Item, Review, Starter, World

DAY = dt.timedelta(days=1)
STARTERS, MANAGERS = ("sam", "sue"), ("max", "mia")
EVERYONE = (*STARTERS, *MANAGERS, "cora", "ursula", "lea")
TITLES = {
    "item": "Induction item",
    "shared_item": "Induction item for both",
    "manager_item": "Induction item of the line manager",
    "signature": "Induction item that waits for a signature",
    "drop_proposal": "Proposal to leave an induction item out",
    "review": "Induction review to hold",
    "review_signature": "Induction review that waits for a signature",
    "final_decision": "Final decision of an induction",
    "agreement": "Induction plan to agree",
    "pause_end": "Paused induction whose end was expected",
    "no_manager": "Starter without a line manager",
}
SIDES = st.sampled_from(["person", "manager"])


def days(first: int, last: int) -> st.SearchStrategy[dt.timedelta]:
    return st.integers(first, last).map(lambda number: DAY * number)


@st.composite
def items(draw: st.DrawFn, today: dt.date) -> Item:
    state = draw(st.sampled_from(["to_do", "to_do", "ready", "signed_off", "dropped"]))
    item = Item(
        owner=draw(st.sampled_from(["person", "manager", "both"])), state=state, due=today + draw(days(-30, 30))
    )
    if state == "ready":
        item.first = draw(SIDES) if item.owner == "both" else item.owner
        item.answer_by = today + draw(days(-25, 10))
    elif state == "to_do" and draw(st.booleans()):
        item.proposed_by, item.answer_by = draw(SIDES), today + draw(days(-25, 10))
    return item


@st.composite
def reviews(draw: st.DrawFn, today: dt.date, is_final: bool) -> Review:
    state = draw(st.sampled_from(["planned", "planned", "held", "signed"]))
    review = Review(is_final=is_final, state=state, due=today + draw(days(-30, 40)))
    if state == "held":
        review.first, review.answer_by = draw(SIDES), today + draw(days(-25, 10))
    if is_final and (state != "planned" or draw(st.booleans())):
        review.outcome = "complete"
    return review


@st.composite
def lines(draw: st.DrawFn, today: dt.date, start: dt.date) -> list[tuple[str, dt.date, dt.date | None]]:
    """One manager all along, a hand-over on some day, or nobody from some day on."""
    first, second = draw(st.permutations(MANAGERS))
    change = draw(st.none() | days(-20, 3))
    if change is None:
        return [(first, start - DAY, None)]
    last = max(start, today + change)
    found: list[tuple[str, dt.date, dt.date | None]] = [(first, start - DAY, last)]
    return [*found, (second, last + DAY, None)] if draw(st.booleans()) else found


@st.composite
def starters(draw: st.DrawFn, name: str, today: dt.date) -> Starter:
    start = today - draw(days(1, 60))
    state = draw(st.sampled_from(["active", "active", "active", "agreeing", "paused", "completed", "stopped"]))
    starter = Starter(
        name=name, start=start, plan_state=state, lines=draw(lines(today, start)), has_left=draw(st.integers(0, 9)) == 0
    )
    if state == "agreeing":
        starter.agreed_by = draw(st.sampled_from(["", "person", "manager"]))
        starter.agree_by = today + draw(days(-25, 20))
    if state == "paused":
        starter.pause_ends = draw(st.none() | days(-25, 20).map(lambda number: max(start, today + number)))
    starter.items = draw(st.lists(items(today), max_size=4))
    starter.reviews = [draw(reviews(today, is_final)) for is_final in (False, True) if draw(st.booleans())]
    return starter


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A working morning from October to January, so that Christmas lies in many of the ladders."""
    morning = st.dates(dt.date(2026, 10, 1), dt.date(2027, 1, 29)).filter(oracle.is_working_day)
    today = draw(morning)
    covers = {
        manager: (draw(st.sampled_from(["cora", "ursula"])), today + draw(days(-5, 2)), end)
        for manager in MANAGERS
        if draw(st.booleans())
        for end in [draw(st.none() | days(2, 6).map(lambda number: today + number))]
    }
    left = {"mia": today - draw(days(0, 12))} if draw(st.integers(0, 4)) == 0 else {}
    return World(today, [draw(starters(name, today)) for name in STARTERS], covers, left, above={"max": "ursula"})


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    made = {
        name: UserFactory(person__given_name=name.title(), roles=[Role.LD_ADMIN] if name == "lea" else []).person
        for name in EVERYONE
    }
    line(made["max"], made["ursula"])
    return made


def build(world: World, people: dict[str, Person], programme: ProgrammeVersion) -> None:
    for manager, (who, start, end) in world.covers.items():
        cover(people[manager], people[who], start, end)
    for name, day in world.left.items():
        Person.objects.filter(pk=people[name].pk).update(deactivated_at=at(day, 12))
    for starter in world.starters:
        _starter(world, starter, people, programme)


def _starter(world: World, starter: Starter, people: dict[str, Person], programme: ProgrammeVersion) -> None:
    person = people[starter.name]
    Person.objects.filter(pk=person.pk).update(
        start_date=starter.start, deactivated_at=at(world.today, 1) if starter.has_left else None
    )
    starter.pk = person.pk
    for manager, start, end in starter.lines:
        line(person, people[manager], start, end)
    is_closed = starter.plan_state in {"completed", "stopped"}
    plan = InductionPlan.objects.create(
        person=person, version=programme, start_date=starter.start, state=starter.plan_state,
        original_end_date=starter.start + DAY * 181, end_date=starter.start + DAY * 181, agree_by=min(
            starter.agree_by, starter.start + DAY * 300),
        person_agreed_revision=1 if starter.agreed_by in {"person"} or starter.plan_state != "agreeing" else None,
        manager_agreed_revision=1 if starter.agreed_by in {"manager"} or starter.plan_state != "agreeing" else None,
        agreed_date=None if starter.plan_state == "agreeing" else starter.start,
        closed_date=world.today if is_closed else None,
    )  # fmt: skip
    starter.plan = plan.pk
    if starter.plan_state == "paused":
        pause = PlanPause.objects.create(
            plan=plan, start_date=starter.start, expected_end_date=starter.pause_ends, reason="Away"
        )
        starter.pause = pause.pk
    for item in starter.items:
        item.pk = Checkpoint.objects.create(
            plan=plan, title="Words of an item", section="do", method="shadowing", position=1, owner=item.owner,
            state=item.state, due_date=item.due, original_due_date=item.due, waiting_on=item.waits_on,
            waiting_since=world.today, answer_by=item.answer_by, drop_proposed_by=item.proposed_by,
        ).pk  # fmt: skip
    for month, review in enumerate(starter.reviews, start=1):
        waits = {"planned": "manager", "signed": "nobody"}.get(review.state) or oracle.other(review.first)
        review.pk = ReviewRow.objects.create(
            plan=plan, month=month, title="Words of a review", is_final=review.is_final, state=review.state,
            due_date=review.due, original_due_date=review.due, waiting_on=waits, waiting_since=world.today,
            answer_by=review.answer_by, outcome=review.outcome, held_date=world.today if review.outcome else None,
        ).pk  # fmt: skip


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def section_of(page: str, title: str) -> str:
    """One part of a page, by the beginning of its heading."""
    found = re.search(rf'<section class="app-section"[^>]*><h2 class="app-h2">{title}(.*?)</section>', page, re.S)
    return found[1] if found else ""


def titles_in(part: str, of: str) -> list[str]:
    return [html.unescape(url) for url in re.findall(rf'class="{of}"><a class="govuk-link" href="([^"#]+)', part)]


def check_home(page: str, world: World, name: str) -> None:
    """The next thing and what is also due are what waits on me and is near; nothing else stands there."""
    held = oracle.near(world, [one for one in oracle.held_by(world, name) if one.starter == name])
    expected = {thing.url for thing in held} | oracle.to_prepare(world, name)
    also = titles_in(section_of(page, "Also due"), "app-row__title")
    button = re.search(r'class="app-next__act">\s*<a [^>]*href="([^"#]+)', page)
    if expected:
        assert button, (name, expected)
        assert {*also, button[1]} == expected
        assert len(also) == len(expected) - 1
    else:
        assert also == []
    of_team = oracle.near(world, [one for one in oracle.held_by(world, name) if one.starter != name])
    counted = re.search(r"Your team needs you \((\d+)\)", page)
    assert int(counted[1] if counted else 0) == len(of_team)


def check_queue(client: Client, world: World, name: str) -> None:
    expected = Counter(thing.url for thing in oracle.near(world, oracle.held_by(world, name)) if thing.starter != name)
    found: Counter[str] = Counter()
    for number in range(1, 4):
        response = client.get(f"/team/?page={number}")
        if response.status_code == 403:
            break
        check_overdue(response.content.decode(), world, name)
        page = section_of(response.content.decode(), "Needs you")
        found.update(titles_in(page, "app-queue__title"))
        if f"page={number + 1}" not in page:
            break
    assert found == expected


def check_overdue(page: str, world: World, name: str) -> None:
    """The team's page counts what is overdue as the list of the week does on its first working day."""
    late = oracle.overdue_in_team(world, name)
    told = re.search(r"(\d+) things? (?:is|are) overdue, of (\d+) (?:person|people)", page)
    if 'data-label="Late"' in page:
        assert (int(told[1]), int(told[2])) == (late.total(), len(late)) if told else not late
    listed = [row for row in oracle.mail_rows(world) if row[1].startswith("week-") and row[3] == name]
    if oracle.opens_a_week(world.today) and world.covers.get(name) is None:
        assert len(listed) == late.total()


def check_late(clients: dict[str, Client], world: World) -> None:
    """A plan's own page and everyone's overview count as late what the team's table and the list of the week do."""
    overview = clients["lea"].get("/induction/overview/").content.decode()
    for starter in world.starters:
        if starter.has_left:
            continue
        late = oracle.late_in_plan(world, starter)
        row = overview.split(f'href="/people/{starter.pk}/">')[-1].split("</tr>")[0]
        assert ("Something late" in row) is (late > 0), (starter, late)
        page = clients[starter.name].get(f"/induction/plans/{starter.plan}/").content.decode()
        told = re.search(r"(\d+) things? (?:is|are) late\.", page)
        assert int(told[1] if told else 0) == late, (starter, late)


def check_calendar(person: Person, world: World, name: str) -> None:
    token = services.make_calendar_link(by=person, now=at(world.today), today=world.today)
    calendar = Calendar.from_ical(Client().get(f"/calendar/{token}.ics").content)
    shown = Counter(
        (str(event["summary"]), event["dtstart"].dt, event["url"].removeprefix("https://portal.example"))
        for event in calendar.walk("VEVENT")
    )
    held = oracle.held_by(world, name)
    if name == oracle.LEARNING:
        held += [thing for thing in oracle.things(world) if "learning" in thing.sides]
    expected = Counter((TITLES[thing.kind], thing.due, thing.url) for thing in held)
    assert {one: count for one, count in shown.items() if one[2] != "/me/calendar/"} == dict(expected)


def check_mail(world: World, people: dict[str, Person]) -> None:
    report = services.sweep(for_date=world.today, now=at(world.today))
    assert report.failures == {}
    names = {person.pk: name for name, person in people.items()}
    rows = Reminder.objects.values_list("rule", "step", "subject_id", "recipient_id", "due_date")
    found = {(kind.removeprefix("induction."), step, pk, names[who], due) for kind, step, pk, who, due in rows}
    expected = oracle.mail_rows(world)
    assert found == expected
    digests = OutgoingMail.objects.filter(kind="digest").values_list("recipient_id", flat=True)
    assert sorted(names[pk] for pk in digests) == sorted({who for _, _, _, who, _ in expected})


def check(world: World, people: dict[str, Person], programme: ProgrammeVersion) -> None:
    with undone(), time_machine.travel(at(world.today), tick=False):
        build(world, people, programme)
        here = [name for name in EVERYONE if name not in world.left]
        gone = {starter.name for starter in world.starters if starter.has_left}
        clients: dict[str, Client] = {}
        for name in here:
            if name in gone:
                continue
            person = Person.objects.get(pk=people[name].pk)
            client = clients[name] = Client()
            client.force_login(person.user, backend="bexley_ld.accounts.PortalBackend")
            check_home(client.get("/").content.decode(), world, name)
            if name not in STARTERS:
                check_queue(client, world, name)
            check_calendar(person, world, name)
        check_late(clients, world)
        check_mail(world, people)


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
# A world is reported as it was found: to make it smaller takes longer than to read it.
AS_FOUND = [Phase.explicit, Phase.reuse, Phase.generate]
COMMON = {"deadline": None, "suppress_health_check": QUIET, "phases": AS_FOUND}


@pytest.fixture
def programme(db: None, settings: object) -> ProgrammeVersion:
    settings.SITE_URL = "https://portal.example"  # type: ignore[attr-defined]
    return version(owners=())


@pytest.mark.wide
@settings(max_examples=20, derandomize=True, **COMMON)
@given(world=worlds())
def test_every_view_shows_what_plain_counting_finds(
    world: World, people: dict[str, Person], programme: ProgrammeVersion
) -> None:
    check(world, people, programme)


@pytest.mark.slow
@settings(max_examples=150, **COMMON)
@given(world=worlds())
def test_every_view_shows_what_plain_counting_finds_in_many_worlds(
    world: World, people: dict[str, Person], programme: ProgrammeVersion
) -> None:
    check(world, people, programme)


def full_world() -> World:
    """One of everything, so that an oracle that finds nothing could not pass."""
    today = dt.date(2026, 11, 30)
    sam = Starter("sam", today - DAY * 40, "active", [("max", LONG_AGO, None)])
    sam.items = [Item("person", "to_do", today), Item("manager", "to_do", today), Item("both", "to_do", today)]
    sam.items += [Item("person", "ready", today, "person", today), Item("person", "to_do", today, "", today, "person")]
    sam.reviews = [Review(False, "planned", today), Review(True, "planned", today, outcome="complete")]
    sue = Starter("sue", today - DAY * 40, "paused", [("mia", LONG_AGO, None)], pause_ends=today)
    return World(today, [sam, sue], {}, {}, {"max": "ursula"})


def test_the_oracle_knows_every_kind_and_sees_a_missing_one(
    people: dict[str, Person], programme: ProgrammeVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = full_world()
    check(world, people, programme)
    assert len(oracle.mail_rows(world)) >= 9
    monkeypatch.setattr(oracle, "AHEAD", -DAY)
    with pytest.raises(AssertionError):
        check(full_world(), people, programme)
