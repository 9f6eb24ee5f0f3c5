"""What a file from HR would change: its rows compared with what the portal knows; nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from people.rules.staff_file import Problem, StaffRow

LEAVERS_PERCENT = 10
"""A file by which more than this share of active people would leave is stopped: it may be cut off."""


@dataclass(frozen=True)
class Choice:
    """A team or a job role as HR may name it: by code or by name."""

    pk: int
    name: str
    end_date: dt.date | None = None


@dataclass(frozen=True)
class Held:
    """A dated row that holds now or later."""

    pk: int
    start_date: dt.date
    end_date: dt.date | None


@dataclass(frozen=True)
class HeldPost(Held):
    team_id: int
    team: str
    job_role_id: int
    job_role: str


@dataclass(frozen=True)
class HeldLine(Held):
    manager: str
    manager_id: int


@dataclass(frozen=True)
class HeldRegistration(Held):
    person_id: int
    body: str
    number: str


@dataclass(frozen=True)
class Known:
    """A person as the portal has them today."""

    pk: int
    employee_number: str
    email: str
    given_name: str
    family_name: str
    start_date: dt.date
    leaving_date: dt.date | None
    fte: Decimal
    is_active: bool
    has_account: bool
    is_guarded: bool = False
    post: HeldPost | None = None
    line: HeldLine | None = None
    registrations: tuple[HeldRegistration, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """Everything that the comparison depends on."""

    people: Mapping[str, Known]
    teams: Mapping[str, Choice | None]
    job_roles: Mapping[str, Choice | None]
    emails: Mapping[str, Known]
    registrations: Mapping[tuple[str, str], HeldRegistration]
    other_account_emails: frozenset[str]
    importer: str | None = None
    """Employee number of the admin who brings the file in, empty for one who is nobody here; None: an operator."""
    covered: frozenset[str] = frozenset()
    """Employee numbers of the managers for whom that admin covers, today or later."""
    brought_in: frozenset[str] = frozenset()
    """Employee numbers of the people whom that admin's own files have added, or given another address."""


@dataclass
class Accepted:
    """A row that may be applied."""

    row: StaffRow
    known: Known | None
    team: Choice
    job_role: Choice
    manager: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.row.given_name} {self.row.family_name}"


@dataclass(frozen=True)
class Leaver:
    known: Known
    leaving_date: dt.date
    row: int | None


@dataclass
class Comparison:
    """The preview: what is new, changed, left, refused and unchanged."""

    new: list[Accepted] = field(default_factory=list)
    changed: list[Accepted] = field(default_factory=list)
    left: list[Leaver] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    unchanged: int = 0


def compare(rows: Sequence[StaffRow], snapshot: Snapshot, *, today: dt.date, complete: bool) -> Comparison:
    """Every row either is applied as a whole or refused with its reasons; the rest of the file goes on."""
    result = Comparison()
    leavers = _leavers(rows, snapshot, today=today, complete=complete, result=result)
    leaving = {leaver.known.employee_number for leaver in leavers}
    accepted: dict[str, Accepted] = {}
    for row in rows:
        if row.employee_number in leaving and row.has_left(today):
            continue
        known = snapshot.people.get(row.employee_number)
        if row.has_left(today) and not row.problems:
            if known is None:
                row.note("leaving_date", "Left before the portal knew them: not added.")
                continue
            if not known.is_active and known.leaving_date == row.leaving_date:
                continue
        candidate = _place(row, known, snapshot, today)
        if candidate is not None and not row.problems:
            accepted[row.employee_number] = candidate
    _refuse_own_managers(accepted, snapshot)
    _settle_lines(accepted, snapshot, leaving)
    for candidate in accepted.values():
        if candidate.known is None:
            result.new.append(candidate)
        else:
            candidate.fields = _differences(candidate, candidate.known)
            if candidate.fields:
                result.changed.append(candidate)
    result.left = leavers
    for row in rows:
        if row.employee_number not in leaving or not row.has_left(today):
            result.refused.extend(row.problems)
        result.notes.extend(row.notes)
    refused_rows = {problem.row for problem in result.refused}
    touched = len(result.new) + len(result.changed) + sum(leaver.row is not None for leaver in leavers)
    result.unchanged = len(rows) - len(refused_rows) - touched
    return result


def check_leavers(leavers: int, active: int, allowed: int | None) -> str:
    """The reason to stop, or nothing: a cut-off file must not switch off a service."""
    if leavers * 100 <= active * LEAVERS_PERCENT or (allowed is not None and leavers <= allowed):
        return ""
    return (
        f"{leavers} of {active} active people would leave, more than {LEAVERS_PERCENT} %. "
        f"If the file is right, allow {leavers} leavers and preview it again."
    )


def _leavers(
    rows: Sequence[StaffRow], snapshot: Snapshot, *, today: dt.date, complete: bool, result: Comparison
) -> list[Leaver]:
    """Active people with a leaving date that has come, and in a complete file those who are not in it."""
    leavers = []
    named = set()
    for row in rows:
        named.add(row.employee_number)
        known = snapshot.people.get(row.employee_number)
        # A leaver's other cells may be out of date; what matters is who and when.
        doubtful = any(problem.column in {"", "employee_number", "leaving_date"} for problem in row.problems)
        if known and known.is_active and row.has_left(today) and not doubtful:
            assert row.leaving_date is not None  # noqa: S101 (has_left says so)
            leavers.append(Leaver(known, row.leaving_date, row.row))
    if complete:
        for known in snapshot.people.values():
            if known.is_active and known.employee_number not in named:
                left = known.leaving_date if known.leaving_date and known.leaving_date <= today else today
                leavers.append(Leaver(known, left, None))
    return leavers


def _place(row: StaffRow, known: Known | None, snapshot: Snapshot, today: dt.date) -> Accepted | None:
    """Finds team, job role and addresses; reasons go to the row."""
    post = known.post if known else None
    team = _choose(row, "team", row.team, snapshot.teams, post.team_id if post else None, today)
    role = _choose(row, "job_role", row.job_role, snapshot.job_roles, post.job_role_id if post else None, today)
    if row.email:
        _check_email(row, known, snapshot)
    _check_own_line(row, known, snapshot)
    if row.registration_number:
        owner = snapshot.registrations.get((row.registration_body, row.registration_number))
        if owner and (known is None or owner.person_id != known.pk):
            row.refuse("registration_number", "This registration belongs to someone else in the portal.")
    if team is None or role is None:
        return None
    return Accepted(row, known, team, role, row.manager_employee_number)


def _choose(
    row: StaffRow,
    column: str,
    value: str,
    choices: Mapping[str, Choice | None],
    current: int | None,
    today: dt.date,
) -> Choice | None:
    if not value:
        return None
    word = column.replace("_", " ")
    key = value.casefold()
    if key not in choices:
        row.refuse(column, f"There is no {word} “{value[:80]}” in the portal.")
        return None
    choice = choices[key]
    if choice is None:
        row.refuse(column, f"More than one {word} is called “{value[:80]}”; use its code.")
    elif choice.end_date and choice.end_date < today and choice.pk != current:
        row.refuse(column, f"The {word} “{choice.name}” ended on {choice.end_date:%d/%m/%Y}.")
        return None
    return choice


def _check_email(row: StaffRow, known: Known | None, snapshot: Snapshot) -> None:
    owner = snapshot.emails.get(row.email)
    if owner and (known is None or owner.pk != known.pk):
        left = "" if owner.is_active else ", who left"
        row.refuse("email", f"This address belongs to employee number {owner.employee_number}{left}.")
    elif row.email in snapshot.other_account_emails:
        row.refuse("email", "An account of the portal that is nobody's here already uses this address.")
    elif known and row.email != known.email and _needs_two(known, snapshot):
        row.refuse("email", "This person's address is changed by two admins together.")


def _needs_two(known: Known, snapshot: Snapshot) -> bool:
    """Whoever moves an account to their own mailbox resets its password: never one that rules, manages, covers or was
    of somebody who has left, never their own."""
    own = known.employee_number == snapshot.importer
    is_worth_it = known.is_guarded or own or not known.is_active
    return known.has_account and snapshot.importer is not None and is_worth_it


def _check_own_line(row: StaffRow, known: Known | None, snapshot: Snapshot) -> None:
    """No admin becomes a line manager, or changes who manages them, by a file of their own."""
    before = known.line.manager if known and known.line else ""
    manager = row.manager_employee_number
    if not snapshot.importer or manager == before:
        return
    if snapshot.importer in {row.employee_number, manager}:
        row.refuse("manager_employee_number", "This changes your own line. Another admin must bring this row in.")
    elif manager in snapshot.covered:
        # Who covers for a manager reads and signs as they do: as on the page “Change the line manager”.
        covered = snapshot.people[manager]
        reason = f"You cover for {covered.given_name} {covered.family_name}, so this would be your own right too."
        row.refuse("manager_employee_number", f"{reason} Another admin must bring this row in.")


def _refuse_own_managers(accepted: dict[str, Accepted], snapshot: Snapshot) -> None:
    """Nobody known gets a manager whose mailbox the same admin has chosen, unless that manager has people already.

    One file could else invent an account that reads and signs for anybody. People whom that admin has brought in as
    well do not count: they would be invented with it.
    """
    if snapshot.importer is None:
        return
    manages = {
        known.line.manager
        for number, known in snapshot.people.items()
        if known.line and number not in snapshot.brought_in
    }
    for number, candidate in list(accepted.items()):
        manager, known = candidate.manager, candidate.known
        is_own = manager not in snapshot.people or manager in snapshot.brought_in or _is_moved(accepted.get(manager))
        if not manager or known is None or (known.line and known.line.manager == manager):
            continue
        if is_own and manager not in manages and (manager in accepted or manager in snapshot.people):
            reason = f"You bring {manager} into the portal, or give them their address, and they manage nobody yet."
            candidate.row.refuse("manager_employee_number", f"{reason} Another admin must bring this row in.")
            del accepted[number]


def _is_moved(candidate: Accepted | None) -> bool:
    """Whether this very file gives somebody known another address."""
    return candidate is not None and candidate.known is not None and candidate.row.email != candidate.known.email


def _settle_lines(accepted: dict[str, Accepted], snapshot: Snapshot, leaving: set[str]) -> None:
    """Refuses rows with an unknown manager or in a loop, until no row's refusal undoes another's."""
    while True:
        refused = _refuse_unknown_managers(accepted, snapshot, leaving) or _refuse_loops(accepted, snapshot)
        if not refused:
            return
        for number in refused:
            del accepted[number]


def _refuse_unknown_managers(accepted: Mapping[str, Accepted], snapshot: Snapshot, leaving: set[str]) -> list[str]:
    refused = []
    for number, candidate in accepted.items():
        manager = candidate.manager
        if not manager:
            continue
        known = snapshot.people.get(manager)
        if manager in leaving or (known and not known.is_active and manager not in accepted):
            candidate.row.note("manager_employee_number", f"{manager} has left: applied without a manager.")
            candidate.manager = ""
        elif known is None and manager not in accepted:
            candidate.row.refuse(
                "manager_employee_number",
                f"There is no employee number {manager} in the portal or in this file.",
            )
            refused.append(number)
    return refused


def _refuse_loops(accepted: Mapping[str, Accepted], snapshot: Snapshot) -> list[str]:
    """A loop in the line: each row of the file that closes it is refused, with the way round."""
    above = {number: known.line.manager for number, known in snapshot.people.items() if known.is_active and known.line}
    above.update({number: candidate.manager for number, candidate in accepted.items()})
    refused = []
    for loop in find_loops(above):
        for place, number in enumerate(loop):
            if number in accepted:
                way = loop[place:] + loop[:place]
                shown = [*way[:6], *(["…"] if len(way) > 6 else []), number]
                reason = f"A loop in the line: {' → '.join(shown)}."
                accepted[number].row.refuse("manager_employee_number", reason)
                refused.append(number)
    return refused


def find_loops(above: Mapping[str, str]) -> list[list[str]]:
    """Every circle in "who is managed by whom", each once."""
    seen: dict[str, int] = {}
    loops = []
    for walk, start in enumerate(above):
        path = []
        step = start
        while step and step not in seen:
            seen[step] = walk
            path.append(step)
            step = above.get(step, "")
        if step and seen[step] == walk and step in path:
            loops.append(path[path.index(step) :])
    return loops


def _differences(candidate: Accepted, known: Known) -> dict[str, tuple[str, str]]:
    """Field by field what HR's row changes, as old and new text."""
    row = candidate.row
    pairs: Iterable[tuple[str, object, object]] = (
        ("email", known.email, row.email),
        ("given_name", known.given_name, row.given_name),
        ("family_name", known.family_name, row.family_name),
        ("start_date", known.start_date, row.start_date),
        ("leaving_date", known.leaving_date, row.leaving_date),
        ("fte", known.fte, row.fte),
        ("manager", known.line.manager if known.line else None, candidate.manager),
    )
    fields = {name: (_text(old), _text(new)) for name, old, new in pairs if _text(old) != _text(new)}
    post = known.post
    if post is None or post.team_id != candidate.team.pk:
        fields["team"] = (post.team if post else "", candidate.team.name)
    if post is None or post.job_role_id != candidate.job_role.pk:
        fields["job_role"] = (post.job_role if post else "", candidate.job_role.name)
    if row.registration_number:
        held = [r for r in known.registrations if r.body == row.registration_body and r.end_date is None]
        if row.registration_number not in {registration.number for registration in held}:
            old = ", ".join(f"{registration.body} {registration.number}" for registration in held)
            fields["registration"] = (old, f"{row.registration_body} {row.registration_number}")
    if not row.leaving_date and not known.is_active:
        fields["state"] = ("left", "back")
    if not known.has_account:
        fields["account"] = ("", "new")
    return fields


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
