"""What a person chooses about their mail, on the page and by the link in each mail."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from notifications import links, preferences, registry, services, tasks
from notifications.kinds import Frequency, MessageKind, Pace
from notifications.models import Mailbox, OutgoingMail, Preference
from notifications.rules import Choices, Way, way_of
from people.models import Person
from people.roles import Role
from tests.factories import induction as make
from tests.factories.people import PersonFactory, UserFactory, cover

pytestmark = pytest.mark.django_db
PAGE = "/me/notifications/"
KINDS = registry.kinds()
AGREED = "induction.plan_agreed"
TODAY = dt.date(2027, 3, 4)
KIND = MessageKind(code="test.kind", title="T", trigger="t")
LINE = MessageKind(code="test.line", title="T", trigger="t", pace=Pace.LINE)
MUST = MessageKind(code="test.must", title="T", trigger="t", pace=Pace.LINE, must_send="It must.")


@pytest.fixture
def reader(client: Client) -> Person:
    user = UserFactory()
    client.force_login(user)
    return user.person


def answers(**changes: str) -> dict[str, str]:
    """The form as the page offers it to a colleague, with some answers changed."""
    usual = {kind.code: str(kind.usual) for kind in KINDS.values() if kind.choices and not kind.for_role}
    blank = {"paused_until_day": "", "paused_until_month": "", "paused_until_year": ""}
    return {**usual, **blank, **{name.replace("__", "."): value for name, value in changes.items()}}


def send(person: Person, *, kind: str = AGREED, key: str = "k") -> OutgoingMail:
    from notifications.emails import render  # noqa: PLC0415 - the layout with its foot, as every mail has it

    content = render("bexley_ld/emails/line_changed", {"recipient": person, "why": "W"}, kind=KINDS[kind])
    row = services.queue(
        key=key, kind=kind, recipient=person, subject="S", text_body=content.text_body, html_body=content.html_body,
        why="W", now=timezone.now(),
    )  # fmt: skip
    assert row is not None
    tasks.drain_mail()
    row.refresh_from_db()
    return row


def own_link(text: str) -> str:
    found = re.search(r"/me/unsubscribe/[^/\s\"]+/", text)
    assert found, text
    return found[0]


def test_the_page_shows_each_kind_with_the_answers_that_make_sense(client: Client, reader: Person) -> None:
    page = client.get(PAGE).content.decode()
    for kind in KINDS.values():
        assert (kind.title in page) is (kind.is_personal and not kind.for_role), kind.code
        assert (f'name="{kind.code}"' in page) is (bool(kind.choices) and not kind.for_role), kind.code
        if kind.must_send and kind.is_personal and not kind.for_role:
            assert kind.must_send.replace("’", "’") in page
    reminders = re.search(r'<select[^>]*name="induction.item".*?</select>', page, re.S)
    assert reminders
    assert "At once" not in reminders[0]


@pytest.mark.parametrize("who", ["colleague", "starter", "manager", "cover"])
def test_what_can_reach_the_reader_comes_first_and_the_rest_stands_behind(client: Client, who: str) -> None:
    pair = make.pair()
    stand_in, colleague = PersonFactory(), PersonFactory()
    cover(pair.manager, by=stand_in, start=timezone.localdate(), end=timezone.localdate())
    reader = {"colleague": colleague, "starter": pair.person, "manager": pair.manager, "cover": stand_in}[who]
    client.force_login(UserFactory(person=reader))
    page = client.get(PAGE).content.decode()
    shown = {code for code in KINDS if f'name="{code}"' in page.partition("Kinds that do not concern you now")[0]}
    wanted = {"digest", "induction.buddy_named"}
    if who != "colleague":
        wanted |= {"induction.item", "induction.shared_item", "induction.final_decision", AGREED}
        wanted |= {"induction.plan_closed", "induction.checkpoints_signed_off", "induction.review_signed"}
    if who == "starter":
        wanted |= {"induction.no_manager"}
    if who in {"manager", "cover"}:
        wanted |= {"induction.manager_item", "induction.review", "induction.pause_end", "reminders.team"}
        wanted |= {"pathways.cpd_shared", "pathways.cpd_review", "pathways.assessment_shared"}
        wanted |= {"pathways.application_of_report"}
    assert shown == wanted
    assert page.index('id="pause"') < page.index('id="digest"')
    locked = page.partition("Always sent to others")[0]
    assert ("It comes once, and opens your plan." in locked) is (who == "starter")
    assert ("Someone waits for your signature." in locked) is (who != "colleague")


def test_choices_for_what_cannot_reach_the_reader_are_kept_too(client: Client, reader: Person) -> None:
    client.post(PAGE, answers(reminders__team="off"))
    assert Preference.objects.get(person=reader).kind == "reminders.team"


def test_the_page_of_choices_asks_each_question_once(
    client: Client, reader: Person, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        client.get(PAGE)


def test_what_is_chosen_is_kept_on_record_and_shown_again(client: Client, reader: Person) -> None:
    answer = client.post(PAGE, answers(induction__plan_agreed="weekly", induction__item="off"), follow=True)
    assert "Your choices are kept" in answer.content.decode()
    rows = dict(Preference.objects.filter(person=reader).values_list("kind", "frequency"))
    assert rows == {AGREED: "weekly", "induction.item": "off"}
    entry = AuditEntry.objects.get(verb="notifications.chosen")
    assert (entry.actor_id, entry.facts["chosen"]) == (reader.pk, rows)
    assert re.search(r'value="weekly" selected', answer.content.decode())
    client.post(PAGE, answers(induction__plan_agreed="weekly", induction__item="off"))
    assert AuditEntry.objects.filter(verb="notifications.chosen").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"induction__item": "at_once"},
        {"induction__plan_agreed": "hourly"},
        {"paused_until_day": "1", "paused_until_month": "1", "paused_until_year": "2020"},
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing(client: Client, reader: Person, changes: dict[str, str]) -> None:
    page = client.post(PAGE, answers(**changes))
    assert "There is a problem" in page.content.decode()
    assert not Preference.objects.exists()


def test_nobody_switches_off_what_must_be_sent(client: Client, reader: Person) -> None:
    client.post(PAGE, answers(induction__agreement_asked="off", people__line_changed="off", induction__signature="off"))
    assert not Preference.objects.exists()
    assert preferences.choose(person=reader, chosen={"induction.signature": "off"}, by=reader, now=timezone.now()) == 0


def test_pausing_until_a_day_and_starting_again(client: Client, reader: Person) -> None:
    day = timezone.localdate() + dt.timedelta(days=10)
    typed = {"paused_until_day": str(day.day), "paused_until_month": str(day.month), "paused_until_year": str(day.year)}
    client.post(PAGE, answers(**typed))
    assert Mailbox.objects.get(person=reader).paused_until == day
    assert f'value="{day.year}"' in client.get(PAGE).content.decode()
    client.post(PAGE, answers())
    assert Mailbox.objects.get(person=reader).paused_until is None
    assert AuditEntry.objects.filter(verb="notifications.paused").count() == 2


def test_an_account_without_a_person_has_nothing_to_choose(client: Client) -> None:
    client.force_login(UserFactory(person=None))
    assert client.get(PAGE).status_code == 404


def test_the_page_of_exceptions_is_of_learning_and_development(client: Client) -> None:
    for_role = [kind for kind in KINDS.values() if kind.for_role == Role.LD_ADMIN]
    user = UserFactory(roles=[Role.LD_ADMIN])
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    assert all(kind.title in page for kind in for_role)


@pytest.mark.parametrize(
    ("kind", "chosen", "expected"),
    [
        (KIND, {}, "at_once"),
        (KIND, {"test.kind": "weekly"}, "weekly"),
        (KIND, {"test.kind": "nonsense"}, "at_once"),
        (KIND, {"digest": "off"}, "at_once"),
        (KIND, {"test.kind": "daily", "digest": "weekly"}, "weekly"),
        (LINE, {}, "daily"),
        (LINE, {"digest": "weekly"}, "weekly"),
        (LINE, {"digest": "off"}, "off"),
        (LINE, {"test.line": "off", "digest": "daily"}, "off"),
        (LINE, {"test.line": "at_once"}, "daily"),
        (MUST, {"test.must": "off", "digest": "off"}, "daily"),
    ],
)
def test_how_often_a_kind_comes(kind: MessageKind, chosen: dict[str, str], expected: str) -> None:
    assert Choices(chosen).frequency(kind) == expected


@pytest.mark.parametrize(
    ("kind", "choices", "opens_week", "expected"),
    [
        (LINE, Choices(), False, True),
        (LINE, Choices({"test.line": "weekly"}), False, False),
        (LINE, Choices({"test.line": "weekly"}), True, True),
        (LINE, Choices({"test.line": "off"}), True, False),
        (LINE, Choices(paused_until=TODAY + dt.timedelta(days=1)), True, False),
        (LINE, Choices(paused_until=TODAY), True, True),
        (MUST, Choices({"digest": "off"}, paused_until=TODAY + dt.timedelta(days=9)), False, True),
    ],
)
def test_which_lines_stand_in_the_digest_of_a_day(
    kind: MessageKind, choices: Choices, opens_week: bool, expected: bool
) -> None:
    assert choices.has_line_on(kind, today=TODAY, opens_week=opens_week) is expected


@pytest.mark.parametrize(
    ("choices", "start_date", "let_through", "expected"),
    [
        (Choices(), None, 0, Way.LEAVES),
        (Choices({"test.kind": "off"}), None, 0, Way.OFF),
        (Choices({"test.kind": "daily"}), None, 0, Way.CHOSEN),
        (Choices({"test.kind": "daily", "digest": "off"}), None, 0, Way.OFF),
        (Choices(paused_until=TODAY + dt.timedelta(days=1)), None, 0, Way.PAUSED),
        (Choices(), TODAY - dt.timedelta(days=6), 0, Way.FIRST_WEEK),
        (Choices(), TODAY - dt.timedelta(days=7), 0, Way.LEAVES),
        (Choices(), TODAY + dt.timedelta(days=20), 0, Way.FIRST_WEEK),
        (Choices(), None, 2, Way.LEAVES),
        (Choices(), None, 3, Way.CAPPED),
    ],
)
def test_what_becomes_of_a_routine_mail(
    choices: Choices, start_date: dt.date | None, let_through: int, expected: Way
) -> None:
    way = way_of(KIND, choices, start_date=start_date, let_through=let_through, cap=3, today=TODAY)
    assert way is expected


def test_choices_are_asked_again_when_the_mail_leaves() -> None:
    person = PersonFactory()
    preferences.choose(person=person, chosen={AGREED: "off"}, by=person, now=timezone.now())
    row = send(person)
    assert (row.state, row.reason) == ("dropped", Way.OFF)
    assert send(person, kind="induction.agreement_asked", key="must").state == "sent"


def test_a_routine_mail_carries_its_own_link_in_both_parts_and_the_headers() -> None:
    person = PersonFactory()
    stored = send(person)
    (message,) = django_mail.outbox
    html: Any = message.alternatives[0]
    text_link, html_link = own_link(str(message.body)), own_link(str(html[0]))
    assert text_link == html_link
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["List-Unsubscribe"].endswith(f"{text_link}one-click/>")
    # No key stands in the database: what is kept leads to the page behind the sign-in.
    assert "/me/unsubscribe/" not in stored.text_body + stored.html_body
    assert "/me/notifications/" in stored.text_body


def test_what_must_be_sent_has_no_such_link() -> None:
    send(PersonFactory(), kind="induction.agreement_asked")
    (message,) = django_mail.outbox
    assert "/me/unsubscribe/" not in str(message.body)
    assert "List-Unsubscribe" not in message.extra_headers


def test_the_link_works_on_any_device_and_looking_changes_nothing() -> None:
    person = PersonFactory()
    send(person)
    link = own_link(str(django_mail.outbox[0].body))
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(link)
    assert page.status_code == 200
    assert "Stop these e-mails?" in page.content.decode()
    assert person.full_name not in page.content.decode()
    assert "no-cache" in page.headers["Cache-Control"]
    assert not Preference.objects.exists()
    assert stranger.post(link, {"frequency": "off"}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token
    done = stranger.post(link, {"frequency": "off", "csrfmiddlewaretoken": token[1]}, follow=True)
    assert "You no longer get these e-mails" in done.content.decode()
    assert Preference.objects.get().frequency == Frequency.OFF
    assert AuditEntry.objects.get(verb="notifications.chosen").facts["link"] is True
    assert send(person, key="later").state == "dropped"


def test_a_mail_program_unsubscribes_with_its_own_words_and_no_others() -> None:
    person = PersonFactory()
    send(person)
    address = re.search(r"(/me/unsubscribe/.*)>", django_mail.outbox[0].extra_headers["List-Unsubscribe"])
    assert address
    program = Client(enforce_csrf_checks=True)
    assert program.get(address[1]).status_code == 302
    assert program.post(address[1], {"frequency": "off"}).status_code == 400
    assert not Preference.objects.exists()
    assert program.post(address[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().frequency == Frequency.OFF


def test_the_link_of_a_digest_stops_the_lines_that_may_be_stopped(client: Client) -> None:
    person = PersonFactory()
    key = links.token(person_id=person.pk, kind="digest", link_version=0)
    url = reverse("notifications:unsubscribe", args=[key])
    assert KINDS["induction.signature"].title in client.get(url).content.decode()
    client.post(url, {"frequency": "off"})
    choices = preferences.of_person(person)
    assert choices.frequency(KINDS["induction.item"]) == "off"
    assert choices.frequency(KINDS["induction.signature"]) == "daily"


def revoked(person: Person) -> str:
    key = links.token(person_id=person.pk, kind=AGREED, link_version=0)
    preferences.revoke_links(person=person, by=person, now=timezone.now())
    return key


def of_a_leaver(person: Person) -> str:
    Person.objects.filter(pk=person.pk).update(deactivated_at=timezone.now())
    return links.token(person_id=person.pk, kind=AGREED, link_version=0)


def words(page: Any) -> str:
    """Without the form's token, which is another each time."""
    return re.sub(r'value="[^"]{64}"', "", page.content.decode())


@pytest.mark.parametrize(
    "key_of",
    [
        lambda person: "nonsense",
        lambda person: links.token(person_id=person.pk, kind=AGREED, link_version=0)[:-1] + "x",
        lambda person: links.token(person_id=person.pk + 9999, kind=AGREED, link_version=0),
        lambda person: links.token(person_id=person.pk, kind="induction.agreement_asked", link_version=0),
        lambda person: links.token(person_id=person.pk, kind="no.longer", link_version=0),
        revoked,
        of_a_leaver,
    ],
)
def test_every_key_that_is_none_looks_the_same(client: Client, key_of: Any) -> None:
    key = key_of(PersonFactory())
    for name in ("notifications:unsubscribe", "notifications:unsubscribe_one_click"):
        url = reverse(name, args=[key])
        seen = client.get(url)
        assert (seen.status_code, words(seen)) == (404, words(client.get(reverse(name, args=["nothing"]))))
        assert "This link does not work" in words(seen)
        assert f'href="{PAGE}"' in words(seen)
        assert client.post(url, {"List-Unsubscribe": "One-Click", "frequency": "off"}).status_code == 404
    assert not Preference.objects.exists()


def test_the_next_mail_carries_a_link_that_works_after_a_revocation(client: Client, reader: Person) -> None:
    send(reader)
    old = own_link(str(django_mail.outbox[0].body))
    client.post(reverse("notifications:links_revoke"))
    send(reader, key="second")
    new = own_link(str(django_mail.outbox[1].body))
    assert [client.get(link).status_code for link in (old, new)] == [404, 200]
    assert AuditEntry.objects.filter(verb="notifications.links_revoked").count() == 1


def test_the_key_is_not_logged(client: Client) -> None:
    from django.test import RequestFactory  # noqa: PLC0415

    from bexley_ld.logs import RequestLog  # noqa: PLC0415

    url = reverse("notifications:unsubscribe", args=["a-secret-key"])
    assert "a-secret-key" not in RequestLog.format_request(RequestFactory().get(url))
