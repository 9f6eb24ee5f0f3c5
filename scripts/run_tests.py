"""Run the tests: `fast`, `all` or `full`, with further arguments passed on to pytest.

`all` and `full` start throw-away servers, run the quick tests on SQLite and then everything on PostgreSQL.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import real_servers

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ["-n", os.environ.get("TEST_PROCESSES", "2"), "--dist", "worksteal"]
QUICK = "not real and not browser and not slow and not wide"


def pytest(*arguments: str, **environment: str) -> int:
    """pytest's own exit code and closing line, with nothing after it."""
    cleared = {"DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "SECRET_KEY", "DEBUG", "SITE_URL"}
    inherited = {name: value for name, value in os.environ.items() if name not in cleared}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**inherited, **environment}, check=False).returncode


def main(kind: str, extra: list[str]) -> int:
    if kind == "fast":
        return pytest("-m", QUICK, *PROCESSES, *extra)
    real_servers.ensure_installed()
    # Asked to stop, stop the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not extra and (failed := pytest("-m", QUICK, *PROCESSES)):
        return failed
    with real_servers.postgres() as database, real_servers.redis() as redis:
        return pytest(
            *(["-m", "not slow"] if kind == "all" else []),
            *PROCESSES,
            *extra,
            DATABASE_URL=database,
            TEST_REDIS_URL=redis,
            DJANGO_ALLOW_ASYNC_UNSAFE="true",
        )


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in {"fast", "all", "full"}:
        sys.exit("Say which: fast, all or full.")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
