"""A person's own calendar: a secret address that shows what waits on them, read here as a calendar program reads it."""

from __future__ import annotations

import datetime as dt
import logging
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from audit.models import AuditEntry
from induction import services as induction
from induction.models import Checkpoint
from notifications.due import DueRule, LadderDefaults
from people.models import LineManagement, Person
from people.roles import Role
from reminders import services
from reminders.models import CalendarDate, CalendarLink
from tests.bexley_ld.test_home import browser_of
from tests.factories.induction import START, pair, version
from tests.factories.people import PersonFactory, UserFactory, cover
from tests.reminders.conftest import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
ONE_DAY = dt.timedelta(days=1)
LINK_ENDS = "This calendar ends: make a new link"


def at(day, hour=9):
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock(settings):
    settings.SITE_URL = "https://portal.example"
    with time_machine.travel(at(START), tick=False) as traveller:
        yield traveller


class Subscriber:
    """A calendar program: shows what the file holds and drops what it does not, asks only for what has changed, and
    believes a new date only under a higher number."""

    def __init__(self, token):
        self.path = f"/calendar/{token}.ics"
        self.client, self.known, self.asks_if = Client(), {}, {}

    def ask(self):
        response = self.client.get(self.path, headers=self.asks_if)
        if response.status_code == 304:
            return response
        assert response.status_code == 200, response.content
        self.asks_if = {"if-none-match": response.headers["ETag"]}
        calendar = Calendar.from_ical(response.content)
        events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
        assert len(events) == len(calendar.walk("VEVENT")), "one entry a thing"
        self.known = {
            uid: event if uid not in self.known or event["sequence"] > self.known[uid]["sequence"] else self.known[uid]
            for uid, event in events.items()
        }
        return response

    @property
    def shown(self):
        found = [(str(event["summary"]), event["dtstart"].dt) for event in self.known.values()]
        return sorted(one for one in found if one[0] != LINK_ENDS)


def subscriber(person):
    if not hasattr(person, "user"):
        UserFactory(person=person)
    found = Subscriber(services.make_calendar_link(by=person, now=at(START), today=START))
    found.ask()
    return found


def shown_to(person):
    return subscriber(person).shown


def test_each_of_the_two_sees_what_waits_on_them_and_on_no_other():
    made = pair()
    soon, end = START + dt.timedelta(weeks=4), made.plan.end_date
    assert shown_to(made.person) == [("Induction item", soon), ("Induction item for both", soon)]
    assert shown_to(made.manager) == [
        ("Final decision of an induction", end),
        ("Induction item for both", soon),
        ("Induction item of the line manager", soon),
        ("Induction review to hold", dt.date(2026, 10, 1)),
        ("Induction review to hold", dt.date(2026, 12, 1)),
    ]
    assert shown_to(PersonFactory()) == []


def test_cover_sees_it_within_its_days(clock):
    made, deputy = pair(), PersonFactory()
    cover(made.manager, deputy, START, START)
    calendar = subscriber(deputy)
    assert calendar.shown == shown_to(made.manager)
    clock.move_to(at(START + ONE_DAY))
    calendar.ask()
    assert calendar.shown == []


def test_learning_and_development_have_what_waits_on_them_together():
    of_pair = pair()
    learning, colleague = UserFactory(roles=[Role.LD_ADMIN]).person, UserFactory().person
    assert shown_to(learning) == []
    LineManagement.objects.filter(person=of_pair.person).update(end_date=START - ONE_DAY)
    assert shown_to(learning) == [("Starter without a line manager", START)]
    assert shown_to(colleague) == []


def test_learning_and_development_have_what_waits_on_a_manager_who_is_not_there(chores, team):
    for waiting_on in ("manager", "both", "person"):
        chores(person=team["starter"], waiting_on=waiting_on)
    assert shown_to(team["learning"]) == []
    line = LineManagement.objects.get(person=team["starter"])
    line.delete()
    assert shown_to(team["learning"]) == [("Chore", MONDAY)] * 2
    line.save()
    Person.objects.filter(pk=team["manager"].pk).update(deactivated_at=at(MONDAY))
    assert shown_to(team["learning"]) == [("Chore", MONDAY)] * 2
    assert shown_to(team["starter"]) == [("Chore", MONDAY)] * 2, "their own, and their part of what both do"


def test_a_moved_date_replaces_the_entry(clock):
    made = pair(programme=version(owners=("person",)))
    calendar = subscriber(made.person)
    ((_, before),) = calendar.shown
    names = set(calendar.known)
    induction.pause_plan(
        plan_id=made.plan.pk, by=made.manager, start_date=START, expected_end_date=None, reason="Away",
        today=START, now=at(START),
    )  # fmt: skip
    calendar.ask()
    assert calendar.shown == [], "nothing is due while the clock stands still"
    back = START + dt.timedelta(days=10)
    clock.move_to(at(back))
    induction.resume_plan(plan_id=made.plan.pk, by=made.manager, first_day_back=back, today=back, now=at(back))
    calendar.ask()
    assert calendar.shown == [("Induction item", before + dt.timedelta(days=10))]
    assert set(calendar.known) == names
    # Earlier again, and the program still believes it.
    Checkpoint.objects.update(due_date=before)
    calendar.ask()
    assert calendar.shown == [("Induction item", before)]
    assert [event["sequence"] for event in calendar.known.values() if event["summary"] == "Induction item"] == [2]


def test_without_a_rising_number_the_old_date_would_stay(monkeypatch):
    """The subscriber of these tests can tell: the same file with a number that stands still is not believed."""
    made = pair(programme=version(owners=("person",)))
    calendar = subscriber(made.person)
    before = calendar.shown
    monkeypatch.setattr("reminders.services.calendars._renumber", lambda moved, *, now: CalendarDate.objects.all())
    Checkpoint.objects.update(due_date=START + dt.timedelta(days=50))
    calendar.ask()
    assert calendar.shown == before


def test_what_is_done_disappears_and_goes_to_whoever_has_it_next():
    made = pair(programme=version(owners=("person",)))
    starter, manager = subscriber(made.person), subscriber(made.manager)
    item = made.item()
    induction.mark_ready(checkpoint_id=item.pk, by=made.person, version=item.version, today=START, now=at(START))
    starter.ask()
    manager.ask()
    assert starter.shown == []
    waiting = ("Induction item that waits for a signature", START + dt.timedelta(days=7))
    assert waiting in manager.shown
    item.refresh_from_db()
    induction.sign_off(checkpoint_id=item.pk, by=made.manager, version=item.version, today=START, now=at(START))
    manager.ask()
    assert waiting not in manager.shown


def test_entries_are_neutral_whole_days_that_a_calendar_accepts():
    made = pair()
    made.person.given_name, made.person.family_name = "Noor", "Someone-Test"
    made.person.save()
    for person in (made.person, made.manager):
        response = Client().get(subscriber(person).path)
        words = response.content.decode()
        for secret in ("Noor", "Someone", "Shadow", "Month 1", made.manager.full_name, made.manager.given_name):
            assert secret not in words
        assert all(len(line.encode()) <= 75 for line in words.split("\r\n"))
        assert words.count("\n") == words.count("\r\n")
        calendar = Calendar.from_ical(response.content)
        assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
        assert calendar["prodid"]
        assert calendar["x-wr-timezone"] == "Europe/London"
        assert calendar.walk("VTIMEZONE") == [], "no entry has an hour"
        for event in calendar.walk("VEVENT"):
            assert event.errors == []
            assert type(event["dtstart"].dt) is dt.date
            assert event["dtend"].dt == event["dtstart"].dt + ONE_DAY
            assert event["dtstamp"].dt.tzinfo is not None
            assert (event["status"], event["transp"], event["class"]) == ("CONFIRMED", "TRANSPARENT", "PRIVATE")
            assert event["url"].startswith("https://portal.example/")
            assert browser_of(person).get(event["url"].removeprefix("https://portal.example")).status_code == 200


def test_a_kind_may_hide_its_own_title():
    rule = DueRule(
        kind="coaching.note", title="Coaching note", task="Write", subject_type="note", url_name="home",
        find=lambda *, today: None, ladder=LadderDefaults(), calendar_title="Learning",
    )  # fmt: skip
    assert rule.name_in_calendars == "Learning"


def test_asked_again_it_sends_only_what_has_changed(clock):
    made = pair(programme=version(owners=("person",)))
    calendar = subscriber(made.person)
    first = calendar.client.get(calendar.path)
    clock.shift(dt.timedelta(hours=5))
    again = calendar.ask()
    assert (again.status_code, again.content) == (304, b"")
    modified = first.headers["Last-Modified"]
    assert modified == "Tue, 01 Sep 2026 09:00:00 GMT"
    assert calendar.client.get(calendar.path, headers={"if-modified-since": modified}).status_code == 304
    Checkpoint.objects.all().update(state="dropped", waiting_on="nobody")
    changed = calendar.ask()
    assert changed.status_code == 200
    assert changed.headers["Last-Modified"] == "Tue, 01 Sep 2026 14:00:00 GMT"
    assert calendar.shown == []


def test_headers_and_no_cookie():
    calendar = subscriber(pair().person)
    response = calendar.client.get(calendar.path)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, max-age=900"
    assert not response.cookies
    assert calendar.client.head(calendar.path).status_code == 200
    assert calendar.client.post(calendar.path).status_code == 405


def gone(change):
    """The address of a link that opened something until `change`."""
    person = pair().person
    calendar = subscriber(person)
    change(person)
    return calendar.path


GONE = {
    "never was": lambda person: CalendarLink.objects.update(token_hash="0" * 64),
    "ended": lambda person: services.end_calendar_link(by=person, now=at(START)),
    "renewed": lambda person: services.make_calendar_link(by=person, now=at(START), today=START),
    "expired": lambda person: CalendarLink.objects.update(expires_on=START - ONE_DAY),
    "left": lambda person: Person.objects.filter(pk=person.pk).update(deactivated_at=at(START)),
    "account closed": lambda person: person.user.__class__.objects.filter(person=person).update(is_active=False),
}


@pytest.mark.parametrize("why", GONE)
def test_an_address_that_opens_nothing_does_not_say_why(why, caplog):
    caplog.set_level(logging.DEBUG)
    path = gone(GONE[why])
    response = Client().get(path)
    assert response.status_code == 404
    assert response.content == Client().get("/calendar/nobody-knows-it.ics").content
    assert not response.cookies
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("status", [200, 404])
def test_the_address_is_never_written_down(status, capfd, settings):
    from django.utils.log import configure_logging  # noqa: PLC0415

    person = pair().person
    calendar = subscriber(person)
    token = calendar.path.removeprefix("/calendar/").removesuffix(".ics")
    if status == 404:
        services.end_calendar_link(by=person, now=at(START))
    loud = {**settings.LOGGING, "root": {"handlers": ["console"], "level": "DEBUG"}}
    configure_logging(settings.LOGGING_CONFIG, loud)
    try:
        assert calendar.client.get(calendar.path).status_code == status
    finally:
        configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    written = "".join(capfd.readouterr())
    assert "/calendar/…" in written
    assert token not in written


def test_only_a_hash_is_kept():
    person = pair().person
    token = subscriber(person).path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 22
    kept = list(CalendarLink.objects.values()) + list(AuditEntry.objects.values())
    assert token not in str(kept)


def test_reading_asks_the_database_no_more_for_many():
    made = pair()
    calendar = subscriber(made.manager)
    with CaptureQueriesContext(connection) as few:
        calendar.client.get(calendar.path)
    for _ in range(12):
        pair(programme=made.plan.version, manager=made.manager)
    calendar.client.get(calendar.path)  # the new ones are numbered
    with CaptureQueriesContext(connection) as many:
        calendar.ask()
    assert len(calendar.known) > 60
    assert len(many) == len(few) <= 10


def test_the_last_day_of_the_link_stands_in_the_calendar(clock):
    calendar = subscriber(pair().person)
    (last,) = [event for event in calendar.known.values() if event["summary"] == LINK_ENDS]
    assert last["dtstart"].dt == dt.date(2027, 9, 1)
    clock.move_to(at(dt.date(2027, 9, 1)))
    assert calendar.ask().status_code == 304, "still there"
    clock.move_to(at(dt.date(2027, 9, 2)))
    assert calendar.client.get(calendar.path).status_code == 404


def address_on(response):
    return re.search(r'value="https://portal\.example(/calendar/[\w-]+\.ics)"', response.content.decode())


def test_the_page_makes_renews_and_ends_the_link(clock):
    person = pair().person
    browser = browser_of(person)
    assert "Make my calendar link" in browser.get("/me/calendar/").content.decode()
    made = address_on(browser.post("/me/calendar/"))
    assert Client().get(made[1]).status_code == 200
    page = browser.get("/me/calendar/").content.decode()
    assert made[1] not in page, "shown once"
    assert "Last read by a calendar" in page
    renewed = address_on(browser.post("/me/calendar/"))
    assert [Client().get(path).status_code for path in (made[1], renewed[1])] == [404, 200]
    clock.move_to(at(dt.date(2027, 9, 2)))
    assert "This link has come to its end" in browser_of(person).get("/me/calendar/").content.decode()
    browser = browser_of(person)
    assert browser.post("/me/calendar/end/").headers["Location"] == "/me/calendar/"
    assert browser.post("/me/calendar/end/").status_code == 302
    assert Client().get(renewed[1]).status_code == 404
    verbs = AuditEntry.objects.filter(verb__startswith="reminders.").order_by("pk").values_list("verb", flat=True)
    assert [verb.rpartition("_")[2] for verb in verbs] == ["made", "renewed", "ended"]


def test_a_visitor_is_asked_to_sign_in_before_making_one():
    assert Client().get("/me/calendar/").headers["Location"] == "/account/login/?next=/me/calendar/"
    assert 'href="/me/calendar/"' in browser_of(pair().person).get("/me/").content.decode()
