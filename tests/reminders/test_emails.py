"""The digest as its reader sees it."""

import datetime as dt
import re
from html import unescape

import pytest

from notifications.due import DueItem, Waiting
from notifications.models import OutgoingMail
from reminders import emails, services
from reminders.models import Reminder
from reminders.rules import Line
from tests.reminders.chores.due import RULES
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = pytest.mark.django_db


def line(step, recipient, *, waiting_on=Waiting.PERSON, due_on=MONDAY, number=1, label="Water the plants", about=None):
    item = DueItem(
        rule=RULES[0], subject_id=number, person_id=about or recipient.pk, starts_on=None, waiting_on=waiting_on,
        manager_id=70, cover_id=None, upper_id=80, upper_cover_id=None, due_on=due_on, label=label,
        url_pk=number,
    )  # fmt: skip
    return Line(item, step, recipient.pk)


def digest(recipient, lines, today=MONDAY, learning=()):
    names = {recipient.pk: recipient.full_name, 70: "Max Test-Sample", 80: "Ursula Test-Sample"}
    return emails.digest(recipient=recipient, lines=lines, names=names, learning_ids=learning, today=today)


def words(html):
    """What the HTML says, without its dress."""
    body = html[html.index("<body") :]
    body = re.sub(r"</?a\b[^>]*>", "", body)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (dt.date(2027, 6, 17), "Do a chore by Thursday 17 June 2027"),
        (MONDAY, "Do a chore by today, Monday 14 June 2027"),
        (dt.date(2027, 6, 4), "Overdue since Friday 4 June 2027: do a chore"),
    ],
)
def test_subject_says_what_and_date(chores, team, due_on, expected):
    assert digest(team["starter"], [line("before-1", team["starter"], due_on=due_on)]).subject == expected


def test_subject_of_information_alone(chores, team):
    told = line("up-5", team["manager"], about=team["starter"].pk, due_on=dt.date(2027, 6, 7))
    assert digest(team["manager"], [told]).subject == "For information: chore, overdue since Monday 7 June 2027"


def test_what_is_most_urgent_leads_the_subject(chores, team):
    starter = team["starter"]
    lines = [
        line("before-1", starter, due_on=MONDAY + ONE_DAY, number=1),
        line("after-2", starter, due_on=MONDAY - 4 * ONE_DAY, number=2),
        line("on-the-day", starter, number=3),
    ]
    assert digest(starter, lines).subject == "Overdue since Thursday 10 June 2027: do a chore, and 2 more"


def test_nobodys_own_text_gets_into_the_subject_or_becomes_markup(chores, team):
    nasty = "<script>alert(1)</script>\r\nBcc: all@bexley.example"
    content = digest(team["starter"], [line("on-the-day", team["starter"], label=nasty)])
    assert "script" not in content.subject
    assert "Bcc" not in content.subject
    assert "<script>" not in content.html_body
    assert "<script>alert(1)</script> Bcc: all@bexley.example" in content.text_body


def test_one_thing_is_one_line_although_two_steps_speak_of_it(chores, team):
    starter = team["starter"]
    lines = [
        line("after-5", starter, due_on=MONDAY - 7 * ONE_DAY),
        line("told-up-5", starter, due_on=MONDAY - 7 * ONE_DAY),
    ]
    content = digest(starter, lines)
    assert content.text_body.count("Water the plants") == 1
    assert (
        "Water the plants, overdue since Monday 7 June 2027; Max Test-Sample has been told as well" in content.text_body
    )
    assert "For information" not in content.text_body


def test_text_and_html_say_the_same(chores, team):
    starter = team["starter"]
    lines = [line("on-the-day", starter, number=number, label=f"Chore {number}") for number in range(7)]
    lines.append(line("before-1", starter, number=9, due_on=MONDAY + ONE_DAY))
    content = digest(starter, lines)
    html = words(content.html_body)
    for sentence in content.text_body.splitlines():
        said = sentence.removeprefix("- ").strip().rstrip(":")
        if said and not said.startswith("--") and "/chores/" not in said:
            assert said in html or said.startswith("https://portal.example"), said
    assert content.html_body.count("https://portal.example/chores/") == 6
    assert content.text_body.count("https://portal.example/chores/") == 6


def test_headings_in_their_order_and_no_empty_ones(chores, team):
    starter = team["starter"]
    lines = [
        line("told-up-10", starter, waiting_on=Waiting.MANAGER, number=1, due_on=MONDAY - 20 * ONE_DAY),
        line("on-the-day", starter, number=2),
    ]
    text = digest(starter, lines).text_body
    assert text.index("Needs you today") < text.index("For information")
    assert "Due soon" not in text


@pytest.mark.parametrize(
    ("name", "about", "learning", "reason"),
    [
        ("starter", None, False, "some of this is yours"),
        ("manager", "starter", False, "you manage or cover for someone, or the line below you"),
        ("learning", "starter", True, "you look after Learning and Development"),
    ],
)
def test_says_why(chores, team, name, about, learning, reason):
    reader = team[name]
    lines = [line("up-5", reader, about=team[about].pk if about else None)]
    content = digest(reader, lines, learning=[reader.pk] if learning else [])
    assert f"You get this because {reason}." in content.text_body
    assert reason in words(content.html_body)


def test_nothing_that_signs_in_and_no_address_but_the_portals(chores, team):
    chores(person=team["starter"], waiting_on="manager", title="See https://elsewhere.example/x now")
    services.sweep(for_date=MONDAY, now=at(MONDAY))
    (mail,) = OutgoingMail.objects.all()
    assert Reminder.objects.get().mail == mail
    links = set(re.findall(r'href="([^"]+)"', mail.html_body))
    assert links
    assert all(link.startswith("https://portal.example") for link in links)
