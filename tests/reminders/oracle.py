"""What is due, of whom, and who hears of it on a morning: worked out by plain counting from the rules as they are
written down (rulings 9 to 12, docs/how-to/reminders.md), without a query and without the portal's own code."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

ONE_DAY = dt.timedelta(days=1)
AHEAD = dt.timedelta(days=14)
# England, 2026 and 2027, by gov.uk/bank-holidays.
HOLIDAYS = {
    dt.date.fromisoformat(day)
    for day in [
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
        "2027-01-01",
        "2027-03-26",
        "2027-03-29",
        "2027-05-03",
        "2027-05-31",
    ]
}
LEARNING = "lea"

# Before, on the day, after, next level up, whether in the week's first digest, Learning and Development.
LADDERS = {
    "item": ((5, 1), False, (2, 5), 5, True, None),
    "shared_item": ((5, 1), False, (2, 5), 10, False, 15),
    "manager_item": ((5, 1), True, (2, 5), 10, False, 15),
    "signature": ((5, 1), True, (2, 5), 10, False, 15),
    "drop_proposal": ((4,), True, (2, 5), None, False, None),
    "review": ((10, 3), True, (2, 5), 10, False, 15),
    "review_signature": ((5, 1), True, (2, 5), 10, False, 15),
    "final_decision": ((10, 3), True, (2, 5), 10, False, 15),
    "agreement": ((10, 3), True, (2, 5), 10, False, 15),
    "pause_end": ((5, 1), True, (2, 5), 10, False, 15),
    "no_manager": ((), True, (2, 5, 10, 20), None, False, None),
}
# Someone waits for an answer, so lists show these however far their date.
ASKED = {"signature", "drop_proposal", "review_signature", "agreement"}


@dataclass
class Item:
    owner: str
    state: str
    due: dt.date
    first: str = ""
    answer_by: dt.date | None = None
    proposed_by: str = ""
    pk: int = 0

    @property
    def waits_on(self) -> str:
        if self.state in {"signed_off", "dropped"}:
            return "nobody"
        return self.owner if self.state == "to_do" else other(self.first or self.owner)


@dataclass
class Review:
    is_final: bool
    state: str
    due: dt.date
    first: str = ""
    answer_by: dt.date | None = None
    outcome: str = ""
    pk: int = 0


@dataclass
class Starter:
    name: str
    start: dt.date
    plan_state: str
    lines: list[tuple[str, dt.date, dt.date | None]]
    agreed_by: str = ""
    agree_by: dt.date = dt.date.max
    pause_ends: dt.date | None = None
    has_left: bool = False
    items: list[Item] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    pk: int = 0
    plan: int = 0
    pause: int = 0


@dataclass
class World:
    today: dt.date
    starters: list[Starter]
    # Who acts for a manager, from and to.
    covers: dict[str, tuple[str, dt.date, dt.date | None]]
    # Managers who have left, and when.
    left: dict[str, dt.date]
    # The manager of a manager.
    above: dict[str, str]


@dataclass(frozen=True)
class Thing:
    kind: str
    subject: int
    starter: str
    sides: frozenset[str]
    due: dt.date
    url: str


def other(side: str) -> str:
    return {"person": "manager", "manager": "person"}[side]


def is_on(start: dt.date, end: dt.date | None, day: dt.date) -> bool:
    return start <= day and (end is None or day <= end)


def manager_of(world: World, starter: Starter) -> str | None:
    for name, start, end in starter.lines:
        if is_on(start, end, world.today) and name not in world.left:
            return name
    return None


def cover_of(world: World, manager: str | None) -> str | None:
    if manager is None or manager not in world.covers:
        return None
    name, start, end = world.covers[manager]
    return name if is_on(start, end, world.today) else None


def things(world: World) -> list[Thing]:
    """Everything that is due or waits, near and far."""
    return [thing for starter in world.starters if not starter.has_left for thing in _of(world, starter)]


def _of(world: World, starter: Starter) -> list[Thing]:
    found: list[Thing] = []

    def add(kind: str, subject: int, sides: str, due: dt.date | None, url: str) -> None:
        both = {"both": {"person", "manager"}}
        assert due is not None
        found.append(Thing(kind, subject, starter.name, frozenset(both.get(sides, {sides})), due, url))

    plan_url = f"/induction/plans/{starter.plan}/"
    if starter.plan_state in {"agreeing", "active"}:
        for item in starter.items:
            url = f"/induction/checkpoints/{item.pk}/"
            kinds = {"person": "item", "manager": "manager_item", "both": "shared_item"}
            if item.state == "to_do":
                add(kinds[item.owner], item.pk, item.owner, item.due, url)
            if item.state == "ready":
                add("signature", item.pk, item.waits_on, item.answer_by, url)
            if item.state == "to_do" and item.proposed_by:
                add("drop_proposal", item.pk, other(item.proposed_by), item.answer_by, url)
        for review in starter.reviews:
            url = f"/induction/reviews/{review.pk}/"
            if review.state == "held":
                add("review_signature", review.pk, other(review.first), review.answer_by, url)
            elif review.state == "planned" and review.is_final:
                add("final_decision", review.pk, "both" if review.outcome else "manager", review.due, url)
            elif review.state == "planned":
                add("review", review.pk, "manager", review.due, url)
    if starter.plan_state == "agreeing":
        missing = other(starter.agreed_by) if starter.agreed_by else "both"
        add("agreement", starter.plan, missing, starter.agree_by, plan_url)
    if starter.plan_state == "paused" and starter.pause_ends is not None:
        add("pause_end", starter.pause, "manager", starter.pause_ends, plan_url)
    if starter.plan_state in {"agreeing", "active", "paused"} and manager_of(world, starter) is None:
        last_days = [
            min(end or dt.date.max, world.left.get(name, dt.date.max))
            for name, start, end in starter.lines
            if start <= world.today
        ]
        add("no_manager", starter.plan, "learning", max([starter.start, *last_days]), f"/people/{starter.pk}/")
    return found


def held_by(world: World, who: str) -> list[Thing]:
    """What waits on this person: their own part of their own things; the manager's part of those whom they manage or
    cover for, also while somebody covers for them."""
    by_name = {starter.name: starter for starter in world.starters}
    found = []
    for thing in things(world):
        manager = manager_of(world, by_name[thing.starter])
        is_managers = who in {manager, cover_of(world, manager)}
        if ("person" in thing.sides and thing.starter == who) or ("manager" in thing.sides and is_managers):
            found.append(thing)
    return found


def near(world: World, found: list[Thing]) -> list[Thing]:
    return [thing for thing in found if thing.kind in ASKED or thing.due <= world.today + AHEAD]


def to_prepare(world: World, who: str) -> set[str]:
    """Reviews that come near: the page shows them to the starter as well, who may write first."""
    return {
        f"/induction/reviews/{review.pk}/"
        for starter in world.starters
        if starter.name == who and not starter.has_left and starter.plan_state in {"agreeing", "active"}
        for review in starter.reviews
        if review.state == "planned" and review.due <= world.today + AHEAD
    }


# --- who hears what on a morning


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def counted(day: dt.date, number: int) -> dt.date:
    """So many working days on, or back."""
    while number:
        day += ONE_DAY if number > 0 else -ONE_DAY
        if is_working_day(day):
            number -= 1 if number > 0 else -1
    return day


def opens_a_week(day: dt.date) -> bool:
    earlier = [day - ONE_DAY * back for back in range(1, day.weekday() + 1)]
    return is_working_day(day) and not any(map(is_working_day, earlier))


def up_day(due: dt.date, days: int, is_weekly: bool) -> dt.date:
    day = counted(due, days)
    while is_weekly and not opens_a_week(day):
        day += ONE_DAY
    return day


def week_step(kind: str, due: dt.date, today: dt.date) -> str | None:
    """What is overdue is on the manager's list of the week, which is three days late at most."""
    opening = today - ONE_DAY * today.weekday()
    while not is_working_day(opening):
        opening += ONE_DAY
    if due >= opening or not opening <= today <= counted(opening, 3):
        return None
    return f"week-{opening.isoformat()}"


def steps_today(kind: str, due: dt.date, today: dt.date) -> list[str]:
    """The latest step of each level that has come, unless it came more than three working days ago."""
    before, on_the_day, after, up, is_weekly, learning = LADDERS[kind]
    last_working_day = due
    while not is_working_day(last_working_day):
        last_working_day -= ONE_DAY
    levels: dict[str, list[tuple[dt.date, str]]] = {"holder": [], "up": [], "learning": []}
    levels["holder"] += [(counted(last_working_day, -days), f"before-{days}") for days in before]
    levels["holder"] += [(last_working_day, "on-the-day")] if on_the_day else []
    levels["holder"] += [(counted(due, days), f"after-{days}") for days in after]
    if up is not None:
        levels["up"].append((up_day(due, up, is_weekly), f"up-{up}"))
    if learning is not None:
        levels["learning"].append((counted(due, learning), f"learning-{learning}"))
    oldest = counted(today, -3)
    come = [max((step for step in steps if step[0] <= today), default=None) for steps in levels.values()]
    return [step for found in come if found is not None for day, step in [found] if day >= oldest]


def mail_rows(world: World) -> set[tuple[str, str, int, str, dt.date]]:
    """Kind, step, thing, recipient and date of every line of this morning, when no morning was swept before."""
    rows = set()
    by_name = {starter.name: starter for starter in world.starters}
    for thing in things(world):
        starter = by_name[thing.starter]
        for step in steps_today(thing.kind, thing.due, world.today):
            for code, who in _hearers(world, starter, thing, step):
                if who != starter.name or not _is_spared(world, starter, thing):
                    rows.add((thing.kind, code, thing.subject, who, thing.due))
        manager = manager_of(world, starter)
        acting, of_week = cover_of(world, manager) or manager, week_step(thing.kind, thing.due, world.today)
        if of_week and acting and counts_in_team(thing):
            rows.add((thing.kind, of_week, thing.subject, acting, thing.due))
    return rows


def counts_in_team(thing: Thing) -> bool:
    """What a manager holds, and what a starter holds if its kind ever goes up to the manager."""
    return "manager" in thing.sides or ("person" in thing.sides and LADDERS[thing.kind][3] is not None)


def overdue_in_team(world: World, who: str) -> Counter[str]:
    """How much is overdue of each whom this person manages or covers for, whoever holds it."""
    found: Counter[str] = Counter()
    for starter in world.starters:
        manager = manager_of(world, starter)
        if starter.name != who and who in {manager, cover_of(world, manager)}:
            found[starter.name] = sum(
                thing.due < world.today and counts_in_team(thing)
                for thing in things(world)
                if thing.starter == starter.name
            )
    return +found


def late_in_plan(world: World, starter: Starter) -> int:
    """The same for one plan; a paused one has nothing late, although its return may be."""
    of_plan = [thing for thing in _of(world, starter) if thing.kind != "pause_end"]
    return sum(thing.due < world.today and counts_in_team(thing) for thing in of_plan)


def _is_spared(world: World, starter: Starter, thing: Thing) -> bool:
    """The first week only what is due on the first day at work."""
    first_day = starter.start
    while not is_working_day(first_day):
        first_day += ONE_DAY
    return world.today < starter.start + 7 * ONE_DAY and thing.due > first_day


def _hearers(world: World, starter: Starter, thing: Thing, step: str) -> list[tuple[str, str]]:
    manager = manager_of(world, starter)
    acting = cover_of(world, manager) or manager
    holders = [starter.name] if "person" in thing.sides else []
    holders += [acting] if "manager" in thing.sides and acting else []
    level = step.partition("-")[0]
    if level not in {"up", "learning"}:
        said = [(step, who) for who in holders]
        if "learning" in thing.sides:
            said = [(step, LEARNING), ("told-who-has-it", starter.name)]
        elif "manager" in thing.sides and acting is None:
            said += [("no-manager", LEARNING), ("told-who-has-it", starter.name)]
        return said
    if level == "learning":
        hears = LEARNING
    else:
        hears = (world.above.get(manager or "") if "manager" in thing.sides else acting) or LEARNING
    if hears in holders:
        return []
    concerned = {*holders, starter.name} - {hears}
    return [(step, hears), *((f"told-{step}", who) for who in concerned)]
