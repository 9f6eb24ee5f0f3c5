"""Switches and paused addresses: what is held keeps its row and leaves in its order, or says why it never will."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from audit.models import AuditEntry
from notifications import holds, services, tasks
from notifications.models import Bounce, MailSettings, MessageSetting, OutgoingMail
from people.roles import Role
from tests.factories.notifications import LONG_AGO, OutgoingMailFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
TUESDAY = dt.datetime(2027, 6, 15, 10, tzinfo=dt.UTC)
KIND = "induction.plan_agreed"


def again(row):
    return OutgoingMail.objects.get(pk=row.pk)


def drain(at=TUESDAY):
    with time_machine.travel(at, tick=False):
        return tasks.drain_mail()


def mail(address="someone@people.example", **fields):
    person = fields.pop("recipient", None) or PersonFactory(email=address)
    return OutgoingMailFactory(recipient=person, **{"due_at": TUESDAY, "created_at": TUESDAY, **fields})


def switch(kind=KIND, *, on):
    MessageSetting.objects.update_or_create(kind=kind, defaults={"is_enabled": on})


def bounced(address, times=3, **fields):
    for number in range(times):
        Bounce.objects.create(address=address, bounced_at=LONG_AGO + dt.timedelta(days=number), kind="hard", **fields)


def test_a_kind_that_is_switched_off_is_held_and_leaves_in_order(mailoutbox):
    switch(on=False)
    rows = [mail(f"p{number}@people.example", due_at=TUESDAY - dt.timedelta(minutes=number)) for number in range(3)]
    other = mail("other@people.example", kind="induction.plan_closed")
    assert drain() == 1
    assert [again(row).state for row in rows] == [State.HELD] * 3
    assert again(rows[0]).reason == "Messages of this kind are switched off for now."
    assert again(other).state == State.SENT
    assert drain() == 0

    switch(on=True)
    assert drain(TUESDAY + dt.timedelta(hours=1)) == 3
    assert [message.to[0] for message in mailoutbox[1:]] == [f"p{number}@people.example" for number in (2, 1, 0)]
    assert [again(row).reason for row in rows] == [""] * 3


def test_one_switch_holds_all_but_what_guards_an_account(mailoutbox):
    row = MailSettings.objects.get()
    row.is_enabled = False
    row.save()
    held = mail()
    reset = mail("reset@people.example", kind="account.password_reset_key", leaves_at_night=True, is_secret=True)
    switch("account.password_reset_key", on=False)
    assert drain() == 1
    assert (again(held).state, again(held).reason) == (State.HELD, "All mail is switched off for now.")
    assert again(reset).state == State.SENT
    row.is_enabled = True
    row.save()
    assert drain() == 1
    assert row.history.count() == 2


@pytest.mark.parametrize(
    ("days", "is_routine", "state"),
    [(0, True, State.SENT), (3, True, State.SENT), (6, True, State.DROPPED), (6, False, State.SENT)],
)
def test_what_is_too_old_by_then_is_dropped_with_a_reason(mailoutbox, days, is_routine, state):
    """Three working days from Tuesday are Friday; what must be sent is never too old."""
    switch(on=False)
    row = mail(is_routine=is_routine)
    drain()
    switch(on=True)
    drain(TUESDAY + dt.timedelta(days=days))
    assert again(row).state == state
    assert (again(row).reason == "It was held until it was too old to be sent.") == (state == State.DROPPED)


def test_mail_to_an_address_that_bounced_three_times_waits_for_another_address(mailoutbox):
    person = PersonFactory(email="Gone@people.example")
    bounced("gone@people.example", 2)
    first = mail(recipient=person)
    assert drain() == 1
    Bounce.objects.create(address="gone@people.example", bounced_at=TUESDAY, kind="soft")
    second = mail(recipient=person)
    assert drain() == 0
    assert again(first).state == State.SENT
    assert "came back 3 times" in again(second).reason
    person.email = "found@people.example"
    person.save()
    assert drain() == 1
    assert mailoutbox[-1].to == ["found@people.example"]


def test_the_number_of_bounces_is_a_row(mailoutbox):
    MailSettings.objects.update(bounces_before_pause=1)
    bounced("gone@people.example", 1)
    row = mail("gone@people.example")
    assert drain() == 0
    assert "came back once" in again(row).reason


def test_held_mail_of_a_leaver_is_dropped(mailoutbox):
    switch(on=False)
    row = mail()
    drain()
    row.recipient.deactivated_at = TUESDAY
    row.recipient.save()
    switch(on=True)
    assert drain() == 0
    assert again(row).reason == "The person has left."


def test_nothing_is_held_for_ever():
    row = mail(state=State.HELD, created_at=TUESDAY - dt.timedelta(days=91))
    services.blank_old_bodies(now=TUESDAY)
    assert (again(row).state, again(row).text_body) == (State.DROPPED, "")


def test_held_mail_stands_in_the_own_log(client):
    user = UserFactory()
    client.force_login(user)
    row = OutgoingMailFactory(recipient=user.person, state=State.HELD, reason=holds.KIND_OFF, subject="Both agreed")
    page = client.get("/me/messages/").content.decode()
    assert "Held for now" in page
    assert holds.KIND_OFF in page
    assert "Both agreed" in client.get(f"/me/messages/{row.pk}/").content.decode()


def test_asking_whether_anything_is_held_is_cheap(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert holds.release(now=TUESDAY) == 0


@pytest.mark.parametrize("number", [1, 40])
def test_release_takes_the_same_few_statements(number, django_assert_max_num_queries):
    person = PersonFactory()
    for _ in range(number):
        mail(recipient=person, state=State.HELD)
    with django_assert_max_num_queries(10):
        assert holds.release(now=TUESDAY) == number


@pytest.fixture
def ld_admin(client):
    user = UserFactory(is_staff=True, roles=[Role.LD_ADMIN])
    client.force_login(user)
    return user


def test_learning_and_development_lifts_a_pause(client, ld_admin, mailoutbox):
    row = mail("Gone@people.example")
    bounced("gone@people.example")
    drain()
    page = client.get(reverse("admin:notifications_bounce_changelist"), {"paused": "1"}).content.decode()
    assert page.count("gone@people.example</a>") == 3
    chosen = list(Bounce.objects.values_list("pk", flat=True)[:1])
    data = {"action": "lift_pause", "_selected_action": chosen}
    asked = client.post(reverse("admin:notifications_bounce_changelist"), data).content.decode()
    assert "Let mail leave to 1 address again?" in asked
    assert holds.paused_addresses() == ["gone@people.example"]
    client.post(reverse("admin:notifications_bounce_changelist"), {**data, "confirmed": "yes"})
    assert holds.paused_addresses() == []
    assert AuditEntry.objects.filter(verb="notifications.address_lifted").count() == 1
    assert drain() == 1
    assert again(row).state == State.SENT
