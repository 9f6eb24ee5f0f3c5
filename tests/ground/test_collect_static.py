"""Static files are collected again when anything they are made from is newer."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "collect_static.sh"
SOURCES = (
    "static/build/.stamp",
    "requirements/runtime.txt",
    "bexley_ld/settings.py",
    "bexley_ld/static/bexley_ld/admin.css",
)
PYTHON = "#!/bin/sh\necho collected >> collected.log\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in (*SOURCES, ".venv/bin/python", "staticfiles/.keep"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(PYTHON)
        os.utime(tmp_path / name, (1_000_000, 1_000_000))
    (tmp_path / ".venv/bin/python").chmod(0o755)
    return tmp_path


def times_collected(checkout: Path) -> int:
    subprocess.run([shutil.which("sh") or "sh", str(SCRIPT)], cwd=checkout, check=True)  # noqa: S603 our own script
    return len((checkout / "collected.log").read_text().splitlines())


@pytest.mark.parametrize("name", SOURCES)
def test_a_newer_source_is_collected_once(checkout: Path, name: str) -> None:
    assert times_collected(checkout) == 1
    assert times_collected(checkout) == 1
    later = (checkout / "staticfiles/.stamp").stat().st_mtime + 10
    os.utime(checkout / name, (later, later))
    assert times_collected(checkout) == 2
