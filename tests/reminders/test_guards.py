"""The engine knows no kind of deadline: parts plug in by declaring rules (guard for the whole folder)."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from reminders import registry
from reminders.models import Ladder
from reminders.services import ladders
from tests.reminders.chores import due as chores_due

ROOT = Path(__file__).resolve().parents[2]
FEATURE_APPS = ("induction", "learning", "pathways", "coaching")
NAMED = re.compile(
    r"(from|import) ({0})\b|\b({0})(\.\w|:\w|/)|== [\"']({0})[\"']".format("|".join(FEATURE_APPS)), re.ASCII
)
FILES = sorted(
    path
    for folder in ("reminders", "templates/reminders")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".html", ".txt"}
)


@pytest.mark.parametrize(
    "line",
    ["from induction import rules", 'app == "coaching"', "learning.services", '"induction:plan_detail"', "pathways/x"],
)
def test_the_guard_can_see(line):
    assert NAMED.search(line)


def test_the_guard_reads_the_whole_app():
    assert len(FILES) > 15


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_feature_app_is_named(path):
    assert [line for line in path.read_text().splitlines() if NAMED.search(line)] == []


@pytest.mark.django_db
def test_rules_of_an_installed_app_are_found_and_get_their_ladder(chores):
    assert "chores.chore" in {rule.kind for rule in registry.rules()}
    ladders.add_missing_ladders()
    row = Ladder.objects.get(kind="chores.chore")
    assert row.offsets == chores_due.RULES[0].ladder
    assert ladders.add_missing_ladders() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kinds", [("chores.chore", "chores.chore"), ("induction.chore",)])
def test_a_kind_bears_its_apps_name_once(chores, monkeypatch, kinds):
    sound = chores_due.RULES[0]
    monkeypatch.setattr(chores_due, "RULES", tuple(type(sound)(**{**vars(sound), "kind": kind}) for kind in kinds))
    with pytest.raises(ImproperlyConfigured, match="chores.something"):
        registry.rules()


def test_every_declared_rule_writes_subjects_in_neutral_words():
    for rule in registry.rules():
        assert "{" not in rule.task
        assert rule.task[0].isupper()
        assert len(rule.task) <= 60
