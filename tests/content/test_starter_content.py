"""The starter inductions are complete: what each job role gets before Learning and Development changes it.

The tables are the requirement; the files are judged against them, without a database.
"""

import re
from collections import Counter

import pytest

from tests.content.starter_files import (
    AUDIENCE_FLAG,
    BASES,
    EVERY_CHECKPOINT,
    EVERY_STARTER,
    JOB_ROLES,
    KNOWN_SOURCES,
    PROGRAMMES,
    STARTER_IDS,
    Row,
    is_for,
    months_of,
    plan_of,
    sentences,
    text_of,
)

SECTIONS = {"know", "understand", "do"}
METHODS = {"supervision", "shadowing", "coaching", "e-learning", "workshop"}

CARE_CERTIFICATE = [
    "Understand your role",
    "Your personal development",
    "Duty of care",
    "Equality, diversity, inclusion and human rights",
    "Work in a person-centred way",
    "Communication",
    "Privacy and dignity",
    "Nutrition and hydration",
    "Awareness of mental health and dementia",
    "Adult safeguarding",
    "Safeguarding children",
    "Basic life support",
    "Health and safety",
    "Handling information",
    "Infection prevention and control",
    "Awareness of learning disability and autism",
]

# Mandatory training: key, the audience that gets it, directorates, whether it is mandatory there.
BOTH = ("adults", "childrens")
TRAINING = [
    ("safeguarding-adults", "everyone", BOTH, True),
    ("safeguarding-children", "everyone", BOTH, True),
    ("data-protection", "everyone", BOTH, True),
    ("fire", "everyone", BOTH, True),
    ("health-safety", "everyone", BOTH, True),
    ("moving-handling-objects", "everyone", BOTH, True),
    ("equality", "everyone", BOTH, True),
    ("ld-autism-part-1", "everyone", BOTH, True),
    ("ld-autism-part-2", "everyone", BOTH, True),
    ("prevent", "everyone", BOTH, True),
    ("domestic-abuse", "everyone", BOTH, False),
    ("modern-slavery", "everyone", BOTH, False),
    ("suicide-awareness", "everyone", BOTH, False),
    ("mca-dols", "practitioners", ("adults",), True),
    ("mca-16-plus", "practitioners", ("childrens",), False),
    ("care-act", "practitioners", ("adults",), True),
    ("children-act", "everyone", ("childrens",), True),
    ("infection-control", "direct_care", BOTH, True),
    ("basic-life-support", "direct_care", BOTH, True),
    ("moving-people", "direct_care", ("adults",), True),
    ("moving-people", "direct_care", ("childrens",), False),
    ("medication", "direct_care", BOTH, False),
    ("food-safety", "direct_care", BOTH, False),
]
# What every starter of a directorate meets, in the words of Bexley's pages.
NAMED = [
    ("adults", "EVOLVE"),
    ("adults", "MeLearning"),
    ("adults", "SCILS"),
    ("adults", "Your life, your choice"),
    ("adults", "Everyday Learning"),
    ("adults", "Professional Standards Academy"),
    ("adults", "Coaching and Mentoring Academy"),
    ("childrens", "EVOLVE"),
    ("childrens", "MeLearning"),
    ("childrens", "SCILS"),
    ("childrens", "Signs of Safety"),
    ("childrens", "Family Network Meeting"),
    ("childrens", "Nothing about us, without us"),
    ("childrens", "your working out"),
    ("childrens", "Children Act 1989"),
    ("childrens", "Coaching and Mentoring Academy"),
]


def _by_key(rows: list[Row]) -> dict[str, Row]:
    return {row["key"]: row for row in rows}


def _row_problems(row: Row) -> list[str]:
    """What is wrong with one checkpoint, on its own."""
    checks = {
        "key is a slug": re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["key"]) and len(row["key"]) <= 60,
        "section": row["section"] in SECTIONS,
        "method": row["method"] in METHODS,
        "owner": row["owner"] in {"person", "manager", "both"},
        "unit": row["offset_unit"] in {"days", "weeks", "months"},
        "audience": row["audience"] in {"everyone", *AUDIENCE_FLAG},
        "basis": row["basis"] in BASES,
        "mandatory is yes or no": row["is_mandatory"] in {True, False},
        "title is short": 5 <= len(row["title"]) <= 80 and not row["title"].endswith("."),
        "why has one to three sentences": 1 <= sentences(row["why"]) <= 3 and 20 <= len(row["why"]) <= 340,
        "how has one to three sentences": 1 <= sentences(row["how"]) <= 3 and 20 <= len(row["how"]) <= 340,
        "note fits": len(row["note"]) <= 300,
        "link has both parts": bool(row["link_title"]) == bool(row["link_url"]),
        "link text is short": len(row["link_title"]) <= 80,
        "link is a page that was read": row["link_url"] in KNOWN_SOURCES | {""},
        "source is a page that was read": row["source"] in KNOWN_SOURCES | {""},
        "a fact shown as policy names its source": row["source"] or row["basis"] not in {"B", "N"},
        "due in the same month for every start date": len(months_of(row)) == 1,
        "due within six months": max(months_of(row)) <= 6,
    }
    return [f"{row['key']}: {check}" for check, holds in checks.items() if not holds]


def test_four_programmes() -> None:
    assert set(PROGRAMMES) == {"adults-practice", "adults-support", "childrens-practice", "childrens-support"}


@pytest.mark.parametrize("directorate", ["adults", "childrens"])
def test_every_real_job_role_has_exactly_one_programme(directorate: str) -> None:
    served = Counter(
        code
        for programme in PROGRAMMES.values()
        if programme["directorate"] == directorate
        for code in programme["job_roles"]
    )
    wanted = {
        row["code"] for row in JOB_ROLES.values() if row["side"] in {directorate, "both"} and not row["is_added_role"]
    }
    assert served == dict.fromkeys(wanted, 1)


def test_no_reason_and_no_advice_is_said_twice_anywhere() -> None:
    texts = Counter(row[name] for _, row in EVERY_CHECKPOINT for name in ("why", "how"))
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("code", PROGRAMMES)
class TestProgramme:
    def test_head(self, code: str) -> None:
        programme = PROGRAMMES[code]
        assert programme["code"] == code
        assert programme["months"] == 6
        assert 2 <= sentences(programme["summary"]) <= 4
        assert "gency" in programme["summary"], "agency colleagues are told that the plan is theirs too"
        assert programme["basis"] == ("B" if programme["directorate"] == "adults" else "A"), (
            "Bexley has published an induction for adults' staff only"
        )
        assert bool(programme["source"]) == (programme["basis"] == "B")
        assert programme["source"] in KNOWN_SOURCES | {""}

    def test_reviews_in_months_1_3_and_6(self, code: str) -> None:
        reviews = PROGRAMMES[code]["reviews"]
        assert [(row["month"], row["is_final"]) for row in reviews] == [(1, False), (3, False), (6, True)]
        for row in reviews:
            assert 4 <= len(row["agenda"]) <= 6
            assert all(prompt[-1] in "?." for prompt in row["agenda"])

    def test_keys_and_titles_are_unique(self, code: str) -> None:
        for name in ("key", "title"):
            counts = Counter(row[name] for row in PROGRAMMES[code]["checkpoints"])
            assert [value for value, count in counts.items() if count > 1] == []

    def test_each_row(self, code: str) -> None:
        rows = PROGRAMMES[code]["checkpoints"]
        assert [problem for row in rows for problem in _row_problems(row)] == []

    def test_each_row_serves_somebody(self, code: str) -> None:
        programme = PROGRAMMES[code]
        idle = [
            row["key"]
            for row in programme["checkpoints"]
            if not any(is_for(row, JOB_ROLES[role]) for role in programme["job_roles"])
        ]
        assert idle == []

    def test_rows_stand_in_the_order_in_which_they_fall_due(self, code: str) -> None:
        days = {"days": 1, "weeks": 7, "months": 30.44}
        order = [row["offset_number"] * days[row["offset_unit"]] for row in PROGRAMMES[code]["checkpoints"]]
        assert order == sorted(order)


@pytest.mark.parametrize(("code", "role"), EVERY_STARTER, ids=STARTER_IDS)
class TestPlanOfEachJobRole:
    """What a starter in this job role really gets, after the audiences are applied."""

    def test_at_least_36_checkpoints_beside_the_care_certificate(self, code: str, role: str) -> None:
        rows = [row for row in plan_of(PROGRAMMES[code], role) if row["audience"] != "care_certificate"]
        assert len(rows) >= 36

    def test_every_method_at_least_three_times(self, code: str, role: str) -> None:
        counts = Counter(row["method"] for row in plan_of(PROGRAMMES[code], role))
        assert {method for method, count in counts.items() if count >= 3} == METHODS

    def test_know_understand_and_do_in_every_month(self, code: str, role: str) -> None:
        cells = {(row["section"], *months_of(row)) for row in plan_of(PROGRAMMES[code], role)}
        assert {(section, month) for section in SECTIONS for month in range(1, 7)} - cells == set()

    def test_before_and_on_day_one(self, code: str, role: str) -> None:
        offsets = [row["offset_number"] for row in plan_of(PROGRAMMES[code], role)]
        assert sum(offset < 0 for offset in offsets) >= 3
        assert offsets.count(0) >= 1

    def test_person_manager_and_both_each_own_something(self, code: str, role: str) -> None:
        counts = Counter(row["owner"] for row in plan_of(PROGRAMMES[code], role))
        assert all(counts[owner] >= 3 for owner in ("person", "manager", "both"))

    def test_mandatory_training(self, code: str, role: str) -> None:
        programme, plan = PROGRAMMES[code], _by_key(plan_of(PROGRAMMES[code], role))
        wanted = {
            f"training-{key}": mandatory
            for key, audience, directorates, mandatory in TRAINING
            if programme["directorate"] in directorates and is_for({"audience": audience}, JOB_ROLES[role])
        }
        found = {key: row["is_mandatory"] for key, row in plan.items() if key.startswith("training-")}
        assert found == wanted
        assert {plan[key]["method"] for key in wanted} == {"e-learning", "workshop"}

    def test_learning_disability_and_autism_part_1_comes_first(self, code: str, role: str) -> None:
        rows = _by_key(plan_of(PROGRAMMES[code], role))
        first, second = rows["training-ld-autism-part-1"], rows["training-ld-autism-part-2"]
        assert (first["method"], second["method"]) == ("e-learning", "workshop")
        assert max(months_of(first)) < min(months_of(second))

    def test_care_certificate(self, code: str, role: str) -> None:
        rows = [row for row in plan_of(PROGRAMMES[code], role) if row["audience"] == "care_certificate"]
        names = CARE_CERTIFICATE if JOB_ROLES[role]["needs_care_certificate"] else []
        assert sorted(row["title"] for row in rows) == sorted(
            f"Care Certificate {number}: {name}" for number, name in enumerate(names, start=1)
        )
        for row in rows:
            assert row["offset_unit"] == "weeks"
            assert row["offset_number"] <= 12
            assert row["owner"] == "both"
            assert row["is_mandatory"] == (PROGRAMMES[code]["directorate"] == "adults"), "optional in Children's"

    def test_probation_is_decided_in_month_5(self, code: str, role: str) -> None:
        (row,) = [row for row in plan_of(PROGRAMMES[code], role) if "probation" in row["key"]]
        assert months_of(row) == {5}
        assert row["owner"] in {"manager", "both"}
        assert row["basis"] == "P"
        assert "1 January 2027" in row["why"]
        assert "1 January 2027" in row["note"]

    def test_what_bexley_names_is_met_by_everyone(self, code: str, role: str) -> None:
        texts = [text_of(row) for row in plan_of(PROGRAMMES[code], role) if row["basis"] == "B"]
        missing = [
            words
            for directorate, words in NAMED
            if directorate == PROGRAMMES[code]["directorate"]
            and not any(words.lower() in text.lower() for text in texts)
        ]
        assert missing == []

    def test_newly_qualified_staff_meet_their_asye_agreement(self, code: str, role: str) -> None:
        rows = [row for row in plan_of(PROGRAMMES[code], role) if row["key"].startswith("asye-")]
        assert len(rows) == (1 if JOB_ROLES[role]["is_registered"] else 0)
        for row in rows:
            assert row["title"].startswith("If you are newly qualified:")
            assert not row["is_mandatory"]


@pytest.mark.parametrize("code", ["adults-practice", "adults-support"])
def test_adults_programmes_teach_strengths_based_assessment(code: str) -> None:
    rows = PROGRAMMES[code]["checkpoints"]
    assert any("strengths-based assessment" in text_of(row).lower() and row["basis"] == "B" for row in rows)
