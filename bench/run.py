"""`make bench`: the portal's pages against the yardstick on PostgreSQL, side by side in one run, into bench/RESULTS.md.

`BENCH_STAFF` (10000) and `BENCH_ITEMS` (1000000) make a smaller run for a quick look.
"""

import contextlib
import datetime as dt
import http.client
import json
import os
import platform
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

from bench import results  # noqa: E402

STAFF = int(os.environ.get("BENCH_STAFF", "10000"))
ITEMS = int(os.environ.get("BENCH_ITEMS", "1000000"))
APPLICATIONS = 2000
ROUNDS, REQUESTS = 9, 25
FILL = (
    "import django; django.setup(); from bench.fill import fill, fill_applications; "
    f"print(fill({ITEMS}), fill_applications({APPLICATIONS}))"
)
# product.md, Budgets: goal and limit as requests a second ÷ the yardstick's.
MAIN = {"home, manager", "home, starter", "plan", "team"}
LIMITS = {True: (0.35, 0.25), False: (0.30, 0.20)}


def environment(database: str, folder: str) -> dict[str, str]:
    return {
        **os.environ,
        "PORTAL_MODE": "demo",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "bexley_ld.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "scripts")]),
        "STATE_DIR": folder,
        "EMAIL_URL": f"filemail://{folder}/mail",
    }


def manage(settings: dict[str, str], *command: str) -> float:
    """Run a management command; how many seconds it took."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=settings, check=True, stdout=sys.stderr)
    return time.perf_counter() - begun


def inside(settings: dict[str, str], *arguments: str, module: str = "bench.pages") -> Any:
    output = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE
    ).stdout
    return json.loads(output)


@contextlib.contextmanager
def gunicorn(application: str, settings: dict[str, str]) -> Iterator[int]:
    """One process of four threads, as in production but alone, so that both sides have the same."""
    port = real_servers.free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["--worker-class", "gthread", "--threads", "4", "--keep-alive", "60", "--no-control-socket"]
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=settings)
    try:
        real_servers.wait_for_port(port, seconds=60)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


class Reader:
    """One connection kept for a batch, that asks for one page again and again."""

    def __init__(self, port: int, address: str, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.address, self.cookie = address, cookie
        self.seconds: list[float] = []

    def read(self, times: int, *, keep: bool = True) -> None:
        # A connection that stood idle while others were read may be gone: each batch begins with its own.
        self.connection.close()
        self.connection.connect()
        begun = time.perf_counter()
        for _ in range(times):
            self.connection.request("GET", self.address, headers={"Cookie": self.cookie, "Host": "127.0.0.1"})
            answer = self.connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{self.address} answered {answer.status}: {body[:200]!r}")
        if keep:
            self.seconds.append((time.perf_counter() - begun) / times)


def measure(facts: dict[str, dict], settings: dict[str, str], cookie: str) -> dict[str, dict[str, float]]:
    """Each round asks the yardstick and then each page, so that whatever slows the machine slows all alike."""
    with (
        gunicorn("bexley_ld.wsgi:application", settings) as portal,
        gunicorn(
            "django.core.wsgi:get_wsgi_application()",
            {**settings, "DJANGO_SETTINGS_MODULE": "bench.yardstick.settings"},
        ) as bare,
    ):
        yardstick = Reader(bare, "/", cookie)
        readers = {name: Reader(portal, page["address"], page["cookie"]) for name, page in facts.items()}
        for reader in [yardstick, *readers.values()]:
            reader.read(REQUESTS, keep=False)
        ratios: dict[str, list[float]] = {name: [] for name in readers}
        for _ in range(ROUNDS):
            for name, reader in readers.items():
                yardstick.read(REQUESTS)
                reader.read(REQUESTS)
                ratios[name].append(yardstick.seconds[-1] / reader.seconds[-1])
        bare_ms = statistics.median(yardstick.seconds) * 1000
        return {
            name: {
                "ratio": statistics.median(ratios[name]),
                "lowest": min(ratios[name]),
                "highest": max(ratios[name]),
                "ms": statistics.median(reader.seconds) * 1000,
                "yardstick ms": bare_ms,
            }
            for name, reader in readers.items()
        }


def load(database: str, folder: str, staff: int) -> tuple[dict[str, str], float]:
    settings = environment(database, folder)
    manage(settings, "migrate", "--verbosity", "0")
    manage(settings, "load_starter_content")
    return settings, manage(settings, "load_demo_staff", "--staff", str(staff), "--seed", "1")


def main() -> int:
    real_servers.ensure_installed()
    with real_servers.postgres(safe=True) as database, tempfile.TemporaryDirectory() as folder:
        small = database.rsplit("/", 1)[0] + "/small"
        admin = psycopg2.connect(database)
        admin.autocommit = True
        admin.cursor().execute("CREATE DATABASE small")
        settings, _ = load(small, folder, max(STAFF // 10, 60))
        facts_small = inside(settings)
        settings, loading = load(database, folder, STAFF)
        begun = time.perf_counter()
        filled = subprocess.run(
            [sys.executable, "-c", FILL], cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE,
        ).stdout  # fmt: skip
        filling = time.perf_counter() - begun
        large = inside(settings, "--due")
        planned = inside(settings, module="bench.planner")
        speeds = measure(large["pages"], settings, str(large["yardstick cookie"]))
        items, applications = map(int, filled.split())
        text, is_within = report(facts_small["pages"], large, speeds, (items, applications), loading, filling)
    results.write_section("Pages", text)
    ways, is_right = report_planner(planned)
    results.write_section("Route planner", ways)
    sys.stdout.write(f"{text}\n{ways}")
    return 0 if is_within and is_right else 1


def report_planner(rows: list[dict[str, Any]]) -> tuple[str, bool]:
    """The planner at both sizes; False when the large framework answers otherwise, or only in part."""
    (real, large), questions = rows[:2], rows[2:]
    lines = [
        f"{machine()}. The framework that the portal starts with ({real['roles']} roles, {real['steps']} steps, those of "
        f"routes, registers and programmes among them) and copies of it joined by links ({large['roles']} roles, "
        f"{large['steps']:,} steps). The same question is put to both in turn; medians. That the large one's answers are the "
        "oracle's is tested in `tests/pathways/test_rules_planner_scale.py`.",
        "",
        "| question | real, ms | 20 times, ms | ratio | same answer, in full |",
        "|---|---|---|---|---|",
    ]
    for row in questions:
        first = f"{row['ms'][0]:.0f}" if len(row["ms"]) == 2 else "–"
        ratio = f"{row['ratio']:.1f}" if len(row["ms"]) == 2 else "–"
        holds = "yes" if row["same"] and row["whole"] else "**no**"
        lines.append(f"| {row['name']} | {first} | {row['ms'][-1]:.0f} | {ratio} | {holds} |")
    return "\n".join([*lines, ""]), all(row["same"] and row["whole"] for row in questions)


def machine() -> str:
    return (
        f"{dt.datetime.now(tz=dt.UTC):%-d %B %Y}. {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}"
    )


def report(
    small: dict[str, dict],
    large: dict[str, dict],
    speeds: dict[str, dict[str, float]],
    rows: tuple[int, int],
    loading: float,
    filling: float,
) -> tuple[str, bool]:
    """The page of results; False when a figure is past its limit."""
    within = True
    lines = [
        f"{machine()}, PostgreSQL of the distribution with durable writes; {STAFF} staff loaded in "
        f"{loading:.0f} s, filled to {rows[0]:,} open checkpoints and {rows[1]:,} applications in {filling:.0f} s. One gunicorn process of four threads "
        f"each for the portal and for the yardstick (`bench/yardstick/`: session, one indexed query, ten rows), one kept "
        f"connection a page, asked in turn: {ROUNDS} rounds of {REQUESTS} requests. Ratio = requests a second ÷ the "
        "yardstick's beside it.",
        "",
        "| page | ratio (lowest–highest) | goal / limit | ms (yardstick) | queries, 1× → 10× | HTML kB | first visit kB |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, page in large["pages"].items():
        goal, limit = LIMITS[name in MAIN]
        speed = speeds[name]
        before = small[name]["queries"]
        ok = (
            speed["ratio"] >= limit
            and page["queries"] <= 10
            and before == page["queries"]
            and page["html"] <= 60_000
            and page["first visit"] <= 60_000
        )
        within = within and ok
        lines.append(
            f"| {name}{'' if ok else ' **past its limit**'} | {speed['ratio']:.2f} "
            f"({speed['lowest']:.2f}–{speed['highest']:.2f}) | {goal} / {limit} | {speed['ms']:.1f} "
            f"({speed['yardstick ms']:.1f}) | {before} → {page['queries']} | {page['html'] / 1000:.1f} "
            f"| {page['first visit'] / 1000:.1f} |"
        )
    due = large["due"]
    one, every = due["due, one step"], due["due, every step, with who holds it"]
    within = within and one["ms"] <= 20
    lines += [
        "",
        f"Who is due among {due['open items']:,} open items (the database's own time, median of five): one ladder step "
        f"{one['ms']} ms for {one['rows']} rows (goal 5, limit 20); every step that fires this morning with the line manager, "
        f"cover and upper manager of each row {every['ms']} ms for {every['rows']} rows.",
        "",
    ]
    return "\n".join(lines), within


if __name__ == "__main__":
    sys.exit(main())
