"""Who works here in the demonstration: a tree of invented people, from a seed, a number and a day."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bexley_ld.demo.accounts import ACCOUNTS, COVERED_TEAM, Account
from bexley_ld.demo.names import address, names
from bexley_ld.demo.stories import (
    LONG_SERVING,
    MANAGERS_STORY,
    STORIES,
    STORIES_OF_COVERED_TEAM,
    STORIES_OF_SHOWN_TEAM,
    Story,
)

SMALLEST = 40
SPAN = 9  # people that a manager has at most before a deputy shares them
PARTNERS = frozenset({"X-OB", "X-PROV"})
FIRST_TEAMS = ("X-PSA", "A-CCS", "C-FSCP-1", "A-SAF", "C-RA-1", "A-MH", "C-LAC", "A-HF", "C-MASH", "A-LD")

# How common a job role is among the staff of a directorate (invented proportions).
STAFF_ROLES: dict[str, dict[str, int]] = {
    "adults": {
        "R12": 26, "R03": 11, "R11": 9, "R06": 9, "R13": 9, "R02": 7, "R28": 7, "R05": 5, "R01": 5, "R14": 4,
        "R09": 3, "R29": 2,
    },
    "childrens": {
        "R12": 30, "R11": 14, "R07": 14, "R13": 10, "R06": 9, "R08": 7, "R01": 6, "R14": 5, "R09": 5,
    },
}  # fmt: skip
MANAGING = frozenset({"R21", "R22", "R24", "R25"})
FTES = ["1.00"] * 14 + ["0.80"] * 3 + ["0.60"] * 2 + ["0.50"]
SHOWN_TEAM = "A-CCS"


@dataclass(frozen=True)
class TeamPlace:
    """A team of the portal in which invented people may work."""

    code: str
    directorate: str


@dataclass(eq=False)
class Member:
    """One invented person; `manager` is another one, `story` is what happens to the induction plan."""

    number: int
    given_name: str
    family_name: str
    email: str
    team: str
    job_role: str
    manager: Member | None
    start_date: dt.date
    known_from: dt.date
    fte: Decimal = Decimal(1)
    leaving_date: dt.date | None = None
    account: Account | None = None
    story: Story = LONG_SERVING
    reports: list[Member] = field(default_factory=list, repr=False)

    @property
    def employee_number(self) -> str:
        return f"DEMO{self.number:06d}"


class Staff:
    """Builds the tree: heads of service, service managers, team managers, deputies and their people."""

    def __init__(self, *, size: int, seed: int, today: dt.date, teams: Sequence[TeamPlace]) -> None:
        self.rng = random.Random(f"{seed}/{size}/{today.isoformat()}")  # noqa: S311 invented people, no secret
        self.today = today
        self.size = size
        self.members: list[Member] = []
        self._names = names(self.rng)
        self._accounts = {account.place: account for account in ACCOUNTS}
        self._teams = self._chosen(teams)
        self._build()

    def _chosen(self, teams: Sequence[TeamPlace]) -> list[TeamPlace]:
        """Few people, few teams: those of the demo accounts come first."""
        inside = {team.code: team for team in teams if team.code not in PARTNERS}
        first = [inside.pop(code) for code in FIRST_TEAMS if code in inside]
        rest = sorted(inside.values(), key=lambda team: team.code)
        return (first + rest)[: max(6, self.size // 12)]

    def _build(self) -> None:
        managers = list(self._management())
        named = [account for account in ACCOUNTS if account.place.startswith("staff:")]
        counts = self._sizes(len(named))
        for team, manager in managers:
            own = [account for account in named if account.team == team.code]
            self._people_of(team, manager, counts[team.code], own)
        self._tell_stories()

    def _management(self) -> Iterator[tuple[TeamPlace, Member]]:
        for directorate in ("adults", "childrens"):
            teams = [team for team in self._teams if team.directorate == directorate]
            if not teams:
                continue
            head = self._add(teams[0], "R25", None, place=f"head:{directorate}")
            services = [self._add(teams[number], "R24", head) for number in range(0, len(teams), 6)]
            for number, team in enumerate(teams):
                yield team, self._add(team, "R22", services[number // 6], place=f"manager:{team.code}")

    def _sizes(self, named: int) -> dict[str, int]:
        """How many unnamed people each team gets; the academy stays small."""
        left = self.size - len(self.members) - named
        open_teams = [team.code for team in self._teams if team.code != "X-PSA"]
        counts = {team.code: 0 for team in self._teams}
        for number in range(max(left, 0)):
            counts[open_teams[number % len(open_teams)]] += 1
        return counts

    def _people_of(self, team: TeamPlace, manager: Member, count: int, named: Sequence[Account]) -> None:
        holders = [manager]
        deputies = max(count - SPAN, 0) // (SPAN + 1) + (count > SPAN)
        holders += [self._add(team, "R21", manager) for _ in range(deputies)]
        for account in named:
            self._add(team, account.job_role, manager, place=account.place)
        roles = STAFF_ROLES[team.directorate]
        for number in range(count - deputies):
            role = self.rng.choices(list(roles), list(roles.values()))[0]
            self._add(team, role, holders[number % len(holders)])

    def _add(self, team: TeamPlace, job_role: str, manager: Member | None, *, place: str = "") -> Member:
        account = self._accounts.get(place)
        given, family = next(self._names)
        if account:
            given, family, email = account.given_name, account.family_name, account.email
        else:
            email = address(given, family)
        start = self._monday(self.rng.randint(2600, 6000) if job_role in MANAGING else self.rng.randint(500, 2500))
        member = Member(
            number=len(self.members) + 1,
            given_name=given,
            family_name=family,
            email=email,
            team=team.code,
            job_role=job_role,
            manager=manager,
            start_date=start,
            known_from=start,
            fte=Decimal(self.rng.choice(FTES)),
            account=account,
        )
        if manager:
            manager.reports.append(member)
        self.members.append(member)
        return member

    def _monday(self, days_ago: int) -> dt.date:
        day = self.today - dt.timedelta(days=days_ago)
        return day - dt.timedelta(days=day.weekday())

    def _tell_stories(self) -> None:
        """Give each story its share, at least three times each, to people without people of their own."""
        for member in self.members:
            if member.account and member.account.story:
                self._start(member, STORIES[member.account.story], exactly=member.account.started_days_ago)
        free = [member for member in self.members if member.account is None and not member.reports]
        free = [member for member in free if member.job_role not in MANAGING]
        self.rng.shuffle(free)
        for team, stories in ((SHOWN_TEAM, STORIES_OF_SHOWN_TEAM), (COVERED_TEAM, STORIES_OF_COVERED_TEAM)):
            managers = [member for member in self.members if member.job_role == "R22" and member.team == team]
            own = [member for member in free if member.manager in managers]
            for member, name in zip(own, stories, strict=False):
                free.remove(member)
                self._start(member, STORIES[name])
        quotas = {story.name: story.quota(self.size) for story in STORIES.values()}
        while free and any(quotas.values()):
            for story in STORIES.values():
                if quotas[story.name] and free:
                    quotas[story.name] -= 1
                    self._start(self._fitting(free, story), story)
        if new_manager := self._manager_without_account():
            self._start(new_manager, STORIES[MANAGERS_STORY])

    def _fitting(self, free: list[Member], story: Story) -> Member:
        if not story.job_role:
            return free.pop()
        member = next((each for each in reversed(free) if each.team.startswith("A-")), free[-1])
        free.remove(member)
        member.job_role = story.job_role
        return member

    def _manager_without_account(self) -> Member | None:
        """One team manager is new too: a manager's own plan is signed by their manager."""
        found = [member for member in self.members if member.job_role == "R22" and member.account is None]
        return found[-1] if found else None

    def _start(self, member: Member, story: Story, *, exactly: int | None = None) -> None:
        member.story = story
        first, last = story.started_days_ago
        days_ago = self.rng.randint(first, last) if exactly is None else exactly
        if story.leaves_days_ago is not None:
            member.leaving_date = self.today - dt.timedelta(days=story.leaves_days_ago)
        if not story.is_starter:
            return
        member.start_date = self._monday(days_ago) if days_ago >= 0 else self._monday(days_ago - 7)
        member.known_from = min(member.start_date - dt.timedelta(days=28), self.today)
        if story.has_no_manager and member.manager:
            member.manager.reports.remove(member)
            member.manager = None
