"""Directorates, teams and job roles of a new portal: every row of Bexley's pages, with basis and source."""

import re
from collections import Counter

import pytest

from tests.content.starter_files import AUDIENCE_FLAG, BASES, JOB_ROLES, KNOWN_SOURCES, ORGANISATION, Row

DIRECTORATES = {
    "adults": "Adults' Social Care",
    "childrens": "Children's Social Care",
    "partners": "Partners",
}

# A line a team of Bexley's pages: code, rows it stands for, directorate, status, joint with health, external.
TEAMS = [
    ("C-MASH", 1, "childrens", "current", False, False),
    ("C-RA", 5, "childrens", "current", False, False),
    ("C-ST", 1, "childrens", "current", False, False),
    ("C-FSCP", 5, "childrens", "current", False, False),
    ("C-FWS", 1, "childrens", "current", False, False),
    ("C-LAC", 1, "childrens", "check", False, False),
    ("C-CL", 1, "childrens", "check", False, False),
    ("C-FOS", 1, "childrens", "check", False, False),
    ("C-ADO", 1, "childrens", "check", False, False),
    ("C-DC", 1, "childrens", "check", False, False),
    ("C-IRO", 1, "childrens", "current", False, False),
    ("C-YJS", 1, "childrens", "check", False, False),
    ("A-TRI", 1, "adults", "older", False, False),
    ("A-RR", 1, "adults", "current", True, False),
    ("A-CAR", 1, "adults", "older", True, False),
    ("A-SPOC", 1, "adults", "current", False, False),
    ("A-CCS", 1, "adults", "current", False, False),
    ("A-SAF", 1, "adults", "current", False, False),
    ("A-MH", 1, "adults", "check", True, False),
    ("A-HF", 1, "adults", "current", True, False),
    ("A-LD", 1, "adults", "check", False, False),
    ("A-OT", 1, "adults", "check", False, False),
    ("X-OB", 1, "partners", "current", False, True),
    ("X-PROV", 1, "partners", "current", False, True),
    ("X-PSA", 1, "adults", "current", False, False),
]

# Code, side, place on the ladder, stage, named by Bexley, held on top of a job.
ROLES = [
    ("R01", "both", 1, "begin", True, False),
    ("R02", "adults", 1, "begin", True, False),
    ("R03", "adults", 2, "begin", True, False),
    ("R04", "adults", None, "begin", True, True),
    ("R05", "adults", 2, "begin", False, False),
    ("R06", "both", 2, "begin", True, False),
    ("R07", "childrens", 2, "begin", True, False),
    ("R08", "childrens", 2, "begin", True, False),
    ("R09", "both", 3, "begin", True, False),
    ("R10", "adults", 3, "begin", False, False),
    ("R11", "both", 4, "begin", True, False),
    ("R12", "both", 5, "flourish", True, False),
    ("R13", "both", 6, "flourish", True, False),
    ("R14", "both", 7, "excel", True, False),
    ("R15", "both", 7, "excel", False, False),
    ("R16", "both", None, "flourish", False, True),
    ("R17", "both", None, "flourish", False, True),
    ("R18", "both", None, "flourish", False, True),
    ("R19", "adults", None, "flourish", False, True),
    ("R20", "adults", None, "flourish", False, True),
    ("R21", "both", 8, "excel", True, False),
    ("R22", "both", 9, "excel", True, False),
    ("R23", "childrens", 9, "excel", True, False),
    ("R24", "both", 10, "excel", True, False),
    ("R25", "both", 11, "excel", True, False),
    ("R26", "both", 11, "excel", True, False),
    ("R27", "adults", 11, "excel", True, False),
    ("R28", "adults", 5, "flourish", True, False),
    ("R29", "adults", 7, "excel", True, False),
    ("R30", "adults", 9, "excel", True, False),
]


def test_directorates() -> None:
    assert {row["code"]: row["name"] for row in ORGANISATION["directorates"]} == DIRECTORATES


def test_every_team_of_the_pages_is_there_and_no_other() -> None:
    """Numbered rows ("Referral and Assessment 1 to 5") count as the one team that Bexley's page describes."""
    families = Counter(re.sub(r"-\d$", "", row["code"]) for row in ORGANISATION["teams"])
    assert families == {code: count for code, count, *_ in TEAMS}
    assert len(families) == 25


@pytest.mark.parametrize(("code", "count", "directorate", "status", "joint", "external"), TEAMS)
def test_team(code: str, count: int, directorate: str, status: str, joint: bool, external: bool) -> None:
    rows = [row for row in ORGANISATION["teams"] if re.sub(r"-\d$", "", row["code"]) == code]
    for row in rows:
        assert row["directorate"] == directorate
        assert row["status"] == status
        assert (row["is_health_joint"], row["is_external"]) == (joint, external)
        assert row["purpose"].endswith(".")
        assert row["basis"] == "A" or count == 1, "the numbering is ours"


def test_numbered_teams_are_told_apart() -> None:
    for name in ("Referral and Assessment", "Family Support and Child Protection"):
        names = {row["name"] for row in ORGANISATION["teams"] if row["name"].startswith(name)}
        assert names == {f"{name} {number}" for number in range(1, 6)}


def test_thirty_job_roles() -> None:
    assert [row[0] for row in ROLES] == list(JOB_ROLES)
    assert len(ORGANISATION["job_roles"]) == 30


@pytest.mark.parametrize(("code", "side", "order", "stage", "named", "added"), ROLES)
def test_job_role(code: str, side: str, order: int | None, stage: str, named: bool, added: bool) -> None:
    row = JOB_ROLES[code]
    assert (row["side"], row.get("ladder_order"), row["stage"]) == (side, order, stage)
    assert (row["named_by_bexley"], row["is_added_role"]) == (named, added)
    assert row["stage_basis"] == row["flags_basis"] == "A", "Bexley has published no such mapping"


@pytest.mark.parametrize("row", ORGANISATION["job_roles"], ids=lambda row: row["code"])
def test_flags_agree_with_each_other(row: Row) -> None:
    if row["is_registered"]:
        assert row["registration"], "a registered role names its register"
        assert not row["needs_care_certificate"], "never for registered professionals"
    if row["needs_care_certificate"]:
        assert row["gives_direct_care"]
    for flag in AUDIENCE_FLAG.values():
        assert isinstance(row[flag], bool)


@pytest.mark.parametrize("kind", ["directorates", "teams", "job_roles"])
def test_rows_are_unique_and_say_where_they_come_from(kind: str) -> None:
    rows = ORGANISATION[kind]
    for name in ("code", "name" if kind != "job_roles" else "title"):
        assert len({row[name] for row in rows}) == len(rows)
    for row in rows:
        assert row["basis"] in BASES
        assert row["source"] in KNOWN_SOURCES | {""}
        assert row["source"] or row["basis"] not in {"B", "N"}, f"{row['code']} needs its source"
