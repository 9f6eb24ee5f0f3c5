"""Throw-away PostgreSQL and Redis on free loopback ports, for tests and the benchmark."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {"PostgreSQL": "postgresql", "Redis": "redis-server", "Chromium": "chromium"}


def postgres_folder() -> Path | None:
    """Where `initdb` and `pg_ctl` are: on PATH, else in Debian's versioned folders, newest first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    return versions[0].parent if versions else None


def chromium() -> str | None:
    """A Chromium or Chrome from the distribution."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def _missing() -> list[str]:
    present = {
        "PostgreSQL": postgres_folder(),
        "Redis": shutil.which("redis-server"),
        "Chromium": chromium(),
    }
    return [name for name, found in present.items() if not found]


def ensure_installed() -> None:
    """Install from the distribution what is missing, where that is permitted; else say what to install."""
    missing = _missing()
    if missing and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [PACKAGES[name] for name in missing]
        sys.stderr.write(f"Installing {', '.join(packages)} with apt-get.\n")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        missing = _missing()
    if missing:
        names = ", ".join(missing)
        packages = " ".join(PACKAGES[name] for name in missing)
        sys.exit(
            f"The whole suite also needs {names}. On Debian or Ubuntu: sudo apt-get install {packages}\n"
            "`make test-fast` needs none of them."
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"Nothing listens on port {port} after {seconds:.0f} s.")
        time.sleep(0.05)


@contextlib.contextmanager
def postgres(*, safe: bool = False) -> Iterator[str]:
    """A PostgreSQL cluster of its own; yields the address of its database `portal` as its owner.

    `safe` keeps every write durable as in production; without it a power cut would lose some.
    """
    binaries = postgres_folder()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed.")
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    # PostgreSQL refuses to run as root.
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, port = folder / "data", free_port()

    def run(*command: str) -> None:
        subprocess.run(
            [*as_user, str(binaries / command[0]), *command[1:]], check=True, cwd=folder, capture_output=True
        )

    quick = "" if safe else " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=100{quick}"
    cluster = ["-D", str(data), "-U", "portal_owner", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    run("initdb", *cluster, "--no-sync")
    try:
        run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "portal_owner", "portal")
        yield f"postgres://portal_owner@127.0.0.1:{port}/portal"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A Redis without persistence; yields its address without a database number."""
    port = free_port()
    folder = tempfile.mkdtemp(prefix="portal-redis-")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)
