"""`manage.py serve`: comes up on its own, says where, and leaves nothing behind."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import real_servers
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bexley_ld.demo.accounts import ACCOUNTS
from tests.real.servers import ROOT, Process, answers


def group_of(pid: int) -> list[int]:
    """The processes that this one started, from /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if re.search(rf"^PPid:\s+{pid}$", text, re.MULTILINE):
            child = int(status.parent.name)
            found += [child, *group_of(child)]
    return found


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PORTAL_MODE": "demo", "PORT": str(real_servers.free_port()), "STATE_DIR": str(folder)}


@pytest.fixture(scope="module")
def one_person(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with somebody in it, so that `serve` takes it for one to be kept."""
    folder = tmp_path_factory.mktemp("kept")
    person = (
        "import datetime; from people.models import Person; Person.objects.create(employee_number='1', "
        "given_name='Ann', family_name='Test-Sample', email='a@bexley.example', start_date=datetime.date(2026, 1, 5))"
    )
    for command in (["migrate", "--verbosity", "0"], ["shell", "--command", person]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment(folder), check=True)
    return folder / "portal.sqlite3"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], tuple[Process, str]]]:
    """`serve()`: the process, once it has said that it is up, and its address."""
    started: list[Process] = []

    def start() -> tuple[Process, str]:
        given = environment(tmp_path)
        process = Process([sys.executable, "manage.py", "serve"], given)
        started.append(process)
        process.wait_for(lambda: "Ctrl-C stops it" in process.log(), seconds=240)
        return process, f"http://127.0.0.1:{given['PORT']}"

    yield start
    for process in started:
        process.stop()


@pytest.mark.real
def test_an_empty_database_is_filled_and_served(serve: Callable[[], tuple[Process, str]], tmp_path: Path) -> None:
    process, address = serve()
    assert address in process.log()
    assert len(re.findall(r"^  \S+@demo\.bexley\.example ", process.log(), re.MULTILINE)) == len(ACCOUNTS)
    with urllib.request.urlopen(f"{address}/health/ready", timeout=10) as response:  # noqa: S310
        assert json.load(response)["status"] == "ok"
    with sqlite3.connect(tmp_path / "portal.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM people_person").fetchone()[0] >= 100
        assert database.execute("SELECT count(*) FROM notifications_outgoingmail").fetchone()[0] > 0


@pytest.mark.real
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_leaves_nothing_behind(
    serve: Callable[[], tuple[Process, str]], one_person: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    shutil.copy(one_person, tmp_path)
    process, address = serve()
    assert "is kept. `make demo-reset` starts over." in process.log()
    assert answers(f"{address}/health/live")
    children = group_of(process.popen.pid)
    assert len(children) >= 4
    os.kill(process.popen.pid, ending)
    assert process.popen.wait(timeout=60) == 0
    assert [pid for pid in children if is_alive(pid)] == []
    assert not answers(f"{address}/health/live")


@pytest.mark.real
def test_when_one_process_ends_all_end(
    serve: Callable[[], tuple[Process, str]], one_person: Path, tmp_path: Path
) -> None:
    shutil.copy(one_person, tmp_path)
    process, _ = serve()
    children = group_of(process.popen.pid)
    worker = next(pid for pid in children if b"worker\0--pool" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    assert process.popen.wait(timeout=60) == 1
    assert "The worker process ended by itself" in process.log()
    assert [pid for pid in children if is_alive(pid)] == []


def test_a_port_in_use_is_said_politely(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO_MODE = True
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=f"Port {port} is in use.*PORT={port + 123} make demo"):
            call_command("serve")


def test_a_port_that_is_no_number(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO_MODE = True
    monkeypatch.setenv("PORT", "eight")
    with pytest.raises(CommandError, match="PORT must be a number"):
        call_command("serve")


def test_serve_is_for_the_demonstration_alone() -> None:
    with pytest.raises(CommandError, match="make demo"):
        call_command("serve")


def test_make_is_asked_politely_where_python_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = subprocess.run(
        ["/bin/sh", "scripts/find_python.sh"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "Python 3.11 or later was not found" in result.stderr
