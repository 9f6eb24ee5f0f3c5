"""The accounts with which anyone tries the portal out."""

from __future__ import annotations

from dataclasses import dataclass

from bexley_ld.demo.names import DOMAIN
from people.roles import Role

PASSWORD = "everyday-learning"  # noqa: S105 printed in the README; production refuses demo data


@dataclass(frozen=True)
class Account:
    """A demo account: where the person stands in the tree, and what they may do."""

    name: str
    given_name: str
    family_name: str
    place: str  # "head:DIRECTORATE", "manager:TEAM" or "staff:NAME"
    what_for: str
    team: str = ""
    job_role: str = ""
    role: Role | None = None
    is_staff: bool = False
    is_superuser: bool = False
    story: str = ""
    started_days_ago: int | None = None

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


def _staff(name: str, given: str, family: str, team: str, job_role: str, what_for: str, **more: object) -> Account:
    return Account(
        name,
        given,
        family,
        f"staff:{name}",
        what_for,
        team=team,
        job_role=job_role,
        **more,  # type: ignore[arg-type]
    )


ACCOUNTS: tuple[Account, ...] = (
    _staff(
        "new.starter", "Amara", "Test-Okafor", "A-CCS", "R12", "month 3 of an induction",
        story="on track", started_days_ago=75,
    ),
    _staff(
        "nqsw", "Leo", "Sample-Grant", "C-FSCP-1", "R11", "newly qualified, month 5 of an induction",
        story="on track", started_days_ago=135,
    ),
    _staff(
        "agreeing.starter", "Tomasz", "Demo-Nowak", "A-CCS", "R03", "week 2: a plan that one of two has agreed",
        story="half agreed", started_days_ago=10,
    ),
    _staff("social.worker", "Bethan", "Example-Rees", "A-CCS", "R12", "a colleague, and Amara's buddy"),
    Account("manager", "Dan", "Demo-Mensah", "manager:A-CCS", "a line manager's queue and team"),
    _staff("assessor", "Ruth", "Test-Kowalska", "C-FSCP-1", "R13", "an ASYE assessor", role=Role.ASSESSOR),
    _staff("panel", "Omar", "Sample-Hussain", "X-PSA", "R26", "a panel member", role=Role.PANEL_MEMBER),
    _staff("coach", "Grace", "Example-Campbell", "A-SAF", "R14", "a coach", role=Role.COACH),
    _staff(
        "coordinator", "Nia", "Demo-Phillips", "X-PSA", "R01", "the ASYE co-ordinator",
        role=Role.ASYE_COORDINATOR,
    ),
    Account("cover", "Priya", "Test-Sharma", "manager:A-SAF", "a line manager who covers for another today"),
    Account(
        "head.of.service", "Delroy", "Example-Bailey", "head:adults", "the whole line of Adults' Social Care",
        role=Role.HEAD_OF_SERVICE,
    ),
    _staff(
        "ld.admin", "Kiran", "Sample-Shah", "X-PSA", "R01", "Learning and Development, with Django admin",
        role=Role.LD_ADMIN, is_staff=True,
    ),
    _staff(
        "admin", "Wren", "Demo-Fisher", "X-PSA", "R01", "a superuser of Django admin only",
        is_staff=True, is_superuser=True,
    ),
)  # fmt: skip
COVERED_TEAM = "A-MH"
