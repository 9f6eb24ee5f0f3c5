"""`manage.py serve`: comes up on its own, says where, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import real_servers
from django.core.management import CommandError, call_command
from pytest_django import Settings

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


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    port = str(real_servers.free_port())
    folder = {"DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3", "EMAIL_URL": f"filemail:///{tmp_path}/mail"}
    return {**kept, **folder, "PORTAL_MODE": "demo", "PORT": port, "STATE_DIR": str(tmp_path)}


def serve(environment: dict[str, str]) -> Process:
    return Process([sys.executable, "manage.py", "serve"], environment)


@pytest.mark.real
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_serve_comes_up_and_leaves_nothing_behind(environment: dict[str, str], ending: signal.Signals) -> None:
    process = serve(environment)
    try:
        address = f"http://127.0.0.1:{environment['PORT']}"
        process.wait_for(lambda: "Ctrl-C stops it" in process.log(), seconds=120)
        assert address in process.log()
        assert "new.starter@demo.bexley.example" in process.log()
        assert answers(f"{address}/health/live")
        children = group_of(process.popen.pid)
        assert len(children) >= 4
        os.kill(process.popen.pid, ending)
        assert process.popen.wait(timeout=30) == 0
        assert [pid for pid in children if is_alive(pid)] == []
    finally:
        process.stop()


@pytest.mark.real
def test_when_one_process_ends_all_end(environment: dict[str, str]) -> None:
    process = serve(environment)
    try:
        process.wait_for(lambda: "Ctrl-C stops it" in process.log(), seconds=120)
        children = group_of(process.popen.pid)
        worker = next(pid for pid in children if b"worker\0--pool" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(worker, signal.SIGKILL)
        assert process.popen.wait(timeout=30) == 1
        assert "The worker process ended by itself" in process.log()
        time.sleep(0.2)
        assert [pid for pid in children if is_alive(pid)] == []
    finally:
        process.stop()


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
