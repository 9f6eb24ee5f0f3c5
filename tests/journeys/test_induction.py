"""The induction from HR's row to the final signature, by keyboard alone, with scripts and without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser

from induction.models import InductionPlan
from people.models import Person, User
from tests.factories import induction as make
from tests.factories.people import JobRoleFactory, TeamFactory
from tests.journeys.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "an-invented-long-passphrase"
COLUMNS = (
    "employee_number,email,given_name,family_name,job_role,team,manager_employee_number,start_date,leaving_date,"
    "fte,registration_body,registration_number"
)


@pytest.fixture
def staff_file(tmp_path: Path) -> Path:
    """HR's rows: a line manager of long standing, and a starter whose six months end tomorrow."""
    start = timezone.localdate() - relativedelta(months=6) + dt.timedelta(days=1)
    rows = [
        "M1,manager@people.example,Dan,Test-Manager,JR-M,T-1,,2020-01-06,,1,,",
        f"S1,starter@people.example,Amara,Test-Starter,JR-S,T-1,M1,{start.isoformat()},,1,,",
    ]
    path = tmp_path / "staff.csv"
    path.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def programme() -> Any:
    """One item for each owner, all mandatory, so that the end needs every signature."""
    programme = make.version(mandatory=True)
    team = TeamFactory(code="T-1", directorate=programme.programme.directorate)
    for code in ("JR-M", "JR-S"):
        JobRoleFactory(code=code, title=f"Job role {code}")
    return team


@pytest.fixture
def browse(browser: Browser, live_server: Any) -> Iterator[Any]:
    """`browse("starter@…", scripts=True)`: signed in by keyboard, in a window of their own."""
    contexts = []

    def sign_in(email: str, *, scripts: bool) -> Keyboard:
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        keyboard = Keyboard(context.new_page(), live_server.url)
        keyboard.open("/")
        keyboard.write("E-mail address", email)
        keyboard.write("Password", PASSWORD)
        keyboard.press("^Sign in$", kind="submit")
        return keyboard

    yield sign_in
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_induction_from_the_staff_file_to_the_final_signature(
    staff_file: Path, programme: Any, browse: Any, scripts: bool, settings: Any
) -> None:
    call_command("import_staff", str(staff_file))
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    plan = InductionPlan.objects.get(person=Person.objects.get(employee_number="S1"))

    starter = browse("starter@people.example", scripts=scripts)
    manager = browse("manager@people.example", scripts=scripts)

    # Both agree, the starter first.
    for reader in (starter, manager):
        reader.open(plan.get_absolute_url())
        reader.press("^Agree this plan", kind="submit")
    manager.says("Under way")

    # Each item takes the signature of its owner and then the other's.
    for owner, first, second in (
        ("person", starter, manager),
        ("manager", manager, starter),
        ("both", starter, manager),
    ):
        item = plan.checkpoints.get(owner=owner)
        first.open(item.get_absolute_url())
        first.write("^What you did", "Two visits, and what I saw")
        first.press("^Mark as (ready|done)", kind="submit")
        first.says("Marked as")
        second.open("/team/" if second is manager else "/")
        second.says(item.title)
        second.open(item.get_absolute_url())
        second.press("^(Sign off|Confirm it is done)", kind="submit")
        item.refresh_from_db()
        assert item.state == "signed_off"

    # Reviews at months 1, 3 and 6: the manager writes, both sign.
    today = timezone.localdate()
    for review in plan.reviews.order_by("month"):
        manager.open(review.get_absolute_url())
        manager.write_date("Date you held the review", str(today.day), str(today.month), str(today.year))
        manager.write("^Your comment", "A good start")
        manager.write("^Next steps", "Carry on")
        if review.is_final:
            manager.choose("Complete the induction")
        manager.press("^Save", kind="submit")
        for reader in (manager, starter):
            reader.open(review.get_absolute_url())
            reader.press("^Sign the review", kind="submit")
        review.refresh_from_db()
        assert review.state == "signed"

    plan.refresh_from_db()
    assert plan.state == InductionPlan.State.COMPLETED
    starter.open(plan.get_absolute_url())
    starter.says("The induction is complete")
    starter.press("Record to print")
    starter.says("Completed on")
