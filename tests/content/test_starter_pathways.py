"""The career framework and the routes of a new portal: every row of the published facts, with basis and source.

The tables are the requirement; the files are judged against them, without a database.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.content.starter_files import BASES, FRAMEWORK, JOB_ROLES, KNOWN_SOURCES, PATHWAYS, ROUTES, Row

# From, to, how, basis: a line each of the published progression edges.
EDGES = [
    ("R02", "R03 R06", "vacancy", "A"),
    ("R03 R05 R06 R07 R08", "R09", "vacancy", "B"),
    ("R02 R03 R05", "R10", "vacancy", "A"),
    ("R03", "R04", "qualification", "B"),
    ("R09", "R11", "qualification", "N"),
    ("R10", "R28", "qualification", "N"),
    ("R11", "R12", "automatic", "P"),
    ("R12", "R13", "appraisal", "B"),
    ("R12", "R13", "panel", "P"),
    ("R13", "R14 R15", "panel", "P"),
    ("R14", "R15", "panel", "A"),
    ("R12", "R16", "qualification", "N"),
    ("R16", "R17", "qualification", "N"),
    ("R12", "R18 R19 R20", "qualification", "P"),
    ("R14 R15", "R21 R23", "vacancy", "P"),
    ("R21", "R22", "vacancy", "P"),
    ("R22", "R24", "vacancy", "P"),
    ("R24", "R25 R26", "vacancy", "A"),
    ("R28", "R29", "panel", "A"),
    ("R29", "R27", "vacancy", "A"),
    ("R14 R29", "R30", "vacancy", "B"),
]

# Code, level, state on 21 November 2026, what it leads to, words that have to stand in it.
ROUTE_ROWS = [
    ("q01", 6, "open", "R11", "BA (Hons) Social Work Degree programme|Open University|360 credits|part|February|Q32"),
    ("q02", 7, "open", "R11", "Open University|E85|2017|2:2|IELTS 7|May and June"),
    ("q03", 7, "open", "R11", "F80|180 credits|30 months"),
    ("q04", 6, "planned", "R11", "ST0510|Kingston|200 practice days|30 are skills days|£24,000|Level 3|112 UCAS"),
    ("q05", 7, "closed", "R11", "Middlesex|MA in Mental Health Services|Diploma in Social Work|£18,250|£20,250|fast"),
    ("q06", 7, "closed", "R11", "14 months|170|£21,995|17 February|25 March 2025|January 2028"),
    ("q07", 7, "open", "R11", "Frontline|£18,000|£20,000|13 instalments|Three years"),
    ("q08", 6, "open", "R28", "ST0517|360 credits|1,000 practice hours|30 hours|BBC|£24,000|March and October"),
    ("q09", 3, "planned", "R09", "58 credits|CPL|Level 3|Rolling"),
    ("q10", 2, "open", "", "46 credits"),
    ("q11", 4, "open", "", "70 credits|senior or deputy"),
    ("q12", 5, "open", "", "90 credits|900|ST0008|24 months"),
    ("q13", 3, "open", "", "ST0005|ST0006|levy"),
    (
        "q14",
        3,
        "open",
        "R04",
        "Triage Hub|Rapid Response|Community Assessment and Rehabilitation Teams|accredited|days to weeks",
    ),
    ("q15", 6, "open", "R16", "BASW|2022|6 months|last placement"),
    ("q16", 7, "open", "R17", "PCF|regulat"),
    ("q17", 7, "open", "R19", "120 credits|45|September and March|18 hours"),
    ("q18", None, "open", "R20", "7 days|4 months|AMCP|Liberty Protection Safeguards|20 credits"),
    ("q19", None, "planned", "R18", "In-house"),
    ("q20", None, "ended", "", "Research in Practice|Frontline|July 2024|Free"),
    ("q21", 5, "planned", "R21", "In-house"),
    ("q22", None, "open", "", "ILM (City & Guilds)|Level 3, 5 or 7|12 hours|14 months"),
]
READ_ON = dt.date(2026, 11, 21)
ROLES: dict[str, Row] = {row["job_role"]: row for row in FRAMEWORK["career_roles"]}
BY_CODE: dict[str, Row] = {row["code"]: row for row in ROUTES["routes"]}


def state_on(route: Row, day: dt.date) -> str:
    past = [event for event in route["events"] if event.get("state") and event["date"] <= day]
    return max(past, key=lambda event: event["date"])["state"].removeprefix("route_")


def words_of(row: object) -> str:
    if isinstance(row, dict):
        return " ".join(words_of(value) for value in row.values())
    return " ".join(words_of(value) for value in row) if isinstance(row, list) else str(row)


def test_every_job_role_has_its_place() -> None:
    assert list(ROLES) == list(JOB_ROLES)
    assert len(ROLES) == 30


@pytest.mark.parametrize("row", FRAMEWORK["career_roles"], ids=lambda row: row["job_role"])
def test_a_role_says_what_it_is_and_what_good_looks_like(row: Row) -> None:
    assert len(row["summary"]) > 60
    assert len(row["capabilities"]) >= 3
    assert all(len(part["good_looks_like"]) > 40 for part in row["capabilities"])
    assert row["who_to_ask"]


def test_every_progression_edge_is_there_and_no_other() -> None:
    wanted = sorted((a, b, how, basis) for froms, tos, how, basis in EDGES for a in froms.split() for b in tos.split())
    found = [(row["from_role"], row["to_role"], row["gate"], row["basis"]) for row in FRAMEWORK["steps"]]
    assert sorted(found) == wanted
    assert len(found) == 36


def test_only_roles_that_say_so_have_no_step() -> None:
    linked = {row[name] for row in FRAMEWORK["steps"] for name in ("from_role", "to_role")}
    assert {code for code, row in ROLES.items() if row.get("stands_alone")} == set(ROLES) - linked == {"R01"}


def test_twenty_two_routes() -> None:
    assert list(BY_CODE) == [row[0] for row in ROUTE_ROWS]
    assert len(BY_CODE) == 22


@pytest.mark.parametrize(("code", "level", "state", "leads_to", "words"), ROUTE_ROWS, ids=lambda cell: None)
def test_route(code: str, level: int | None, state: str, leads_to: str, words: str) -> None:
    row = BY_CODE[code]
    if level is not None:
        assert row["level"] == level
    assert state_on(row, READ_ON) == state
    assert row["leads_to"] == leads_to.split()
    text = words_of(row)
    assert [each for each in words.split("|") if each not in text] == []


def test_think_ahead_keeps_its_history() -> None:
    row = BY_CODE["q05"]
    assert [(event["date"].year, event.get("state")) for event in row["events"]] == [
        (2017, "route_open"),
        (2025, None),
        (2025, "route_closed"),
        (2027, "route_ended"),
    ]
    assert [(each["number"], each["start_date"]) for each in row["cohorts"]] == [(3, dt.date(2019, 9, 1))]
    assert {(each["what"], each["number"], each["period"]) for each in row["figures"]} == {
        ("hired", 2, "up to 2019"),
        ("expected", 3, "2019"),
    }


def test_the_published_count_of_routes_is_history_only() -> None:
    assert [(row["what"], row["number"], row["period"]) for row in ROUTES["figures"]] == [("routes", 3, "2019")]


@pytest.mark.parametrize(("name", "row"), PATHWAYS, ids=lambda cell: cell if isinstance(cell, str) else None)
def test_every_row_says_how_sure_it_is(name: str, row: Row) -> None:
    if name == "qualifications":
        return
    assert row["basis"] in BASES
    assert row["source"] in KNOWN_SOURCES | {""}
    assert row["source"] or row["basis"] not in {"B", "N"}, "a fact needs its source"
    assert row["source_date"] or row["basis"] in {"B", "N"}, "what is not a fact carries its date"


def test_no_capability_or_summary_claims_to_be_policy() -> None:
    rule_words = re.compile(r"\b(polic(y|ies)|must|compulsory|statutory|mandatory|entitled to)\b", re.IGNORECASE)
    claims = [words_of(row) for _, row in PATHWAYS if row["basis"] not in {"B", "N"}]
    assert [text for text in claims if rule_words.search(re.sub(r"https?://\S+", "", text))] == []


def test_no_salary_or_grade_is_claimed() -> None:
    """Money on these pages is bursaries and training costs; salaries were not found and are not invented."""
    assert "£" not in words_of(FRAMEWORK)
