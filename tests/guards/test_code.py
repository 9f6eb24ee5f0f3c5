"""How the code is written: who writes, who reads the clock, what a service looks like, what is never done."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.guards import source

CLOCK = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "datetime.now",
    "dt.datetime.now",
    "datetime.datetime.now",
    "dt.date.today",
    "date.today",
    "datetime.date.today",
    "dt.datetime.today",
    "time.time",
    "datetime.utcnow",
}

# Who reads the clock besides views, tasks, commands and admin, and why.
CLOCK_READERS = {
    "bexley_ld/sessions.py": "a session store: Django asks it whether a session is still live",
    "bexley_ld/health.py": "a view: how late the sweep is",
    "bexley_ld/admin_index.py": "the admin's first page: how late sweep and mail are",
    "bexley_ld/accounts.py": "the sign-in adapter: called by allauth inside a request",
    "bexley_ld/middleware.py": "session limits of this request",
    "bexley_ld/staff_admin.py": "admin views of the HR file",
    "bexley_ld/account_forms.py": "the sign-in forms: called by allauth inside a request",
    "notifications/message_admin.py": "admin views of messages",
    "notifications/delivery.py": "a drain lasts minutes: each mail's lease is renewed at its own instant",
}
CLOCK_KINDS = {"views", "tasks", "admin", "management"}

WRITES = ("create", "bulk_create", "update", "bulk_update", "get_or_create", "update_or_create", "delete", "save")

# Tables whose edits are kept by django-simple-history: an update of many rows at once would leave no trace.
NO_TRACE = {"update", "bulk_update", "delete"}

# A helper of a service that others in its package call is no service; these are, though they stand low.
NOT_A_SERVICE: dict[str, str] = {
    "audit/services.py:chain_of": "names a chain, writes nothing",
}


def files(*, without: Collection[str] = ()) -> Iterator[Path]:
    for path in source.python_files(*source.PACKAGES):
        if source.module_kind(path) not in without:
            yield path


def reads_clock(path: Path) -> bool:
    """`timezone.localdate(now)` only turns an instant into a day; without an instant it asks the clock."""
    return any(
        name in CLOCK and not (name.startswith("timezone.local") and call.args)
        for name, call in source.calls_in(source.tree_of(path))
    )


def test_the_clock_is_read_at_the_door_and_handed_down() -> None:
    """No test depends on the day it runs; a service gets today and now."""
    readers = {source.name_of(path) for path in files(without=CLOCK_KINDS) if reads_clock(path)}
    assert readers - set(CLOCK_READERS) == set()


def test_no_reader_of_the_clock_is_listed_for_nothing() -> None:
    stale = [
        name for name in CLOCK_READERS if not (source.ROOT / name).is_file() or not reads_clock(source.ROOT / name)
    ]
    assert stale == []


def test_saving_has_no_side_effects() -> None:
    """What a save sets in motion belongs into a service, where actor and reason are known."""
    overridden = [
        f"{source.name_of(path)}: {node.name}.{part.name}"
        for path in files()
        if source.module_kind(path) == "models"
        for node in ast.walk(source.tree_of(path))
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef) and part.name in {"save", "delete"}
    ]
    assert overridden == []


def test_no_signal_handlers() -> None:
    """The one exception answers a framework's signal from an apps.py."""
    users = [
        source.name_of(path)
        for path in files()
        if path.name != "apps.py" and "django.dispatch" in path.read_text(encoding="utf-8")
    ]
    assert users == []


def test_views_and_forms_write_nothing_themselves() -> None:
    """A view finds, judges and calls one service."""
    writers = [
        f"{source.name_of(path)}:{call.lineno} {name}"
        for path in files()
        if source.module_kind(path) in {"views", "forms", "rules", "querysets", "due"}
        for name, call in source.calls_in(source.tree_of(path))
        if name.rsplit(".", 1)[-1] in WRITES and (".objects." in name or name.endswith((".save", ".delete")))
    ]
    # Django makes accounts through the manager of its user model; nothing of ours does.
    assert [row for row in writers if not re.fullmatch(r"people/querysets.py:\d+ user.save", row)] == []


def test_views_open_no_transactions() -> None:
    users = [
        source.name_of(path)
        for path in files()
        if source.module_kind(path) == "views" and "transaction" in path.read_text(encoding="utf-8").split()
    ]
    assert users == []


def test_kept_histories_are_not_gone_round() -> None:
    """An update of many rows writes no history row: only a service that records it otherwise may do so."""
    tracked = {model.__name__ for model in source.local_models() if hasattr(model, "history")}
    assert tracked, "no model keeps a history any more: this guard looks at nothing"
    around = [
        f"{source.name_of(path)}:{call.lineno} {name}"
        for path in files(without={"services"})
        for name, call in source.calls_in(source.tree_of(path))
        if name.split(".")[0] in tracked and name.rsplit(".", 1)[-1] in NO_TRACE
    ]
    assert around == []


def services() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in files():
        if source.module_kind(path) != "services":
            continue
        for node in source.tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{source.name_of(path)}:{node.name}", node


def is_atomic(node: ast.FunctionDef) -> bool:
    return any("all_or_nothing" in ast.unparse(decorator) for decorator in node.decorator_list)


def test_services_are_transactions_in_one_way() -> None:
    """`@all_or_nothing` runs a service again when the database broke a tie; a bare decorator would not."""
    bare = [
        f"{source.name_of(path)}:{node.name}"
        for path in files()
        for node in ast.walk(source.tree_of(path))
        if source.module_kind(path) == "services" and isinstance(node, ast.FunctionDef)
        if any("transaction.atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
    ]
    assert bare == []


def test_services_say_what_they_do_and_take_keywords() -> None:
    """A service is the public door to a write: documented, annotated, every argument named by its caller."""
    wrong = []
    for name, node in services():
        if name in NOT_A_SERVICE or not is_atomic(node):
            continue
        if node.args.args or node.args.vararg:
            wrong.append(f"{name} takes arguments by position")
        if not ast.get_docstring(node):
            wrong.append(f"{name} has no docstring")
    assert wrong == []


def test_services_are_annotated() -> None:
    bare = [
        name
        for name, node in services()
        if node.returns is None
        or any(argument.annotation is None for argument in (*node.args.args, *node.args.kwonlyargs))
    ]
    assert bare == []


def test_rules_have_docstrings_when_they_judge() -> None:
    silent = [
        f"{source.name_of(path)}:{node.name}"
        for path in files()
        if source.module_kind(path) == "rules"
        for node in source.tree_of(path).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith(("can_", "check_can_"))
        if not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "forbidden",
    ["csrf_exempt", "mark_safe", "SafeString(", "html_safe", "xframe_options_exempt", ".raw(", ".extra("],
)
def test_never(forbidden: str) -> None:
    """Protection is not switched off, and data never reaches a page or the database unescaped."""
    reasons = {
        # Drawings that are constants, a block's words after rendering, a square code drawn by allauth: no typed text.
        # The button of a mail program cannot know our form's token: its own words and the signed key stand in.
        "csrf_exempt": {"notifications/views.py"},
        "mark_safe": {"govuk/templatetags/govuk.py", "bexley_ld/accounts.py"},
    }
    users = {
        source.name_of(path) for path in files(without={"migrations"}) if forbidden in path.read_text(encoding="utf-8")
    }
    assert users - reasons.get(forbidden, set()) == set()


def test_forms_list_their_fields() -> None:
    """A column that is not on the form does not exist for it (ASVS V15.3.3)."""
    open_forms = [source.name_of(path) for path in files() if '"__all__"' in path.read_text(encoding="utf-8")]
    assert open_forms == []


def test_no_work_is_left_as_a_note() -> None:
    left = [
        f"{source.name_of(path)}: {word}"
        for path in files()
        for word in ("TODO", "FIXME", "XXX")
        if word in path.read_text(encoding="utf-8")
    ]
    assert left == []
