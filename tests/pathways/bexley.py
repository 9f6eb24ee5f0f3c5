"""A framework with the roles, progression edges and routes of Bexley's domain reference, for the planner's tests.

Lengths that the reference does not give are round numbers of the tests' own. What staff see comes from the database.
"""

from __future__ import annotations

from collections.abc import Iterable

from pathways.rules.facts import (
    NO_ROLE,
    Basis,
    Facts,
    HasAward,
    HasExperience,
    HasProgramme,
    HasQualification,
    HasRegistration,
    HasRole,
    Need,
    Person,
    Qualification,
    Requirement,
    asks,
)
from pathways.rules.framework import Framework, Gate, Months, Role, State, Step, StepKind

BEGIN = {
    "R01": "Business administrator", "R02": "Social Care Assistant", "R03": "Support Worker",
    "R05": "Occupational Therapy Assistant", "R06": "Social Work Assistant", "R07": "Family Support Worker",
    "R08": "Personal Adviser", "R09": "Social Work Apprentice", "R10": "OT apprentice", "R11": "NQSW",
}  # fmt: skip
FLOURISH = {"R12": "Social Worker", "R13": "Senior Social Worker", "R28": "Occupational Therapist"}
EXCEL = {
    "R14": "Senior Practitioner", "R15": "Advanced Practitioner", "R21": "Assistant Team Manager",
    "R22": "Team Manager", "R23": "Independent Reviewing Officer", "R24": "Service Manager", "R25": "Head of Service",
    "R26": "Principal Social Worker", "R27": "Principal Occupational Therapist", "R29": "Senior OT",
    "R30": "Manager across health and social care",
}  # fmt: skip
CARE = ("R02", "R03", "R05", "R06", "R07", "R08")
QUALIFIED = frozenset({"R12", "R13", "R14", "R15", "R21", "R22"})

ANY_PRACTITIONER = HasRole(QUALIFIED | {"R28", "R29"})
TWO_YEARS = HasExperience(24, QUALIFIED | {"R28", "R29"})

L2, L3 = HasQualification(2, frozenset({"care"})), HasQualification(3)
DEGREE = HasQualification(6)
SW, OT = HasQualification(6, frozenset({"social work"})), HasQualification(6, frozenset({"ot"}))
SWE, HCPC = HasRegistration(frozenset({"swe"})), HasRegistration(frozenset({"hcpc"}))
EITHER = HasRegistration(frozenset({"swe", "hcpc"}))


def holding(*levels: tuple[str, int], registered: str = "", awards: Iterable[str] = (), asye: bool = False) -> Facts:
    return Facts(
        frozenset(Qualification(subject, level) for subject, level in levels),
        frozenset({registered} if registered else ()),
        frozenset(awards),
        frozenset({"asye"} if asye else ()),
    )


def pqe(months: int) -> HasExperience:
    return HasExperience(months, QUALIFIED)


def move(
    start: str, end: str, gate: Gate, *needs: Need, basis: Basis = Basis.PRACTICE, months: Months | None = None
) -> Step:
    required = (asks(HasRole(frozenset({start}))), *(Requirement((need,), basis) for need in needs))
    return Step(
        f"{start}-{end}",
        StepKind.ROLE,
        f"From {start} to {end}",
        required,
        Facts(),
        end,
        months,
        gate=gate,
        basis=basis,
    )


def moves() -> Iterable[Step]:
    auto, appraisal, panel, vacancy = Gate.AUTOMATIC, Gate.APPRAISAL, Gate.PANEL, Gate.VACANCY
    weeks, at_once = Months(1, 3), Months(0, 0)
    yield move("R02", "R03", vacancy, L2, basis=Basis.ASSUMED)
    yield move("R02", "R06", vacancy, L3, basis=Basis.ASSUMED)
    for start in ("R03", "R05", "R06", "R07", "R08"):
        yield move(start, "R09", vacancy, L3, basis=Basis.BEXLEY)
    for start in ("R02", "R03", "R05"):
        yield move(start, "R10", vacancy, L3, basis=Basis.ASSUMED)
    yield move("R09", "R11", auto, SW, SWE, basis=Basis.NATIONAL, months=at_once)
    yield move("R10", "R28", auto, OT, HCPC, basis=Basis.NATIONAL, months=at_once)
    yield move("R11", "R12", auto, HasProgramme("asye"), SWE, months=at_once)
    yield move("R12", "R13", appraisal, pqe(24), SWE, months=weeks)
    yield move("R13", "R14", panel, pqe(36), SWE, months=weeks)
    yield move("R13", "R15", panel, pqe(36), HasAward("peps1"), SWE, months=weeks)
    yield move("R14", "R15", panel, HasAward("peps1"), SWE, months=weeks)
    for start in ("R14", "R15"):
        yield move(start, "R21", vacancy, SWE)
        yield move(start, "R23", vacancy, SWE, pqe(60))
    yield move("R21", "R22", vacancy, SWE)
    yield move("R22", "R24", vacancy, EITHER)
    yield move("R24", "R25", vacancy, basis=Basis.ASSUMED)
    yield move("R24", "R26", vacancy, SWE, basis=Basis.ASSUMED)
    yield move("R28", "R29", panel, HasExperience(24, frozenset({"R28"})), HCPC, basis=Basis.ASSUMED, months=weeks)
    yield move("R29", "R27", vacancy, HCPC, basis=Basis.ASSUMED)
    for start in ("R14", "R29"):
        yield move(start, "R30", vacancy, EITHER, basis=Basis.BEXLEY)
    # Whoever is registered by another route than the apprenticeship applies for a first post.
    for start in (*CARE, NO_ROLE):
        yield move(start, "R11", vacancy, SW, SWE, basis=Basis.BEXLEY)


def course(
    key: str, name: str, gives: Facts, months: Months, *needs: Need, kind: StepKind = StepKind.QUALIFICATION, **rest
) -> Step:
    return Step(
        key, kind, name, tuple(asks(need, basis=Basis.NATIONAL) for need in needs), gives, months=months, **rest
    )


def routes() -> Iterable[Step]:
    in_care, award = HasRole(frozenset(CARE)), StepKind.AWARD
    year_in_care = HasExperience(12, frozenset(CARE))
    degree = holding(("social work", 6))
    masters = holding(("social work", 7))
    yield course("Q01", "BA Social Work", degree, Months(36, 72), in_care, is_degree=True, funding="Part-funded")
    yield course("Q02", "PG Diploma", masters, Months(15, 18), in_care, DEGREE, year_in_care, is_degree=True)
    yield course("Q04", "Social Worker apprenticeship", degree, Months(36, 36), HasRole(frozenset({"R09"})),
                 is_degree=True, state=State.PLANNED, funding="Levy")  # fmt: skip
    yield course(
        "Q05", "Think Ahead", masters, Months(24, 24), DEGREE, while_working=False, is_degree=True, state=State.CLOSED
    )
    yield course("Q06", "Step Up", masters, Months(14, 14), DEGREE, HasExperience(6, frozenset(CARE)),
                 while_working=False, is_degree=True, state=State.CLOSED)  # fmt: skip
    yield course("Q07", "Approach Social Work", masters, Months(12, 12), DEGREE,
                 while_working=False, is_degree=True, state=State.UNCERTAIN)  # fmt: skip
    yield course("Q08", "OT apprenticeship", holding(("ot", 6)), Months(36, 36), HasRole(frozenset({"R10"})), L3,
                 is_degree=True, part_time_factor=None)  # fmt: skip
    yield course("Q09", "Level 3 Diploma", holding(("care", 3)), Months(12, 18), in_care)
    yield course("Q10", "Level 2 Diploma", holding(("care", 2)), Months(9, 12), in_care)
    yield course(
        "Q14", "Trusted Assessor Award", holding(awards=["ta"]), Months(0, 1), HasRole(frozenset({"R03"})), kind=award
    )
    qualified = HasRole(QUALIFIED)
    yield course("Q15", "PEPS 1", holding(awards=["peps1"]), Months(6, 6), qualified, SWE, pqe(24), kind=award)
    yield course(
        "Q16", "PEPS 2", holding(awards=["peps2"]), Months(6, 9), qualified, HasAward("peps1"), pqe(36), kind=award
    )
    yield course("Q17", "AMHP training", holding(awards=["amhp"]), Months(6, 12), ANY_PRACTITIONER, EITHER,
                 TWO_YEARS, kind=award)  # fmt: skip
    yield course("Q18", "BIA training", holding(awards=["bia"]), Months(1, 4), ANY_PRACTITIONER, EITHER,
                 TWO_YEARS, kind=award)  # fmt: skip
    yield course("Q20", "PSDP", holding(awards=["psdp"]), Months(6, 6), qualified, kind=award, state=State.ENDED)
    yield course(
        "ASYE", "ASYE", holding(asye=True), Months(12, 12), HasRole(frozenset({"R11"})), SWE, kind=StepKind.PROGRAMME
    )
    yield course("SWE", "Register", holding(registered="swe"), Months(1, 2), SW, kind=StepKind.REGISTRATION)
    yield course("HCPC", "Register", holding(registered="hcpc"), Months(1, 2), OT, kind=StepKind.REGISTRATION)


NAMES = {"care": "care", "social work": "social work", "ot": "occupational therapy", "swe": "Social Work England",
         "hcpc": "the HCPC", "asye": "the assessed and supported year", "psdp": "the supervisor programme"}  # fmt: skip


def framework() -> Framework:
    stages = {"begin": BEGIN, "flourish": FLOURISH, "excel": EXCEL}
    rows = [Role(key, name, stage) for stage, roles in stages.items() for key, name in roles.items()]
    return Framework(tuple(rows), (*moves(), *routes()), NAMES)


def qualified(role: str, months: int = 0, *, body: str = "swe") -> Person:
    """Somebody registered, through the assessed year, with so many months in the role."""
    subject = "social work" if body == "swe" else "ot"
    facts = holding((subject, 6), registered=body, asye=body == "swe")
    return Person(role, facts, {role: months} if months else {})
