"""A part that declares a kind of deadline, in about thirty lines of its own, appears everywhere by itself."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from icalendar import Calendar

from bexley_ld.starter import load_groups
from notifications.models import OutgoingMail
from people.models import User
from reminders import services
from reminders.models import Reminder
from tests.bexley_ld.test_home import browser_of
from tests.guards.source import PACKAGES, ROOT, python_files
from tests.reminders.chores import due as chores_due
from tests.reminders.conftest import MONDAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
NOTHING = "Everything in it was done."


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(at(MONDAY), tick=False):
        yield


def calendar_of(person):
    token = services.make_calendar_link(by=person, now=at(MONDAY), today=MONDAY)
    found = Calendar.from_ical(Client().get(f"/calendar/{token}.ics").content)
    return [(str(one["summary"]), one["url"]) for one in found.walk("VEVENT") if "/chores/" in one["url"]]


def dry_run():
    out = io.StringIO()
    call_command("send_reminders", "--dry-run", stdout=out, stderr=out)
    return out.getvalue()


def admin_page(learning, name):
    """As Learning and Development sees it."""
    load_groups()
    User.objects.filter(person=learning).update(is_staff=True)
    response = browser_of(learning).get(f"/admin/reminders/{name}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_declaration_is_short_and_nothing_else_knows_of_it():
    assert len(Path(chores_due.__file__).read_text().splitlines()) <= 40
    naming = [path for path in python_files(*PACKAGES) if re.search(r"\bchores?\b", path.read_text())]
    # The one example in words, of the interface itself.
    assert naming == []
    assert not [path for path in (ROOT / "templates").rglob("*.html") if "chore" in path.read_text()]


def test_a_new_kind_is_in_mail_home_queue_calendar_dry_run_and_log(chores, team):
    starter, manager = team["starter"], team["manager"]
    own = chores(person=starter, title="Water the plants")
    of_manager = chores(person=starter, title="Look at the plants", waiting_on="manager")
    services.add_missing_ladders()

    # The dry run says beforehand what the sweep then writes.
    planned = dry_run()
    assert "Water the plants" in planned
    assert "Look at the plants" in planned
    services.sweep(for_date=MONDAY, now=at(MONDAY))

    # Mail, with its link.
    (to_starter,) = OutgoingMail.objects.filter(recipient=starter)
    (to_manager,) = OutgoingMail.objects.filter(recipient=manager)
    assert to_starter.subject == "Do a chore by today, Monday 14 June 2027"
    assert f"https://portal.example/chores/{own.pk}/" in to_starter.text_body
    assert "Look at the plants" in to_manager.text_body

    # The first page of the one, the queue of the other.
    first_page = browser_of(starter).get("/").content.decode()
    assert f'href="/chores/{own.pk}/#done"' in first_page
    assert "Answer Sam" in first_page
    queue = browser_of(manager).get("/team/").content.decode()
    assert "Look at the plants" in queue
    assert f'href="/chores/{of_manager.pk}/#done"' in queue
    assert "Your team needs you (1)" in browser_of(manager).get("/").content.decode()

    # Their calendars, in neutral words.
    assert calendar_of(starter) == [("Chore", f"https://portal.example/chores/{own.pk}/")]
    assert calendar_of(manager) == [("Chore", f"https://portal.example/chores/{of_manager.pk}/")]

    # The log: the person's own, and what Learning and Development reads.
    assert to_starter.subject in browser_of(starter).get("/me/messages/").content.decode()
    assert "chores.chore" in admin_page(team["learning"], "reminder")
    assert "Chore" in admin_page(team["learning"], "ladder")

    # Done: gone from all of them, and the mail that still waits is not sent.
    type(own).objects.update(is_done=True)
    assert f"/chores/{own.pk}/" not in browser_of(starter).get("/").content.decode()
    assert "Look at the plants" not in browser_of(manager).get("/team/").content.decode()
    assert calendar_of(starter) == calendar_of(manager) == []
    assert "0 new line(s)" in dry_run()
    answers = services.refresh_digests(list(OutgoingMail.objects.filter(kind="digest")), at(MONDAY))
    assert {answer.reason for answer in answers.values()} == {NOTHING}
    assert Reminder.objects.filter(rule="chores.chore").count() == 2
