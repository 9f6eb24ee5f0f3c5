import datetime as dt

import pytest
from django.db import transaction

from notifications import services, wake_up
from notifications.models import OutgoingMail
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)


def mail(recipient, **changes):
    values = {
        "key": "review:7:2027-03-04",
        "kind": "induction.plan_agreed",
        "recipient": recipient,
        "subject": "Hold the month-3 review by 4 March 2027",
        "text_body": "Hello",
        "why": "You are the line manager.",
    }
    return {**values, **changes}


@pytest.fixture
def woken(monkeypatch):
    calls = []
    monkeypatch.setattr(wake_up, "publish", lambda: calls.append(1))
    return calls


def test_a_queued_mail_is_a_row():
    person = PersonFactory()
    row = services.queue(**mail(person), now=NOW)

    assert row is not None
    row.refresh_from_db()
    assert (row.state, row.to_email, row.due_at, row.created_at) == ("queued", person.email, NOW, NOW)


def test_the_same_key_adds_nothing():
    person = PersonFactory()
    services.queue(**mail(person), now=NOW)

    assert services.queue(**mail(person, subject="Another"), now=NOW) is None
    assert OutgoingMail.objects.get().subject.startswith("Hold the month-3")


def test_a_mail_of_a_decision_that_was_undone_does_not_exist():
    def decide():
        with transaction.atomic():
            services.queue(**mail(PersonFactory()), now=NOW)
            raise LookupError

    with pytest.raises(LookupError):
        decide()
    assert not OutgoingMail.objects.exists()


def test_many_mails_count_only_the_new_ones(django_assert_max_num_queries):
    person = PersonFactory()
    services.queue(**mail(person, key="k:5"), now=NOW)
    new = [services.NewMail(**mail(person, key=f"k:{number % 150}")) for number in range(300)]

    with django_assert_max_num_queries(12):
        assert services.queue_many(new, now=NOW) == 149
    assert OutgoingMail.objects.count() == 150


@pytest.mark.parametrize(
    ("subject", "stored"),
    [
        ("Review\r\nBcc: all@people.example", "Review Bcc: all@people.example"),
        ("Review\u2028Bcc: x\x00\u202e", "Review Bcc: x"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_subject_is_one_line(subject, stored):
    assert services.queue(**mail(PersonFactory(), subject=subject), now=NOW).subject == stored


def test_one_wake_up_for_many_mails_after_the_commit(woken, django_capture_on_commit_callbacks):
    person = PersonFactory()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(5):
            services.queue(**mail(person, key=f"k:{number}"), now=NOW)
        assert woken == []
    assert woken == [1]


def test_a_wake_up_undone_with_its_savepoint_is_asked_for_again(woken, django_capture_on_commit_callbacks):
    person = PersonFactory()

    def refused():
        with transaction.atomic():
            services.queue(**mail(person, key="undone"), now=NOW)
            raise LookupError

    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(LookupError):
            refused()
        services.queue(**mail(person, key="kept"), now=NOW)
    assert woken == [1]


@pytest.mark.parametrize("case", ["later", "repeat"])
def test_nobody_is_woken_for_nothing(case, woken, django_capture_on_commit_callbacks):
    person = PersonFactory()
    if case == "repeat":
        services.queue(**mail(person), now=NOW)
    due_at = NOW + dt.timedelta(hours=1) if case == "later" else None
    with django_capture_on_commit_callbacks(execute=True):
        services.queue(**mail(person, due_at=due_at), now=NOW)
    assert woken == []
