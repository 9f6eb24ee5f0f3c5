"""What README and docs say of the repository holds: links, commands, targets, accounts, ladders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from bexley_ld.demo.accounts import ACCOUNTS, PASSWORD
from people.rules.staff_file import COLUMNS
from reminders import registry

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Only what stands as a command: in back-quotes, or as an indented line.
CODE = re.compile(r"`([^`\n]+)`|^(?: {4,}|\t)(\S.*)$", re.MULTILINE)
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"\bmanage\.py ([a-z_]+)((?: +\S+)*)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
# Django's own options, and those that only its command-line parser knows.
EVERYWHERE = {"--verbosity", "--settings", "--traceback", "--no-color", "-v"}
WITHOUT_PARSER = {"--noinput"}

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """The names that GitHub gives to headings."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def code(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for quoted, indented in CODE.findall(text):
        yield quoted or indented
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        yield from block.splitlines()


@by_page
def test_relative_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    wrong = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (heading and heading not in anchors(target)):
            wrong.append(link)
    assert not wrong


@by_page
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for piece in code(page) for target in TARGET.findall(piece)}
    assert named <= targets


@by_page
def test_commands_and_their_options_exist(page: Path) -> None:
    commands = get_commands()
    wrong = []
    for piece in code(page):
        for name, arguments in COMMAND.findall(piece):
            if name not in commands:
                wrong.append(name)
                continue
            app = commands[name]
            command = load_command_class(app, name) if isinstance(app, str) else app
            parser = command.create_parser("manage.py", name)
            known = {option for action in parser._actions for option in action.option_strings} | EVERYWHERE
            given = re.findall(r"(?<=\s)--?[a-z][a-z-]*", arguments.split("#")[0])
            wrong += [f"{name} {option}" for option in given if option not in known | WITHOUT_PARSER]
    assert not wrong


def test_the_readme_lists_the_demo_accounts_as_they_are() -> None:
    rows = re.findall(r"^\| `(\S+@\S+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    assert rows == [
        (account.email, f"{account.given_name} {account.family_name}", account.what_for) for account in ACCOUNTS
    ]
    assert f"`{PASSWORD}`" in README


def test_the_reminder_page_has_the_ladders_of_the_rules() -> None:
    page = (ROOT / "docs" / "how-to" / "reminders.md").read_text(encoding="utf-8")
    for rule in registry.rules():
        ladder = rule.ladder
        cells = (
            rule.title,
            ", ".join(map(str, ladder.before)) or "–",
            "yes" if ladder.on_the_day else "–",
            ", ".join(map(str, ladder.after)) or "–",
            "–" if ladder.up_after is None else f"{ladder.up_after}{', weekly' if ladder.is_weekly else ''}",
            str(ladder.learning_after or "–"),
        )
        assert f"| {' | '.join(cells)} |" in page


def test_the_import_page_has_the_columns_of_the_file() -> None:
    page = (ROOT / "docs" / "how-to" / "import-staff.md").read_text(encoding="utf-8")
    assert f"    {','.join(COLUMNS)}\n" in page


def test_every_picture_is_shown_and_the_readme_stays_light() -> None:
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if link.endswith(".png")
    }
    pictures = {path for folder in ("images", "emails") for path in (ROOT / "docs" / folder).glob("*.png")}
    assert pictures == shown
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "images").glob("*.png")) < 2_500_000


def test_each_type_of_mail_has_its_picture() -> None:
    types = {
        f"{path.parents[1].name}.{path.stem}" for path in (ROOT / "templates" / "induction" / "emails").glob("*.txt")
    }
    pictures = {path.stem for path in (ROOT / "docs" / "emails").glob("*.png")}
    assert types <= pictures
    assert {"digest", "account.password_reset_key", "audit.anchor"} <= pictures
