"""`make bench`, second part: the due query, the sweep's memory and the mail drain, into bench/RESULTS.md.

`BENCH_RECIPIENTS` (100000) and `BENCH_MAILS` (400) make a smaller run for a quick look.
"""

import contextlib
import datetime as dt
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import psycopg2  # noqa: E402
import real_servers  # noqa: E402

from bench.results import write_section  # noqa: E402

RECIPIENTS = int(os.environ.get("BENCH_RECIPIENTS", "100000"))
MAILS = int(os.environ.get("BENCH_MAILS", "400"))
ROUNDS = 3
LATENCY_MS = 20
# Issue "Reminders that people trust", Show.
MEMORY_LIMIT, TWO_TO_ONE_LIMIT, ONE_TASK_GOAL, ONE_TASK_LIMIT = 1.2, 1.7, 2.5, 1.5
HEADING = "Reminders and mail"


def environment(database: str, redis: str, port: int, folder: str) -> dict[str, str]:
    """As in production: durable writes, no debugging, a mail server on the network."""
    return {
        **os.environ,
        "PORTAL_MODE": "production",
        "SECRET_KEY": "bench-only-8f1b2c7d9e0a4f6b8c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f",
        "AUDIT_KEY": "bench-only-1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f70819",
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
        "TRUSTED_PROXY_COUNT": "0",
        "UPLOADS_WITHOUT_SCANNER": "1",
        "DATABASE_URL": database,
        "BROKER_URL": f"{redis}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "STATE_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "bexley_ld.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")]),
        "C_FORCE_ROOT": "1",
    }


def inside(settings: dict[str, str], *step: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.inside", *step]
    output = subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE).stdout
    answer: dict[str, Any] = json.loads(output.splitlines()[-1])
    return answer


@contextlib.contextmanager
def process(command: list[str], settings: dict[str, str]) -> Iterator[None]:
    """One of our processes; ended by its own id."""
    running = subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait(timeout=60)


class Drain:
    """Mail through Celery workers to the sink, timed by the instants at which the rows were marked."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.database = psycopg2.connect(settings["DATABASE_URL"])
        self.database.autocommit = True

    def rate(self, way: str, processes: int) -> float:
        """Mails a second between the first and the last that left."""
        worker = [sys.executable, "-m", "celery", "--app", "bench.one_task_a_mail", "worker", "--loglevel", "error"]
        worker += ["--concurrency", str(processes), "--without-gossip", "--without-mingle"]
        with process(worker, self.settings):
            self.wait_for_worker()
            number = inside(self.settings, "queue", str(MAILS), way)["queued"]
            deadline = time.monotonic() + 600
            while self.ask("SELECT count(*) FROM notifications_outgoingmail WHERE state = 'sent'") < number:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{way} with {processes}: not all mail left in ten minutes.")
                time.sleep(0.1)
        seconds = self.ask("SELECT extract(epoch FROM max(sent_at) - min(sent_at)) FROM notifications_outgoingmail")
        return (number - 1) / float(seconds)

    def wait_for_worker(self) -> None:
        """Until it answers; what it does before is not counted."""
        command = [
            sys.executable,
            "-m",
            "celery",
            "--app",
            "bench.one_task_a_mail",
            "inspect",
            "ping",
            "--timeout",
            "2",
        ]
        for _ in range(20):
            answer = subprocess.run(command, cwd=ROOT, env=self.settings, capture_output=True, check=False)
            if answer.returncode == 0:
                return
        raise RuntimeError("The worker did not come up.")

    def ask(self, question: str) -> Any:
        with self.database.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            return row[0] if row else None


def drain(settings: dict[str, str]) -> dict[str, list[float]]:
    """Each round measures every way in turn, so that whatever slows the machine slows all alike."""
    rates: dict[str, list[float]] = {"1": [], "2": [], "4": [], "one task a mail": []}
    drains = Drain(settings)
    for _ in range(ROUNDS):
        for way, measured in rates.items():
            kind, processes = ("task", 2) if way == "one task a mail" else ("outbox", int(way))
            measured.append(drains.rate(kind, processes))
            sys.stderr.write(f"{way}: {measured[-1]:.1f} mails a second\n")
    drains.database.close()
    return rates


def main() -> int:
    real_servers.ensure_installed()
    # Asked to stop, stop the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    port = real_servers.free_port()
    with (
        real_servers.postgres(safe=True) as database,
        real_servers.redis() as redis,
        tempfile.TemporaryDirectory() as folder,
        process([sys.executable, "-m", "bench.mail_sink", str(port), str(LATENCY_MS)], dict(os.environ)),
    ):
        settings = environment(database, redis, port, folder)
        for command in (["migrate", "--verbosity", "0"], ["load_starter_content"]):
            subprocess.run(
                [sys.executable, "manage.py", *command], cwd=ROOT, env=settings, check=True, stdout=sys.stderr
            )
        small = RECIPIENTS // 10
        inside(settings, "fill", "1", str(small))
        rates = drain(settings)
        sweeps = [inside(settings, "sweep")]
        inside(settings, "fill", str(small + 1), str(RECIPIENTS))
        sweeps.append(inside(settings, "sweep"))
        text, is_within = report(inside(settings, "due"), sweeps, rates)
    write_section(HEADING, text)
    sys.stdout.write(text)
    return 0 if is_within else 1


def report(due: dict[str, Any], sweeps: list[dict[str, Any]], rates: dict[str, list[float]]) -> tuple[str, bool]:
    """The section, and whether every figure is within its limit."""
    few, many = sweeps
    memory = many["peak MB"] / few["peak MB"]
    two = statistics.median(b / a for a, b in zip(rates["1"], rates["2"], strict=True))
    four = statistics.median(b / a for a, b in zip(rates["1"], rates["4"], strict=True))
    task = statistics.median(b / a for a, b in zip(rates["one task a mail"], rates["2"], strict=True))
    rows = [
        (
            f"{name} with its index ÷ without",
            f"{one['ratio']:.1f} times as fast (lowest {one['lowest']:.1f})",
            "reported",
            one["ratio"] > 1,
            f"{one['rows']:,} rows of {due['open items']:,} open items: {one['with ms']:.1f} ms against {one['without ms']:.1f} ms",
        )
        for name, one in due["queries"].items()
    ]
    rows += [
        (
            "sweep, peak memory, ten times the recipients",
            f"{memory:.2f}",
            f"at most {MEMORY_LIMIT}",
            memory <= MEMORY_LIMIT,
            "; ".join(
                f"{one['digests']:,} digests: {one['peak MB']:.0f} MB, {one['seconds']:.0f} s" for one in (few, many)
            ),
        ),
        ("drain, 2 worker processes ÷ 1", f"{two:.2f}", f"at least {TWO_TO_ONE_LIMIT}", two >= TWO_TO_ONE_LIMIT, _rates(rates, "2", "1")),
        ("drain, 4 worker processes ÷ 1", f"{four:.2f}", "reported", True, _rates(rates, "4", "1")),
        (
            "drain, 2 worker processes ÷ one Celery task a mail on 2",
            f"{task:.2f}",
            f"goal {ONE_TASK_GOAL}, limit {ONE_TASK_LIMIT}",
            task >= ONE_TASK_LIMIT,
            _rates(rates, "2", "one task a mail"),
        ),
    ]  # fmt: skip
    lines = [
        f"{dt.datetime.now(tz=dt.UTC):%-d %B %Y}. {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, PostgreSQL of the distribution with durable writes, Redis, Celery workers. "
        f"The mail server is a process of its own that gives each reply after {LATENCY_MS} ms; {MAILS} mails a run, "
        f"{ROUNDS} rounds of every way in turn, medians of the ratios of a round. Load average {os.getloadavg()[2]:.1f}: "
        "above 2 other work ran beside it.",
        "",
        "| figure | measured | limit | how |",
        "|---|---|---|---|",
        *(
            f"| {name}{'' if ok else ' **past its limit**'} | {value} | {limit} | {how} |"
            for name, value, limit, ok, how in rows
        ),
        "",
    ]
    return "\n".join(lines), all(row[3] for row in rows)


def _rates(rates: dict[str, list[float]], one: str, other: str) -> str:
    return f"{statistics.median(rates[one]):.1f} against {statistics.median(rates[other]):.1f} mails a second"


if __name__ == "__main__":
    sys.exit(main())
