"""Where things stand: files, names, sizes, and the order in which apps may know each other."""

from __future__ import annotations

import re
import tomllib

from django.db.models import ForeignKey, ManyToManyField

from tests.guards import source

LONGEST = 400
HOMELESS = {"utils", "util", "helpers", "common", "core", "managers", "selectors", "signals", "misc"}
CODE = (*source.PACKAGES, "tests", "scripts", "bench")


def contracts() -> list[dict[str, list[str]]]:
    settings = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def layer_of() -> dict[str, int]:
    """How high each app stands; the highest is 0."""
    rows = contracts()[0]["layers"]
    return {name.strip(): height for height, row in enumerate(rows) for name in row.split("|")}


def test_every_package_with_code_is_in_the_import_order() -> None:
    packages = {path.parent.name for path in source.ROOT.glob("*/__init__.py")} - {"tests", "bench", "scripts"}
    settings = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert packages == set(source.PACKAGES)
    assert packages == set(settings["tool"]["importlinter"]["root_packages"])
    assert packages == set(layer_of())
    assert {config.name for config in source.local_apps()} <= packages


def test_every_app_with_services_has_its_inner_order_checked() -> None:
    inner = next(row for row in contracts() if "containers" in row)
    with_rules_or_services = {
        path.relative_to(source.ROOT).parts[0]
        for kind in ("rules", "services")
        for path in (*source.ROOT.glob(f"*/{kind}.py"), *source.ROOT.glob(f"*/{kind}/__init__.py"))
    }
    # audit stands on nothing and has a single rule, the chain; bexley_ld is composition only.
    assert with_rules_or_services - {"audit", "bexley_ld"} <= set(inner["containers"])


def test_foreign_keys_point_down() -> None:
    heights = layer_of()
    wrong = []
    for model in source.local_models():
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey | ManyToManyField) or field.related_model is None:
                continue
            own, other = model._meta.app_label, field.related_model._meta.app_label
            if other in heights and own != other and heights[other] <= heights[own]:
                wrong.append(f"{model._meta.label}.{field.name} → {other}")
    assert wrong == []


def test_reminders_name_no_feature() -> None:
    """Each app declares what is due; the engine discovers it (the issue, daily sweep)."""
    files = [*source.python_files("reminders", migrations=True), *(source.ROOT / "templates/reminders").rglob("*")]
    # "learning" alone is Learning and Development, to whom reminders do escalate; the app shows as a module.
    module = r"\b(?:coaching|induction|pathways)\b|\b(?:from|import) learning\b|[\"']learning[.:/]"
    named = [
        f"{source.name_of(path)}: {found.group()}"
        for path in files
        if path.is_file()
        for found in re.finditer(module, path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_no_module_without_a_home() -> None:
    found = [
        source.name_of(path)
        for path in source.python_files(*CODE)
        if path.stem in HOMELESS or path.parent.name in HOMELESS
    ]
    assert found == []


def test_no_file_is_longer_than_a_reader_holds() -> None:
    long = {
        source.name_of(path): lines
        for path in source.python_files(*CODE)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_every_test_folder_is_a_package() -> None:
    """Without its __init__.py, tests/people would hide the app of the same name."""
    folders = {path.parent for path in source.python_files("tests")}
    missing = [source.name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()]
    assert missing == []


def test_settings_come_through_django() -> None:
    readers = [
        source.name_of(path)
        for path in source.python_files(*source.PACKAGES)
        if "from bexley_ld.settings" in path.read_text(encoding="utf-8")
        or "from bexley_ld import settings" in path.read_text(encoding="utf-8")
    ]
    assert readers == []
