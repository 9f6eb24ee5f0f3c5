"""The project's own files as the guards read them: paths, syntax trees, apps, models."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("audit", "bexley_ld", "coaching", "content", "govuk", "induction", "learning", "notifications", "pathways")
PACKAGES = (*PARTS, "people", "reminders", "uploads")


def python_files(*folders: str, migrations: bool = False) -> list[Path]:
    """The Python files below these folders, migrations only when asked for."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if migrations or "migrations" not in path.parts]


def templates() -> list[Path]:
    """Every template of ours: pages, components, mails."""
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.suffix in {".html", ".txt"}]


def name_of(path: Path) -> str:
    """The path as it is written in messages and lists."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name_of(path))


def module_kind(path: Path) -> str:
    """The file's role by exemplars §2: "services" for people/services.py and people/services/leaving.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if len(parts) > 1 else parts[0]


def calls_in(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with its dotted name: "timezone.now", "Person.objects.update"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def local_apps() -> list[AppConfig]:
    """The apps that Django has installed and that stand in this checkout."""
    return [config for config in apps.get_app_configs() if Path(config.path).parent == ROOT]


def local_models() -> list[type[Model]]:
    """Every table of ours; history tables belong to the library that fills them."""
    found = [model for config in local_apps() for model in config.get_models()]
    return [model for model in found if not hasattr(model, "instance_type")]
