"""What every test has: no network, quick passwords, a date of its choosing, the distribution's Chromium."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import hypothesis
import pytest
import real_servers
import time_machine
from django.utils import timezone

# No test is timed: a busy machine is no fault of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

HAS_SERVERS = "TEST_REDIS_URL" in os.environ
# Every page or every link many times over, hundreds of people, a process a row: minutes, not seconds.
WIDE = (
    "tests/guards/test_permissions.py",
    "tests/guards/test_bad_input.py",
    "tests/guards/test_admin_filters.py::test_no_column_can_be_asked_by_the_address",
    "tests/guards/test_admin_filters.py::test_what_a_list_offers_works",
    "tests/guards/test_queries.py",
    "tests/guards/test_private_words.py",
    "tests/bexley_ld/test_load_demo_staff.py",
    "tests/ground/test_settings.py",
    "tests/reminders/test_who_may_read.py::test_every_link_opens_and_nobody_reads_more_than_they_may",
    "tests/people/test_staff_apply.py::test_queries_do_not_grow_with_the_rows",
)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on real servers are left to scripts/run_tests.py; pytest counts them as deselected."""
    for item in items:
        if item.nodeid.startswith(WIDE):
            item.add_marker(pytest.mark.wide)
    if HAS_SERVERS:
        return
    left_out = [item for item in items if item.get_closest_marker("real")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("real")]


def pytest_collection_finish() -> None:
    """What was loaded by now stays to the end: looking through all of it for rubbish again and again takes a sixth
    of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A test that reaches for another machine fails at once."""
    connect = socket.socket.connect

    def connect_to_loopback(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            raise RuntimeError(f"A test reached for {address[0]}: only this machine is allowed.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_to_loopback)
        yield


@pytest.fixture(autouse=True)
def quick_passwords(request: pytest.FixtureRequest, settings: Any) -> None:
    """Argon2 is slow on purpose; tests about passwords are marked `real_passwords`."""
    if not request.node.get_closest_marker("real_passwords"):
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.MD5PasswordHasher",
            *settings.PASSWORD_HASHERS,
        ]


@pytest.fixture(autouse=True)
def nothing_drawn_before() -> None:
    """What a process keeps of a framework is of that framework alone; here each test brings its own."""
    from pathways.views import kept  # noqa: PLC0415 (the apps are ready only now)

    kept.forget()


@pytest.fixture
def on_date() -> Iterator[Callable[[date], None]]:
    """`on_date(date(2027, 3, 4))`: from here on it is ten o'clock that morning in London."""
    travellers: list[time_machine.travel] = []

    def travel(day: date) -> None:
        instant = datetime(day.year, day.month, day.day, 10, tzinfo=timezone.get_default_timezone())
        traveller = time_machine.travel(instant, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield travel
    for traveller in reversed(travellers):
        traveller.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one."""
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
    return {
        **browser_type_launch_args,
        "executable_path": real_servers.chromium(),
        "args": ["--no-sandbox", *quiet],
    }
