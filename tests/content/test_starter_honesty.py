"""Only what Bexley or the nation says may read as policy; what may be out of date carries a dated remark."""

import re

import pytest

from tests.content.starter_files import (
    EVERY_CHECKPOINT,
    KNOWN_SOURCES,
    ORGANISATION,
    PATHWAYS,
    PROGRAMMES,
    Row,
    text_of,
)

RULE_WORDS = re.compile(
    r"\b(polic(y|ies)|must|require[sd]?|obligatory|compulsory|statutory|mandatory|entitled to|obliged)\b",
    re.IGNORECASE,
)
SPEAKS_FOR_BEXLEY = re.compile(
    r"\b(Bexley|the council)('s)? (asks|expects|insists|rules?|wants|says|believes|standards?|needs)\b",
    re.IGNORECASE,
)


def _where(rows: list[tuple[str, Row]]) -> list[str]:
    return [f"{code}/{row['key']}" for code, row in rows]


@pytest.mark.parametrize("pattern", [RULE_WORDS, SPEAKS_FOR_BEXLEY], ids=["rule words", "speaks for Bexley"])
def test_rows_without_a_bexley_or_national_source_claim_nothing(pattern: re.Pattern[str]) -> None:
    unsure = [(code, row) for code, row in EVERY_CHECKPOINT if row["basis"] not in {"B", "N"}]
    assert _where([(code, row) for code, row in unsure if pattern.search(text_of(row))]) == []


@pytest.mark.parametrize(
    "sentence",
    ["This is Bexley's policy.", "You must book it.", "Bexley requires this.", "It is a mandatory course."],
)
def test_the_rule_words_are_found(sentence: str) -> None:
    assert RULE_WORDS.search(sentence)


def test_facts_say_what_is_ours_in_a_dated_remark() -> None:
    facts = [(code, row) for code, row in EVERY_CHECKPOINT if row["basis"] in {"B", "N"}]
    assert _where([(code, row) for code, row in facts if "November 2026" not in row["note"]]) == []


def test_coaching_says_which_page_names_it() -> None:
    """The 2019 page lists coaching; the later council page lists four methods without it."""
    coaching = [(code, row) for code, row in EVERY_CHECKPOINT if row["method"] == "coaching"]
    assert len(coaching) >= 12
    assert _where([(c, row) for c, row in coaching if "2019" not in row["note"] or not row["link_url"]]) == []


def test_named_systems_carry_the_check_remark() -> None:
    systems = [(c, row) for c, row in EVERY_CHECKPOINT if re.search("EVOLVE|MeLearning|SCILS", text_of(row))]
    assert len(systems) >= 8
    assert _where([(c, r) for c, r in systems if "2019" not in text_of(r) or "heck" not in r["note"]]) == []


def test_names_of_the_care_certificate_that_were_not_seen_say_so() -> None:
    unseen = [row for _, row in EVERY_CHECKPOINT if row["key"] in {"care-certificate-08", "care-certificate-10"}]
    assert len(unseen) == 4
    assert all(row["basis"] == "U" and "not seen" in row["note"] for row in unseen)


def test_texts_are_finished() -> None:
    unfinished = re.compile(r"TBC|TBD|XXX|lorem|\?\?|!!| {2}")
    assert _where([(code, row) for code, row in EVERY_CHECKPOINT if unfinished.search(text_of(row))]) == []


def test_every_known_source_is_used_and_no_other() -> None:
    pathways = [row for _, row in PATHWAYS]
    tables = [*ORGANISATION.values(), [*PROGRAMMES.values()], [row for _, row in EVERY_CHECKPOINT], pathways]
    used = {row.get(name, "") for rows in tables for row in rows for name in ("source", "link_url")}
    assert used - {""} == KNOWN_SOURCES
