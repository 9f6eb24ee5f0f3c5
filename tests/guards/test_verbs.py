"""Every verb that code writes to the history is classified: it has words for the administration, or it is private."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from audit import verbs
from induction.models import Decision
from pathways.models import CpdDecision
from pathways.rules.application import MOVES
from pathways.services.expertise import VERBS
from tests.guards.source import PACKAGES, name_of, python_files, tree_of

# A verb that is put together where it is written: the app, and the names that may follow.
# Pages and commands write nothing themselves; the demonstration writes what services write, but for its own load.
NO_WRITERS = {"views", "management", "demo"}
OF_PLANS = {"cpd_started", "cpd_changed", *(f"cpd_{kind}" for kind in CpdDecision.Kind.values)}
OF_APPLICATIONS = {f"application_{move.act}" for move in MOVES}
PUT_TOGETHER = {
    "induction": set(Decision.Kind.values),
    "pathways": {*VERBS.values(), *OF_PLANS, *OF_APPLICATIONS},
}


def places(tree: ast.Module) -> dict[str, int]:
    """The functions that take a verb, and at which place (methods do not count themselves)."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [arg.arg for arg in node.args.args if arg.arg != "self"]
            if "verb" in names:
                found[node.name] = names.index("verb")
    return found


def written(path: Path, takers: dict[str, int]) -> Iterator[ast.expr]:
    """Each expression that names a verb: an argument, or what a variable called verb is set to."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield from (each.value for each in node.keywords if each.arg == "verb")
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = takers.get(name)
            if place is not None and place < len(node.args):
                yield node.args[place]
        elif isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "verb" for each in node.targets):
            yield node.value
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "verb")
        elif isinstance(node, ast.For) and any(getattr(each, "id", "") == "verb" for each in ast.walk(node.target)):
            yield node.iter


def constants(path: Path, expression: ast.expr) -> set[str]:
    """The verbs in it, with those of the module's own constants; one without its app belongs to the app of the file."""
    known = {
        target.id: node.value.value
        for node in tree_of(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    # What is put together is a list of its own, and neither its pieces nor the key of a row are verbs.
    others = ast.JoinedStr | ast.Subscript
    pieces = {id(part) for node in ast.walk(expression) if isinstance(node, others) for part in ast.walk(node)}
    found = set()
    for node in ast.walk(expression):
        if id(node) in pieces:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.Name) and node.id in known:
            found.add(known[node.id])
    app = name_of(path).partition("/")[0]
    return {verb if "." in verb else f"{app}.{verb}" for verb in found}


def verbs_in_code() -> dict[str, str]:
    """Each verb with the file that writes it."""
    files = [path for path in python_files(*PACKAGES) if not NO_WRITERS & set(path.parts) or path.name == "load.py"]
    takers: dict[str, int] = {}
    for path in files:
        takers |= places(tree_of(path))
    found = {f"{app}.{name}": "put together" for app, names in PUT_TOGETHER.items() for name in names}
    for path in files:
        for expression in written(path, takers | places(tree_of(path))):
            found |= dict.fromkeys(constants(path, expression), name_of(path))
    return found


def test_every_verb_has_words_or_is_private() -> None:
    classified = set(verbs.WORDS) | verbs.PRIVATE
    in_code = verbs_in_code()
    assert {verb: path for verb, path in in_code.items() if verb not in classified} == {}
    assert classified - set(in_code) == set()
    assert set(verbs.WORDS) & verbs.PRIVATE == set()


def test_the_guard_reads_each_way_of_writing_a_verb() -> None:
    """Were one of them not read, a new verb could slip by."""
    assert {
        "people.person_added",  # a row of a table that is looped over
        "people.cover_named",  # an argument by its place
        "notifications.bounces_imported",  # a variable
        "induction.note_shared",  # without its app
        "induction.plan_started",  # a row of many
        "portal.demo_loaded",  # a constant of the module
        "notifications.paused",  # by its name
        "reminders.calendar_link_renewed",  # either of two
    } <= set(verbs_in_code())
