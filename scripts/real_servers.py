"""Throw-away PostgreSQL and Redis on free loopback ports, for tests and the benchmark."""

import contextlib
import os
import shutil
import signal
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


class Postgres:
    """A PostgreSQL cluster of its own in a throw-away folder."""

    def __init__(self, *, safe: bool) -> None:
        found = postgres_folder()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed.")
        self.binaries = found
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="portal-pg-")), free_port()
        # PostgreSQL refuses to run as root.
        self.as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.as_user = ["runuser", "-u", "postgres", "--"]
        quick = "" if safe else " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self.options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=100{quick}"

    @property
    def url(self) -> str:
        """Its database `portal`, as its owner."""
        return f"postgres://portal_owner@127.0.0.1:{self.port}/portal"

    def run(self, *command: str) -> None:
        program = [*self.as_user, str(self.binaries / command[0]), *command[1:]]
        subprocess.run(program, check=True, cwd=self.folder, capture_output=True)

    def control(self, *command: str) -> None:
        log = ["-l", str(self.folder / "log"), "-o", self.options] if command[-1] != "stop" else []
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", *log, *command)

    def begin(self) -> None:
        cluster = ["-U", "portal_owner", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        self.run("initdb", "-D", str(self.folder / "data"), *cluster, "--no-sync")
        self.control("start")
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "portal_owner", "portal")

    def restart(self) -> None:
        """As after a crash: nothing is asked to finish first."""
        self.control("-m", "immediate", "restart")

    def end(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def postgres_server(*, safe: bool = False) -> Iterator[Postgres]:
    """A cluster that can be restarted.

    `safe` keeps every write durable as in production; without it a power cut would lose some.
    """
    server = Postgres(safe=safe)
    try:
        server.begin()
        yield server
    finally:
        server.end()


@contextlib.contextmanager
def postgres(*, safe: bool = False) -> Iterator[str]:
    """Such a cluster as the address of its database."""
    with postgres_server(safe=safe) as server:
        yield server.url


class Redis:
    """A Redis without persistence, that can be stopped, started and frozen."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix="portal-redis-")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address without a database number."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        wait_for_port(self.port)

    def stop(self) -> None:
        if self.process is not None:
            # One that is frozen hears nothing else.
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def freeze(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def redis_server() -> Iterator[Redis]:
    server = Redis()
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Such a Redis as its address without a database number."""
    with redis_server() as server:
        yield server.url
