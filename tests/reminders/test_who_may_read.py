"""Every digest of a real induction: its links open for the reader, and it says no more than the reader may know."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
import time_machine

from induction import services as induction
from notifications.models import OutgoingMail
from notifications.working_days import WorkingCalendar, add_working_days
from people.models import LineManagement
from people.roles import Role
from reminders import services
from reminders.models import Reminder
from tests.factories.induction import START, ItemFactory, pair, version
from tests.factories.people import UserFactory, cover, line

pytestmark = pytest.mark.django_db
KINDS = {
    "induction.item",
    "induction.shared_item",
    "induction.manager_item",
    "induction.signature",
    "induction.drop_proposal",
    "induction.review",
    "induction.review_signature",
    "induction.agreement",
    "induction.final_decision",
    "induction.pause_end",
    "induction.no_manager",
}
SECRETS = ("Private words", "Month 1 review", "Month 3 review", "Induction plan, version")


def at(day):
    return dt.datetime.combine(day, dt.time(9), tzinfo=dt.UTC)


def mornings(first, days):
    found = (first + dt.timedelta(days=number) for number in range(days))
    return [day for day in found if day.weekday() < 5]


@pytest.fixture
def people():
    """Everyone who hears of two starters: one with a full line above, one whose line manager leaves."""
    manager, deputy, upper = (UserFactory(person__given_name=name).person for name in ("Max", "Cora", "Ursula"))
    learning = UserFactory(person__given_name="Lea", roles=[Role.LD_ADMIN]).person
    line(manager, upper)
    cover(manager, deputy, dt.date(2026, 9, 28), dt.date(2026, 10, 9))
    programme = version(owners=())
    for number, owner in enumerate(("person", "manager", "both") * 2):
        title = f"Private words {number}"
        ItemFactory(version=programme, owner=owner, title=title, offset_number=4 - number // 3)
    for agreed, has_manager in ((True, True), (False, True), (True, False)):
        made = pair(programme=programme, manager=manager, agreed=agreed, start=START)
        UserFactory(person=made.person)
        if not has_manager:
            LineManagement.objects.filter(person=made.person).update(end_date=START)
        elif agreed:
            move_on(made)
    away(pair(programme=programme, manager=manager, start=START))
    return {"manager": manager, "deputy": deputy, "upper": upper, "learning": learning}


def away(made):
    """Paused, with a return that was expected long ago; this account is nobody's to sign in with."""
    UserFactory(person=made.person)
    induction.pause_plan(
        plan_id=made.plan.pk, by=made.manager, start_date=START, expected_end_date=START + dt.timedelta(days=21),
        reason="Away", today=START, now=at(START),
    )  # fmt: skip


def move_on(made):
    """One item waits for a signature, one for the answer to a proposal, one review for its second signature."""
    ready, proposed = made.plan.checkpoints.filter(owner="person").order_by("pk")
    when = {"today": START, "now": at(START)}
    induction.mark_ready(checkpoint_id=ready.pk, by=made.person, version=ready.version, **when)
    induction.propose_drop(
        checkpoint_id=proposed.pk, by=made.person, version=proposed.version, reason="Done before", **when
    )
    review = made.review(1)
    data = induction.ReviewData(held_date=START, comment="Went well", next_steps="")
    # Decided early, so that it comes within these weeks.
    made.plan.reviews.filter(is_final=True).update(due_date=START + dt.timedelta(days=40))
    held = induction.save_review(review_id=review.pk, by=made.person, version=review.version, data=data, **when)
    induction.sign_review(review_id=held.pk, by=made.person, version=held.version, **when)


def links(mail):
    found = re.findall(r'href="([^"]+)"', mail.html_body) + re.findall(r"https?://\S+", mail.text_body)
    return {urlsplit(link)._replace(scheme="", netloc="").geturl() or "/" for link in found}


def test_every_link_opens_and_nobody_reads_more_than_they_may(people, client, settings):
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    opened = set()
    for morning in mornings(START, 70):
        with time_machine.travel(at(morning), tick=False):
            services.sweep(for_date=morning, now=at(morning))
            is_covered = people["manager"].covered_by_rows.on(morning).exists()
            for mail in OutgoingMail.objects.filter(kind="digest", created_at=at(morning)):
                new = {(mail.recipient, link, is_covered) for link in links(mail)} - opened
                opened |= new
                client.force_login(mail.recipient.user)
                refused = [link for _, link, _ in new if client.get(link).status_code != 200]
                assert refused == [], (morning, str(mail.recipient))
                if mail.recipient in {people["upper"], people["learning"]}:
                    words = mail.subject + mail.text_body + mail.html_body
                    assert [secret for secret in SECRETS if secret in words] == []
    # Every kind was spoken of, at every level, or the loop above has shown nothing.
    assert set(Reminder.objects.values_list("rule", flat=True)) == KINDS
    found = Reminder.objects.values_list("step", flat=True)
    steps = {"week" if step.startswith("week-") else step.rpartition("-")[0] for step in found}
    told = {"told-up", "told-learning", "told-who-has"}
    assert steps == {"up", "learning", "no", "week", "before", "on-the", "after"} | told
    for name, heard in (("upper", "up-"), ("learning", "learning-"), ("learning", "no-manager"), ("deputy", "")):
        assert Reminder.objects.filter(recipient=people[name], step__startswith=heard).exists(), name


def test_upper_manager_sees_whose_it_is_and_the_mail_leads_to_the_state(client, settings):
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    upper = UserFactory().person
    made = pair(programme=version(owners=("manager",)), start=START)
    line(made.manager, upper)
    late = add_working_days(made.item("manager").due_date, 10, WorkingCalendar())
    with time_machine.travel(at(late), tick=False):
        services.sweep(for_date=late, now=at(late))
        mail = OutgoingMail.objects.get(recipient=upper)
        client.force_login(upper.user)
        page = client.get("/team/?whose=line").content.decode()
    said = f"{made.person.full_name}: Induction item of the line manager – with {made.manager.full_name}, overdue since"
    assert said in mail.text_body
    assert links(mail) >= {"/team/?whose=line"}
    assert made.person.full_name in page


def test_a_manager_of_learning_and_development_reads_their_own_starter_in_full():
    reader = UserFactory(roles=[Role.LD_ADMIN]).person
    item = pair(programme=version(owners=("manager",)), manager=reader, start=START).item("manager")
    services.sweep(for_date=item.due_date, now=at(item.due_date))
    mail = OutgoingMail.objects.get(recipient=reader, kind="digest")
    assert item.title in mail.text_body
    assert f"{item.get_absolute_url()}#act" in links(mail)
